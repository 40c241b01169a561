"""Compare a row with its image: each field whose cell differs is a change of the plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from lib.changes import KINDS, LIST_FIELDS, FieldChange, Ref, current, same
from lib.client import validate
from lib.errors import DataError
from lib.rules.names import SINGULAR, CreatePolicy, ImageDiagnostics, NameResolver
from lib.tables import cells, spreadsheet
from lib.tables.columns import COLUMNS, EDITABLE, named_refs
from lib.tables.reader import Row

RULES = ("import",)
"""In place of the rules that a plan's changes are set by."""

_DISAMBIGUATED = re.compile(r".+ \(.+\)", re.DOTALL)


class Edits:
    """Compares rows with images. One per import: it remembers the tags, performers and studios to create."""

    def __init__(self, names: NameResolver, *, create: bool) -> None:
        self._names = names
        self._create = create

    def changes(self, row: Row, image: dict[str, Any]) -> list[FieldChange]:
        """Return the changes from the image to its row. Raises DataError with the problems of all cells."""
        changes: list[FieldChange] = []
        problems: list[str] = []
        for name in EDITABLE:
            if name in row.cells:
                try:
                    change = self._change(name, row.cells[name], image)
                except DataError as error:
                    problems.append(str(error).rstrip("."))
                else:
                    changes += [change] if change else []
        if problems:
            raise DataError(f"{'; '.join(problems)}.")
        return changes

    def _change(self, field: str, cell: str | None, image: dict[str, Any]) -> FieldChange | None:
        current_text = cells.text(COLUMNS[field].value(image))
        if cell is not None and spreadsheet.is_equivalent(cell, current_text):
            return None
        if cell is not None and spreadsheet.is_truncated(cell, current_text):
            raise DataError(f"{field}: a spreadsheet truncated the cell to {spreadsheet.MAX_CELL:,} characters")
        if field == "urls":
            return _urls(cell, image)
        if field in LIST_FIELDS:
            return self._list(field, cell, image)
        after = self._studio(cell) if field == "studio" else _single(field, cell)
        before = current(image, field)
        new = isinstance(after, Ref) and after.id is None
        return FieldChange(field, before, after, RULES) if new or not same(field, before, after) else None

    def _studio(self, cell: str | None) -> Ref | None:
        return None if cell is None else self._resolve("studio", cell.strip())

    def _list(self, field: str, cell: str | None, image: dict[str, Any]) -> FieldChange | None:
        old = named_refs(image, field)
        refs_by_name: dict[str, list[Ref]] = {}
        for name, ref in reversed(old):
            refs_by_name.setdefault(name, []).append(ref)
        new: dict[str | None, Ref] = {}
        created: dict[str, Ref] = {}
        for name in _elements(field, cell):
            ref = refs_by_name[name].pop() if refs_by_name.get(name) else self._resolve(field, name)
            if ref.id is None:
                created[ref.name] = ref
            else:
                new[ref.id] = ref
        old_ids = {ref.id for _, ref in old}
        add = (*(ref for id_, ref in new.items() if id_ not in old_ids), *created.values())
        removed = [(name, ref) for name, ref in old if ref.id not in new]
        if field == "galleries":
            self._require_manual_galleries(removed)
        remove = tuple(ref for _, ref in removed)
        if not add and not remove:
            return None
        before = current(image, field)
        after = (*(ref for ref in before if ref.id in new), *add)
        return FieldChange(field, before, after, RULES, add, remove)

    def _resolve(self, field: str, name: str) -> Ref:
        kind = KINDS[field]
        diagnostics = ImageDiagnostics()
        # A disambiguation is a separate field, which a created performer would not get.
        disambiguated = kind == "performers" and _DISAMBIGUATED.fullmatch(name)
        ref = self._names.resolve(kind, name, CreatePolicy(self._create and not disambiguated), diagnostics)
        if ref is None:
            hint = "" if self._create or kind == "galleries" else " (with `create`, it's created)"
            missing = f"{SINGULAR[kind]} {cells.shorten(name)!r} doesn't exist{hint}"
            raise DataError(f"{field}: {diagnostics.problems[0] if diagnostics.problems else missing}")
        return ref

    def _require_manual_galleries(self, removed: list[tuple[str, Ref]]) -> None:
        # To resolve a name raises for galleries of a folder or a zip, whose images can't be removed.
        for name, ref in removed:
            if self._resolve("galleries", name).id != ref.id:
                raise DataError(f"galleries: {name!r} isn't the only gallery with this name")


def _single(field: str, cell: str | None) -> Any:
    if cell is None:
        return False if field == "organized" else None
    return _READERS.get(field, _text)(field, cell.strip())


def _text(field: str, cell: str) -> str:
    return validate.text(field, cell.replace("\r\n", "\n").replace("\r", "\n"))


def _date(field: str, cell: str) -> str:
    return validate.date(field, spreadsheet.parse_date(cell) or cell)[:10]


def _rating(field: str, cell: str) -> int:
    match = re.fullmatch(r"(\d{1,3})(\.0*)?", cell)
    return validate.rating100(field, int(match[1]) if match else cell)


def _boolean(field: str, cell: str) -> bool:
    if cell.lower() not in _BOOLEANS:
        raise validate.invalid(field, cell, "true or false is expected")
    return _BOOLEANS[cell.lower()]


_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_READERS: dict[str, Callable[[str, str], Any]] = {"date": _date, "rating100": _rating, "organized": _boolean}


def _elements(field: str, cell: str | None) -> list[str]:
    elements = [] if cell is None else list(islice(cells.split(cell), cells.MAX_ITEMS + 1))
    if len(elements) > cells.MAX_ITEMS:
        raise DataError(f"{field}: {cells.TOO_MANY_ITEMS}")
    return elements


def _urls(cell: str | None, image: dict[str, Any]) -> FieldChange | None:
    before = current(image, "urls")
    after = tuple(_elements("urls", cell))
    if same("urls", before, after):
        return None
    old, new = set(before), set(after)
    add = tuple(url for url in after if url not in old)
    remove = tuple(url for url in before if url not in new)
    return FieldChange("urls", before, after, RULES, add, remove)


def is_conflict(row: Row, image: dict[str, Any]) -> bool:
    """Return whether the image was updated since the export; False for a row without `updated_at`."""
    cell = row.cells.get("updated_at")
    if not cell or cell == image["updated_at"]:
        return False
    exported, updated = _parse_time(cell), _parse_time(image["updated_at"])
    if exported is None or updated is None:
        return True
    # A spreadsheet that reformats a time drops its zone.
    return exported != (updated if exported.tzinfo else updated.replace(tzinfo=None))


def _parse_time(text: str) -> datetime | None:
    seconds = re.sub(r"\.\d+", "", text.strip()).replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(seconds)
    except ValueError:
        return None
