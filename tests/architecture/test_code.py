"""The size and the promises of the code: short functions, small modules, public names that say what they do."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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


def test_functions_are_short() -> None:
    long = [
        f"{module}.{function.name}: {length(function)}"
        for module, tree in MODULES.items()
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(function) > LINES
    ]
    assert long == []


def test_modules_are_small() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_modules_have_a_docstring() -> None:
    assert [module for module, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_public_names_have_a_docstring() -> None:
    silent = [
        f"{module}.{name}"
        for module, tree in MODULES.items()
        for name, node in public(tree.body)
        if length(node) > FEW and not ast.get_docstring(node)
    ]
    assert silent == []
