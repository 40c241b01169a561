"""names_answer: create, map or ignore missing tags, performers and studios, by editing the text of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.changes import KINDS
from lib.client import validate
from lib.errors import DataError
from lib.planning.plan_key import PlanKey
from lib.planning.rules import only_rules, planner
from lib.rules import NameAnswer, RuleSet, answer_names, load_rules
from lib.rules.loading import rules_file
from lib.rules.loading.name_answers import CREATE, MAP
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_missing import PlanMissing
from lib.runs.run import IMPORT
from lib.stash.connection import Connection
from lib.stash.names import NameIndex
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import LIST, NUMBER, TEXT, required
from lib.tasks.execute import run_lock
from lib.tasks.rules_apply import find_applicable

_CHECKS: dict[str, validate.Check] = dict.fromkeys(("kind", "name", "action", "to"), validate.text)


def names_answer(
    context: Context, answers: list[Any], plan: int | None = None, rules: str | None = None, etag: str | None = None
) -> dict[str, Any]:
    """Return the text in `rules`, or the user's file, with the answers in it, and the etag of the file.

    An answer is {kind, name, action, to}: `create` the name, `map` it to the existing name `to`, or `ignore` it. With the
    `etag` of an earlier version of the file, it's an error. Without `plan`, nothing is saved. With it, the text is saved,
    and the images of the plan that lacked these names are planned again in it.
    """
    text, current_etag = rules_file.read(context.folder)
    if etag is not None:
        rules_file.check_etag(etag, current_etag)
    before = text if rules is None else rules
    after = answer_names(before, parsed := _parse(answers))
    _check_in_stash(context.connection, parsed)
    if plan is None:
        return {"text": after, "etag": current_etag}
    with context.database() as db, run_lock(context, db):
        renewal = _Renewal(context, db, plan, load_rules(before))
        renewal.check(parsed)
        renewal.begin()
        new_etag = rules_file.save(context.folder, after, current_etag)
        renewal.replan(parsed, load_rules(after))
    return {"text": after, "etag": new_etag, "plan": plan}


class _Renewal:
    """Plans the images of a plan that lacked some names again."""

    def __init__(self, context: Context, db: Database, plan_id: int, file: RuleSet) -> None:
        self._context, self._db, self._plan = context, db, plan_id
        self._setting = only_rules(file, Settings.read(context.connection).onlyRules)
        self._run = find_applicable(History(db), plan_id, file, self._setting, confirm=True)
        key = PlanKey.load(self._run.key)
        if key is None or self._run.by == IMPORT:
            raise DataError(f"plan: {plan_id} isn't a plan of rules.")
        self._key = key
        self._rules = key.select(file, self._setting)

    def check(self, answers: Sequence[NameAnswer]) -> None:
        """Raise a DataError for an answer that may also change images that have all names."""
        kinds = {answer.kind for answer in answers if answer.action == MAP}
        for rule in self._rules.rules:
            for action in rule.actions:
                is_computed = not all(part.template.constant for part in action.parts)
                if action.verb == "remove" and KINDS.get(action.field) in kinds and is_computed:
                    raise DataError(
                        f"plan: the rule {rule.name!r} removes computed {action.field}, so a mapped name may change more "
                        "images. Answer without plan, save the text and preview again."
                    )

    def begin(self) -> None:
        """Record that the plan can't be applied until it is planned again, even if the earlier rules come back."""
        History(self._db).save_counts(self._plan, self._run.counts, self._key.incomplete().dumped())

    def replan(self, answers: Sequence[NameAnswer], file: RuleSet) -> None:
        """Plan the images that lacked the answered names by the new rules of the file, and bind the plan to them."""
        missing = PlanMissing(self._db, self._plan)
        ids = sorted({id_ for answer in answers for id_ in missing.images(answer.kind, answer.name)})
        rules = self._key.select(file, self._setting)
        with planner(self._context.connection, self._context.folder, rules, self._context.progress) as rule_planner:
            rule_planner.replan(self._db, self._plan, ids, self._run.counts)
            counts = self._run.counts.merged(rule_planner.counts)
        History(self._db).save_counts(self._plan, counts, self._key.rebound(file).dumped())


def _parse(answers: list[Any]) -> list[NameAnswer]:
    if not answers:
        raise validate.invalid("names_answer: answers", answers, "at least one answer is expected")
    parsed = []
    for index, item in enumerate(answers):
        label = f"names_answer: answers[{index}]"
        fields = {key: value for key, value in validate.mapping(label, item).items() if value is not None}
        parsed.append(NameAnswer(**validate.validate_object(label, fields, _CHECKS, ("kind", "name", "action"))))
    return parsed


def _check_in_stash(connection: Connection, answers: Sequence[NameAnswer]) -> None:
    """Raise a DataError for a name to use instead that doesn't exist, and for ambiguous names."""
    index = NameIndex(connection, {answer.kind for answer in answers if answer.action in (CREATE, MAP)})
    for answer in answers:
        name = {CREATE: answer.name, MAP: answer.to}.get(answer.action)
        if name is None:
            continue
        match = index.find(answer.kind, name.strip())
        if match.ambiguous:
            remedy = "map it to one of them" if answer.action == CREATE else "use the exact name of one of them"
            raise DataError(
                f"answers: {answer.label}: {name!r} is ambiguous, it could be {match.candidates}; {remedy}."
            )
        if match.ref is None and answer.action == MAP:
            nearest = ", ".join(ref.name for ref in index.nearest(answer.kind, name)) or "none"
            raise DataError(
                f"answers: {answer.label} can't be mapped to {name!r}, which doesn't exist in Stash; "
                f"the nearest {answer.kind}: {nearest}."
            )


OPERATIONS = {
    "names_answer": Operation(names_answer, {"answers": required(LIST), "plan": NUMBER, "rules": TEXT, "etag": TEXT}),
}
