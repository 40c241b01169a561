"""rules_check: whether the rules are valid, and how many images each of them matches."""

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

MAX_SECONDS = 2.0
"""How long images are counted for a text that somebody is typing."""
_MAX_EXAMPLES = 3
_SAID = {"has": "asks for", "set": "sets", "add": "adds", "remove": "removes", "replace": "sets"}


@dataclass
class RuleStats:
    """One rule over the library: how many images matched; for the others the first condition that failed.

    examples: condition -> the ids of the first images that it failed on.
    """

    matched: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def count(self, condition: str, image: str) -> None:
        """One more image on which this condition failed first."""
        self.failed[condition] += 1
        images = self.examples.setdefault(condition, [])
        if len(images) < _MAX_EXAMPLES:
            images.append(image)

    @property
    def top_blocker(self) -> str | None:
        """For a rule that matched nothing what stood in its way on most images."""
        return None if self.matched or not self.failed else self.failed.most_common(1)[0][0]

    def as_json(self, paths: Mapping[str, str]) -> dict[str, Any]:
        """`paths`: id -> path of the images in `examples`."""
        if self.top_blocker is None:
            return {"matched": self.matched}
        shown = [paths[image] for image in self.examples[self.top_blocker] if image in paths]
        return {
            "matched": 0,
            "failed_first": self.top_blocker,
            "on_images": self.failed[self.top_blocker],
            "paths": shown,
        }


def rules_check(context: Context, rules: str | None = None, count: bool | None = None) -> dict[str, Any]:
    """{ok, errors, warnings, outline} by line, and per rule how many images match; of a text in `rules` for two seconds at most.

    `count: false` leaves the images alone.
    """
    check = check_rules(rules_file.content(context.folder) if rules is None else rules)
    answer: dict[str, Any] = {
        "ok": check.ruleset is not None,
        "errors": [problem._asdict() for problem in check.errors],
        "warnings": [problem._asdict() for problem in check.warnings],
    }
    if check.ruleset is not None:
        errors, warnings = _names(context, check.ruleset)
        answer["errors"] += errors
        answer["warnings"] += warnings
        answer["ok"] = not errors
        answer["outline"] = outline(check.ruleset)
        if answer["ok"] and count is not False:
            answer |= _counted(context, check.ruleset.enabled(), None if rules is None else MAX_SECONDS)
    _tell(answer)
    return answer


def _names(context: Context, ruleset: RuleSet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Names in the rules that do not exist (a warning), are ambiguous or cannot be a target (errors)."""
    errors, warnings = [], []
    book = NameIndex(context.connection, ruleset.kinds)
    for use in ruleset.named():
        found = book.find(use.kind, use.name)
        said = f"the rule {use.rule!r} {_SAID[use.as_]} {use.name!r} ({use.kind})"
        if found.ambiguous:
            errors.append({"line": use.line, "message": f"{said}, which is ambiguous: {', '.join(found.ambiguous)}"})
        elif found.refused and use.as_ != "has":
            errors.append({"line": use.line, "message": f"{said}, but {found.refused}"})
        elif found.ref is None and not use.creates:
            warnings.append({"line": use.line, "message": f"{said}, which does not exist in Stash"})
    return errors, warnings


def _counted(context: Context, ruleset: RuleSet, seconds: float | None) -> dict[str, Any]:
    tallies = {rule.name: RuleStats() for rule in ruleset.rules}
    choice, began, seen, partial = ImageSelection(), time.monotonic(), 0, False
    if not tallies:
        return {"rules": {}, "images": 0, "partial": False}
    connection = context.connection
    total = choice.count(connection, None)
    with planner(context.connection, context.folder, ruleset, context.progress) as work:
        for page in paging.prefetch(choice.pages(connection, ruleset.selection(), None)):
            for image in page:
                _tally(tallies, work.engine.plan(image))
            seen += len(page)
            context.progress(seen, total)
            partial = seconds is not None and time.monotonic() - began > seconds and seen < total
            if partial:
                break
    paths = _paths(connection, tallies.values())
    rules = {name: tally.as_json(paths) for name, tally in tallies.items()}
    return {"rules": rules, "images": seen, "partial": partial}


def _paths(connection: Connection, tallies: Iterable[RuleStats]) -> dict[str, str]:
    """The paths of the images that are shown: asked for by themselves, as few rules read them of all images."""
    ids = {image for tally in tallies if tally.top_blocker for image in tally.examples[tally.top_blocker]}
    found = paging.get_many(connection, ids, f"id {FILES}")
    return {id_: image["visual_files"][0]["path"] for id_, image in found.items() if image["visual_files"]}


def _tally(tallies: dict[str, RuleStats], planned: Any) -> None:
    for rule in (*planned.matched, *planned.skipped_organized):
        tallies[rule].matched += 1
    for rule, condition in planned.failed.items():
        tallies[rule].count(condition, planned.change.image_id)


def _tell(answer: dict[str, Any]) -> None:
    for say, problems in ((logger.error, answer["errors"]), (logger.warning, answer["warnings"])):
        for problem in problems[:5]:
            say("rules.yaml, line %s: %s", problem["line"], problem["message"])
    for name, tally in list(answer.get("rules", {}).items())[:8]:
        if "failed_first" in tally:
            logger.info(
                "Rule %r matches no image; %s failed first on %s, such as %s",
                name,
                tally["failed_first"],
                tally["on_images"],
                "; ".join(tally["paths"]) or "images without a file",
            )
        else:
            logger.info("Rule %r matches %s images.", name, tally["matched"])
    state = "valid" if answer["ok"] else "not valid"
    logger.info("Rules: %s, %s errors, %s warnings.", state, len(answer["errors"]), len(answer["warnings"]))


OPERATIONS = {"rules_check": Operation(rules_check, {"rules": TEXT, "count": SWITCH})}
