"""Variables, checked before anything runs, with the rules and words of the server's GraphQL library.

They differ from the specification: a number inside an object counts as text until a type asks for it, so that text
is taken where a number is wanted and the reverse; enums are compared without regard to case here and with it later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,
)

from tests.fake_stash.language.errors import invalid
from tests.fake_stash.language.literals import literal_value
from tests.fake_stash.language.numbers import INT64, JsonNumber, is_integer

Path = tuple[str | int, ...]


class CoercedList(list[Any]):
    """One value that stood where a list belongs; some resolvers of the server cannot see into it."""


def coerce_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict[str, Any]
) -> dict[str, Any]:
    """The values of the operation's variables; those that were not given and have no default are absent."""
    values: dict[str, Any] = {}
    for definition in operation.variable_definitions:
        name = definition.variable.name.value
        path: Path = ("variable", name)
        kind: Any = type_from_ast(schema, definition.type)
        required = isinstance(kind, GraphQLNonNull)
        if name in given:
            value = given[name]
        elif definition.default_value is not None:
            value = literal_value(definition.default_value, {})
        elif required:
            raise invalid("must be defined", path)
        else:
            continue
        if value is None and required:
            raise invalid("cannot be null", path)
        values[name] = None if value is None else _checked(kind, _number_at_the_top(kind, value, path), path)
    return values


def _number_at_the_top(kind: GraphQLInputType, value: Any, path: Path) -> Any:
    name = getattr(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, "name", "")
    if not isinstance(value, JsonNumber) or name not in ("Int", "Float"):
        return value
    if name == "Float":
        return float(value)
    if not is_integer(value):
        nearest = max(INT64[0], min(INT64[-1], int(value))) if value.lstrip("-").isdigit() else 0
        raise invalid(f"cannot use value {nearest} as Int", path)
    return int(value)


def _checked(kind: GraphQLInputType, value: Any, path: Path) -> Any:
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return _checked_list(kind, value, path)
    if value is None:
        return None
    if isinstance(kind, GraphQLEnumType):
        return _checked_enum(kind, value, path)
    if isinstance(kind, GraphQLScalarType):
        return _checked_scalar(kind, value, path)
    assert isinstance(kind, GraphQLInputObjectType), "the last kind of input"
    return _checked_object(kind, value, path)


def _checked_list(kind: GraphQLList[Any], value: Any, path: Path) -> list[Any]:
    if value is None:
        raise invalid("cannot be null", path)
    values = value if isinstance(value, list) else CoercedList([value])
    for index, item in enumerate(values):
        if item is None and isinstance(kind.of_type, GraphQLNonNull):
            raise invalid("cannot be null", (*path, index))
        _checked(kind.of_type, item, (*path, index))
    return values


def _checked_enum(kind: GraphQLEnumType, value: Any, path: Path) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise invalid("enums must be ints or strings", path)
    if str(value).lower() not in {name.lower() for name in kind.values}:
        raise invalid(f"{value} is not a valid {kind.name}", path)
    return value


def _checked_scalar(kind: GraphQLScalarType, value: Any, path: Path) -> Any:
    go = go_kind(value)
    if not SCALARS.get(kind.name, _anything)(value, go):
        raise invalid(f"cannot use {go} as {kind.name}", path)
    return value


def _checked_object(kind: GraphQLInputObjectType, value: Any, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(f"must be a {kind.name}, not a {go_kind(value)}", path)
    for name in value:
        if name not in kind.fields and name != "__typename":
            raise invalid("unknown field", (*path, name))
    for name, field in kind.fields.items():
        required = isinstance(field.type, GraphQLNonNull)
        if name not in value:
            if required:
                raise invalid("must be defined", (*path, name))
        elif value[name] is None:
            if required:
                raise invalid("cannot be null", (*path, name))
        else:
            value[name] = _checked(field.type, value[name], (*path, name))
    return value


def go_kind(value: Any) -> str:
    """The name of Go's kind for a decoded JSON value."""
    kinds = {bool: "bool", int: "int64", float: "float64", dict: "map", list: "slice", CoercedList: "slice"}
    return kinds.get(type(value), "string")


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _anything(_value: Any, _kind: str) -> bool:
    return True


SCALARS: dict[str, Callable[[Any, str], bool]] = {
    "Int": lambda value, kind: kind in ("int64", "float64") or (kind == "string" and is_integer(value)),
    "Float": lambda value, kind: kind in ("int64", "float64") or (kind == "string" and _is_float(value)),
    "String": lambda _value, kind: kind == "string",
    "Boolean": lambda _value, kind: kind == "bool",
    "ID": lambda _value, kind: kind in ("int64", "string"),
}
