"""The fake server's schema: nothing in it that the recorded server has not, and older versions have less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from tests.fake_stash import FakeStash
from tests.fake_stash.language.schema import load_schema
from tests.fake_stash.resolvers import RESOLVERS

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "recordings" / "schema.json").read_text(encoding="utf-8")
)
SCHEMA = load_schema()
SERVED = sorted(name for name in SCHEMA.type_map if not name.startswith("__"))


def described(schema: GraphQLSchema, name: str) -> Any:
    """A type in the form of the recording."""
    kind = schema.type_map[name]
    if isinstance(kind, GraphQLEnumType):
        return sorted(kind.values)
    if isinstance(kind, GraphQLUnionType):
        return sorted(each.name for each in kind.types)
    if isinstance(kind, GraphQLInputObjectType):
        return {field: str(each.type) for field, each in kind.fields.items()}
    if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
        return {field: str(each.type) for field, each in kind.fields.items()}
    return "scalar"


def recorded(name: str) -> Any:
    """The recorded type in the same form; arguments are compared in a test of their own."""
    kind = RECORDED[name]
    if isinstance(kind, list):
        return sorted(kind)
    if isinstance(kind, str):
        return kind
    if isinstance(kind.get("union"), list):
        return sorted(kind["union"])
    fields = kind["input"] if isinstance(kind.get("input"), dict) else kind
    return {field.split("(")[0]: text.removesuffix(" deprecated").split(" = ")[0] for field, text in fields.items()}


@pytest.mark.parametrize("name", SERVED)
def test_each_type_is_in_the_recording(name: str) -> None:
    ours, theirs = described(SCHEMA, name), recorded(name)
    if isinstance(ours, dict):
        assert ours.items() <= theirs.items()
    else:
        assert ours == theirs


@pytest.mark.parametrize("name", [name for name in SERVED if isinstance(SCHEMA.type_map[name], GraphQLObjectType)])
def test_each_argument_is_in_the_recording(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    signatures = {field.split("(")[0]: field for field in RECORDED[name]}
    for field, definition in kind.fields.items():
        for argument, each in definition.args.items():
            assert f"{argument}: {each.type}" in signatures[field]


@pytest.mark.parametrize("kind", sorted(RESOLVERS))
def test_each_resolver_has_its_field(kind: str) -> None:
    found = SCHEMA.type_map[kind]
    assert isinstance(found, GraphQLObjectType)
    assert set(RESOLVERS[kind]) <= set(found.fields)


def test_what_is_not_served_says_so() -> None:
    with FakeStash() as fake:
        answer = fake.execute("{ parseSceneFilenames(config: {}) { count } }")
    assert answer["errors"][0]["message"] == "the fake server does not serve parseSceneFilenames"


def test_introspection() -> None:
    with FakeStash() as fake:
        answer = fake.execute('{ __type(name: "Tag") { name kind fields { name } } version { version __typename } }')
    assert answer["data"]["__type"]["name"] == "Tag"
    assert {"name": "id"} in answer["data"]["__type"]["fields"]
    assert answer["data"]["version"] == {"version": "v0.30.1", "__typename": "Version"}
