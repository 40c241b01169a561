"""Explains what the rules make of one image: every condition's value and verdict, every template's steps, every source."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from lib.changes import FieldChange, Ref
from lib.rules.conditions.fields import plain
from lib.rules.evaluate import RuleStep
from lib.rules.image.context import ImageContext
from lib.rules.sources import SOURCES
from lib.rules.values import is_nothing


def explained(view: ImageContext, steps: Iterable[RuleStep]) -> dict[str, Any]:
    """An object that can be written as JSON.

    {id, path, organized, rules: [{name, mode, matched, failed, skipped, conditions: [{condition, value, holds}],
    actions: [{do, field, value, templates: [[{placeholder, steps: [{step, value}]}]], written}]}],
    changes: [{field, before, after, add, remove, rules}], sources: {name: value}, sidecars: {kind: path}, problems}
    """
    rules = [_rule(step) for step in steps]
    asked = dict(view.found)
    return {
        "id": view.image["id"],
        "path": view.place.path if view.place else None,
        "organized": bool(view.image.get("organized")),
        "rules": rules,
        "changes": [_change(change) for change in view.draft.changes()],
        "sources": {name: shortened(value) for name, value in {**_everything(view), **asked}.items()},
        "sidecars": {kind: sidecar.path for kind, sidecar in view.sidecars().items()},
        "problems": list(view.notes.problems),
        "missing_names": view.notes.missing,
    }


def _everything(view: ImageContext) -> dict[str, Any]:
    """All that is found in the image and beside it, by the names that templates have for it."""
    known = {
        f"{prefix}.{name}": source.value(view)
        for prefix in ("path", "meta", "file")
        for name in SOURCES[prefix].names
        if (source := SOURCES[prefix].make(name)) is not None
    }
    metadata = view.metadata()
    raw: dict[str, dict[str, Any]] = {
        "exif": metadata.exif,
        "xmp": metadata.xmp,
        "iptc": metadata.iptc,
        "png": metadata.png,
    }
    raw["sidecar"] = view.sidecar_values()
    known |= {f"{prefix}.{name}": value for prefix, values in raw.items() for name, value in values.items()}
    return {name: value for name, value in known.items() if not is_nothing(value)}


def _rule(step: RuleStep) -> dict[str, Any]:
    changed = {change.field for change in step.end.changes(step.start)}
    return {
        "name": step.rule.name,
        "mode": step.rule.mode,
        "matched": step.failed is None,
        "failed": step.failed,
        "skipped": "the image is organized" if step.skipped else None,
        "conditions": [{**said, "value": shortened(said["value"])} for said in step.conditions],
        "actions": [
            {
                "do": computed.action.verb,
                "field": computed.action.field,
                "value": shortened(plain(computed.value)),
                "templates": [shortened(trace) for trace in traces or ()],
                "written": computed.action.field in changed,
            }
            for computed, traces in zip(step.computed, step.traces, strict=False)  # no values where it did not match
        ],
    }


def _change(change: FieldChange) -> dict[str, Any]:
    return {
        "field": change.field,
        "before": plain(change.before),
        "after": plain(change.after),
        "add": plain(change.add),
        "remove": plain(change.remove),
        "rules": list(change.rules),
    }


_LONGEST = 500
_MOST = 100
_DEEPEST = 8


def shortened(value: Any, depth: int = 0) -> Any:
    """A value that JSON can hold and a reader can read: long texts and lists are cut, with a sign that they were."""
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)  # JSON has no such number
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        kept = list(value.items())[:_MOST]
        return {str(key)[:_LONGEST]: shortened(item, depth + 1) for key, item in kept}
    if isinstance(value, (list, tuple)):
        more = ["…"] if len(value) > _MOST else []
        return [shortened(item, depth + 1) for item in value[:_MOST]] + more
    return str(value)[:_LONGEST]
