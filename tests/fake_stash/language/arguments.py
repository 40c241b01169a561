"""A field's arguments, as its resolver gets them: only what was given, in the types of the schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    VariableNode,
)

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.literals import literal_value
from tests.fake_stash.language.numbers import JsonNumber, atoi, plain
from tests.fake_stash.language.timestamps import timestamp

Path = tuple[str | int, ...]

GO_ENUM_NAMES = {"BulkUpdateIdMode": "RelationshipUpdateMode"}
UNCHECKED_ENUMS = ("OrientationEnum",)  # plain texts to the server, once their variable was compared without case


def raw_arguments(node: FieldNode, field: GraphQLField, variables: dict[str, Any]) -> dict[str, Any]:
    """The arguments as given or by default, unchecked; an argument whose variable was not given is absent."""
    given = {argument.name.value: argument.value for argument in node.arguments}
    values: dict[str, Any] = {}
    for name, argument in field.args.items():
        value = given.get(name)
        if isinstance(value, VariableNode) and value.name.value not in variables:
            value = None
        if value is not None:
            values[name] = literal_value(value, variables)
        elif argument.default_value is not Undefined:
            values[name] = argument.default_value
    return values


def typed_arguments(raw: dict[str, Any], field: GraphQLField, path: Path) -> dict[str, Any]:
    """The arguments in their types; a ServerError with the argument's path where one does not fit."""
    return {name: _typed(field.args[name].type, value, (*path, name)) for name, value in raw.items()}


def _typed(kind: GraphQLInputType, value: Any, path: Path) -> Any:
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        values = value if isinstance(value, list) else [value]
        return [_typed(kind.of_type, item, (*path, index)) for index, item in enumerate(values)]
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: _typed(field.type, value[name], (*path, name)) for name, field in kind.fields.items() if name in value
        }
    try:
        if isinstance(kind, GraphQLEnumType):
            return _enum(kind, value)
        assert isinstance(kind, GraphQLScalarType), "the last kind of input"
        return SCALARS[kind.name](value) if kind.name in SCALARS else plain(value)
    except ServerError as error:
        raise ServerError(str(error), path) from error


def _enum(kind: GraphQLEnumType, value: Any) -> str:
    if not isinstance(value, str):
        raise ServerError("enums must be strings")
    if value not in kind.values and kind.name not in UNCHECKED_ENUMS:
        raise ServerError(f"{value} is not a valid {GO_ENUM_NAMES.get(kind.name, kind.name)}")
    return value


def _go_type(value: Any) -> str:
    if isinstance(value, JsonNumber):
        return "json.Number"
    names = {bool: "bool", int: "int64", float: "float64", dict: "map[string]interface {}"}
    return names.get(type(value), "string" if isinstance(value, str) else "[]interface {}")


def _int(value: Any) -> int:
    if isinstance(value, str):
        return atoi(value)
    if type(value) is int:
        return value
    raise ServerError(f"{_go_type(value)} is not an int")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ServerError(f"{_go_type(value)} is not a string")


def _boolean(value: Any) -> bool:
    if isinstance(value, JsonNumber):
        raise ServerError("json.Number is not a bool")
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ServerError(f"{_go_type(value)} is not a map")
    return {key: plain(item) for key, item in value.items()}


SCALARS: dict[str, Callable[[Any], Any]] = {
    "Int": _int,
    "Float": float,
    "String": _text,
    "ID": _text,
    "Boolean": _boolean,
    "Map": _map,
    "BoolMap": _map,
    "PluginConfigMap": _map,
    "Timestamp": timestamp,
}
