"""One rule of the file, checked to the line."""

from __future__ import annotations

from collections.abc import Mapping

from lib.rules.actions import VERBS, Action
from lib.rules.conditions import parse_match
from lib.rules.conditions.base import Parsing, to_text
from lib.rules.conditions.logic import AllOf
from lib.rules.loading.options import Options, switch
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
    """Parses the rules of one file, whose names must differ."""

    def __init__(
        self, complaints: Diagnostics, compiling: CompileBudget, defaults: Options, words: dict[str, Vocabulary]
    ) -> None:
        self._complaints = complaints
        self._compiling = compiling
        self._defaults = defaults
        self._words = words
        self._lines: dict[str, int] = {}

    def parse(self, node: Node) -> Rule | None:
        """The rule; None where it is none at all. What is wrong in it is noted."""
        if not isinstance(node, MappingNode):
            self._complaints.error(node.line, f"a rule is a map; {allowed_values(RULE_KEYS)}")
            return None
        for key, _ in node.entries:
            if key.value not in RULE_KEYS:
                self._complaints.error(
                    key.line, f"a rule has no {key.value!r}; {suggest('rule key', key.value, RULE_KEYS)}"
                )
        given = {key.value: value for key, value in node.entries if not isinstance(value, NullNode)}
        options = self._defaults.updated(given, self._complaints)
        parsing = Parsing(self._complaints, self._compiling)
        match = parse_match(given["match"], parsing) if "match" in given else AllOf("match", ())
        values = ValueParser(parsing, options, self._words)
        actions = tuple(action for key, value in given.items() if key in VERBS for action in values.actions(key, value))
        self._check_groups(parsing)
        if not any(key in given for key in VERBS) and "stop" not in given:
            self._complaints.warn(node.line, f"the rule does nothing; {allowed_values(VERBS)}")
        return Rule(
            name=self._name(node, given),
            line=node.line,
            match=match,
            actions=_in_order(actions),
            about=to_text(given["about"]) if "about" in given else "",
            mode=options.mode,
            when=options.when,
            skip_organized=options.skip_organized,
            stop=bool(switch("stop", given["stop"], self._complaints)) if "stop" in given else False,
        )

    def _name(self, node: MappingNode, given: Mapping[str, Node]) -> str:
        named = given.get("name")
        name = named.value.strip() if isinstance(named, ScalarNode) else ""
        line = named.line if named else node.line
        if not name:
            self._complaints.error(line, "a rule needs a name: `name: …`")
        elif name in self._lines:
            self._complaints.error(line, f"the name {name!r} is used in line {self._lines[name]} already")
        self._lines.setdefault(name, line)
        return name

    def _check_groups(self, parsing: Parsing) -> None:
        for line, name in parsing.asked_groups:
            if name not in parsing.groups:
                known = ", ".join(sorted(parsing.groups)) or "none"
                message = (
                    f"no regular expression of this rule names a group {name!r}: (?P<{name}>…); named are: {known}"
                )
                self._complaints.error(line, message)


def _in_order(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """What replaces a list comes before what adds to it or removes from it; else as written."""
    return tuple(sorted(actions, key=lambda action: action.verb != "replace"))
