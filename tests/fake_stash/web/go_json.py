"""What Go's JSON decoder says of a body that it cannot read."""

from __future__ import annotations

import json
from typing import Any

from tests.fake_stash.language.numbers import JsonNumber

LOOKING = (
    ("Expecting property name", "looking for beginning of object key string"),
    ("Illegal trailing comma", "looking for beginning of object key string"),
    ("Expecting ':'", "after object key"),
    ("Expecting ','", "after object key:value pair"),
    ("Expecting value", "looking for beginning of value"),
    ("Invalid control character", "in string literal"),
)
_DECODER = json.JSONDecoder(parse_int=JsonNumber, parse_float=JsonNumber)


class BodyError(Exception):
    """The body is not what it should be; the text is Go's."""


def decode_body(text: str) -> dict[str, Any]:
    """The object at the beginning of the text; what follows it is ignored, as Go does it."""
    stripped = text.lstrip()
    if not stripped:
        raise BodyError("EOF")
    try:
        value, _ = _DECODER.raw_decode(stripped)
    except json.JSONDecodeError as error:
        raise BodyError(_go_words(stripped, error)) from error
    if not isinstance(value, dict):
        raise BodyError(f"json: cannot unmarshal {_json_kind(value)} into Go value of type graphql.RawParams")
    return value


def _go_words(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text) or error.msg.startswith("Unterminated"):
        return "unexpected EOF"
    for start, words in LOOKING:
        if error.msg.startswith(start):
            return f"invalid character {_quoted(text[error.pos])} {words}"
    return f"invalid character {_quoted(text[error.pos])} in string escape code"


def _quoted(character: str) -> str:
    return {"'": r"'\''", "\n": r"'\n'", "\t": r"'\t'", '"': "'\"'"}.get(character, f"'{character}'")


def _json_kind(value: Any) -> str:
    if isinstance(value, JsonNumber):
        return "number"
    return {list: "array", str: "string", bool: "bool"}.get(type(value), "null")
