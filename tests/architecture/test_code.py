"""The size and the promises of the code: short functions, small modules, public names that say what they do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import FILES, MODULES, name_of

LINES = 40
MODULE_LINES = 300
FEW = 10
"""Lines of which a name and its types say enough."""


def length(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def public(body: list[ast.stmt]) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """What others call. A class with a base, and its methods, keep the base's promise."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if not isinstance(node, ast.ClassDef):
                yield node.name, node
            elif not node.bases:
                yield node.name, node
                yield from ((f"{node.name}.{name}", method) for name, method in public(node.body))


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module: str) -> None:
    long = [
        f"{function.name}: {length(function)}"
        for function in ast.walk(MODULES[module])
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(function) > LINES
    ]
    assert long == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("module", MODULES)
def test_modules_say_what_they_are_for(module: str) -> None:
    assert ast.get_docstring(MODULES[module])


@pytest.mark.parametrize("module", MODULES)
def test_public_names_make_a_promise(module: str) -> None:
    silent = [name for name, node in public(MODULES[module].body) if length(node) > FEW and not ast.get_docstring(node)]
    assert silent == []
