"""plan_edit: write another value than the rules planned, to one image or to all that would get the same."""

from __future__ import annotations

from typing import Any

from lib.changes import KINDS, LIST_FIELDS, Ref
from lib.client import validate
from lib.client.validate import Check
from lib.errors import DataError
from lib.rules.fields import CONVERT, EXPECTED
from lib.runs import plan_edits
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plans import Plan
from lib.stash import capabilities, names
from lib.stash.connection import Connection
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID, NUMBER, TEXT, Argument, required, typed
from lib.tasks.execute import run_lock
from lib.tasks.plan import FIELD, require_open

_DAY = len("2021-07-04")


def plan_edit(
    context: Context,
    *,
    plan: int,
    field: str,
    id: str | None = None,  # noqa: A002 - the operation's argument
    value: str | None = None,
    to: Any,
) -> dict[str, Any]:
    """Write `to` in place of the value of one image, or of each image that would get this value.

    Of a list, `to` replaces the item `value`. `edited` counts the images. Where the image has `to` already, the change is
    excluded instead.
    """
    if id is None and value is None:
        raise DataError("plan_edit requires id or value: an image, or the value to replace.")
    if field in LIST_FIELDS and value is None:
        raise DataError(f"plan_edit requires value: {field} is a list, and value the item to replace.")
    new = _new_value(context.connection, field, to)
    chosen = ChangeFilter(field=field, value=value, ids=None if id is None else (id,))
    with context.database() as db, run_lock(context, db):
        require_open(db, plan)
        if not Plan(db, plan).count(*chosen.where(db.read, plan)):
            raise DataError(f"Plan {plan} changes {field} of no such image{'' if value is None else f' to {value!r}'}.")
        return {
            "plan": plan,
            "edited": plan_edits.edit(db, plan, chosen, new),
            "states": Plan(db, plan).count_states(),
        }


def _new_value(connection: Connection, field: str, to: Any) -> Any:
    """Return a value in the form of plans; a DataError that names what is allowed."""
    if isinstance(to, str) and not to.strip():
        raise DataError("to: a value is required. To write nothing, exclude the change with plan_leave_out.")
    if field in _CHECKS:
        return _CHECKS[field]("to", to)
    text = CONVERT["title"](validate.text("to", to))
    if text is None:
        raise validate.invalid("to", to, f"{EXPECTED['title']} is expected")
    if field == "date":
        return _date(connection, text)
    return _ref(connection, field, text) if field in KINDS else text


_CHECKS: dict[str, Check] = {"rating100": typed(validate.rating100), "organized": typed(validate.boolean)}


def _date(connection: Connection, text: str) -> str:
    day = validate.date("to", text)[:_DAY]
    if len(day) < _DAY and not capabilities.get_capabilities(connection).supports(capabilities.PARTIAL_DATES):
        raise validate.invalid("to", text, "this version of Stash requires a day, such as 2021-07-04")
    return day


def _ref(connection: Connection, field: str, name: str) -> Ref:
    kind = KINDS[field]
    index = names.NameIndex(connection, [kind])
    match = index.find(kind, name)
    if match.ambiguous:
        raise DataError(f"to: {name!r} is ambiguous ({kind}): {match.candidates}.")
    if match.refused:
        raise DataError(f"to: {name!r} can't be set; {match.refused}.")
    if match.ref is None:
        nearest = ", ".join(ref.name for ref in index.nearest(kind, name))
        raise DataError(
            f"to: {name!r} doesn't exist ({kind}). {f'Nearest: {nearest}.' if nearest else 'Create it first.'}"
        )
    return match.ref


OPERATIONS = {
    "plan_edit": Operation(
        plan_edit,
        {
            "plan": required(NUMBER),
            "id": ID,
            "field": required(FIELD),
            "value": TEXT,
            "to": required(Argument(lambda _name, value: value)),
        },
    ),
}
