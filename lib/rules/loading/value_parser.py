"""Parses the values of a rule's actions: text, a list of values, or `{value, create, min_words, strategy}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.changes import KINDS, LIST_FIELDS, SINGLE_FIELDS
from lib.errors import DataError
from lib.rules.actions import STRATEGIES, Action, ValueTemplate
from lib.rules.conditions.base import Parsing, template_text, to_text
from lib.rules.fields import CONVERT, CREATABLE, EXPECTED
from lib.rules.loading.options import Options, boolean, one_of
from lib.rules.names import CreatePolicy
from lib.rules.syntax.diagnostics import Diagnostics, allowed_values
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, SequenceNode
from lib.rules.templates import Placeholder, parse_template
from lib.rules.vocabulary import Vocabulary

_KEYS = ("value", "create", "min_words", "strategy")
MAX_MIN_WORDS = 20


@dataclass(frozen=True)
class WriteOptions:
    """How values are written, unless they have their own options."""

    strategy: str
    policy: CreatePolicy


class ValueParser:
    """Parses the actions of one rule."""

    def __init__(self, parsing: Parsing, options: Options, vocabularies: dict[str, Vocabulary]) -> None:
        self._parsing = parsing
        self._diagnostics: Diagnostics = parsing.diagnostics
        self._options = options
        self._vocabularies = vocabularies

    def actions(self, verb: str, node: Node) -> Iterator[Action]:
        """Parse the actions of one verb: a map of fields."""
        fields = SINGLE_FIELDS if verb == "set" else LIST_FIELDS
        if not isinstance(node, MappingNode):
            self._diagnostics.error(node.line, f"{verb} must be a map of fields and values; {allowed_values(fields)}")
            return
        for key, value in node.entries:
            if key.value in fields:
                yield self._action(verb, key.value, value)
            else:
                self._diagnostics.error(
                    key.line, f"{verb}: unknown field {key.value!r}; {_suggest_field(key.value, fields)}"
                )

    def _action(self, verb: str, field: str, node: Node) -> Action:
        kind = KINDS.get(field, "")
        vocabulary = self._vocabularies.get(kind, Vocabulary())
        policy = CreatePolicy(kind in self._options.create, names=vocabulary.create)
        options = WriteOptions(self._options.strategy, policy)
        if isinstance(node, SequenceNode) and not node.items and verb != "replace":
            self._diagnostics.error(node.line, f"{verb}.{field}: the list is empty")
        parts = tuple(self._parts(f"{verb}.{field}", field, node, options))
        return Action(verb, field, parts, vocabulary)

    def _parts(self, name: str, field: str, node: Node, options: WriteOptions) -> Iterator[ValueTemplate]:
        if isinstance(node, SequenceNode):
            for item in node.items:
                yield from self._parts(name, field, item, options)
        elif isinstance(node, MappingNode) and node.source is None:
            yield from self._long_form(name, field, node, options)
        elif isinstance(node, NullNode):
            hint = "; to clear the list, use []" if field in LIST_FIELDS else ""
            self._diagnostics.error(node.line, f"{name} has no value{hint}")
        else:
            yield from self._part(name, field, node, options)

    def _part(self, name: str, field: str, node: Node, options: WriteOptions) -> Iterator[ValueTemplate]:
        try:
            template = parse_template(template_text(node))
        except DataError as error:
            self._diagnostics.error(node.line, f"{name}: {error}")
            return
        if template.constant:
            self._check_constant(name, field, node, template.literal)
        for placeholder in template.placeholders:
            self._check_placeholder(name, field, node.line, placeholder)
        yield ValueTemplate(node.line, template, options.strategy, options.policy)

    def _long_form(self, name: str, field: str, node: MappingNode, options: WriteOptions) -> Iterator[ValueTemplate]:
        entries = {key.value: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.value not in _KEYS:
                self._diagnostics.error(
                    key.line, f"{name}: unknown key {key.value!r}; {suggest('value key', key.value, _KEYS)}"
                )
        policy = options.policy
        if "create" in entries:
            create = boolean(f"{name}.create", entries["create"], self._diagnostics)
            policy = replace(policy, create=bool(create))
            if create and KINDS.get(field) not in CREATABLE:
                message = f"{name}.create: only {', '.join(CREATABLE)} can be created, not {field}"
                self._diagnostics.error(entries["create"].line, message)
        if "min_words" in entries:
            policy = replace(policy, min_words=self._min_words(name, field, entries["min_words"]))
        strategy = options.strategy
        if "strategy" in entries:
            strategy = one_of(f"{name}.strategy", entries["strategy"], STRATEGIES, self._diagnostics) or strategy
        if "value" in entries:
            yield from self._parts(name, field, entries["value"], WriteOptions(strategy, policy))
        else:
            self._diagnostics.error(node.line, f"{name} has no value; add value: to the map")

    def _min_words(self, name: str, field: str, node: Node) -> int:
        text = to_text(node).strip()
        # int() rejects more than 4,300 digits.
        if field in KINDS and text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= MAX_MIN_WORDS:
            return int(text)
        self._diagnostics.error(
            node.line, f"{name}.min_words must be a number from 0 to {MAX_MIN_WORDS}, and only for names, not {text!r}"
        )
        return 0

    def _check_constant(self, name: str, field: str, node: Node, text: str) -> None:
        """Report a constant that isn't a valid value of the field."""
        if not text.strip():
            hint = "; to clear the list, use []" if field in LIST_FIELDS else ""
            self._diagnostics.error(node.line, f"{name} has no value{hint}")
        elif field in CONVERT and CONVERT[field](text) is None:
            self._diagnostics.error(node.line, f"{name}: {text!r} isn't {EXPECTED[field]}")
        elif field == "rating100" and 1 <= float(text) <= 5:
            self._diagnostics.warn(node.line, f"{name}: {text} of 100 is less than half a star (4 stars = 80)")

    def _check_placeholder(self, name: str, field: str, line: int, placeholder: Placeholder) -> None:
        source = placeholder.source.name
        if source.startswith("re."):
            self._parsing.used_groups.append((line, source.removeprefix("re.")))
        filters = [call.text for call in placeholder.filters]
        if field == "rating100" and source == "meta.rating" and "stars" not in filters:
            self._diagnostics.warn(line, f"{name}: meta.rating is in stars, from 0 to 5; use {{meta.rating|stars}}")


def _suggest_field(field: str, fields: tuple[str, ...]) -> str:
    """Return the end of the message for a field that isn't allowed under a verb."""
    if field in LIST_FIELDS:
        return f"{field} is a list: use it under add, remove or replace; {allowed_values(fields)}"
    if field in SINGLE_FIELDS:
        return f"{field} is a single value: use it under set; {allowed_values(fields)}"
    return suggest("field", field, fields)
