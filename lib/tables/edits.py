"""What a row wants of its image: the fields whose cells differ, as changes of a plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from lib.changes import KINDS, LIST_FIELDS, FieldChange, Ref, current, same
from lib.client import validate
from lib.errors import DataError
from lib.rules.names import ONE, CreatePolicy, ImageDiagnostics, NameResolver
from lib.tables import cells, spreadsheet
from lib.tables.columns import COLUMNS, EDITABLE, shown
from lib.tables.reader import Row

BY = ("import",)
"""What stands where a plan names the rules that asked."""

_DISAMBIGUATED = re.compile(r".+ \(.+\)", re.DOTALL)


class Edits:
    """Compares rows with images. One per import: it knows the names that the import would create."""

    def __init__(self, names: NameResolver, *, create: bool) -> None:
        self._names = names
        self._create = create

    def of(self, row: Row, image: dict[str, Any]) -> list[FieldChange]:
        """The changes that make the image what its row says; a DataError says all that cannot be."""
        changes: list[FieldChange] = []
        wrong: list[str] = []
        for name in EDITABLE:
            if name in row.cells:
                try:
                    change = self._cell(name, row.cells[name], image)
                except DataError as error:
                    wrong.append(str(error).rstrip("."))
                else:
                    changes += [change] if change else []
        if wrong:
            raise DataError(f"{'; '.join(wrong)}.")
        return changes

    def _cell(self, field: str, cell: str | None, image: dict[str, Any]) -> FieldChange | None:
        present = cells.text(COLUMNS[field].value(image))
        if cell is not None and spreadsheet.is_equivalent(cell, present):
            return None
        if cell is not None and spreadsheet.is_truncated(cell, present):
            raise DataError(f"{field}: the cell was cut: a spreadsheet keeps {spreadsheet.LONGEST:,} characters of one")
        if field == "urls":
            return _urls(cell, image)
        if field in LIST_FIELDS:
            return self._list(field, cell, image)
        after = self._studio(cell) if field == "studio" else _single(field, cell)
        before = current(image, field)
        new = isinstance(after, Ref) and after.id is None
        return FieldChange(field, before, after, BY) if new or not same(field, before, after) else None

    def _studio(self, cell: str | None) -> Ref | None:
        return None if cell is None else self._named("studio", cell.strip())

    def _list(self, field: str, cell: str | None, image: dict[str, Any]) -> FieldChange | None:
        present = shown(image, field)
        own: dict[str, list[Ref]] = {}
        for name, ref in reversed(present):
            own.setdefault(name, []).append(ref)
        wanted: dict[str | None, Ref] = {}
        new: dict[str, Ref] = {}
        for name in _elements(field, cell):
            ref = own[name].pop() if own.get(name) else self._named(field, name)
            if ref.id is None:
                new[ref.name] = ref
            else:
                wanted[ref.id] = ref
        there = {ref.id for _, ref in present}
        add = (*(ref for id_, ref in wanted.items() if id_ not in there), *new.values())
        gone = [(name, ref) for name, ref in present if ref.id not in wanted]
        if field == "galleries":
            self._demand_made_by_hand(gone)
        remove = tuple(ref for _, ref in gone)
        if not add and not remove:
            return None
        before = current(image, field)
        after = (*(ref for ref in before if ref.id in wanted), *add)
        return FieldChange(field, before, after, BY, add, remove)

    def _named(self, field: str, name: str) -> Ref:
        kind = KINDS[field]
        notes = ImageDiagnostics()
        # A disambiguation is a field of its own, which a name that is created would not get.
        apart = kind == "performers" and _DISAMBIGUATED.fullmatch(name)
        ref = self._names.resolve(kind, name, CreatePolicy(self._create and not apart), notes)
        if ref is None:
            hint = "" if self._create or kind == "galleries" else " (with create it is made)"
            missing = f"there is no {ONE[kind]} {cells.short(name)!r}{hint}"
            raise DataError(f"{field}: {notes.problems[0] if notes.problems else missing}")
        return ref

    def _demand_made_by_hand(self, gone: list[tuple[str, Ref]]) -> None:
        for name, ref in gone:
            if self._named("galleries", name).id != ref.id:
                raise DataError(f"galleries: {name!r} is not the only gallery of that name")


def _single(field: str, cell: str | None) -> Any:
    if cell is None:
        return False if field == "organized" else None
    return _READERS.get(field, _text)(field, cell.strip())


def _text(field: str, cell: str) -> str:
    return validate.text(field, cell.replace("\r\n", "\n").replace("\r", "\n"))


def _date(field: str, cell: str) -> str:
    return validate.date(field, spreadsheet.date(cell) or cell)[:10]


def _rating(field: str, cell: str) -> int:
    number = re.fullmatch(r"(\d{1,3})(\.0*)?", cell)
    return validate.rating100(field, int(number[1]) if number else cell)


def _switch(field: str, cell: str) -> bool:
    if cell.lower() not in _SWITCHES:
        raise validate.invalid(field, cell, "true or false is expected")
    return _SWITCHES[cell.lower()]


_SWITCHES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_READERS: dict[str, Callable[[str, str], Any]] = {"date": _date, "rating100": _rating, "organized": _switch}


def _elements(field: str, cell: str | None) -> list[str]:
    found = [] if cell is None else list(islice(cells.split(cell), cells.MOST + 1))
    if len(found) > cells.MOST:
        raise DataError(f"{field}: {cells.TOO_MANY}")
    return found


def _urls(cell: str | None, image: dict[str, Any]) -> FieldChange | None:
    before = current(image, "urls")
    after = tuple(_elements("urls", cell))
    if same("urls", before, after):
        return None
    there, wanted = set(before), set(after)
    add = tuple(url for url in after if url not in there)
    remove = tuple(url for url in before if url not in wanted)
    return FieldChange("urls", before, after, BY, add, remove)


def is_conflict(row: Row, image: dict[str, Any]) -> bool:
    """Whether the image was written since the table was made, as far as the row tells."""
    cell = row.cells.get("updated_at")
    if not cell or cell == image["updated_at"]:
        return False
    given, present = _moment(cell), _moment(image["updated_at"])
    if given is None or present is None:
        return True
    # A spreadsheet that redraws a time leaves its zone off.
    return given != (present if given.tzinfo else present.replace(tzinfo=None))


def _moment(text: str) -> datetime | None:
    plain = re.sub(r"\.\d+", "", text.strip()).replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        return None
