"""The SQL on each table of the history stands in one module, so that its layout can be changed there."""

from __future__ import annotations

import ast
import re

import pytest

from lib.runs.schema import TABLES
from tests.architecture.sources import MODULES

OWNERS = {
    "runs": "lib.runs.history",
    "folders": "lib.runs.plans",
    "images": "lib.runs.plans",
    "changes": "lib.runs.plans",
    "item_groups": "lib.runs.plan_items",
    "items": "lib.runs.plan_items",
    "names": "lib.runs.plan_names",
    "missing_names": "lib.runs.plan_missing",
    "missing_images": "lib.runs.plan_missing",
    "outcomes": "lib.runs.plan_missing",
    "notes": "lib.runs.plan_notes",
    "undone": "lib.runs.undone",
    "waiting": "lib.runs.retries",
    "marks": "lib.runs.database",
}
EXCEPT = {"lib.runs.migration", "lib.runs.schema"}
"""The layout itself, and what converts that of 0.2.0."""


def texts(module: str) -> str:
    """Every text of a module but its docstrings, with a mark where a value is put in."""
    strings = [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values)
        if isinstance(node, ast.JoinedStr)
        else node.value
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    ]
    return "\n".join(map(str, strings))


def test_every_table_has_an_owner() -> None:
    assert OWNERS.keys() == TABLES.keys()


@pytest.mark.parametrize("table", OWNERS)
def test_a_table_is_used_in_one_module(table: str) -> None:
    named = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE) {table}\b(?! from\b)")
    users = {module for module in MODULES if named.search(texts(module))} - EXCEPT
    assert users == {OWNERS[table]}
