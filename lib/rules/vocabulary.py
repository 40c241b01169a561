"""The vocabulary: computed names are mapped to the ones in use, then those that say nothing are dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lib.rules.syntax.regex_timeout import RegexBudget
from lib.rules.values import fold


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary of one kind: `map` by folded name, and what is dropped, by folded name or by pattern."""

    map: dict[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()

    def use(self, name: str, budget: RegexBudget) -> str | None:
        """The name to use instead of a computed one, or None for none."""
        name = self.map.get(fold(name), name)
        if fold(name) in self.drop or any(budget.search(pattern, name) for pattern in self.patterns):
            return None
        return name
