"""Selects changes of a plan: by rule, field, value, folder, name and image, which must all fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lib.changes import FieldChange
from lib.runs import plan_items, plans
from lib.runs.plan_items import Read


@dataclass(frozen=True)
class ChangeFilter:
    """A selection of changes; None selects every one.

    rule, field, value: of a single field's change, or of an item of a list. value: as `plan_items.value_text` shows it.
    folder: a full path, without the folders below it. q: a part of the file's name. ids: images. previewed: with the
    changes of rules in preview mode, which are never applied.
    """

    rule: str | None = None
    field: str | None = None
    value: str | None = None
    folder: str | None = None
    q: str | None = None
    ids: tuple[str, ...] | None = None
    previewed: bool = False

    @property
    def selects_items(self) -> bool:
        """Whether some items of a change may fit and others not."""
        return (self.rule, self.field, self.value) != (None, None, None)

    def indexes(self, change: FieldChange, previewed: str) -> list[int]:
        """Return which items of a change fit, of those of `plan_items.items_of`."""
        if previewed and not self.previewed:
            return []
        items = plan_items.items_of(change, previewed)
        value = None if self.value is None else plan_items.value_text(self.value)
        return [
            index
            for index, ((rule, field, _, _), text) in enumerate(items)
            if self.rule in (None, rule) and self.field in (None, field) and value in (None, text)
        ]

    def groups(self, read: Read, plan: int) -> list[int]:
        """Return the ids of the groups whose items fit, apart from their value."""
        return [
            id_
            for (rule, field, _, previewed), id_ in plan_items.group_ids(read, plan).items()
            if self.rule in (None, rule) and self.field in (None, field) and (self.previewed or not previewed)
        ]

    def where(self, read: Read, plan: int, *, written: bool = False) -> tuple[str, list[Any]]:
        """Return SQL on images, with its values, for those that have a change that fits; or only those that would be written."""
        tests: list[str] = []
        values: list[Any] = []
        if self.selects_items:
            sql, of_items = plan_items.having(self.groups(read, plan), self.value, written=written)
            tests.append(f"images.image IN ({sql})")
            values += of_items
        elif written:
            tests.append("images.state = 'planned'")
        elif not self.previewed:
            tests.append("images.state != 'preview'")
        if self.folder is not None:
            tests.append(f"images.folder IN ({plans.FOLDERS})")
            values += [plan, json.dumps(folder_paths(self.folder))]
        if self.q is not None:
            tests.append(r"images.name LIKE ? ESCAPE '\'")
            values.append(f"%{_escaped(self.q)}%")
        if self.ids is not None:
            tests.append("images.image IN (SELECT value FROM json_each(?))")
            values.append(json.dumps([int(id_) for id_ in self.ids]))
        return "".join(f" AND {test}" for test in tests), values


def folder_name(path: str) -> str:
    """Return a folder as answers have it: without the separator at the end, except that of a root."""
    return path[:-1] or path


def folder_paths(folder: str) -> list[str]:
    """Return how the database may have a folder: with its separator at the end, if it has a name."""
    return [folder, f"{folder}/", f"{folder}\\"] if folder else [folder]


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in text)
