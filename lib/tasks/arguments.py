"""Check the arguments of an operation by type. Errors name the argument and the allowed values.

A task's `defaultArgs` arrive as text ("true", "3"), an operation's arguments with their types: both are accepted.
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
"""Maximum number of images in a sample; a preview of more is as fast without one."""
_MAX_NUMBER = 1_000_000_000_000
"""The offset of a page with this number still fits into SQLite's integers."""


@dataclass(frozen=True)
class Argument:
    """An argument: its check, and whether it's required."""

    check: Check
    required: bool = False


def check(mode: str, args: Mapping[str, Any], arguments: Mapping[str, Argument]) -> dict[str, Any]:
    """Return the arguments with their types; null counts as missing. Raises DataError for unknown or invalid ones."""
    if unknown := [name for name in args if name not in arguments]:
        allowed = ", ".join(arguments) or "none"
        raise DataError(f"{mode} has no argument {', '.join(unknown)} (allowed: {allowed}).")
    values = {name: value for name, value in args.items() if value is not None}
    if missing := [name for name, argument in arguments.items() if argument.required and name not in values]:
        raise DataError(f"{mode} requires {', '.join(missing)} (arguments: {', '.join(arguments)}).")
    return {name: arguments[name].check(f"{mode}: {name}", value) for name, value in values.items()}


def typed(check_: Check) -> Check:
    """Return a check that also accepts the value as text: "3", "true", a JSON object."""

    def from_text(name: str, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return check_(name, value)
        return check_(name, validate.limit_depth(name, value))

    return from_text


def one_of(*allowed: str) -> Check:
    """Return a check for one of these words."""

    def is_one(name: str, value: Any) -> str:
        if value not in allowed:
            raise validate.invalid(name, value, f"one of {', '.join(allowed)} is expected")
        return str(value)

    return is_one


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_NUMBER:
        raise validate.invalid(name, value, f"a whole number is expected, not above {_MAX_NUMBER}")
    return value


def _sample(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_SAMPLE:
        raise validate.invalid(name, value, f"a whole number from 1 to {MAX_SAMPLE:,} is expected")
    return value


def _seed(name: str, value: Any) -> str | int:
    return validate.text(name, value) if isinstance(value, str) else _integer(name, value)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise validate.invalid(name, value, "a list is expected")
    return value


TEXT = Argument(validate.text)
SWITCH = Argument(typed(validate.boolean))
NUMBER = Argument(typed(_integer))
ID = Argument(validate.id_)
IDS = Argument(typed(validate.ids))
OBJECT = Argument(typed(validate.mapping))
LIST = Argument(typed(_list))
SAMPLE = Argument(typed(_sample))
SEED = Argument(_seed)
TEXTS = Argument(typed(validate.texts))
IMAGE_SELECTION: dict[str, Argument] = {"image_filter": OBJECT, "q": TEXT, "ids": IDS}
"""The arguments of lib.planning.image_selection."""


def required(argument: Argument) -> Argument:
    """Return the same argument as a required one."""
    return Argument(argument.check, required=True)
