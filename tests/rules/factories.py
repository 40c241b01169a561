"""What the tests of the rules share: an image as the server shows it, names in memory, and one-line runs."""

from __future__ import annotations

from typing import Any

from lib.changes import FieldChange, Ref
from lib.rules import Engine, Files, NameMatch, Planned, load_rules
from lib.rules.values import fold

LIBRARY = "/library"
NOW = 1_700_000_000.0  # 2023-11-14
OPENED: list[Files] = []


def reader(libraries: tuple[str, ...]) -> Files:
    """A reader of files that is closed when the test ends."""
    OPENED.append(Files(libraries))
    return OPENED[-1]


class Book:
    """Names in memory. Each kind is given as `name` or `name|alias|alias`; ids count from 1 in each kind."""

    def __init__(self, **kinds: list[str]) -> None:
        self._levels: tuple[dict[tuple[str, str], list[Ref]], ...] = ({}, {}, {})
        self.refused: dict[str, str] = {}
        exact, folded, aliases = self._levels
        for kind, entries in kinds.items():
            for number, (name, *others) in enumerate((entry.split("|") for entry in entries), 1):
                ref = Ref(str(number), name)
                exact.setdefault((kind, name), []).append(ref)
                folded.setdefault((kind, fold(name)), []).append(ref)
                for alias in others:
                    aliases.setdefault((kind, fold(alias)), []).append(ref)

    def find(self, kind: str, name: str) -> NameMatch:
        for level, key in zip(self._levels, (name, fold(name), fold(name)), strict=True):
            if len(found := level.get((kind, key), [])) > 1:
                return NameMatch(ambiguous=tuple(found))
            if found:
                return NameMatch(found[0], refused=self.refused.get(name, ""))
        return NameMatch()


def image(path: str = "folder/name.jpg", **fields: Any) -> dict[str, Any]:
    """An image with one file; `fields` are its own, `file` adds to what is known of the file."""
    file = {
        "__typename": "ImageFile",
        "path": path if path.startswith("/") or ":" in path else f"{LIBRARY}/{path}",
        "width": 1600,
        "height": 900,
        "size": 2_500_000,
        "mod_time": "2021-07-04T10:11:12+02:00",
        "zip_file_id": None,
        "fingerprints": [{"type": "md5", "value": "0123"}],
        **fields.pop("file", {}),
    }
    return {
        "id": "7",
        "title": "",
        "code": "",
        "rating100": None,
        "date": None,
        "details": "",
        "photographer": "",
        "o_counter": 0,
        "organized": False,
        "urls": [],
        "created_at": "2023-11-04T12:00:00Z",
        "updated_at": "2023-11-04T12:00:00Z",
        "studio": None,
        "tags": [],
        "performers": [],
        "galleries": [],
        "visual_files": [file],
        **fields,
    }


def engine(
    text: str | bytes, book: Book | None = None, libraries: tuple[str, ...] = (LIBRARY,), **options: Any
) -> Engine:
    files = options.pop("files", None) or reader(libraries)
    rules, all_ = load_rules(text), options.pop("all_", False)
    active = rules.review(as_applied=True) if all_ else rules.select(options.pop("when", "task"))
    return Engine(active, book or Book(), libraries=libraries, files=files, now=NOW, **options)


def plan(text: str | bytes, shown: dict[str, Any], book: Book | None = None, **options: Any) -> Planned:
    """What the rules in the text want of the image."""
    return engine(text, book, **options).plan(shown)


def one_rule(body: str, shown: dict[str, Any], book: Book | None = None, **options: Any) -> Planned:
    """The same for a single rule, given as the inside of a flow map, such as `set: {title: x}`."""
    return plan("rules: [{name: rule, " + body + "}]", shown, book, **options)


def after(planned: Planned) -> dict[str, Any]:
    """Field -> the value it shall have, names instead of Refs, and lists by name."""
    return {change.field: _plain(change.after) for change in planned.change.changes}


def change(planned: Planned, field: str) -> FieldChange:
    (found,) = [entry for entry in planned.change.changes if entry.field == field]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return value.name
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def refs(*names: str) -> list[dict[str, str]]:
    """Tags, performers or galleries as the server shows them; ids count from 1."""
    return [{"id": str(number), "name": name, "title": name} for number, name in enumerate(names, 1)]
