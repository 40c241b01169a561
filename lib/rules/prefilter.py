"""Combines parts of an `image_filter` into a prefilter: it selects every image that may match, and few others.

Source: Stash v0.30.1, pkg/sqlite. The criteria of one level are joined by AND; a level has one AND or OR, which
contains the next level, so an OR of many terms is a chain. All levels share their joins, one for each table alias:
`tags` with values joins under one alias, so two different lists of tags in one chain would both mean the first. An
inner join (`galleries` INCLUDES) would apply to the whole chain; conditions use criteria with left joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

# A chain of 27 fails with a parser stack overflow (measured on v0.30.1).
MAX_TERMS = 20

_Terms = list[dict[str, Any]] | None


def all_of(filters: Sequence[_Terms]) -> _Terms:
    """AND the filters together in disjunctive normal form. Returns None if the server can't evaluate any of them.

    Filters that it can't evaluate, or that would make the form too long, are left out.
    """
    joined: list[dict[str, Any]] = [{}]
    for terms in filters:
        if terms is not None and len(joined) * len(terms) <= MAX_TERMS:
            joined = _distinct(_merged(first, second) for first, second in product(joined, terms))
    return None if joined == [{}] else joined


def any_of(filters: Sequence[_Terms]) -> _Terms:
    """OR the filters together. Returns None if the server can't evaluate one of them, or for too many terms."""
    joined: list[dict[str, Any]] = []
    for terms in filters:
        if terms is None:
            return None
        joined = _distinct([*joined, *terms])
    return joined if len(joined) <= MAX_TERMS else None


def to_image_filter(terms: _Terms) -> dict[str, Any] | None:
    """Return the `image_filter` for the terms; None for all images."""
    if not terms or {} in terms:
        return None
    chain: dict[str, Any] | None = None
    for term in reversed(_with_common_tags(terms)):
        chain = dict(term) if chain is None else {**term, "OR": chain}
    return chain


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """AND two terms in one level, which has one criterion of each name; of two paths the longer selects fewer images."""
    merged = {**second, **first}
    if "path" in first and "path" in second:
        merged["path"] = max(first["path"], second["path"], key=lambda criterion: len(criterion["value"]))
    return merged


def _distinct(terms: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    distinct: list[dict[str, Any]] = []
    for term in terms:
        if term not in distinct:
            distinct.append(term)
    return distinct


def _with_common_tags(terms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give all terms one list of tags, since they share the join; this selects more images, never fewer."""
    ids = dict.fromkeys(tag for term in terms if "tags" in term for tag in term["tags"]["value"])
    return _distinct(
        {**term, "tags": {**term["tags"], "value": list(ids)}} if "tags" in term else term for term in terms
    )
