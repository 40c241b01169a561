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
SPACE = " \t\r\n"
REQUEST, MAP = "graphql.RawParams", "map[string]interface {}"
FIELDS: dict[str, tuple[type, str]] = {
    "query": (str, "string"),
    "operationName": (str, "string"),
    "variables": (dict, MAP),
    "extensions": (dict, MAP),
}
_DECODER = json.JSONDecoder(parse_int=JsonNumber, parse_float=JsonNumber)


class BodyError(Exception):
    """The body is not what it should be; the text is Go's."""


def decode_body(text: str) -> dict[str, Any] | None:
    """The request at the beginning of the text, None for null; what follows it is ignored, as Go does it."""
    value = _decoded(text)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BodyError(f"json: cannot unmarshal {_json_kind(value)} into Go value of type {REQUEST}")
    for name, (kind, go_type) in FIELDS.items():
        given = value.get(name)
        if given is not None and (not isinstance(given, kind) or isinstance(given, JsonNumber)):
            raise BodyError(
                f"json: cannot unmarshal {_json_kind(given)} into Go struct field RawParams.{name} of type {go_type}"
            )
    return value


def decode_variables(text: str) -> dict[str, Any]:
    """The object that a GET request brings as its variables."""
    value = _decoded(text)
    if not isinstance(value, (dict, type(None))):
        raise BodyError(f"json: cannot unmarshal {_json_kind(value)} into Go value of type {MAP}")
    return value or {}


def _decoded(text: str) -> Any:
    stripped = text.lstrip(SPACE)
    if not stripped:
        raise BodyError("EOF")
    try:
        value, _ = _DECODER.raw_decode(stripped)
    except json.JSONDecodeError as error:
        raise BodyError(_go_words(stripped, error)) from error
    return _whole(value) if "\\u" in stripped else value


def _whole(value: Any) -> Any:
    """Half of a pair of surrogates is no character, and Go puts the sign for that in its place."""
    if isinstance(value, dict):
        return {_whole(name): _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    if isinstance(value, str) and not isinstance(value, JsonNumber):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _go_words(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text) or error.msg.startswith("Unterminated"):
        return "unexpected EOF"
    if error.msg.startswith("Expecting value"):
        literal = _broken_literal(text[error.pos :])
        if literal:
            return literal
    for start, words in LOOKING:
        if error.msg.startswith(start):
            return f"invalid character {_quoted(text[error.pos])} {words}"
    return f"invalid character {_quoted(text[error.pos])} in string escape code"


def _broken_literal(text: str) -> str:
    """What is said of a text that begins as true, false or null do and is none of them."""
    for literal in ("true", "false", "null"):
        if text[0] == literal[0]:
            for found, expected in zip(text[1:], literal[1:], strict=False):
                if found != expected:
                    return f"invalid character {_quoted(found)} in literal {literal} (expecting {_quoted(expected)})"
            return "unexpected EOF"
    return ""


def _quoted(character: str) -> str:
    character = chr(character.encode()[0])  # Go looks at bytes
    return {"'": r"'\''", "\n": r"'\n'", "\t": r"'\t'", '"': "'\"'"}.get(character, f"'{character}'")


def _json_kind(value: Any) -> str:
    if isinstance(value, JsonNumber):
        return "number"
    return {list: "array", str: "string", bool: "bool", dict: "object"}.get(type(value), "null")
