"""Resolves names of tags, performers, studios and galleries without a server.

A NameLookup matches the exact name, then the name in any case, then an alias; two matches at one level are ambiguous.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lib.changes import MissingName, NameMatch, Ref
from lib.rules.fields import CREATABLE
from lib.rules.values import fold

SINGULAR = {"tags": "tag", "performers": "performer", "studios": "studio", "galleries": "gallery"}
"""Kind -> its singular."""


class NameLookup(Protocol):
    """Looks names up; the kinds are `tags`, `performers`, `studios`, `galleries`."""

    def find(self, kind: str, name: str) -> NameMatch:
        """Return the tag, performer, studio or gallery with this name."""


@dataclass(frozen=True)
class CreatePolicy:
    """Whether a missing tag, performer or studio may be created: listed, or enabled and with enough words in its name.

    names: folded name -> name as it is listed in the vocabulary.
    """

    create: bool = False
    min_words: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    def allows(self, kind: str, name: str) -> bool:
        return fold(name) in self.names or (self.create and kind in CREATABLE and len(name.split()) >= self.min_words)

    def spelling(self, name: str) -> str:
        """Return the name to create: as it is listed, otherwise as it was computed."""
        return self.names.get(fold(name), name)


@dataclass(slots=True)
class ImageDiagnostics:
    """The problems, and the names that Stash doesn't have, that rules report for one image, each once and in order."""

    _problems: dict[str, None] = field(default_factory=dict)
    missing: list[MissingName] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self._problems]

    def problem(self, text: str) -> None:
        self._problems[text] = None

    def miss(self, kind: str, name: str, candidates: tuple[Ref, ...] = (), *, created: bool = False) -> None:
        """Report a name that is missing, ambiguous or to be created; the same one may be reported again."""
        self.missing.append(MissingName(kind, name, candidates=candidates, created=created))


# Cached lookups; most libraries have fewer names, but prompts can contain any number.
MAX_CACHED = 20_000
# Longer names are unlikely to be looked up again.
MAX_CACHED_LENGTH = 255


class NameResolver:
    """Resolves names for one run, including those that the run would create: one Ref for each, in any case."""

    def __init__(self, names: NameLookup) -> None:
        self._names = names
        self._cache: dict[tuple[str, str], NameMatch] = {}
        self._new: dict[tuple[str, str], Ref] = {}

    def match(self, kind: str, name: str) -> NameMatch:
        """Return the result of looking up a name."""
        return self._find(kind, name)

    def lookup(self, kind: str, name: str) -> Ref | None:
        """Return the Ref for a name that exists or would be created; None if it is missing or ambiguous."""
        return self._find(kind, name).ref or self._new.get((kind, fold(name)))

    def resolve(
        self, kind: str, name: str, policy: CreatePolicy, diagnostics: ImageDiagnostics, *, target: bool = True
    ) -> Ref | None:
        """Return the Ref for a name, a new one if it may be created; None after reporting the reason.

        target: whether the image would be given it, so that a refused one is a problem.
        """
        match = self._find(kind, name)
        if match.ambiguous:
            diagnostics.problem(f"the {SINGULAR[kind]} {name!r} is ambiguous: it could be {match.candidates}")
            diagnostics.miss(kind, name, match.ambiguous)
            return None
        if match.refused and target:
            diagnostics.problem(f"the {SINGULAR[kind]} {name!r} can't be assigned: {match.refused}")
            return None
        if match.ref:
            return match.ref
        key = (kind, fold(name))
        is_allowed = policy.allows(kind, name)
        if key not in self._new and is_allowed:
            self._new[key] = Ref(None, policy.spelling(name))
        ref = self._new.get(key) if is_allowed else None
        diagnostics.miss(kind, ref.name if ref else name, created=ref is not None)
        return ref

    def _find(self, kind: str, name: str) -> NameMatch:
        if len(name) > MAX_CACHED_LENGTH:
            return self._names.find(kind, name)
        match = self._cache.get((kind, name))
        if match is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            match = self._cache[kind, name] = self._names.find(kind, name)
        return match
