"""What may stand in `defaults` and in a rule alike: when, mode, strategy, skip_organized, create."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.rules.actions import STRATEGIES
from lib.rules.conditions.base import to_text
from lib.rules.fields import CREATABLE, as_switch
from lib.rules.ruleset import MODES, WHENS
from lib.rules.syntax.diagnostics import Diagnostics, allowed_values
from lib.rules.syntax.yaml_tree import Node, ScalarNode, SequenceNode


@dataclass(frozen=True)
class Options:
    """How rules run where they do not say it themselves."""

    when: tuple[str, ...] = WHENS
    mode: str = "apply"
    strategy: str = "merge"
    skip_organized: bool = True
    create: tuple[str, ...] = ()

    def updated(self, given: Mapping[str, Node], complaints: Diagnostics) -> Options:
        """These options with what is given; what is wrong is noted and left as it was."""
        found: dict[str, Any] = {}
        if "when" in given:
            found["when"] = some_of("when", given["when"], WHENS, complaints) or None
        if "create" in given:
            found["create"] = some_of("create", given["create"], CREATABLE, complaints)
        for name, choices in (("mode", MODES), ("strategy", STRATEGIES)):
            if name in given:
                found[name] = one_of(name, given[name], choices, complaints)
        if "skip_organized" in given:
            found["skip_organized"] = switch("skip_organized", given["skip_organized"], complaints)
        return replace(self, **{name: value for name, value in found.items() if value is not None})


def one_of(name: str, node: Node, choices: Sequence[str], complaints: Diagnostics) -> str | None:
    """One of the choices, in any case."""
    text = node.value.strip().casefold() if isinstance(node, ScalarNode) else ""
    if text in choices:
        return text
    complaints.error(node.line, f"{name}: {to_text(node)!r} is unknown; {allowed_values(choices)}")
    return None


def some_of(name: str, node: Node, choices: Sequence[str], complaints: Diagnostics) -> tuple[str, ...]:
    """One of the choices, or a list of them."""
    items = node.items if isinstance(node, SequenceNode) else (node,)
    found = [one_of(name, item, choices, complaints) for item in items]
    if name == "when" and not items:
        complaints.error(node.line, f"when: the list is empty; {allowed_values(choices)}")
    return tuple(choice for choice in choices if choice in found)


def switch(name: str, node: Node, complaints: Diagnostics) -> bool | None:
    """True or false."""
    value = as_switch(node.value) if isinstance(node, ScalarNode) else None
    if value is None:
        complaints.error(node.line, f"{name} takes true or false, not {to_text(node)!r}")
    return value
