"""The vocabulary: maps computed names to others, drops unwanted ones, and lists those that may be created."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lib.rules.syntax.regex_timeout import RegexBudget
from lib.rules.values import fold


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary of one kind: `map` by folded name; names to drop, by folded name (`drop`) or by pattern.

    create: folded name -> name that may be created even without `create` in the rule.
    """

    map: dict[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    create: dict[str, str] = field(default_factory=dict)

    def translate(self, name: str, budget: RegexBudget) -> str | None:
        """Return the name to use for a computed one, or None if it is dropped."""
        name = self.map.get(fold(name), name)
        if fold(name) in self.drop or any(budget.search(pattern, name) for pattern in self.patterns):
            return None
        return name


def is_pattern(text: str) -> bool:
    """Whether an entry of `drop` is a regular expression between slashes."""
    return len(text) > 2 and text[0] == text[-1] == "/"
