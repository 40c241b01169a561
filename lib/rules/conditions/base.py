"""What a condition is: one part of a rule's `match`, with two faces.

`holds` looks at the image in hand. `ask` is the part of `image_filter` that brings few images from the server: it may
bring too many, never too few. A test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lib.rules.image.context import View
from lib.rules.names import NameBook
from lib.rules.syntax.diagnostics import Complaints
from lib.rules.syntax.regexes import Compiling
from lib.rules.syntax.yaml_tree import Entries, Items, Node, Text

Terms: TypeAlias = "list[dict[str, Any]] | None"
"""Parts of an `image_filter` of which one holds; None where the server cannot be asked."""


@dataclass(frozen=True)
class Asking:
    """What is known when the server is asked: the time, and the names if they were read already."""

    now: float
    names: NameBook | None = None


class Condition:
    """One condition. `label` says it in a few words; `fields` is what must be known of the image.

    changes: the fields it looks at that an earlier rule may have planned; those the server does not know.
    """

    label: str = ""
    fields: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()

    def holds(self, view: View) -> bool:
        raise NotImplementedError

    def seen(self, view: View) -> Any:
        """The value it looks at, for explain."""
        raise NotImplementedError

    def ask(self, _asking: Asking, /) -> Terms:
        """Parts of an `image_filter`; most conditions cannot be asked."""
        return None


@dataclass
class Parsing:
    """What the parsers of one rule share: where problems go, and the groups its regular expressions name.

    compiling: counts the time that all patterns of the file take.
    """

    complaints: Complaints
    compiling: Compiling = field(default_factory=Compiling)
    groups: set[str] = field(default_factory=set)
    asked_groups: list[tuple[int, str]] = field(default_factory=list)


Parse: TypeAlias = Callable[[str, Node, Parsing], "Condition | None"]
"""Called with the condition's name and its value; None where a problem was noted."""


@dataclass(frozen=True)
class Kind:
    """An entry of the table. `lists`: takes a list itself; of others a list means any of its values."""

    parse: Parse
    lists: bool = False


_LONGEST = 200


def labelled(name: str, node: Node) -> str:
    """What a condition is called in reports: as it was typed, on one line that can be read."""
    label = f"{name}: {shown(node)}"
    return label if len(label) <= _LONGEST else label[:_LONGEST] + "…"


# A note of a page; a list or a map that is longer is shown by its beginning.
_MOST_SHOWN = 4000


def shown(node: Node) -> str:
    """A node on one line, for labels and messages; of a list or a map no more than can be read."""
    if isinstance(node, Text):
        return node.value
    text = ""
    for piece in _pieces(node):
        text += piece
        if len(text) > _MOST_SHOWN:
            return text[:_MOST_SHOWN] + "…"
    return text


def _pieces(node: Node) -> Iterator[str]:
    """What is shown of a node, bit by bit, so that nothing is built that is not shown."""
    if isinstance(node, Text):
        yield node.value
    elif isinstance(node, Items):
        yield "["
        for number, item in enumerate(node.items):
            yield ", " if number else ""
            yield from _pieces(item)
        yield "]"
    elif isinstance(node, Entries):
        yield "{"
        for number, (key, value) in enumerate(node.entries):
            yield f"{', ' if number else ''}{key.value}: "
            yield from _pieces(value)
        yield "}"
