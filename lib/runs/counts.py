"""The counts of a run: typed in code, and one JSON object in the history and in answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Counts:
    """The counts of one run. None is absent from the JSON: each kind of run counts other things.

    matched: images that a rule matched, rows whose image exists, or images that an undo checked.
    planned, preview, organized, missing, nothing_found, already_right: of the images that a rule matched, each in one:
        the plan changes it, only rules in preview mode would, it is organized and skipped, it lacks a name, no value was
        found and no field filled, the rest. with_missing: all images that lack a name, planned ones too.
    changed, skipped, failed, left_out, in_doubt: images by their state since the plan is complete.
    """

    seen: int | None = None
    rows: int | None = None
    matched: int | None = None
    planned: int | None = None
    preview: int | None = None
    organized: int | None = None
    missing: int | None = None
    nothing_found: int | None = None
    already_right: int | None = None
    with_missing: int | None = None
    conflicts: int | None = None
    problems: int | None = None
    rules: Mapping[str, Mapping[str, int]] | None = None
    table: str | None = None
    report: str | None = None
    left_alone: int | None = None
    changed: int | None = None
    skipped: int | None = None
    failed: int | None = None
    left_out: int | None = None
    in_doubt: int | None = None
    names: tuple[str, ...] | None = None
    image: str | None = None
    seconds: float | None = None

    def updated(self, **values: Any) -> Counts:
        """Return these counts with other values."""
        return replace(self, **values)

    def merged(self, other: Counts) -> Counts:
        """Return these counts with everything that the other has."""
        return replace(self, **{name: value for name, value in _items(other) if value is not None})

    def begun(self) -> Counts:
        """Return these counts with zeros for the outcome, as a run has them whose plan is complete."""
        return replace(self, changed=self.changed or 0, skipped=self.skipped or 0, failed=self.failed or 0)

    def as_json(self) -> dict[str, Any]:
        """Return what answers and the history hold."""
        present = {name: value for name, value in _items(self) if value is not None}
        return present | ({} if self.names is None else {"names": list(self.names)})

    def dumped(self) -> str:
        """Return the text that the history keeps."""
        return json.dumps(self.as_json())

    @classmethod
    def load(cls, text: str) -> Counts:
        """Parse a text that the history kept; a ValueError or TypeError where it isn't a JSON object."""
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError("not an object")
        known = {name: values[name] for name in _NAMES if values.get(name) is not None}
        return cls(**known | ({"names": tuple(known["names"])} if "names" in known else {}))


_NAMES = [field.name for field in fields(Counts)]


def _items(counts: Counts) -> list[tuple[str, Any]]:
    return [(name, getattr(counts, name)) for name in _NAMES]
