"""Regular expressions: repeats that may never end, and the time to compile them."""

from __future__ import annotations

import time

import pytest

from lib.errors import DataError
from lib.rules.syntax.regexes import CompileBudget, compile_regex, repeats_a_repeat
from tests.support.threads import without_timer

ENDLESS = "(a+)+$"


def test_nested_repeats_are_rejected_without_a_timer() -> None:
    (message,) = without_timer(lambda: compile_regex(ENDLESS))
    assert "repeats a group that contains a repeat" in message
    assert compile_regex(ENDLESS).pattern == ENDLESS


# pattern, whether it repeats a group that repeats
REPEATS = {
    "(a+)+": True,
    "(a*)*b": True,
    "((a+)b?)*": True,
    "(?:a{2,}){3,}": True,
    r"(\w+\s?)+": True,
    "(?P<x>a+)*": True,
    "(a+){9}$": True,
    "(a+){30}$": True,
    "((a+){2}b){3}": True,
    "(?<=x)(a+)+(?P<y>b)": True,
    "(?#[)(a+)+(?#])": True,
    "(a{2})+": False,
    r"(?:-\d{2}){2}": False,
    "(a|a)*$": False,
    ".*.*.*x": False,
    "a+b*": False,
    "(a+)b": False,
    "(ab)+": False,
    r"(\+)+": False,
    "([+*])+": False,
    "([]+])+": False,
    r"(?P<who>[^/]+)/(?P<day>\d{4})": False,
}


@pytest.mark.parametrize(("pattern", "repeats"), REPEATS.items(), ids=REPEATS)
def test_repeats_a_repeat(pattern: str, repeats: bool) -> None:
    assert repeats_a_repeat(pattern) is repeats


def test_compile_budget() -> None:
    compiling = CompileBudget(0.001)
    with compiling.measure():
        time.sleep(0.02)
    with compiling.measure():
        sum(range(1_000_000))
    with pytest.raises(DataError, match="simplify them"), compiling.measure():
        pytest.fail("it was let in")
