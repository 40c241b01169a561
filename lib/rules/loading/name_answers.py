"""Writes answers to missing tags, performers and studios into the text of a rules file: create, map or ignore them.

The vocabulary gets the answer for computed names. It doesn't reach names that are typed into a rule, so these are
replaced there, or removed with whatever is left empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from lib.changes import KINDS
from lib.errors import DataError
from lib.rules.fields import CREATABLE
from lib.rules.loading.loader import check_rules, load_rules
from lib.rules.names import SINGULAR
from lib.rules.syntax.diagnostics import RulesError, allowed_values
from lib.rules.syntax.regex_timeout import RegexBudget, RegexTimeoutError
from lib.rules.syntax.yaml_edit import read_data, write_data
from lib.rules.templates import parse_template
from lib.rules.values import fold
from lib.rules.vocabulary import Vocabulary, is_pattern

CREATE, MAP, IGNORE = "create", "map", "ignore"
ACTIONS = (CREATE, MAP, IGNORE)
MAX_NAME = 255
"""Characters of a name; longer ones are unlikely to be meant."""
_VERBS = ("set", "add", "replace")
"""The verbs that add a name to an image; `remove` and `has` only compare with it."""
_FIELDS = {kind: field for field, kind in KINDS.items()}


class NameAnswer(NamedTuple):
    """What to do with a missing name: `create` it, `map` it to the name `to`, or `ignore` it."""

    kind: str
    name: str
    action: str
    to: str | None = None

    @property
    def label(self) -> str:
        """The name for messages, such as `the tag 'Sea'`."""
        return f"the {SINGULAR[self.kind]} {self.name!r}"


def answer_names(text: str, answers: Sequence[NameAnswer]) -> str:
    """Return the text with the answers in it. Raises DataError for an invalid answer, or if the text doesn't load."""
    check_answers(answers)
    load_rules(text)
    data: Any = read_data(text) or {}
    for answer in answers:
        _answer_in_vocabulary(data, answer)
        if answer.action != CREATE:
            for rule in data.get("rules") or ():
                _answer_in_rule(rule, answer)
    try:
        changed = write_data(text, data)
    except DataError as error:
        raise DataError(f"answers can't be written into the rules: {error}") from error
    check = check_rules(changed)
    if check.ruleset is None:
        raise DataError(f"answers can't be written into the rules: {RulesError(check.errors)}")
    for answer in answers:
        _check_target(check.ruleset.vocabularies[answer.kind], answer)
    return changed


def _check_target(vocabulary: Vocabulary, answer: NameAnswer) -> None:
    """Raise a DataError if the name that is used instead is dropped."""
    try:
        is_dropped = answer.action == MAP and vocabulary.translate(answer.name, RegexBudget()) is None
    except RegexTimeoutError as error:
        raise DataError(f"a pattern under vocabulary.{answer.kind}.drop takes too long") from error
    if is_dropped:
        raise DataError(
            f"answers: {answer.label} can't be mapped to {answer.to!r}, which vocabulary.{answer.kind}.drop contains; "
            "remove it there first"
        )


def check_answers(answers: Sequence[NameAnswer]) -> None:
    """Raise a DataError for an answer that is invalid or contradicts another."""
    names: set[tuple[str, str]] = set()
    for answer in answers:
        if answer.kind not in CREATABLE:
            raise DataError(f"answers: {answer.kind!r} can't be answered; {allowed_values(CREATABLE)}")
        if answer.action not in ACTIONS:
            raise DataError(f"answers: unknown action {answer.action!r}; {allowed_values(ACTIONS)}")
        _check_name("name", answer.name)
        if answer.action == MAP:
            _check_name("to", answer.to or "")
        elif answer.to is not None:
            raise DataError(f"answers: {answer.label} has `to`, which only the action map needs")
        if (key := (answer.kind, fold(answer.name))) in names:
            raise DataError(f"answers: {answer.label} has several answers; give one")
        names.add(key)
    for answer in answers:
        target = (answer.kind, fold(answer.to or ""))
        if target in names and target[1] != fold(answer.name):
            raise DataError(f"answers: {answer.label} is mapped to {answer.to!r}, which has an answer itself")


def _check_name(key: str, name: str) -> None:
    if not name.strip():
        raise DataError(f"answers: {key} is empty")
    if len(name) > MAX_NAME:
        raise DataError(f"answers: {key} has {len(name)} characters (maximum: {MAX_NAME})")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise DataError(f"answers: {key} {name!r} contains a line break or a control character, which no name can have")


def _answer_in_vocabulary(data: dict[str, Any], answer: NameAnswer) -> None:
    """Add the answer, and remove an earlier one for the same name."""
    vocabulary = _child(_child(data, "vocabulary"), answer.kind)
    name = answer.name.strip()
    dropped = f"/^{re.escape(name)}$/" if is_pattern(name) else name
    for key, action, entry in (("drop", IGNORE, dropped), ("create", CREATE, name)):
        items = _items(vocabulary.get(key))
        has_entry = any(_is_same(item, entry) for item in items)
        if action == answer.action and not has_entry:
            vocabulary[key] = [*items, entry]
        elif action != answer.action and has_entry:
            _put(vocabulary, key, [None if _is_same(item, entry) else item for item in items])
    mapping = {source: to for source, to in (vocabulary.get("map") or {}).items() if not _is_same(source, name)}
    if answer.action == MAP:
        target = str(answer.to).strip()
        # The map is applied once: what leads to the missing name has to lead to its target.
        mapping = {source: target if _is_same(to, name) else to for source, to in mapping.items()} | {name: target}
    _put(vocabulary, "map", mapping)


def _child(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the map under a key, a new one if it is missing."""
    data[key] = data.get(key) or {}
    child: dict[str, Any] = data[key]
    return child


def _items(value: Any) -> list[Any]:
    """Return the items of a list, or of one that is written as a single text."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _put(vocabulary: dict[str, Any], key: str, value: Any) -> None:
    """Set a key of the vocabulary, or remove it if its list or map is empty."""
    if value and (not isinstance(value, list) or any(item is not None for item in value)):
        vocabulary[key] = value
    elif vocabulary.get(key):
        del vocabulary[key]


def _is_same(text: Any, name: str) -> bool:
    return isinstance(text, str) and fold(text) == fold(name)


def _answer_in_rule(rule: dict[str, Any], answer: NameAnswer) -> None:
    """Replace a name that is typed into a rule, or remove it; a field or a verb without values is removed too."""
    field = _FIELDS[answer.kind]
    for verb in _VERBS:
        values = rule.get(verb)
        if not isinstance(values, dict) or values.get(field) is None:
            continue
        values[field] = _answered(values[field], answer)
        if values[field] is None:
            del values[field]
        if not values:
            del rule[verb]


def _answered(value: Any, answer: NameAnswer) -> Any:
    """Return a value of a rule with the answer for its constants; None if nothing is left."""
    if isinstance(value, list):
        items = [_answered(item, answer) for item in value]
        return items if not items or any(item is not None for item in items) else None
    if isinstance(value, dict):
        inner = _answered(value.get("value"), answer)
        return None if inner is None else {**value, "value": inner}
    if not isinstance(value, str) or not _is_constant(value, answer.name):
        return value
    return None if answer.action == IGNORE else str(answer.to).strip().replace("{", "{{").replace("}", "}}")


def _is_constant(text: str, name: str) -> bool:
    """Whether a template is this name, without placeholders."""
    template = parse_template(text)
    return template.constant and fold(template.literal) == fold(name)
