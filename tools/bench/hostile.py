"""Measure malicious patterns, files, rules and tables, each in a separate process, in processor time.

Tests check that they end, and in how many steps. The durations on this machine are measured here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator

from lib.rules import check_rules
from lib.rules.syntax.regex_timeout import RegexBudget, RegexTimeoutError
from lib.rules.syntax.regexes import compile_regex
from tests.faults.test_input import BOMBS, PATTERNS
from tests.metadata import factories, test_malformed
from tests.rules.syntax.test_regex_timeout import STEPS
from tests.tables import test_limits
from tools.bench.contenders import Contender, Group, Run

SECOND = "a second of the processor"
RULES = BOMBS | PATTERNS


def groups() -> Iterator[Group]:
    """Return the groups to measure. Their limits are in docs/performance.md."""
    yield Group(
        "a pattern's second", [Contender(SECOND, second), *(Contender(name, pattern, (name,)) for name in STEPS)]
    )
    for name, work, inputs in (
        ("a malicious image file", picture, list(test_malformed.MALICIOUS)),
        ("malicious rules", rules, list(RULES)),
        ("a malicious table", table, list(test_limits.COSTLY)),
    ):
        usual = Contender("a usual one", work, ("",))
        yield Group(name, [usual, *(Contender(input_, work, (input_,)) for input_ in inputs)])


def second(_url: str) -> Run:
    """Use one second of the processor, to compare with."""

    def work() -> None:
        ends = time.process_time() + 1
        while time.process_time() < ends:
            pass

    return _processor(work)


def pattern(_url: str, name: str) -> Run:
    """Search a million characters with a pattern that only its budget ends."""
    regex, unit = STEPS[name]

    def work() -> None:
        with contextlib.suppress(RegexTimeoutError):
            RegexBudget().search(compile_regex(regex), unit * 1_000_000)

    return _processor(work)


def picture(_url: str, name: str) -> Run:
    """Read all metadata of an image file."""
    content = test_malformed.MALICIOUS[name][0]() if name else factories.png_text("Title", "a usual one")
    return _of_file("trap.jpg", content, test_malformed.problems)


def rules(_url: str, name: str) -> Run:
    """Check a rules file."""
    text = RULES[name]() if name else "rules: [{name: usual, set: {title: a}}]"
    return _processor(lambda: check_rules(text))


def table(_url: str, name: str) -> Run:
    """Read a table and compare its rows."""
    ending, make, _ = test_limits.COSTLY[name] if name else ("csv", lambda: "id,title\n5,a\n", "")
    return _of_file(f"table.{ending}", make().encode(), test_limits.work)


def _of_file(name: str, content: bytes, work: Callable[[str], object]) -> Run:
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    path = os.path.join(folder.name, name)
    with open(path, "wb") as file:
        file.write(content)

    def run() -> float:
        with folder:
            return _processor(lambda: work(path))() or 0.0

    return run


def _processor(work: Callable[[], object]) -> Run:
    """Return the processor time in seconds, without that of other processes."""

    def run() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return run
