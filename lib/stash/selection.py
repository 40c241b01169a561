"""What is asked of an image: the standard selection, and the check of one that a caller wrote."""

from __future__ import annotations

import re

from lib.errors import DataError

IMAGE = (
    "id title code rating100 date details photographer o_counter organized urls created_at updated_at "
    "visual_files{"
    "... on BaseFile{id path basename size mod_time fingerprints{type value}} "
    "... on ImageFile{width height} ... on VideoFile{width height duration}} "
    "galleries{id title} studio{id name} tags{id name} performers{id name}"
)
"""What an image answers with where nothing else was asked for: fields that every server from v0.25 on has."""

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<on>\.\.\.\s*on\s+[A-Za-z_]\w*)|(?P<brace>[{}])|,)", re.ASCII)


def validate_selection(name: str, selection: str) -> str:
    """The selection if it is nothing but fields, their own selections and `... on Type`; else a DataError.

    No arguments, aliases, directives, variables or comments, and no brace that closes more than it opened: what a
    caller hands in stays inside the selection it is put into.
    """
    if not isinstance(selection, str):
        raise DataError(f"{name}: {selection!r} is not allowed; field names as text are expected, such as 'id title'.")
    at, depth, before = 0, 0, ""
    text = selection.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise DataError(f"{name}: {text[at : at + 20]!r} does not belong into a selection; field names do.")
        at = token.end()
        brace = token["brace"]
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
        if depth < 0 or (brace and before in ("{", "")) or (token["on"] and depth == 0):
            raise DataError(f"{name}: {selection!r} is no selection; a brace is out of place.")
        before = brace or token["name"] or token["on"] or before
    if depth or not before:
        raise DataError(f"{name}: {selection!r} is no selection; fields such as 'id title tags{{id}}' are expected.")
    return text


def selects(selection: str, field: str) -> bool:
    """Whether a plain selection names a field at its top level."""
    depth = 0
    for token in _TOKEN.finditer(selection):
        depth += {"{": 1, "}": -1}.get(token["brace"] or "", 0)
        if depth == 0 and token["name"] == field:
            return True
    return False
