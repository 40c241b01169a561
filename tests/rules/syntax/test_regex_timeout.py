"""Patterns that never end (regex_timeout, evaluate): the rule is disabled for the run, and the others run."""

from __future__ import annotations

import itertools
import signal
import time
from types import SimpleNamespace
from typing import Any

import pytest

from lib.rules.syntax.regex_timeout import MAX_SUBJECT, MAX_UNTIMED, SECONDS, SHARE, RegexBudget, RegexTimeoutError
from lib.rules.syntax.regexes import compile_regex
from tests.rules.factories import after, engine, image
from tests.support.threads import without_timer

ENDLESS = "(a+)+$"
LONG = image("a" * 60 + "!.jpg")
ENDLESS_RULE = f"- {{name: endless, match: {{name: {{regex: '{ENDLESS}'}}}}, set: {{title: x}}}}"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that each search is given from here on, all of which one that never ends takes."""
    seconds: list[float] = []
    setitimer = signal.setitimer

    def give(which: int, left: float) -> tuple[float, float]:
        seconds.extend([left] * (left > 0))
        return setitimer(which, left)

    monkeypatch.setattr("lib.rules.syntax.regex_timeout.signal.setitimer", give)
    return seconds


@pytest.mark.timeout(60)
def test_endless_pattern_disables_its_rule(given: list[float]) -> None:
    rules = engine(f"rules:\n{ENDLESS_RULE}\n- {{name: other, set: {{code: y}}}}\n")
    planned = rules.plan(LONG)
    assert given == [SECONDS]
    assert after(planned) == {"code": "y"}
    assert "the rule 'endless' is disabled for this run" in planned.problems[0]
    assert list(rules.disabled) == ["endless"]
    assert (after(rules.plan(LONG)), rules.plan(LONG).problems) == ({"code": "y"}, ())
    assert given == [SECONDS]


@pytest.mark.timeout(60)
def test_many_endless_patterns_share_the_time(given: list[float]) -> None:
    many = "\n".join(ENDLESS_RULE.replace("endless", f"endless {number}") for number in range(25))
    rules = engine(f"rules:\n{many}\n- {{name: other, set: {{code: y}}}}\n")
    for off in (1, 2):
        given.clear()
        planned = rules.plan(LONG)
        assert given == [SECONDS, SECONDS * SHARE]
        assert after(planned) == {"code": "y"}
        assert list(rules.disabled) == [f"endless {number}" for number in range(off)]
        first = ", ".join(f"'endless {number}'" for number in range(off, off + 5))
        assert planned.problems[1] == (
            f"{LONG['visual_files'][0]['path']}: skipped the rules {first} and {20 - off} more; the patterns of other rules used up the time"
        )


# seconds that earlier rules left to a rule that never ends, whether it is to blame
LEFT = {"all": (0.2, True), "half": (0.1, True), "half with its share": (0.07, True), "little": (0.02, False)}


@pytest.mark.parametrize(("left", "to_blame"), LEFT.values(), ids=LEFT)
def test_only_rules_that_had_time_are_disabled(left: float, to_blame: bool) -> None:
    rules = engine(f"rules:\n- {{name: taker, match: {{name: {{regex: a}}}}}}\n{ENDLESS_RULE}\n")
    evaluation = rules.evaluation(LONG)
    budget = evaluation.context.run.budget = RegexBudget(0.2)
    steps = evaluation.run(rules.ruleset.rules)
    assert next(steps).rule.name == "taker"
    budget.remaining = left
    assert list(steps) == []
    assert list(rules.disabled) == ["endless"] * to_blame
    (problem,) = evaluation.problems
    assert ("the rule 'endless' is disabled for this run" if to_blame else "skipped the rules 'endless'") in problem


def test_rule_without_time_gets_a_share() -> None:
    rules = engine("rules:\n- {name: taker}\n- {name: other, match: {name: {regex: 'a!'}}, set: {code: y}}\n")
    evaluation = rules.evaluation(LONG)
    steps = evaluation.run(rules.ruleset.rules)
    assert next(steps).rule.name == "taker"
    evaluation.context.run.budget.remaining = 0
    assert [step.failed for step in steps] == [None]
    assert (evaluation.problems, rules.disabled) == ([], {})


def test_waiting_costs_no_budget() -> None:
    budget = RegexBudget(0.05)
    time.sleep(0.1)
    assert budget.search(compile_regex("a"), "a")


def test_patterns_of_an_image_share_its_budget() -> None:
    budget = RegexBudget(0.2)
    slow = compile_regex(ENDLESS)
    with pytest.raises(RegexTimeoutError):
        budget.search(slow, "a" * 60 + "!")
    with pytest.raises(RegexTimeoutError):
        budget.search(compile_regex("a"), "a")
    assert budget.extend()
    assert 0 < budget.remaining <= 0.2 * SHARE
    assert not budget.extend()
    budget.renew()
    assert budget.search(compile_regex("a"), "a")


# A single step of the matcher runs over all the rest of these, and only then looks whether its time is up.
STEPS = {
    "ASCII": (r"\w+@", "a"),
    "beyond": (r"\S+!", "é"),
    "three": (r"\w+\d+@", "a"),
    "lazy": ("(?s)a.*?b.*?c", "a"),
    "few steps from each character on": (r"\w+\w+@", "a"),
    "as few in other ways": ("|".join(rf"\w+{chr(number)}" for number in range(0x400, 0x4C8)), "a"),
}


@pytest.mark.timeout(20)  # where nothing ends them, the last two take a minute and more
@pytest.mark.parametrize(("pattern", "unit"), STEPS.values(), ids=STEPS)
def test_a_search_in_a_million_characters_is_ended(pattern: str, unit: str) -> None:
    with pytest.raises(RegexTimeoutError):
        RegexBudget(0.005).search(compile_regex(pattern), unit * 1_000_000)


@pytest.mark.timeout(20)
def test_search_is_ended_between_start_positions() -> None:
    with pytest.raises(RegexTimeoutError):
        RegexBudget(0.005).search(compile_regex(STEPS["few steps from each character on"][0]), "a" * 4096)


# what may be found anywhere in a long text: by trying each character, and by the matcher's own search
ANYWHERE = ["b", "$", "", "(?<=a)b", "^a", r"\bc", r"(?m)^c", "a*b", "(a|b)+?c", "x"]


@pytest.mark.parametrize("anew", [True, False], ids=["an older Python", "a newer one"])
@pytest.mark.parametrize("pattern", ANYWHERE)
def test_every_python_finds_the_same(pattern: str, anew: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.rules.syntax.regex_timeout._RESTARTS_COUNT", anew)
    for subject in ("a" * 300 + "b\nc", "a" * 300, "ab\nc"):
        found, expected = RegexBudget().search(compile_regex(pattern), subject), compile_regex(pattern).search(subject)
        assert (found and found.span()) == (expected and expected.span())


def test_patterns_see_the_beginning_of_a_text() -> None:
    assert RegexBudget().search(compile_regex("b"), "a" * (MAX_SUBJECT - 1) + "b")
    assert RegexBudget().search(compile_regex("b"), "a" * MAX_SUBJECT + "b") is None


def test_many_short_searches_take_their_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0, 0.001)
    monkeypatch.setattr("lib.rules.syntax.regex_timeout.time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    budget, searches = RegexBudget(0.1), itertools.count()
    with pytest.raises(RegexTimeoutError):
        any(budget.search(compile_regex("a"), "b") for _ in searches)
    assert next(searches) == pytest.approx(100, abs=2)


def test_subjects_are_cut_without_a_timer() -> None:
    subject = "a" * MAX_UNTIMED + "b"
    assert without_timer(lambda: RegexBudget().search(compile_regex("b"), subject)) == [None]


def test_long_search_is_the_last_without_a_timer() -> None:
    def work() -> Any:
        budget = RegexBudget(0.001)
        return budget.search(compile_regex("a"), "a") and budget.search(compile_regex("(a|a)*$"), "a" * 18 + "!")

    assert without_timer(work) == [RegexTimeoutError]
