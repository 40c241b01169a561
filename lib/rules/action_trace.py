"""Records an action for explain: the steps of its templates, and each of its values with the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lib.changes import NameMatch
from lib.rules.fields import MAX_TEXT
from lib.rules.templates import Trace
from lib.rules.values import as_text

FIELD_FILLED, NOTHING_FOUND, TOO_LONG, INVALID = "field_filled", "nothing_found", "too_long", "invalid"
DROPPED, AMBIGUOUS, NO_SUCH_NAME, UNCHANGED = "dropped_by_vocabulary", "ambiguous", "no_such_name", "unchanged"


class ValueReport(NamedTuple):
    """A value of an action, with the reason why it isn't planned; None if it is. detail: what the outcome needs."""

    value: Any
    outcome: str | None = None
    detail: Mapping[str, Any] = {}


@dataclass
class ActionTrace:
    """The record of one action for one image."""

    templates: list[Trace] = field(default_factory=list)
    values: list[ValueReport] = field(default_factory=list)
    _mapped: dict[str, str] = field(default_factory=dict)

    def begin(self) -> Trace:
        """Return the empty trace of the next template."""
        self.templates.append([])
        return self.templates[-1]

    def map(self, name: str, to: str) -> None:
        """Record that the vocabulary maps a name."""
        if name != to:
            self._mapped[to] = name

    def add(self, value: Any, outcome: str | None = None, *, name: str | None = None, **detail: Any) -> None:
        """Record a value; `name` is the name that it was looked up by."""
        if name in self._mapped:
            detail["mapped"] = {"from": self._mapped[name], "to": name}
        self.values.append(ValueReport(value, outcome, detail))

    def add_invalid(self, raw: Any) -> None:
        """Record a value that the field doesn't accept."""
        text = as_text(raw)
        self.add(raw if text is None else text, TOO_LONG if len(text or "") > MAX_TEXT else INVALID)

    def add_unresolved(self, name: str, match: NameMatch) -> None:
        """Record a name that stands for nothing that the image can be given."""
        if match.ambiguous:
            self.add(name, AMBIGUOUS, name=name, candidates=[ref._asdict() for ref in match.ambiguous])
        elif match.refused:
            self.add(name, INVALID, name=name, reason=match.refused)
        else:
            self.add(name, NO_SUCH_NAME, name=name)
