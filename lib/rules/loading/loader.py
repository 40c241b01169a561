"""Loads and checks a rules file: text -> RuleSet, or all errors with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lib.errors import DataError
from lib.rules.conditions.base import template_text, to_text
from lib.rules.fields import CREATABLE
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern, parse_pattern
from lib.rules.loading.options import Options
from lib.rules.loading.rule_parser import RULE_KEYS, RuleParser
from lib.rules.ruleset import MAX_NEW, RuleSet
from lib.rules.syntax.diagnostics import Diagnostics, Problem, RulesError, allowed_values
from lib.rules.syntax.regexes import CompileBudget, compile_regex
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, ScalarNode, SequenceNode, decode, parse
from lib.rules.values import fold
from lib.rules.vocabulary import Vocabulary, is_pattern

_TOP_KEYS = ("version", "defaults", "vocabulary", "sidecar", "rules", "max_new")
_DEFAULT_KEYS = ("when", "mode", "strategy", "skip_organized", "create", "max_new")
_VOCABULARY_KEYS = ("map", "drop", "create")
_VERSION = "1"


@dataclass(frozen=True)
class Check:
    """The result of a check: the rules unless it found errors, and the errors and warnings by line."""

    ruleset: RuleSet | None
    errors: list[Problem]
    warnings: list[Problem]


def check_rules(text: str | bytes) -> Check:
    """Check the text of a rules file, or its bytes. Never raises for invalid content."""
    diagnostics = Diagnostics()
    try:
        tree = parse(decode(text) if isinstance(text, bytes) else text.removeprefix("\ufeff"))
    except RulesError as error:
        return Check(None, error.problems, [])
    ruleset = _Loader(diagnostics).load(tree)
    errors = sorted(set(diagnostics.errors))
    return Check(None if errors else ruleset, errors, sorted(set(diagnostics.warnings)))


def load_rules(text: str | bytes) -> RuleSet:
    """Load the rules of a file. Raises RulesError with all errors."""
    check = check_rules(text)
    if check.ruleset is None:
        raise RulesError(check.errors)
    return check.ruleset


class _Loader:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._error = diagnostics.error
        self._compile_budget = CompileBudget()

    def load(self, tree: Node) -> RuleSet:
        top = self._map(tree, "the file", _TOP_KEYS, "key")
        version = top.get("version")
        if version is not None and to_text(version).strip() != _VERSION:
            self._error(
                version.line, f"version: unknown value {to_text(version)!r}; the supported version is {_VERSION}"
            )
        defaults = self._defaults(top.get("defaults"))
        vocabularies = self._vocabularies(top.get("vocabulary"))
        rules = top.get("rules")
        if rules is None:
            self._diagnostics.warn(1, "the file has no rules; add them as a list under rules:")
        elif not isinstance(rules, SequenceNode):
            self._error(rules.line, "rules must be a list: each rule begins with `- name:`")
        items = rules.items if isinstance(rules, SequenceNode) else ()
        parser = RuleParser(self._diagnostics, self._compile_budget, defaults, vocabularies)
        loaded = [rule for item in items if (rule := parser.parse(item)) is not None]
        return RuleSet(tuple(loaded), self._sidecars(top.get("sidecar")), self._max_new(top), vocabularies)

    def _map(self, node: Node | None, name: str, keys: tuple[str, ...], key_type: str) -> Mapping[str, Node]:
        if node is None or isinstance(node, NullNode):
            return {}
        if not isinstance(node, MappingNode):
            self._error(node.line, f"{name} must be a map; {allowed_values(keys)}")
            return {}
        for key, _ in node.entries:
            if key.value not in keys:
                hint = "; it belongs in a rule, under rules:" if key.value in RULE_KEYS else ""
                self._error(key.line, f"{name}: unknown key {key.value!r}{hint}; {suggest(key_type, key.value, keys)}")
        return {
            key.value: value for key, value in node.entries if key.value in keys and not isinstance(value, NullNode)
        }

    def _defaults(self, node: Node | None) -> Options:
        entries = self._map(node, "defaults", _DEFAULT_KEYS, "key")
        return Options().updated(entries, self._diagnostics)

    def _max_new(self, top: Mapping[str, Node]) -> int:
        defaults = top.get("defaults")
        nested = {key.value: value for key, value in defaults.entries} if isinstance(defaults, MappingNode) else {}
        node = top.get("max_new") or nested.get("max_new")
        if node is None:
            return MAX_NEW
        text = to_text(node).strip()
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self._error(node.line, f"max_new: {text!r} isn't a whole number")
            return MAX_NEW
        return int(text)

    def _sidecars(self, node: Node | None) -> tuple[Pattern, ...]:
        if node is None:
            return DEFAULT_PATTERNS
        patterns = []
        for item in node.items if isinstance(node, SequenceNode) else (node,):
            try:
                patterns.append(parse_pattern(template_text(item)))
            except DataError as error:
                self._error(item.line, f"sidecar: {error}")
        return tuple(patterns)

    def _vocabularies(self, node: Node | None) -> dict[str, Vocabulary]:
        kinds = self._map(node, "vocabulary", CREATABLE, "kind")
        return {kind: self._parse_vocabulary(kind, entry) for kind, entry in kinds.items()}

    def _parse_vocabulary(self, kind: str, node: Node) -> Vocabulary:
        entries = self._map(node, f"vocabulary.{kind}", _VOCABULARY_KEYS, "vocabulary key")
        names: set[str] = set()
        patterns = []
        for line, text in self._names(entries.get("drop"), f"vocabulary.{kind}.drop", ", or patterns such as '/^img/'"):
            if is_pattern(text):
                try:
                    with self._compile_budget.measure():
                        patterns.append(compile_regex(text[1:-1]))
                except DataError as error:
                    self._error(line, f"vocabulary.{kind}.drop: {error}")
            else:
                names.add(fold(text))
        mapping = self._mapping(kind, entries.get("map"))
        created = {fold(text): text for _, text in self._names(entries.get("create"), f"vocabulary.{kind}.create")}
        return Vocabulary(mapping, frozenset(names), tuple(patterns), created)

    def _names(self, node: Node | None, label: str, others: str = "") -> Iterator[tuple[int, str]]:
        """Yield the line and the text of each name in a list, or of the only one; `others` are also allowed there."""
        for item in node.items if isinstance(node, SequenceNode) else (node,) if node else ():
            text = item.value.strip() if isinstance(item, ScalarNode) else ""
            if text:
                yield item.line, text
            else:
                self._error(item.line, f"{label} must contain names{others}")

    def _mapping(self, kind: str, node: Node | None) -> dict[str, str]:
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self._error(node.line, f"vocabulary.{kind}.map must be a map, such as {{bw: Black & White}}")
            return {}
        mapping = {}
        for key, value in node.entries:
            if isinstance(value, ScalarNode) and value.value.strip():
                mapping[fold(key.value)] = value.value.strip()
            else:
                self._error(key.line, f"vocabulary.{kind}.map: {key.value!r} needs the name to use instead")
        return mapping
