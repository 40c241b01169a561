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
        name = self.mapped(name)
        return None if self.dropped_by(name, budget) else name

    def mapped(self, name: str) -> str:
        """Return the name to use for a computed one that isn't dropped."""
        return self.map.get(fold(name), name)

    def dropped_by(self, name: str, budget: RegexBudget) -> str | None:
        """Return the entry of `drop` for a name that was mapped, or None if it isn't dropped."""
        if fold(name) in self.drop:
            return fold(name)
        return next((f"/{pattern.pattern}/" for pattern in self.patterns if budget.search(pattern, name)), None)


def is_pattern(text: str) -> bool:
    """Whether an entry of `drop` is a regular expression between slashes."""
    return len(text) > 2 and text[0] == text[-1] == "/"
