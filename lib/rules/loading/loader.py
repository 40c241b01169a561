"""A rules file, checked to the line: text -> RuleSet, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lib.errors import DataError
from lib.rules.conditions.base import to_text
from lib.rules.fields import CREATABLE
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern, parse_pattern
from lib.rules.loading.options import Options
from lib.rules.loading.rule_parser import RULE_KEYS, RuleParser
from lib.rules.ruleset import MAX_NEW, RuleSet
from lib.rules.syntax.diagnostics import Diagnostics, Problem, RulesError, allowed_values
from lib.rules.syntax.regexes import CompileBudget, compiled
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, ScalarNode, SequenceNode, decoded, parse
from lib.rules.values import fold
from lib.rules.vocabulary import Vocabulary

_TOP_KEYS = ("version", "defaults", "vocabulary", "sidecar", "rules", "max_new")
_DEFAULT_KEYS = ("when", "mode", "strategy", "skip_organized", "create", "max_new")
_VERSION = "1"


@dataclass(frozen=True)
class Check:
    """What a check found: the rules if they can be used, and by line what is wrong or looks like a mistake."""

    ruleset: RuleSet | None
    errors: list[Problem]
    warnings: list[Problem]


def check_rules(text: str | bytes) -> Check:
    """Check the text of a rules file, or its bytes; never raises for what stands in it."""
    complaints = Diagnostics()
    try:
        tree = parse(decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff"))
    except RulesError as error:
        return Check(None, error.problems, [])
    ruleset = _Loader(complaints).load(tree)
    errors = sorted(set(complaints.errors))
    return Check(None if errors else ruleset, errors, sorted(set(complaints.warnings)))


def load_rules(text: str | bytes) -> RuleSet:
    """The rules of a file; RulesError holds everything that is wrong with it."""
    check = check_rules(text)
    if check.ruleset is None:
        raise RulesError(check.errors)
    return check.ruleset


class _Loader:
    def __init__(self, complaints: Diagnostics) -> None:
        self._complaints = complaints
        self._error = complaints.error
        self._compiling = CompileBudget()

    def load(self, tree: Node) -> RuleSet:
        top = self._map(tree, "the file", _TOP_KEYS, "key")
        version = top.get("version")
        if version is not None and to_text(version).strip() != _VERSION:
            self._error(
                version.line, f"version: {to_text(version)!r} is unknown; this program reads version {_VERSION}"
            )
        defaults = self._defaults(top.get("defaults"))
        words = self._vocabulary(top.get("vocabulary"))
        rules = top.get("rules")
        if rules is None:
            self._complaints.warn(1, "there are no rules; they stand in a list under rules:")
        elif not isinstance(rules, SequenceNode):
            self._error(rules.line, "rules takes a list: each rule begins with `- name:`")
        items = rules.items if isinstance(rules, SequenceNode) else ()
        parser = RuleParser(self._complaints, self._compiling, defaults, words)
        loaded = [rule for item in items if (rule := parser.parse(item)) is not None]
        return RuleSet(tuple(loaded), self._sidecars(top.get("sidecar")), self._max_new(top))

    def _map(self, node: Node | None, where: str, keys: tuple[str, ...], what: str) -> Mapping[str, Node]:
        if node is None or isinstance(node, NullNode):
            return {}
        if not isinstance(node, MappingNode):
            self._error(node.line, f"{where} is a map; {allowed_values(keys)}")
            return {}
        for key, _ in node.entries:
            if key.value not in keys:
                moved = "; it stands in a rule, under rules:" if key.value in RULE_KEYS else ""
                self._error(key.line, f"{where} has no {key.value!r}{moved}; {suggest(what, key.value, keys)}")
        return {
            key.value: value for key, value in node.entries if key.value in keys and not isinstance(value, NullNode)
        }

    def _defaults(self, node: Node | None) -> Options:
        given = self._map(node, "defaults", _DEFAULT_KEYS, "key")
        return Options().updated(given, self._complaints)

    def _max_new(self, top: Mapping[str, Node]) -> int:
        defaults = top.get("defaults")
        inner = {key.value: value for key, value in defaults.entries} if isinstance(defaults, MappingNode) else {}
        node = top.get("max_new") or inner.get("max_new")
        if node is None:
            return MAX_NEW
        text = to_text(node).strip()
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self._error(node.line, f"max_new: {text!r} is no whole number")
            return MAX_NEW
        return int(text)

    def _sidecars(self, node: Node | None) -> tuple[Pattern, ...]:
        if node is None:
            return DEFAULT_PATTERNS
        patterns = []
        for item in node.items if isinstance(node, SequenceNode) else (node,):
            try:
                patterns.append(parse_pattern(item.typed if isinstance(item, MappingNode) else to_text(item)))
            except DataError as error:
                self._error(item.line, f"sidecar: {error}")
        return tuple(patterns)

    def _vocabulary(self, node: Node | None) -> dict[str, Vocabulary]:
        kinds = self._map(node, "vocabulary", CREATABLE, "kind")
        return {kind: self._words(kind, entry) for kind, entry in kinds.items()}

    def _words(self, kind: str, node: Node) -> Vocabulary:
        given = self._map(node, f"vocabulary.{kind}", ("drop", "map"), "key")
        names: set[str] = set()
        patterns = []
        drop = given.get("drop")
        for item in drop.items if isinstance(drop, SequenceNode) else (drop,) if drop else ():
            text = item.value.strip() if isinstance(item, ScalarNode) else ""
            if not text:
                self._error(item.line, f"vocabulary.{kind}.drop takes names, or patterns such as '/^img/'")
            elif len(text) > 2 and text[0] == text[-1] == "/":
                try:
                    with self._compiling.counted():
                        patterns.append(compiled(text[1:-1]))
                except DataError as error:
                    self._error(item.line, f"vocabulary.{kind}.drop: {error}")
            else:
                names.add(fold(text))
        return Vocabulary(self._mapping(kind, given.get("map")), frozenset(names), tuple(patterns))

    def _mapping(self, kind: str, node: Node | None) -> dict[str, str]:
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self._error(node.line, f"vocabulary.{kind}.map takes a map, such as {{bw: Black & White}}")
            return {}
        found = {}
        for key, value in node.entries:
            if isinstance(value, ScalarNode) and value.value.strip():
                found[fold(key.value)] = value.value.strip()
            else:
                self._error(key.line, f"vocabulary.{kind}.map: {key.value!r} needs the name to use instead")
        return found
