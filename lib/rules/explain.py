"""Explains the rules for one image: the value and result of every condition, the steps of every template, every source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from typing import Any, TypeAlias

from lib.changes import KINDS, LIST_FIELDS, FieldChange, Ref
from lib.rules.action_trace import NO_SUCH_NAME, UNCHANGED, ActionTrace, ValueReport
from lib.rules.actions import ActionResult
from lib.rules.conditions.base import ConditionReport
from lib.rules.conditions.fields import plain
from lib.rules.conditions.source import SourceCondition
from lib.rules.evaluate import Evaluation, RuleStep
from lib.rules.image.context import Scope
from lib.rules.image.draft import key_of
from lib.rules.ruleset import Rule
from lib.rules.sources import SOURCES
from lib.rules.values import is_nothing

Nearest: TypeAlias = Callable[[str, str], Sequence[Ref]]


def explain(
    evaluation: Evaluation, steps: Sequence[RuleStep], rules: Sequence[Rule], nearest: Nearest
) -> dict[str, Any]:
    """Return the steps of an evaluation as JSON, with an entry for each of `rules`: all of the file, with their own modes.

    nearest: returns the existing names nearest to one of a kind that doesn't exist.

    {id, path, organized, rules: [{name, mode, matched, failed, skipped, conditions: [{condition, value, holds}],
    actions: [{do, field, value, templates: [[{placeholder, steps: [{step, value}]}]], written,
    values: [{value, outcome, mapped?, condition?, entry?, candidates?, nearest?}]}]}],
    changes: [{field, before, after, add, remove, rules}], sources: {name: value}, sidecars: {kind: path}, problems}
    """
    step_of = {step.rule.name: step for step in steps}
    stop = next((step for step in steps if step.stops), None)
    context, draft = evaluation.context, evaluation.draft
    problems = [problem for step in steps for problem in step.diagnostics.problems]
    used = {name: value for step in steps for name, value in _used_sources(step)}
    sources = {**_file_sources(Scope(context, draft)), **used}
    return {
        "id": context.image["id"],
        "path": context.path.full if context.path else None,
        "organized": bool(context.image.get("organized")),
        "rules": [
            _rule(step_of[rule.name], rule.mode, nearest) if rule.name in step_of else _unevaluated(rule, stop)
            for rule in rules
        ],
        "changes": [_change(change) for change in draft.changes()],
        "sources": {name: shortened(value) for name, value in sources.items()},
        "sidecars": {kind: sidecar.path for kind, sidecar in context.sidecars().items()},
        "problems": list(dict.fromkeys([*context.problems, *problems, *evaluation.problems])),
        "missing_names": _missing_names(steps),
    }


def _missing_names(steps: Sequence[RuleStep]) -> dict[str, list[str]]:
    names: dict[str, dict[str, None]] = {}
    for step in steps:
        for missing in step.diagnostics.missing:
            if not missing.created and not missing.candidates:
                names.setdefault(missing.kind, {})[missing.name] = None
    return {kind: list(unique) for kind, unique in names.items()}


def _used_sources(step: RuleStep) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of each source that a rule's conditions and templates have read."""
    yield from _condition_sources(step.conditions)
    for traces in step.traces:
        for trace in traces.templates:
            for placeholder in trace:
                yield placeholder["placeholder"], placeholder["steps"][0]["value"]


def _condition_sources(reports: Sequence[ConditionReport]) -> Iterator[tuple[str, Any]]:
    for report in reports:
        if isinstance(report.condition, SourceCondition):
            yield report.condition.source.name, report.value
        elif report.is_combined:
            yield from _condition_sources(report.value)


def _file_sources(scope: Scope) -> dict[str, Any]:
    """Return the sources that have a value in the image's path, its file and its sidecars."""
    values = {
        f"{prefix}.{name}": source.value(scope)
        for prefix in ("path", "meta", "file")
        for name in SOURCES[prefix].names
        if (source := SOURCES[prefix].make(name)) is not None
    }
    metadata = scope.context.metadata()
    raw: dict[str, dict[str, Any]] = {
        "exif": metadata.exif,
        "xmp": metadata.xmp,
        "iptc": metadata.iptc,
        "png": metadata.png,
        "sidecar": scope.context.sidecar_values(),
    }
    values |= {f"{prefix}.{name}": value for prefix, items in raw.items() for name, value in items.items()}
    return {name: value for name, value in values.items() if not is_nothing(value)}


def _rule(step: RuleStep, mode: str, nearest: Nearest) -> dict[str, Any]:
    changes = {change.field: change for change in step.end.changes(step.start)}
    reports = [report.to_json() for report in step.conditions]
    if step.failed is not None:
        actions = _unwritten(step.rule, "not_matched", condition=step.failed)
    elif step.skipped:
        actions = _unwritten(step.rule, "organized")
    else:
        actions = [
            _action(result, trace, changes.get(result.action.field), nearest, is_preview=step.rule.mode == "preview")
            for result, trace in zip(step.computed, step.traces, strict=True)
        ]
    return {
        "name": step.rule.name,
        "mode": mode,
        "matched": step.failed is None,
        "failed": step.failed,
        "skipped": "the image is organized" if step.skipped else None,
        "conditions": [{**report, "value": shortened(report["value"])} for report in reports],
        "actions": actions,
    }


def _unevaluated(rule: Rule, stop: RuleStep | None) -> dict[str, Any]:
    """Return the entry of a rule that is off, comes after one that stops, or had no time left."""
    failed = None
    if rule.mode == "off":
        actions = _unwritten(rule, "rule_off")
    else:
        failed = f"stop: the rule {stop.rule.name!r} matched" if stop else "the patterns of the rules take too long"
        actions = _unwritten(rule, "not_matched", condition=failed)
    entry = {"name": rule.name, "mode": rule.mode, "matched": False, "failed": failed, "skipped": None}
    return {**entry, "conditions": [], "actions": actions}


def _unwritten(rule: Rule, outcome: str, **detail: str) -> list[dict[str, Any]]:
    value = {"value": None, "outcome": outcome, **detail}
    return [
        {"do": action.verb, "field": action.field, "value": None, "templates": [], "written": False, "values": [value]}
        for action in rule.actions
    ]


def _action(
    result: ActionResult, trace: ActionTrace, change: FieldChange | None, nearest: Nearest, *, is_preview: bool
) -> dict[str, Any]:
    field = result.action.field
    values = []
    for report in trace.values:
        entry = {"value": plain(report.value), "outcome": _outcome(report, result, change, is_preview=is_preview)}
        if report.outcome == NO_SUCH_NAME:
            entry["nearest"] = [ref._asdict() for ref in nearest(KINDS[field], report.value)]
        values.append(shortened({**entry, **report.detail}))
    return {
        "do": result.action.verb,
        "field": field,
        "value": shortened(plain(result.value)),
        "templates": [shortened(template) for template in trace.templates],
        "written": change is not None,
        "values": values,
    }


def _outcome(report: ValueReport, result: ActionResult, change: FieldChange | None, *, is_preview: bool) -> str:
    if report.outcome is not None:
        return report.outcome
    is_whole = result.action.field not in LIST_FIELDS or not result.action.parts
    items = () if change is None else (*change.add, *change.remove)
    if change is None or not (is_whole or key_of(report.value) in map(key_of, items)):
        return UNCHANGED
    return "rule_on_preview" if is_preview else "written"


def _change(change: FieldChange) -> dict[str, Any]:
    return {
        "field": change.field,
        "before": plain(change.before),
        "after": plain(change.after),
        "add": plain(change.add),
        "remove": plain(change.remove),
        "rules": list(change.rules),
    }


MAX_LENGTH = 500
MAX_ITEMS = 100
MAX_DEPTH = 8


def shortened(value: Any, depth: int = 0) -> Any:
    """Return a value that JSON can represent, with long texts and lists cut and marked with "…"."""
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, str):
        return value if len(value) <= MAX_LENGTH else value[:MAX_LENGTH] + "…"
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)  # JSON has no infinity and no NaN
    if depth >= MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        items = list(value.items())[:MAX_ITEMS]
        return {str(key)[:MAX_LENGTH]: shortened(item, depth + 1) for key, item in items}
    if isinstance(value, (list, tuple)):
        more = ["…"] if len(value) > MAX_ITEMS else []
        return [shortened(item, depth + 1) for item in value[:MAX_ITEMS]] + more
    return str(value)[:MAX_LENGTH]
