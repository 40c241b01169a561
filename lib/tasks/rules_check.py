"""rules_check: check the rules for errors, and count the images that each rule matches."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.rules import planner
from lib.rules import RuleSet, check_rules
from lib.rules.loading import rules_file
from lib.rules.selection import FILES
from lib.stash import paging
from lib.stash.connection import Connection
from lib.stash.names import NameIndex
from lib.tasks import Context, Operation
from lib.tasks.arguments import SWITCH, TEXT
from lib.tasks.rules_switch import outline
from lib.tasks.summary import log_first

MAX_SECONDS = 2.0
"""Time limit for counting images while the user is typing."""
_MAX_EXAMPLES = 3
_MAX_LOGGED_RULES = 8
_VERBS = {"has": "matches", "set": "sets", "add": "adds", "remove": "removes", "replace": "sets"}


@dataclass
class RuleStats:
    """Statistics of a rule: the number of matched images, and of the others by the first condition that failed.

    examples: condition -> ids of the first images for which it failed.
    """

    matched: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def count_failed(self, condition: str, image_id: str) -> None:
        """Count an image for which this condition failed first."""
        self.failed[condition] += 1
        ids = self.examples.setdefault(condition, [])
        if len(ids) < _MAX_EXAMPLES:
            ids.append(image_id)

    @property
    def top_blocker(self) -> str | None:
        """The condition that failed for most images, or None if an image matched."""
        return None if self.matched or not self.failed else self.failed.most_common(1)[0][0]

    def as_json(self, paths: Mapping[str, str]) -> dict[str, Any]:
        """Return the statistics for the answer. paths: id -> path of the images in `examples`."""
        if self.top_blocker is None:
            return {"matched": self.matched}
        return {
            "matched": 0,
            "failed_first": self.top_blocker,
            "on_images": self.failed[self.top_blocker],
            "paths": [paths[id_] for id_ in self.examples[self.top_blocker] if id_ in paths],
        }


def rules_check(context: Context, rules: str | None = None, count: bool | None = None) -> dict[str, Any]:
    """Return {ok, errors, warnings, outline}, and the number of matched images of each rule.

    `rules`: a text to check instead of the user's file; its images are counted for at most two seconds.
    `count: false` doesn't count images.
    """
    check = check_rules(rules_file.content(context.folder) if rules is None else rules)
    answer: dict[str, Any] = {
        "ok": check.ruleset is not None,
        "errors": [problem._asdict() for problem in check.errors],
        "warnings": [problem._asdict() for problem in check.warnings],
    }
    if check.ruleset is not None:
        errors, warnings = _check_names(context, check.ruleset)
        answer["errors"] += errors
        answer["warnings"] += warnings
        answer["ok"] = not errors
        answer["outline"] = outline(check.ruleset)
        if answer["ok"] and count is not False:
            answer |= _count_matches(context, check.ruleset.enabled(), None if rules is None else MAX_SECONDS)
    log_summary(answer)
    return answer


def _check_names(context: Context, ruleset: RuleSet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return errors for ambiguous tags, performers, studios and galleries, and warnings for missing ones."""
    errors, warnings = [], []
    index = NameIndex(context.connection, ruleset.kinds)
    for use in ruleset.named():
        match = index.find(use.kind, use.name)
        subject = f"the rule {use.rule!r} {_VERBS[use.as_]} {use.name!r} ({use.kind})"
        if match.ambiguous:
            errors.append({"line": use.line, "message": f"{subject}, which is ambiguous: {match.candidates}"})
        elif match.refused and use.as_ != "has":
            errors.append({"line": use.line, "message": f"{subject}, but {match.refused}"})
        elif match.ref is None and not use.creates:
            warnings.append({"line": use.line, "message": f"{subject}, which doesn't exist in Stash"})
    return errors, warnings


def _count_matches(context: Context, ruleset: RuleSet, seconds: float | None) -> dict[str, Any]:
    stats = {rule.name: RuleStats() for rule in ruleset.rules}
    if not stats:
        return {"rules": {}, "images": 0, "partial": False}
    image_selection, began, checked, partial = ImageSelection(), time.monotonic(), 0, False
    connection = context.connection
    total = image_selection.count(connection, None)
    with planner(context.connection, context.folder, ruleset, context.progress) as rule_planner:
        for page in paging.prefetch(image_selection.pages(connection, ruleset.selection(), None)):
            for image in page:
                _count_image(stats, rule_planner.engine.plan(image))
            checked += len(page)
            context.progress(checked, total)
            partial = seconds is not None and time.monotonic() - began > seconds and checked < total
            if partial:
                break
    paths = _example_paths(connection, stats.values())
    rules = {name: rule.as_json(paths) for name, rule in stats.items()}
    return {"rules": rules, "images": checked, "partial": partial}


def _example_paths(connection: Connection, stats: Iterable[RuleStats]) -> dict[str, str]:
    """Fetch the paths of the examples. Only they need a path, if no rule reads it."""
    ids = {id_ for rule in stats if rule.top_blocker for id_ in rule.examples[rule.top_blocker]}
    images = paging.get_many(connection, ids, f"id {FILES}")
    return {id_: image["visual_files"][0]["path"] for id_, image in images.items() if image["visual_files"]}


def _count_image(stats: dict[str, RuleStats], planned: Any) -> None:
    for rule in (*planned.matched, *planned.skipped_organized):
        stats[rule].matched += 1
    for rule, condition in planned.failed.items():
        stats[rule].count_failed(condition, planned.change.image_id)


def log_summary(answer: dict[str, Any]) -> None:
    """Log the first problems and rules, and the result in the last line."""
    for log, problems in ((logger.error, answer["errors"]), (logger.warning, answer["warnings"])):
        log_first(log, [f"rules.yaml, line {problem['line']}: {problem['message']}" for problem in problems])
    lines = [_rule_line(name, stats) for name, stats in answer.get("rules", {}).items()]
    log_first(logger.info, lines, _MAX_LOGGED_RULES)
    state = "valid" if answer["ok"] else "not valid"
    logger.info("Rules: %s, %s errors, %s warnings.", state, len(answer["errors"]), len(answer["warnings"]))


def _rule_line(name: str, stats: dict[str, Any]) -> str:
    if "failed_first" not in stats:
        return f"Rule {name!r} matches {stats['matched']} images."
    examples = "; ".join(stats["paths"]) or "images without a file"
    return (
        f"Rule {name!r} matches no images. For {stats['on_images']} images, the first failed condition is "
        f"{stats['failed_first']}. Examples: {examples}"
    )


OPERATIONS = {"rules_check": Operation(rules_check, {"rules": TEXT, "count": SWITCH})}
