"""The values of a rule's actions: text, a list of values, or `{value, create, min_words, strategy}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.changes import KINDS, LIST_FIELDS, SINGLE_FIELDS
from lib.errors import DataError
from lib.rules.actions import STRATEGIES, Action, ValueTemplate
from lib.rules.conditions.base import Parsing, to_text
from lib.rules.fields import CONVERT, CREATABLE, WANTED
from lib.rules.loading.options import Options, one_of, switch
from lib.rules.names import CreatePolicy
from lib.rules.syntax.diagnostics import Diagnostics, allowed_values
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, SequenceNode
from lib.rules.templates import Placeholder, parse_template
from lib.rules.vocabulary import Vocabulary

_KEYS = ("value", "create", "min_words", "strategy")
_MOST_WORDS = 20


@dataclass(frozen=True)
class WriteOptions:
    """How the values of one field are written, unless they say it themselves."""

    strategy: str
    making: CreatePolicy


class ValueParser:
    """Parses the actions of one rule."""

    def __init__(self, parsing: Parsing, options: Options, words: dict[str, Vocabulary]) -> None:
        self._parsing = parsing
        self._complaints: Diagnostics = parsing.complaints
        self._options = options
        self._words = words

    def actions(self, verb: str, node: Node) -> Iterator[Action]:
        """The actions of one verb: a map of fields."""
        fields = SINGLE_FIELDS if verb == "set" else LIST_FIELDS
        if not isinstance(node, MappingNode):
            self._complaints.error(node.line, f"{verb} takes a map of fields and values; {allowed_values(fields)}")
            return
        for key, value in node.entries:
            if key.value in fields:
                yield self._action(verb, key.value, value)
            else:
                self._complaints.error(key.line, f"{verb} has no {key.value!r}; {_where(key.value, fields)}")

    def _action(self, verb: str, field: str, node: Node) -> Action:
        kind = KINDS.get(field, "")
        how = WriteOptions(self._options.strategy, CreatePolicy(kind in self._options.create))
        if isinstance(node, SequenceNode) and not node.items and verb != "replace":
            self._complaints.error(node.line, f"{verb}.{field}: the list is empty")
        parts = tuple(self._parts(f"{verb}.{field}", field, node, how))
        return Action(verb, field, parts, self._words.get(kind, Vocabulary()))

    def _parts(self, where: str, field: str, node: Node, how: WriteOptions) -> Iterator[ValueTemplate]:
        if isinstance(node, SequenceNode):
            for item in node.items:
                yield from self._parts(where, field, item, how)
        elif isinstance(node, MappingNode) and not node.typed:
            yield from self._long_form(where, field, node, how)
        elif isinstance(node, NullNode):
            hint = "; to empty the list write []" if field in LIST_FIELDS else ""
            self._complaints.error(node.line, f"{where} has no value{hint}")
        else:
            yield from self._part(where, field, node, how)

    def _part(self, where: str, field: str, node: Node, how: WriteOptions) -> Iterator[ValueTemplate]:
        try:
            template = parse_template(node.typed if isinstance(node, MappingNode) else to_text(node))
        except DataError as error:
            self._complaints.error(node.line, f"{where}: {error}")
            return
        if template.constant:
            self._check_constant(where, field, node, template.literal)
        for placeholder in template.placeholders:
            self._check_placeholder(where, field, node.line, placeholder)
        yield ValueTemplate(node.line, template, how.strategy, how.making)

    def _long_form(self, where: str, field: str, node: MappingNode, how: WriteOptions) -> Iterator[ValueTemplate]:
        given = {key.value: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.value not in _KEYS:
                self._complaints.error(
                    key.line, f"{where} has no {key.value!r}; {suggest('value key', key.value, _KEYS)}"
                )
        making = how.making
        if "create" in given:
            create = switch(f"{where}.create", given["create"], self._complaints)
            making = replace(making, create=bool(create))
            if create and KINDS.get(field) not in CREATABLE:
                what = f"{where}.create: nothing is created for {field}; only {', '.join(CREATABLE)} are"
                self._complaints.error(given["create"].line, what)
        if "min_words" in given:
            making = replace(making, min_words=self._min_words(where, field, given["min_words"]))
        strategy = how.strategy
        if "strategy" in given:
            strategy = one_of(f"{where}.strategy", given["strategy"], STRATEGIES, self._complaints) or strategy
        if "value" in given:
            yield from self._parts(where, field, given["value"], WriteOptions(strategy, making))
        else:
            self._complaints.error(node.line, f"{where} needs value: in its map")

    def _min_words(self, where: str, field: str, node: Node) -> int:
        text = to_text(node).strip()
        # int() takes no more than 4,300 digits.
        if field in KINDS and text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _MOST_WORDS:
            return int(text)
        self._complaints.error(
            node.line, f"{where}.min_words: {text!r}: a number of words from 0 to {_MOST_WORDS}, for names"
        )
        return 0

    def _check_constant(self, where: str, field: str, node: Node, text: str) -> None:
        """A constant is checked when it is loaded: what can never be a value of the field is a mistake."""
        if not text.strip():
            hint = "; to empty the list write []" if field in LIST_FIELDS else ""
            self._complaints.error(node.line, f"{where} has no value{hint}")
        elif field in CONVERT and CONVERT[field](text) is None:
            self._complaints.error(node.line, f"{where}: {text!r} is not {WANTED[field]}")
        elif field == "rating100" and 1 <= float(text) <= 5:
            self._complaints.warn(node.line, f"{where}: {text} of 100 is less than half a star; 4 stars are 80")

    def _check_placeholder(self, where: str, field: str, line: int, placeholder: Placeholder) -> None:
        name = placeholder.source.name
        if name.startswith("re."):
            self._parsing.asked_groups.append((line, name.removeprefix("re.")))
        filters = [step.text for step in placeholder.steps]
        if field == "rating100" and name == "meta.rating" and "stars" not in filters:
            self._complaints.warn(line, f"{where}: meta.rating counts stars, 0 to 5; write {{meta.rating|stars}}")


def _where(field: str, fields: tuple[str, ...]) -> str:
    """What to write instead of a field that does not stand under this verb."""
    if field in LIST_FIELDS:
        return f"{field} is a list: write it under add, remove or replace; {allowed_values(fields)}"
    if field in SINGLE_FIELDS:
        return f"{field} is a single value: write it under set; {allowed_values(fields)}"
    return suggest("field", field, fields)
