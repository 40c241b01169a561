"""A filter of templates: a function of a value, and the check of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lib.rules.values import MAX_ITEMS, as_text, is_nothing

MAX_TEXT = 1_000_000
"""Maximum characters of a filter's result, text or list; ten times what any field allows."""

Arguments: TypeAlias = tuple[str, ...]
Run: TypeAlias = Callable[[Any, Arguments], Any]


def no_argument(arguments: Arguments) -> str | None:
    return "takes no argument" if arguments else None


def one_argument(arguments: Arguments) -> str | None:
    return None if len(arguments) == 1 and arguments[0] else "needs an argument"


@dataclass(frozen=True)
class Filter:
    """A filter of templates.

    run: returns the new value for a value that isn't empty and the arguments; None for no value.
    check: returns the problem with the arguments, or None; called once, when the rules are loaded.
    takes_list: whether it receives a list as a whole, instead of each element.
    commas: the number of arguments into which commas split its text.
    """

    run: Run
    check: Callable[[Arguments], str | None] = no_argument
    takes_list: bool = False
    commas: int = 1

    def apply(self, value: Any, arguments: Arguments) -> Any:
        """Return the filtered value; for a list, the filtered elements that have a value, one level deep.

        A list is cut where it is longer than any field allows, since later filters may make it longer.
        """
        if is_nothing(value):
            return None
        if self.takes_list or not isinstance(value, (list, tuple)):
            return self.run(value, arguments)
        results: list[Any] = []
        budget_chars = MAX_TEXT
        for item in value[:MAX_ITEMS]:
            result = None if is_nothing(item) else self.run(item, arguments)
            items = result if isinstance(result, list) else [] if is_nothing(result) else [result]
            results.extend(items)
            budget_chars -= sum(len(text) for text in items if isinstance(text, str))
            if budget_chars < 0 or len(results) >= MAX_ITEMS:
                break
        return results[:MAX_ITEMS] or None


@dataclass(frozen=True)
class Default(Filter):
    """The only filter that applies to an empty value."""

    def apply(self, value: Any, arguments: Arguments) -> Any:
        return arguments[0] if is_nothing(value) else value


def on_text(function: Callable[..., Any]) -> Run:
    """Return a `run` that calls the function with the value's text and the arguments; None for an object."""

    def run(value: Any, arguments: Arguments) -> Any:
        text = as_text(value)
        return None if text is None else function(text, *arguments)

    return run
