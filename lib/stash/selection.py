"""GraphQL selections of an image: the standard one, and the validation of a caller's."""

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
"""The standard selection of an image: fields that all servers since v0.25 have."""

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<on>\.\.\.\s*on\s+[A-Za-z_]\w*)|(?P<brace>[{}])|,)", re.ASCII)


def validate_selection(name: str, selection: str) -> str:
    """Return the selection. Raises a DataError unless it only has fields, nested selections and `... on Type`.

    Arguments, aliases, directives, variables, comments and unbalanced braces are refused, so that a caller's selection
    can't change the document around it.
    """
    if not isinstance(selection, str):
        raise DataError(f"{name}: {selection!r} is not allowed; expected field names as text, such as 'id title'.")
    pos, depth, previous = 0, 0, ""
    text = selection.strip()
    while pos < len(text):
        token = _TOKEN.match(text, pos)
        if token is None:
            raise DataError(f"{name}: {text[pos : pos + 20]!r} isn't a field name.")
        pos = token.end()
        brace = token["brace"]
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
        if depth < 0 or (brace and previous in ("{", "")) or (token["on"] and depth == 0):
            raise DataError(f"{name}: {selection!r} isn't a valid selection: check its braces.")
        previous = brace or token["name"] or token["on"] or previous
    if depth or not previous:
        raise DataError(
            f"{name}: {selection!r} isn't a valid selection: expected fields, such as 'id title tags{{id}}'."
        )
    return text


def selects(selection: str, field: str) -> bool:
    """Whether a valid selection has a field at its top level."""
    depth = 0
    for token in _TOKEN.finditer(selection):
        depth += {"{": 1, "}": -1}.get(token["brace"] or "", 0)
        if depth == 0 and token["name"] == field:
            return True
    return False
