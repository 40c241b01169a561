"""Parses one rule of the file and reports errors with their lines."""

from __future__ import annotations

from collections.abc import Mapping

from lib.rules.actions import VERBS, Action
from lib.rules.conditions import parse_match
from lib.rules.conditions.base import Parsing, to_text
from lib.rules.conditions.logic import AllOf
from lib.rules.fingerprint import actions_meaning, fingerprint, match_meaning
from lib.rules.loading.options import Options, boolean
from lib.rules.loading.value_parser import ValueParser
from lib.rules.ruleset import Rule
from lib.rules.syntax.diagnostics import Diagnostics, allowed_values
from lib.rules.syntax.regexes import CompileBudget
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, ScalarNode
from lib.rules.vocabulary import Vocabulary

_OPTIONS = ("when", "mode", "strategy", "skip_organized", "create")
RULE_KEYS = ("name", "about", "match", *VERBS, *_OPTIONS, "stop")


class RuleParser:
    """Parses the rules of one file; their names must be unique."""

    def __init__(
        self,
        diagnostics: Diagnostics,
        compile_budget: CompileBudget,
        defaults: Options,
        vocabularies: dict[str, Vocabulary],
    ) -> None:
        self._diagnostics = diagnostics
        self._compile_budget = compile_budget
        self._defaults = defaults
        self._vocabularies = vocabularies
        self._lines: dict[str, int] = {}

    def parse(self, node: Node) -> Rule | None:
        """Return the rule, None if the node isn't a map; errors are reported."""
        if not isinstance(node, MappingNode):
            self._diagnostics.error(node.line, f"a rule must be a map; {allowed_values(RULE_KEYS)}")
            return None
        for key, _ in node.entries:
            if key.value not in RULE_KEYS:
                self._diagnostics.error(
                    key.line, f"rule: unknown key {key.value!r}; {suggest('rule key', key.value, RULE_KEYS)}"
                )
        entries = {key.value: value for key, value in node.entries if not isinstance(value, NullNode)}
        options = self._defaults.updated(entries, self._diagnostics)
        parsing = Parsing(self._diagnostics, self._compile_budget)
        match = parse_match(entries["match"], parsing) if "match" in entries else AllOf("match", ())
        values = ValueParser(parsing, options, self._vocabularies)
        actions = tuple(
            action for key, value in entries.items() if key in VERBS for action in values.actions(key, value)
        )
        self._check_groups(parsing)
        if not any(key in entries for key in VERBS) and "stop" not in entries:
            self._diagnostics.warn(node.line, f"the rule has no action; {allowed_values(VERBS)}")
        actions = _in_order(actions)
        stop = bool(boolean("stop", entries["stop"], self._diagnostics)) if "stop" in entries else False
        return Rule(
            name=self._name(node, entries),
            line=node.line,
            match=match,
            actions=actions,
            about=to_text(entries["about"]) if "about" in entries else "",
            mode=options.mode,
            when=options.when,
            skip_organized=options.skip_organized,
            stop=stop,
            meaning=fingerprint(
                [match_meaning(entries.get("match")), actions_meaning(actions), options.skip_organized, stop]
            ),
        )

    def _name(self, node: MappingNode, entries: Mapping[str, Node]) -> str:
        value = entries.get("name")
        name = value.value.strip() if isinstance(value, ScalarNode) else ""
        line = value.line if value else node.line
        if not name:
            self._diagnostics.error(line, "the rule has no name; add `name: …`")
        elif name in self._lines:
            self._diagnostics.error(
                line, f"the name {name!r} is already used in line {self._lines[name]}; rename one of the rules"
            )
        self._lines.setdefault(name, line)
        return name

    def _check_groups(self, parsing: Parsing) -> None:
        for line, name in parsing.used_groups:
            if name not in parsing.groups:
                groups = ", ".join(sorted(parsing.groups)) or "none"
                self._diagnostics.error(
                    line, f"no regular expression of this rule has a group (?P<{name}>…); its groups: {groups}"
                )


def _in_order(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Sort `replace` before the verbs that add to a list or remove from it; otherwise keep the order."""
    return tuple(sorted(actions, key=lambda action: action.verb != "replace"))
