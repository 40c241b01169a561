"""The search text `q`: words, "phrases", a OR b, a | b, -word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fake_stash.filters.builder import Query


@dataclass
class Search:
    """What must be there, what must not, and sets of which one must be there."""

    must: list[str] = field(default_factory=list)
    must_not: list[str] = field(default_factory=list)
    any_sets: list[list[str]] = field(default_factory=list)


def parse(text: str) -> Search:
    """The search text taken apart."""
    search = Search()
    if text.strip():
        words = _take_or(_with_phrases(text.strip().split(" ")), search)
        for word in words:
            negative = len(word) > 1 and word.startswith("-")
            term = _unquoted(word[1:] if negative else word)
            if term:
                (search.must_not if negative else search.must).append(term)
    return search


def add_search(query: Query, columns: Sequence[str], text: str) -> None:
    """Let the query find only what the search text asks for in these columns."""
    search = parse(text)
    for term in search.must:
        query.conditions.append("(" + " OR ".join(f"{column} LIKE ?" for column in columns) + ")")
        query.args += [f"%{term}%"] * len(columns)
    for term in search.must_not:
        query.conditions += [f"COALESCE({column}, '') NOT LIKE ?" for column in columns]
        query.args += [f"%{term}%"] * len(columns)
    for terms in search.any_sets:
        query.conditions.append("(" + " OR ".join(f"{column} LIKE ?" for column in columns for _ in terms) + ")")
        query.args += [f"%{term}%" for _ in columns for term in terms]


def _with_phrases(words: list[str]) -> list[str]:
    found: list[str] = []
    start = -1
    for index, word in enumerate(words):
        bare = word.removeprefix("-")
        if start >= 0:
            if word.endswith('"'):
                found.append(" ".join(words[start : index + 1]))
                start = -1
        elif bare.startswith('"') and (len(bare) < 2 or not bare.endswith('"')):
            start = index
        else:
            found.append(word)
    return found + words[start:] if start >= 0 else found


def _take_or(words: list[str], search: Search) -> list[str]:
    index = 1
    while index < len(words) - 1:
        if words[index].upper() != "OR" and words[index] != "|":
            index += 1
            continue
        last = len(words) - 1
        for other in range(index + 2, len(words), 2):
            if words[other].upper() != "OR":
                last = other - 1
                break
        terms = [_unquoted(word) for word in words[index - 1 : last + 1 : 2]]
        search.any_sets.append([term for term in terms if term])
        words = words[: index - 1] + words[last + 1 :]
        index = 1
    return words


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word
