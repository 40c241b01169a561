"""Counts planned images: each matched image by its one outcome, and each rule's images."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from lib.rules import Planned
from lib.rules.planned import OUTCOMES
from lib.runs.counts import Counts


class ImageOutcome(NamedTuple):
    """The outcome of one image; its text is saved, so that the image can be planned and counted again.

    outcome: one of OUTCOMES, None if no rule matched. matched, planned: the rules that matched, and that would change it.
    """

    outcome: str | None
    lacks_name: bool
    problems: int
    matched: tuple[str, ...]
    planned: tuple[str, ...]

    @classmethod
    def of(cls, image: Planned) -> ImageOutcome:
        """Return the outcome of a planned image."""
        rules = {rule for change in image.change.changes for rule in change.rules}
        rules |= {previewed.rule for previewed in image.previewed}
        return cls(image.outcome, image.lacks_name, len(image.problems), image.matched, tuple(sorted(rules)))

    @classmethod
    def load(cls, text: str) -> ImageOutcome:
        """Parse what `dumped` returned."""
        outcome, lacks_name, problems, matched, planned = json.loads(text)
        return cls(outcome, lacks_name, problems, tuple(matched), tuple(planned))

    def dumped(self) -> str:
        """Return the text to save."""
        return json.dumps(self)


class Tally:
    """The counts of planning as they grow."""

    def __init__(self, rules: Iterable[str], counts: Counts | None = None) -> None:
        """Begin with zeros, or with the counts of a saved plan."""
        values = (counts or Counts()).as_json()
        names = ("seen", "matched", "problems", "with_missing", *OUTCOMES)
        self._counts = Counter({name: values.get(name, 0) for name in names})
        saved = values.get("rules", {})
        self._rules = {rule: dict(saved.get(rule, {"matched": 0, "planned": 0})) for rule in rules}

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def add(self, image: ImageOutcome, times: int = 1) -> None:
        """Count one image; -1 times if it isn't counted any more."""
        counts = self._counts
        counts["seen"] += times
        counts["problems"] += times * image.problems
        counts["with_missing"] += times * image.lacks_name
        if image.outcome is not None:
            counts["matched"] += times
            counts[image.outcome] += times
        for rule in image.matched:
            self._rules[rule]["matched"] += times
        for rule in image.planned:
            self._rules[rule]["planned"] += times

    def as_counts(self) -> Counts:
        """Return the counts so far."""
        return Counts().updated(**self._counts, rules=self._rules)
