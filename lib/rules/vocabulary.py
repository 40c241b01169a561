"""The vocabulary: maps computed names to others and drops unwanted ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lib.rules.syntax.regex_timeout import RegexBudget
from lib.rules.values import fold


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary of one kind: `map` by folded name; names to drop, by folded name (`drop`) or by pattern."""

    map: dict[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()

    def translate(self, name: str, budget: RegexBudget) -> str | None:
        """Return the name to use for a computed one, or None if it is dropped."""
        name = self.map.get(fold(name), name)
        if fold(name) in self.drop or any(budget.search(pattern, name) for pattern in self.patterns):
            return None
        return name
