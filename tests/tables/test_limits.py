"""What is made to cost much costs little: each table in a process of its own, so that the memory is its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lib.changes import NameMatch
from lib.errors import DataError
from lib.rules.names import NameResolver
from lib.tables import reader
from lib.tables.edits import Edits
from tests.support.resource_usage import costs_little
from tests.tables.samples import image

TAGS = [{"id": str(number), "name": f"t{number}"} for number in range(10_000)]
URLS = [f"http://example.org/{number}" for number in range(10_000)]


class NoNames:
    """A library without names."""

    def find(self, _kind: str, _name: str) -> NameMatch:
        return NameMatch()


def work(path: str) -> list[str]:
    """What an import does with a table before it asks the server; what is wrong with it."""
    try:
        reader.summarize(path)
        edits = Edits(NameResolver(NoNames()), create=True)
        problems = [problem(edits, row) for row in reader.read_rows(path)]
    except DataError as error:
        return [str(error)]
    return [said for said in problems if said]


def problem(edits: Edits, row: reader.Row) -> str | None:
    try:
        edits.changes(row, image(tags=TAGS, urls=URLS, title="007", code="'" * 40_000))
    except DataError as error:
        return str(error)
    return row.problem


def csv_of(field: str, cell: str) -> str:
    return f'id,{field}\n5,"{cell}"\n6,a\n'


def json_of(title: str) -> str:
    return f'[{{"id":1,"title":[{title}0]}},{{"id":2,"title":[{title}0]}}]'


MILLION = 1_000_000
COSTLY: dict[str, tuple[str, Callable[[], str], str]] = {
    "a column again and again": ("csv", lambda: ",".join(["id"] * 16_000) + "\n1\n", "duplicate column: id"),
    "a header of a million columns": ("csv", lambda: "id" + ",夏" * MILLION + "\n5\n", "more than 16,384 columns"),
    "a thousand rows below 16,384 columns": ("csv", lambda: f"id{',x' * 16_383}\n" + "5\n" * 1000, ""),
    "a row of commas": ("csv", lambda: "id\n5" + "," * 15 * MILLION + "\n6\n", "longer than"),
    "two rows of a million cells": ("csv", lambda: "id\n" + f"5{',夏' * MILLION}\n" * 2, "more cells than the header"),
    "a quote that is never closed": ("csv", lambda: 'id,title\n5,"a\n' + "6,b\n" * 5 * MILLION, "quote not closed"),
    "tags of blanks": ("csv", lambda: csv_of("tags", "a" + " " * 2 * MILLION + "b"), ""),
    "tags of letters": ("csv", lambda: csv_of("tags", "a" * 2 * MILLION), ""),
    "tags of semicolons": ("csv", lambda: csv_of("tags", "; " * MILLION), ""),
    "tags of backslashes": ("csv", lambda: csv_of("tags", "\\" * 2 * MILLION), ""),
    "tags of escapes": ("csv", lambda: csv_of("tags", "\\夏" * MILLION), ""),
    "a million tags": ("csv", lambda: csv_of("tags", "a;" * MILLION), "tags: a list has at most 10,000 elements"),
    "all tags the other way round": ("csv", lambda: csv_of("tags", ";".join(f"t{n}" for n in range(9999, 0, -1))), ""),
    "all URLs the other way round": ("csv", lambda: csv_of("urls", ";".join(reversed(URLS[1:]))), ""),
    "a title of digits": ("csv", lambda: csv_of("title", "1" + "0" * 1_000_001), ""),
    "a code of apostrophes": ("csv", lambda: csv_of("code", "'" * 2 * MILLION), ""),
    "a moment of digits": ("csv", lambda: csv_of("updated_at", "9" * 2 * MILLION), ""),
    "a line of lists": ("jsonl", lambda: '{"id":1,"title":[' + "[]," * 7 * MILLION + "0]}\n", "longer than"),
    "an object of lists": ("json", lambda: '[{"id":1,"title":[' + "[]," * 1_300_000 + "0]}]", "longer than"),
    "objects of objects": ("json", lambda: json_of('{"":{}},' * 120_000), "title: a list has at most 10,000"),
    "objects of words": ("json", lambda: json_of('"夏",' * 400_000), "title: a list has at most 10,000"),
    "a list of nothing": ("json", lambda: "[" + "{}," * 100_000 + "{}]", ""),
    "a long item before short ones": ("json", lambda: f'[{{"id":1,"title":"{"x" * 1_900_000}"}}{",[]" * 100_000}]', "isn't an object"),
    "a text of semicolons": ("jsonl", lambda: f'{{"id":1,"urls":["{";" * 2 * MILLION}"]}}', ""),
    "blanks": ("json", lambda: "[" + " " * 20 * MILLION + "1]", "isn't an object"),
}  # fmt: skip


@pytest.mark.parametrize(("ending", "make", "said"), COSTLY.values(), ids=COSTLY)
def test_malicious_tables_cost_little(tmp_path: Path, ending: str, make: Callable[[], str], said: str) -> None:
    path = tmp_path / f"t.{ending}"
    path.write_text(make(), encoding="utf-8")
    costs_little(work, path, said)
    path.unlink()
