"""Criteria on the size of a picture."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters.builder import Clause, Filter, either
from tests.fake_stash.filters.criteria import Criterion, Joiner

# The shorter side in pixels: the least and the most of each name.
RESOLUTIONS = {
    "VERY_LOW": (144, 240),
    "LOW": (240, 360),
    "R360P": (360, 480),
    "STANDARD": (480, 540),
    "WEB_HD": (540, 720),
    "STANDARD_HD": (720, 1080),
    "FULL_HD": (1080, 1440),
    "QUAD_HD": (1440, 1920),
    "VR_HD": (1920, 2160),
    "FOUR_K": (1920, 2560),
    "FIVE_K": (2560, 3000),
    "SIX_K": (3000, 3584),
    "SEVEN_K": (3584, 3840),
    "EIGHT_K": (3840, 6144),
    "HUGE": (6144, 10_000),
}
SHAPES = {"PORTRAIT": "<", "LANDSCAPE": ">", "SQUARE": "="}


def resolution(width: str, height: str, join: Joiner) -> Criterion:
    """The shorter side of the picture."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        low, high = RESOLUTIONS[given["value"]]
        side = f"MIN({width}, {height})"
        forms = {
            "EQUALS": f"{side} BETWEEN {low} AND {high - 1}",
            "NOT_EQUALS": f"{side} NOT BETWEEN {low} AND {high - 1}",
            "LESS_THAN": f"{side} < {low}",
            "GREATER_THAN": f"{side} > {high - 1}",
        }
        if given["modifier"] in forms:
            wanted.where(forms[given["modifier"]])

    return criterion


def orientation(width: str, height: str, join: Joiner) -> Criterion:
    """Is it wider than high?"""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        clauses = [Clause(f"{width} {SHAPES[shape]} {height}") for shape in given["value"] if shape in SHAPES]
        if clauses:
            wanted.conditions.append(either(clauses))

    return criterion
