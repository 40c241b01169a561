"""The arguments of an operation: checked by kind, with an error that names the argument and what is allowed.

A task's `defaultArgs` arrive as text ("true", "3"), an operation's arguments with their types: both are taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.client import validate
from lib.client.validate import Check
from lib.errors import DataError

MAX_SAMPLE = 10_000
"""Images of a sample: drawn by one question, which must stay small."""
_MAX_NUMBER = 1_000_000_000_000
"""A page of so many is still a number for SQLite."""


@dataclass(frozen=True)
class Argument:
    """One argument: its check, and whether the operation can do without it."""

    check: Check
    required: bool = False


def check(mode: str, given: Mapping[str, Any], known: Mapping[str, Argument]) -> dict[str, Any]:
    """The given arguments with their types; unknown, missing and ill-typed ones are errors. Null is not given."""
    if unknown := [name for name in given if name not in known]:
        allowed = ", ".join(known) or "none"
        raise DataError(f"{mode} has no argument {', '.join(unknown)}; allowed: {allowed}.")
    present = {name: value for name, value in given.items() if value is not None}
    if missing := [name for name, argument in known.items() if argument.required and name not in present]:
        raise DataError(f"{mode} needs {', '.join(missing)}; its arguments: {', '.join(known)}.")
    return {name: known[name].check(f"{mode}: {name}", value) for name, value in present.items()}


def typed(check_: Check) -> Check:
    """A check that also takes the value as text: "3", "true", a JSON object."""

    def from_text(name: str, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return check_(name, value)
        return check_(name, validate.limit_depth(name, value))

    return from_text


def one_of(*allowed: str) -> Check:
    """A check for one of these words."""

    def is_one(name: str, value: Any) -> str:
        if value not in allowed:
            raise validate.invalid(name, value, f"one of {', '.join(allowed)} is expected")
        return str(value)

    return is_one


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_NUMBER:
        raise validate.invalid(name, value, f"a whole number is expected, not above {_MAX_NUMBER}")
    return value


def _sample(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_SAMPLE:
        raise validate.invalid(name, value, f"a whole number from 1 to {MAX_SAMPLE:,} is expected")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise validate.invalid(name, value, "a list is expected")
    return value


TEXT = Argument(validate.text)
SWITCH = Argument(typed(validate.boolean))
NUMBER = Argument(typed(_whole))
ID = Argument(validate.id_)
IDS = Argument(typed(validate.ids))
OBJECT = Argument(typed(validate.mapping))
LIST = Argument(typed(_list))
SAMPLE = Argument(typed(_sample))
IMAGE_SELECTION: dict[str, Argument] = {"image_filter": OBJECT, "q": TEXT, "ids": IDS}
"""Wherever images are chosen: lib.planning.image_selection."""


def required(argument: Argument) -> Argument:
    """The same argument, but it must be given."""
    return Argument(argument.check, required=True)
