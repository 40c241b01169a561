"""Change one place of a source file, found by its function and its syntax, not by a copy of its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
Mutation: TypeAlias = Callable[[str], str]
"""From a file's text to the text with the defect; a LookupError where the place is not there exactly once."""


def keyword(function: str, call: str, name: str, value: str) -> Mutation:
    """Give another value to a keyword argument of the one call to `call` in a function."""
    return _replace(
        function,
        lambda tree: (arg.value for node in _calls(tree, call) for arg in node.keywords if arg.arg == name),
        value,
    )


def argument(function: str, call: str, index: int, value: str, *, of: int = 0) -> Mutation:
    """Give another value to a positional argument of a call; `of` counts the calls that have so many arguments."""
    return _replace(
        function, lambda tree: (node.args[index] for node in _calls(tree, call) if len(node.args) > index), value, of
    )


def result(function: str, call: str, value: str) -> Mutation:
    """Put a value in the place of the first call to `call` in a function."""
    return _replace(function, lambda tree: _calls(tree, call), value, 0)


def returned(function: str, value: str) -> Mutation:
    """Return another value at the first `return` of a function."""
    return _replace(
        function, lambda tree: (n.value for n in _walk(tree) if isinstance(n, ast.Return) and n.value), value, 0
    )


def branch(function: str, index: int, value: str) -> Mutation:
    """Put another test in the place of that of an `if` of a function, counted from 0."""
    return _replace(
        function, lambda tree: (node.test for node in _walk(tree) if isinstance(node, ast.If)), value, index
    )


def condition(function: str, name: str, value: str) -> Mutation:
    """Put another test in the place of the comparison whose left side is the variable `name`."""

    def compares(tree: ast.AST) -> Iterator[ast.expr]:
        for node in _walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == name:
                yield node

    return _replace(function, compares, value)


def pattern(expression: str, value: str) -> Mutation:
    """Replace what a regular expression matches: for JavaScript, which `ast` cannot read."""

    def mutate(text: str) -> str:
        changed, count = re.subn(expression, value, text)
        if count != 1:
            raise LookupError(f"{expression}: {count} places")
        return changed

    return mutate


def _replace(
    function: str, find: Callable[[ast.AST], Iterator[ast.expr]], value: str, of: int | None = None
) -> Mutation:
    def mutate(text: str) -> str:
        nodes = list(find(_function(text, function)))
        if len(nodes) <= (of or 0) or (of is None and len(nodes) != 1):
            raise LookupError(f"{function}: {len(nodes)} places")
        start, end = _span(text, nodes[of or 0])
        return text[:start] + value + text[end:]

    return mutate


def _function(text: str, name: str) -> ast.AST:
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(found) != 1:
        raise LookupError(f"{len(found)} functions are called {name}")
    return found[0]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes in the order of the text; `ast.walk` goes level by level."""
    for child in ast.iter_child_nodes(node):
        yield child
        yield from _walk(child)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in _walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) == name:
                yield node


def _span(text: str, node: ast.expr) -> Span:
    lines = text.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())

    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)
