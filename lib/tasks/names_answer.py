"""names_answer: create, map or ignore missing tags, performers and studios, by editing the text of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.client import validate
from lib.errors import DataError
from lib.rules import NameAnswer, answer_names
from lib.rules.loading import rules_file
from lib.rules.loading.name_answers import CREATE, MAP
from lib.stash.connection import Connection
from lib.stash.names import NameIndex
from lib.tasks import Context, Operation
from lib.tasks.arguments import LIST, TEXT, required

_CHECKS: dict[str, validate.Check] = dict.fromkeys(("kind", "name", "action", "to"), validate.text)


def names_answer(
    context: Context, answers: list[Any], rules: str | None = None, etag: str | None = None
) -> dict[str, Any]:
    """Return the text in `rules`, or the user's file, with the answers in it, and the etag of the file.

    An answer is {kind, name, action, to}: `create` the name, `map` it to the existing name `to`, or `ignore` it. With
    the `etag` of an earlier version of the file, it's an error. Nothing is saved.
    """
    text, current_etag = rules_file.read(context.folder)
    if etag is not None:
        rules_file.check_etag(etag, current_etag)
    changed = answer_names(text if rules is None else rules, parsed := _parse(answers))
    _check_in_stash(context.connection, parsed)
    return {"text": changed, "etag": current_etag}


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
    "names_answer": Operation(names_answer, {"answers": required(LIST), "rules": TEXT, "etag": TEXT}),
}
