"""The options of both `defaults` and rules: when, mode, strategy, skip_organized, create."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.rules.actions import STRATEGIES
from lib.rules.conditions.base import to_text
from lib.rules.fields import CREATABLE, parse_boolean
from lib.rules.ruleset import MODES, WHENS
from lib.rules.syntax.diagnostics import Diagnostics, allowed_values
from lib.rules.syntax.yaml_tree import Node, ScalarNode, SequenceNode


@dataclass(frozen=True)
class Options:
    """The options of a rule, or the defaults for all rules."""

    when: tuple[str, ...] = WHENS
    mode: str = "apply"
    strategy: str = "merge"
    skip_organized: bool = True
    create: tuple[str, ...] = ()

    def updated(self, entries: Mapping[str, Node], diagnostics: Diagnostics) -> Options:
        """Return the options with these entries; invalid ones are reported and keep their old value."""
        values: dict[str, Any] = {}
        if "when" in entries:
            values["when"] = some_of("when", entries["when"], WHENS, diagnostics) or None
        if "create" in entries:
            values["create"] = some_of("create", entries["create"], CREATABLE, diagnostics)
        for name, choices in (("mode", MODES), ("strategy", STRATEGIES)):
            if name in entries:
                values[name] = one_of(name, entries[name], choices, diagnostics)
        if "skip_organized" in entries:
            values["skip_organized"] = boolean("skip_organized", entries["skip_organized"], diagnostics)
        return replace(self, **{name: value for name, value in values.items() if value is not None})


def one_of(name: str, node: Node, choices: Sequence[str], diagnostics: Diagnostics) -> str | None:
    """Return the choice that the node names, in any case; None after reporting an error."""
    text = node.value.strip().casefold() if isinstance(node, ScalarNode) else ""
    if text in choices:
        return text
    diagnostics.error(node.line, f"{name}: unknown value {to_text(node)!r}; {allowed_values(choices)}")
    return None


def some_of(name: str, node: Node, choices: Sequence[str], diagnostics: Diagnostics) -> tuple[str, ...]:
    """Return the choices that the node names: one, or a list."""
    items = node.items if isinstance(node, SequenceNode) else (node,)
    values = [one_of(name, item, choices, diagnostics) for item in items]
    if name == "when" and not items:
        diagnostics.error(node.line, f"when: the list is empty; {allowed_values(choices)}")
    return tuple(choice for choice in choices if choice in values)


def boolean(name: str, node: Node, diagnostics: Diagnostics) -> bool | None:
    """Return true or false; None after reporting an error."""
    value = parse_boolean(node.value) if isinstance(node, ScalarNode) else None
    if value is None:
        diagnostics.error(node.line, f"{name} must be true or false, not {to_text(node)!r}")
    return value
