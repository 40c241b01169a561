"""Changes the `mode` of one rule in the text of a rules file; all other lines and comments stay unchanged."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from lib.errors import DataError
from lib.rules.loading.loader import check_rules, load_rules
from lib.rules.ruleset import MODES, RuleSet
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.yaml_tree import compose


class _Edit(NamedTuple):
    """Replace the characters from `start` to `end` with `text`."""

    start: int
    end: int
    text: str


def set_rule_mode(text: str, name: str, mode: str) -> str:
    """Return the text with the rule's mode changed. Raises DataError for an unknown rule or mode, or invalid YAML."""
    if mode not in MODES:
        raise DataError(f"mode: unknown value {mode!r}; {allowed_values(MODES)}")
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    body = text[len(bom) :]
    edit = _edit(body, name, mode)
    changed = body[: edit.start] + edit.text + body[edit.end :]
    after = check_rules(changed).ruleset
    if after is None or _modes(after) != {**_modes(load_rules(body)), name: mode}:
        raise DataError(f"the mode of the rule {name!r} can't be changed here: its text is shared; edit the file")
    return bom + changed


def _edit(body: str, name: str, mode: str) -> _Edit:
    rule = _find_rule(compose(body), name)
    if rule is None:
        raise DataError(f"unknown rule {name!r}")
    keys = {key.value: (key, value) for key, value in rule.value if isinstance(key, yaml.ScalarNode)}
    if "mode" in keys:
        key, value = keys["mode"]
        if value.start_mark.index == value.end_mark.index:  # `mode:` without a value
            colon = body.find(":", key.end_mark.index)
            if colon < 0:  # `? mode`, a key without a colon
                raise DataError(
                    f"the mode of the rule {name!r} can't be changed here: its key has no colon; edit the file"
                )
            return _Edit(colon + 1, colon + 1, f" {mode}")
        return _Edit(value.start_mark.index, value.end_mark.index, mode)
    key, value = keys["name"]
    if rule.flow_style:
        return _Edit(value.end_mark.index, value.end_mark.index, f", mode: {mode}")
    # A new line below the name's, which may end in a comment.
    end = body.find("\n", value.end_mark.index)
    line = f"{' ' * key.start_mark.column}mode: {mode}"
    if end < 0:
        return _Edit(len(body), len(body), f"\n{line}")
    newline = "\r\n" if body[end - 1] == "\r" else "\n"
    return _Edit(end + 1, end + 1, line + newline)


def _find_rule(root: yaml.Node | None, name: str) -> yaml.MappingNode | None:
    """Return the map of the rule with this name."""
    for key, rules in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value != "rules" or not isinstance(rules, yaml.SequenceNode):
            continue
        for rule in rules.value:
            pairs = rule.value if isinstance(rule, yaml.MappingNode) else ()
            if any(part.value == "name" and str(value.value).strip() == name for part, value in pairs):
                assert isinstance(rule, yaml.MappingNode)
                return rule
    return None


def _modes(ruleset: RuleSet) -> dict[str, str]:
    return {rule.name: rule.mode for rule in ruleset.rules}
