"""How parts of an `image_filter` are put together: a filter that brings every image that may match, and few others.

Read in Stash v0.30.1, pkg/sqlite: the criteria of one level are joined by AND; a level has one AND or OR, which holds
the next level, so an OR of many terms is a chain. All levels share their joins, one for each table alias: `tags`
with values joins under one alias, so two different lists of tags in one chain would both mean the first. An inner join
(`galleries` INCLUDES) would hold for the whole chain; conditions ask with criteria that join to the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

# A chain of 27 fails with a parser stack overflow (measured on v0.30.1).
MAX_TERMS = 20

_Terms = list[dict[str, Any]] | None


def all_of(asked: Sequence[_Terms]) -> _Terms:
    """Terms of which one holds wherever all of the given hold; what cannot be asked, or grows too long, is left out."""
    joined: list[dict[str, Any]] = [{}]
    for terms in asked:
        if terms is not None and len(joined) * len(terms) <= MAX_TERMS:
            joined = _distinct(_merged(one, other) for one, other in product(joined, terms))
    return None if joined == [{}] else joined


def any_of(asked: Sequence[_Terms]) -> _Terms:
    """Terms of which one holds wherever one of the given holds; None where one of them cannot be asked."""
    joined: list[dict[str, Any]] = []
    for terms in asked:
        if terms is None:
            return None
        joined = _distinct([*joined, *terms])
    return joined if len(joined) <= MAX_TERMS else None


def to_image_filter(terms: _Terms) -> dict[str, Any] | None:
    """The `image_filter` of the terms, None to walk everything."""
    if not terms or {} in terms:
        return None
    chain: dict[str, Any] | None = None
    for term in reversed(_with_common_tags(terms)):
        chain = dict(term) if chain is None else {**term, "OR": chain}
    return chain


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both terms in one level. It has room for one criterion of each name; the longer of two paths says more."""
    merged = {**other, **one}
    if "path" in one and "path" in other:
        merged["path"] = max(one["path"], other["path"], key=lambda criterion: len(criterion["value"]))
    return merged


def _distinct(terms: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for term in terms:
        if term not in kept:
            kept.append(term)
    return kept


def _with_common_tags(terms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The terms with one list of tags for all, since they share the join; it brings more images, never fewer."""
    ids = dict.fromkeys(tag for term in terms if "tags" in term for tag in term["tags"]["value"])
    return _distinct(
        {**term, "tags": {**term["tags"], "value": list(ids)}} if "tags" in term else term for term in terms
    )
