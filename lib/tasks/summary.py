"""Log lines that several tasks write: the first items of a list, and counts with their labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lib.log import logger

MAX_LOGGED = 5
"""Lines or items of a list in the log; the answer and the report have all of them."""
MAX_NAMES = 10
MAX_LISTED = 50
"""Where lists of notes and failures end that come from the history."""


def join_first(items: Sequence[str], most: int = MAX_LOGGED) -> str:
    """Join the first items with commas, and count the others: `a, b and 12 more`."""
    text = ", ".join(items[:most])
    return f"{text} and {len(items) - most} more" if len(items) > most else text


def count_labels(counts: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Join counts with their labels: `3 changed, 1 failed`. labels: key of `counts` -> label."""
    return ", ".join(f"{counts[key]} {label}" for key, label in labels.items())


def log_first(log: Callable[..., None], lines: Sequence[str], most: int = MAX_LOGGED) -> None:
    """Log the first lines, then how many more there are."""
    for line in lines[:most]:
        log("%s", line)
    if len(lines) > most:
        log("… and %s%s more", "at least " if len(lines) >= MAX_LISTED else "", len(lines) - most)


def log_new_names(names: Sequence[Mapping[str, Any]]) -> None:
    """Log the tags, performers and studios that a plan would create, each with its number of images."""
    if names:
        shown = join_first([f"{name['name']} ({name['images']})" for name in names], MAX_NAMES)
        logger.info("Would create %s tags, performers and studios (number of images): %s", len(names), shown)
