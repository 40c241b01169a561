"""The states of the images of a plan.

An image is `planned`, `left_out` if the user excluded all of its changes, `sent` (journalled, its request under way), and
then `changed`, `failed`, or `skipped` where it was edited since. One that failed after a part of it was done is kept as
`partly`, so that undo knows of it, and listed as failed. An image that only rules in preview mode would change is `preview`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

STATES = ("planned", "preview", "left_out", "sent", "changed", "skipped", "failed")
"""The states as answers have them."""
PARTLY = "partly"
OPEN = ("planned", "left_out")
"""Their changes can still be excluded, included and edited."""
MAY_BE_CHANGED = ("changed", "sent", PARTLY)


def public(state: str) -> str:
    """Return a state as answers have it."""
    return "failed" if state == PARTLY else state


def texts(states: Iterable[str]) -> str:
    """Return states as SQL."""
    return ", ".join(f"'{state}'" for state in states)


def image_json(row: Any) -> dict[str, str]:
    """Return an image of a plan as answers have it: id, path, state, reason."""
    state = public(row["state"])
    return {"id": str(row["image"]), "path": row["path"], "state": state, "reason": row["reason"]}
