"""The recorded schema of a real Stash, as graphql-core understands it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

FILE = Path(__file__).parents[1] / "data" / "recordings" / "schema.json"


INTERFACE = "BaseFile"
"""The recording does not say which type is an interface. It is the only one; a type with all of its fields has it."""
BUILT_IN = {"ID", "String", "Int", "Float", "Boolean"}


@cache
def recorded_schema() -> GraphQLSchema:
    """Every type of recordings/schema.json."""
    types: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    common = set(types[INTERFACE])
    return build_schema("\n".join(_definition(name, kind, common) for name, kind in types.items()))


def _definition(name: str, kind: Any, common: set[str]) -> str:
    if kind == "scalar":
        return "" if name in BUILT_IN else f"scalar {name}"
    if isinstance(kind, list):
        return f"enum {name} {{ {' '.join(kind)} }}"
    if isinstance(kind.get("union"), list):
        return f"union {name} = {' | '.join(kind['union'])}"
    if isinstance(kind.get("input"), dict):
        return f"input {name} {{ {_fields(kind['input'])} }}"
    if name == INTERFACE:
        return f"interface {name} {{ {_fields(kind)} }}"
    implements = f"implements {INTERFACE} " if common <= set(kind) else ""
    return f"type {name} {implements}{{ {_fields(kind)} }}"


def _fields(fields: dict[str, str]) -> str:
    return "\n".join(f"{field}: {kind.removesuffix(' deprecated')}" for field, kind in fields.items())
