"""Names of tags, performers, studios and galleries: what rules need to know of them, without a server.

Who has the server fills a NameBook: the exact name, then the name without regard to case, then an alias; two at one
level are ambiguous.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from lib.changes import NameMatch, Ref
from lib.rules.fields import CREATABLE
from lib.rules.values import fold

ONE = {"tags": "tag", "performers": "performer", "studios": "studio", "galleries": "gallery"}
"""Kind -> the word for one of it."""


class NameLookup(Protocol):
    """Looks names up; kinds are `tags`, `performers`, `studios`, `galleries`."""

    def find(self, kind: str, name: str) -> NameMatch:
        """What the name stands for among all of this kind."""


@dataclass(frozen=True)
class CreatePolicy:
    """Whether a missing name may be made: asked for at all, and with enough words for a performer."""

    create: bool = False
    min_words: int = 0

    def allows(self, kind: str, name: str) -> bool:
        return self.create and kind in CREATABLE and len(name.split()) >= self.min_words


@dataclass
class ImageDiagnostics:
    """What one image's rules have to report besides their changes."""

    problems: list[str] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    _said: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def problem(self, text: str) -> None:
        if self._new("", text):
            self.problems.append(text)

    def miss(self, kind: str, name: str) -> None:
        if self._new(kind, name):
            self.missing.setdefault(kind, []).append(name)

    def _new(self, kind: str, text: str) -> bool:
        """Whether this is said for the first time; lists are not looked through, since thousands may be missing."""
        known = (kind, text) in self._said
        self._said.add((kind, text))
        return not known


# What is remembered of a book's answers; most libraries have fewer names, prompts can bring any number.
_MOST_ANSWERS = 20_000
# Longer ones are no names that come again.
_LONGEST = 255


class NameResolver:
    """Resolves names for one run, and knows those that apply would create: one Ref for each, whatever its case."""

    def __init__(self, book: NameLookup) -> None:
        self._book = book
        self._answers: dict[tuple[str, str], NameMatch] = {}
        self._new: dict[tuple[str, str], Ref] = {}

    def known(self, kind: str, name: str) -> Ref | None:
        """The one that the name means, there or about to be; nothing where it is missing or ambiguous."""
        return self._find(kind, name).ref or self._new.get((kind, fold(name)))

    def resolve(
        self, kind: str, name: str, making: CreatePolicy, notes: ImageDiagnostics, *, target: bool = True
    ) -> Ref | None:
        """The one that is meant, or a new one where it may be made; notes say why there is none.

        target: the image shall be given it, so a refused one is a problem.
        """
        found = self._find(kind, name)
        if found.ambiguous:
            several = ", ".join(found.ambiguous)
            notes.problem(f"the {ONE[kind]} {name!r} is ambiguous: it could be {several}")
            return None
        if found.refused and target:
            notes.problem(f"the {ONE[kind]} {name!r} cannot be a target: {found.refused}")
            return None
        if found.ref:
            return found.ref
        key = (kind, fold(name))
        if key not in self._new and making.allows(kind, name):
            self._new[key] = Ref(None, name)
        ref = self._new.get(key) if making.allows(kind, name) else None
        if ref is None:
            notes.miss(kind, name)
        return ref

    def _find(self, kind: str, name: str) -> NameMatch:
        if len(name) > _LONGEST:
            return self._book.find(kind, name)
        answer = self._answers.get((kind, name))
        if answer is None:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            answer = self._answers[kind, name] = self._book.find(kind, name)
        return answer
