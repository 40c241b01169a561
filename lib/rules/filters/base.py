"""What a template's filter is: a name, what it does to a value, and what its argument may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lib.rules.values import MOST_ITEMS, as_text, is_nothing

MAX_TEXT = 1_000_000
"""Characters that a filter makes at most, of a text or of a list; ten times what any field takes."""

Arguments: TypeAlias = tuple[str, ...]
Run: TypeAlias = Callable[[Any, Arguments], Any]


def no_argument(arguments: Arguments) -> str:
    return "takes no argument" if arguments else ""


def one_argument(arguments: Arguments) -> str:
    return "" if len(arguments) == 1 and arguments[0] else "needs an argument"


@dataclass(frozen=True)
class Filter:
    """A filter of templates.

    run: the value (never nothing) and the arguments -> the new value, None for nothing.
    check: what is wrong with the arguments, or no text; asked once, when the rules are loaded.
    whole: takes a list as it is; others are given its elements one by one.
    commas: how many arguments its text is split into at commas.
    """

    run: Run
    check: Callable[[Arguments], str] = no_argument
    takes_list: bool = False
    commas: int = 1

    def apply(self, value: Any, arguments: Arguments) -> Any:
        """The value after this filter; of a list each element that is left, one level deep.

        A list is cut where it is longer than any field's can be, as filters behind this one may let it grow again.
        """
        if is_nothing(value):
            return None
        if self.takes_list or not isinstance(value, (list, tuple)):
            return self.run(value, arguments)
        kept: list[Any] = []
        room = MAX_TEXT
        for item in value[:MOST_ITEMS]:
            result = None if is_nothing(item) else self.run(item, arguments)
            made = result if isinstance(result, list) else [] if is_nothing(result) else [result]
            kept.extend(made)
            room -= sum(len(text) for text in made if isinstance(text, str))
            if room < 0 or len(kept) >= MOST_ITEMS:
                break
        return kept[:MOST_ITEMS] or None


@dataclass(frozen=True)
class Default(Filter):
    """The one filter that acts where there is nothing."""

    def apply(self, value: Any, arguments: Arguments) -> Any:
        return arguments[0] if is_nothing(value) else value


def on_text(change: Callable[..., Any]) -> Run:
    """A filter's `run` from a function of the value's text and the arguments; an object has no text."""

    def run(value: Any, arguments: Arguments) -> Any:
        text = as_text(value)
        return None if text is None else change(text, *arguments)

    return run
