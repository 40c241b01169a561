"""Patterns that never end: the rule is switched off for the run, and the rest is done."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from lib.errors import DataError
from lib.rules.budget import MAX_SUBJECT, Budget, OutOfTimeError
from lib.rules.regexes import Compiling, compiled, repeats_a_repeat
from tests.rules.bench import after, engine, image

ENDLESS = "(a+)+$"
LONG = image("a" * 60 + "!.jpg")


def test_a_rule_whose_pattern_never_ends_is_off_for_the_run() -> None:
    rules = engine(f"""
rules:
- {{name: endless, match: {{name: {{regex: '{ENDLESS}'}}}}, set: {{title: x}}}}
- {{name: other, set: {{code: y}}}}
""")
    began = time.process_time()
    planned = rules.plan(LONG)
    assert time.process_time() - began < 3
    assert after(planned) == {"code": "y"}
    assert "the rule 'endless' is off for this run" in planned.problems[0]
    assert list(rules.disabled) == ["endless"]
    began = time.process_time()
    assert (after(rules.plan(LONG)), rules.plan(LONG).problems) == ({"code": "y"}, ())
    assert time.process_time() - began < 0.5


def test_waiting_costs_no_budget() -> None:
    budget = Budget(0.05)
    time.sleep(0.1)
    assert budget.search(compiled("a"), "a")


def test_all_patterns_of_an_image_share_its_budget() -> None:
    budget = Budget(0.2)
    slow = compiled(ENDLESS)
    with pytest.raises(OutOfTimeError):
        budget.search(slow, "a" * 60 + "!")
    with pytest.raises(OutOfTimeError):
        budget.search(compiled("a"), "a")
    budget.renew()
    assert budget.search(compiled("a"), "a")


def elsewhere(work: Any) -> list[Any]:
    """What `work` gives on a thread that no signal reaches."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except DataError as error:
            results.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results


def test_where_nothing_can_end_a_search_subjects_are_cut() -> None:
    subject = "a" * MAX_SUBJECT + "b"
    assert elsewhere(lambda: Budget().search(compiled("b"), subject)) == [None]


def test_where_nothing_can_end_a_search_a_repeat_of_a_repeat_is_refused() -> None:
    (message,) = elsewhere(lambda: compiled(ENDLESS))
    assert "repeats a group that repeats" in message
    assert compiled(ENDLESS).pattern == ENDLESS


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
def test_repeats_of_repeats_are_seen(pattern: str, repeats: bool) -> None:
    assert repeats_a_repeat(pattern) is repeats


def test_patterns_that_take_long_to_compile_are_refused_from_then_on() -> None:
    compiling = Compiling(0.001)
    with compiling.counted():
        time.sleep(0.02)
    with compiling.counted():
        sum(range(1_000_000))
    with pytest.raises(DataError, match="make them simpler"), compiling.counted():
        pytest.fail("it was let in")
