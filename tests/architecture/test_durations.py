"""No test holds a time against a limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import TESTS
from tests.support.server import ROOT

CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time", "getrusage"}
CLOCKS |= {f"{clock}_ns" for clock in CLOCKS}


def is_clock(node: ast.AST) -> bool:
    """Whether a clock is asked here: `time.monotonic()`, or `monotonic()`."""
    if not isinstance(node, ast.Call):
        return False
    asked = node.func
    return (isinstance(asked, ast.Attribute) and asked.attr in CLOCKS) or (
        isinstance(asked, ast.Name) and asked.id in CLOCKS - {"time"}
    )


def timed(tree: ast.AST) -> Iterator[int]:
    """Lines of asserts in which the difference of two moments stands, or a name or a function that gives one."""
    spans: set[str] = set()
    while spans != (spans := spans | named_spans(tree, spans)):
        pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and is_span(node.test, spans):
            yield node.lineno


def named_spans(tree: ast.AST, spans: set[str]) -> set[str]:
    """The names and the functions that give the difference of two moments, or one of these."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and is_span(node.value, spans):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.FunctionDef):
            returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value]
            names |= {node.name} if any(is_span(value, spans) for value in returned) else set()
    return names


def is_span(value: ast.AST, spans: set[str]) -> bool:
    """Whether a moment is taken from another in it. A file's age is none: that is no clock of ours."""
    return any(isinstance(node, ast.Name) and node.id in spans for node in ast.walk(value)) or any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and is_clock(node.left)
        and not any(isinstance(inner, ast.Attribute) and inner.attr == "st_mtime" for inner in ast.walk(node.right))
        for node in ast.walk(value)
    )


def test_no_test_asserts_a_duration() -> None:
    """A machine may be slow: bound the work by counts (tests/support/steps.py), or measure it with `make bench`."""
    durations = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in TESTS
        for line in timed(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert durations == []


# an assert -> the lines of it that are refused
ASSERTS = {
    "assert time.monotonic() - began < 2": [1],
    "took = time.perf_counter() - began\nassert took < 2": [2],
    "assert 1 <= count <= 2 * (time.monotonic() - began)": [1],
    "assert perf_counter() - began < 2": [1],
    "def took():\n    return time.time() - began\nassert any(took() < 2 for _ in tries)": [3],
    "assert time.monotonic() < ends": [],  # a wait that ends
    "assert abs(time.time() - file.stat().st_mtime) < 40": [],
}


@pytest.mark.parametrize(("source", "lines"), ASSERTS.items(), ids=ASSERTS)
def test_durations_are_recognized(source: str, lines: list[int]) -> None:
    assert list(timed(ast.parse(source))) == lines
