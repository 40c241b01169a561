"""What a condition is: one part of a rule's `match`, with two faces.

`holds` looks at the image in hand. `ask` is the part of `image_filter` that brings few images from the server: it may
bring too many, never too few. A test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lib.rules.image.context import ImageContext
from lib.rules.names import NameLookup
from lib.rules.syntax.diagnostics import Diagnostics
from lib.rules.syntax.regexes import CompileBudget
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

OrTerms: TypeAlias = "list[dict[str, Any]] | None"
"""Parts of an `image_filter` of which one holds; None where the server cannot be asked."""


@dataclass(frozen=True)
class FilterContext:
    """What is known when the server is asked: the time, and the names if they were read already."""

    now: float
    names: NameLookup | None = None


class Condition:
    """One condition. `label` says it in a few words; `fields` is what must be known of the image.

    changes: the fields it looks at that an earlier rule may have planned; those the server does not know.
    """

    label: str = ""
    fields: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()

    def matches(self, view: ImageContext) -> bool:
        raise NotImplementedError

    def actual(self, view: ImageContext) -> Any:
        """The value it looks at, for explain."""
        raise NotImplementedError

    def to_filter(self, _asking: FilterContext, /) -> OrTerms:
        """Parts of an `image_filter`; most conditions cannot be asked."""
        return None


@dataclass
class Parsing:
    """What the parsers of one rule share: where problems go, and the groups its regular expressions name.

    compiling: counts the time that all patterns of the file take.
    """

    complaints: Diagnostics
    compiling: CompileBudget = field(default_factory=CompileBudget)
    groups: set[str] = field(default_factory=set)
    asked_groups: list[tuple[int, str]] = field(default_factory=list)


Parse: TypeAlias = Callable[[str, Node, Parsing], "Condition | None"]
"""Called with the condition's name and its value; None where a problem was noted."""


@dataclass(frozen=True)
class ConditionType:
    """An entry of the table. `lists`: takes a list itself; of others a list means any of its values."""

    parse: Parse
    lists: bool = False


_LONGEST = 200


def describe(name: str, node: Node) -> str:
    """What a condition is called in reports: as it was typed, on one line that can be read."""
    label = f"{name}: {to_text(node)}"
    return label if len(label) <= _LONGEST else label[:_LONGEST] + "…"


# A note of a page; a list or a map that is longer is shown by its beginning.
_MOST_SHOWN = 4000


def to_text(node: Node) -> str:
    """A node on one line, for labels and messages; of a list or a map no more than can be read."""
    if isinstance(node, ScalarNode):
        return node.value
    text = ""
    for piece in _pieces(node):
        text += piece
        if len(text) > _MOST_SHOWN:
            return text[:_MOST_SHOWN] + "…"
    return text


def _pieces(node: Node) -> Iterator[str]:
    """What is shown of a node, bit by bit, so that nothing is built that is not shown."""
    if isinstance(node, ScalarNode):
        yield node.value
    elif isinstance(node, SequenceNode):
        yield "["
        for number, item in enumerate(node.items):
            yield ", " if number else ""
            yield from _pieces(item)
        yield "]"
    elif isinstance(node, MappingNode):
        yield "{"
        for number, (key, value) in enumerate(node.entries):
            yield f"{', ' if number else ''}{key.value}: "
            yield from _pieces(value)
        yield "}"
