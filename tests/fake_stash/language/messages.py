"""The server's wording of what is wrong with a document, where its GraphQL library's differs from graphql-core's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

SHOWN = 5
SYNTAX = "Syntax Error: "
PUNCTUATION = re.compile(r'"([!$&()\[\]{}:=@|]|\.\.\.)"')
FIELD = re.compile(r'^(Cannot query field "(\w+)" on type "(\w+)"\.)( Did you mean "(?!.*inline fragment).*)?$')
INPUT = re.compile(r'^(Field "(\w+)" is not defined by type "(\w+)"\.)')
LEAF = re.compile(r'(?<=must not have a selection since type ")\[*(\w+)[]!]*(?=" has no subfields)')
ENUM = re.compile(r'^(Value "(\w+)" does not exist in "(\w+)!?" enum\.)')
ARGUMENT = re.compile(r'^(Unknown argument "(\w+)" on field "(\w+)\.(\w+)"\.)')


def reworded(message: str, schema: GraphQLSchema) -> str:
    """graphql-core's message with the server's quotes and suggestions."""
    message = message.replace("'", '"')
    if message.startswith(SYNTAX):
        return PUNCTUATION.sub(r"\1", message.removeprefix(SYNTAX).removesuffix("."))
    message = LEAF.sub(r"\1", message)
    for pattern, options in OPTIONS:
        found = pattern.match(message)
        if found:
            close = suggestions(found[2], options(schema, *found.groups()[2:]))
            return found[1] + (f" {QUESTIONS[pattern]} {or_list(close)}?" if close else "")
    return message


def _fields(schema: GraphQLSchema, kind: str, *_: str) -> Iterable[str]:
    found = schema.get_type(kind)
    return found.fields if isinstance(found, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)) else ()


def _values(schema: GraphQLSchema, kind: str, *_: str) -> Iterable[str]:
    found = schema.get_type(kind)
    return found.values if isinstance(found, GraphQLEnumType) else ()


def _arguments(schema: GraphQLSchema, kind: str, field: str) -> Iterable[str]:
    found = schema.get_type(kind)
    return found.fields[field].args if isinstance(found, (GraphQLObjectType, GraphQLInterfaceType)) else ()


Options = Callable[..., Iterable[str]]
OPTIONS: tuple[tuple[re.Pattern[str], Options], ...] = (
    (FIELD, _fields),
    (INPUT, _fields),
    (ENUM, _values),
    (ARGUMENT, _arguments),
)
QUESTIONS = {
    FIELD: "Did you mean",
    INPUT: "Did you mean",
    ENUM: "Did you mean the enum value",
    ARGUMENT: "Did you mean",
}


def suggestions(given: str, options: Iterable[str]) -> list[str]:
    """The options that are close to what was given, the closest first."""
    farthest = int(len(given) * 0.4) + 1
    measured = [(distance(given, option), option) for option in options]
    return [option for far, option in sorted(measured, key=lambda pair: pair[0]) if far <= farthest]


def or_list(names: list[str]) -> str:
    """The names as a choice in words; only the first of many."""
    quoted = [f'"{name}"' for name in names[:SHOWN]]
    return quoted[0] if len(quoted) == 1 else " or ".join(quoted) if len(quoted) == 2 else _series(quoted)


def _series(quoted: list[str]) -> str:
    return f"{', '.join(quoted[:-1])}, or {quoted[-1]}"


def distance(left: str, right: str) -> int:
    """How many letters must be put in, taken out or exchanged; another case counts once."""
    if left == right:
        return 0
    left, right = left.lower(), right.lower()
    if left == right:
        return 1
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1]
