"""Inputs as hooks get them: some with null for what was not given, some without it; that depends on the server's types.

Where the server's type comes from its GraphQL library, nulls and empty lists are left out; its own types show all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLInputObjectType

from tests.fake_stash.language.numbers import plain
from tests.fake_stash.language.schema import load_schema

# Fields that a server's own type has and its schema, or this version of it, has not.
EXTRA = {
    "ImageUpdateInput": ("scene_ids",),
    "PerformerCreateInput": ("height", "aliases"),
    "PerformerUpdateInput": ("height", "aliases"),
}
# Inputs within inputs, which show all their fields too.
STASH_ID = ("stash_id", "endpoint", "updated_at")
CUSTOM_FIELDS = ("full", "partial", "remove")


def given_only(given: dict[str, Any]) -> dict[str, Any]:
    """Without nulls and empty lists."""
    return {name: _inner(name, value) for name, value in plain(given).items() if value is not None and value != []}


def whole(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """All fields of this input type."""
    of_schema = load_schema().type_map[kind]
    assert isinstance(of_schema, GraphQLInputObjectType), "an input"
    names = (*of_schema.fields, *EXTRA.get(kind, ()))
    shown = plain(given)
    return {name: _inner(name, shown.get(name), kind) for name in names}


def _inner(name: str, value: Any, kind: str = "") -> Any:
    if name == "stash_ids" and value:
        return [_filled(STASH_ID, each) for each in value]
    if name == "custom_fields" and value is not None and kind != "PerformerCreateInput":
        return _filled(CUSTOM_FIELDS, value)
    if isinstance(value, dict) and not kind:
        return given_only(value)
    return value


def _filled(names: Iterable[str], given: dict[str, Any]) -> dict[str, Any]:
    return {name: given.get(name) for name in names}
