"""Runs a planned operation, level by level: a field is asked once for all objects of a level, not once for each.

A root field's resolver takes a Call and answers a value. A resolver below takes (request, rows, arguments) and answers
one value for each row; without one, the row's own entry of that name is the value. A ServerError in place of a value
makes that one null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, is_leaf_type

from tests.fake_stash.language.arguments import raw_arguments, typed_arguments
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.plans import FieldPlan

Path = tuple[str | int, ...]
Resolvers = dict[str, dict[str, Callable[..., Any]]]

NULL = "the requested element is null which the schema does not allow"
FAILED = object()  # a null where none may be: its parent becomes null


@dataclass
class Call:
    """What a root field is asked: `args` in the schema's types, `raw` as they came, `selected` the fields below."""

    request: Any
    name: str
    args: dict[str, Any]
    raw: dict[str, Any]
    selected: frozenset[str]


@dataclass
class Execution:
    """One operation being run; `errors` collects what went wrong."""

    resolvers: Resolvers
    request: Any
    variables: dict[str, Any]
    on_error: Callable[[Path, str], None]
    errors: list[dict[str, Any]] = field(default_factory=list)

    def run(self, plans: Sequence[FieldPlan]) -> dict[str, Any] | None:
        """The operation's data; None where a null came up to the root."""
        data = {plan.key: self._root(plan) for plan in plans}
        return None if any(value is FAILED for value in data.values()) else data

    def _fail(self, path: Path, message: str) -> None:
        self.errors.append({"message": message, "path": list(path)})
        self.on_error(path, message)

    def _root(self, plan: FieldPlan) -> Any:
        path: Path = (plan.key,)
        if plan.definition is None:
            return plan.parent
        try:
            raw = raw_arguments(plan.node, plan.definition, self.variables)
            call = Call(self.request, plan.name, typed_arguments(raw, plan.definition, path), raw, plan.selected)
            resolver: Callable[[Call], Any] = self.resolvers.get(plan.parent, {}).get(plan.name, _unserved)
            value = resolver(call)
        except ServerError as error:
            value = error
        return self._complete(plan, plan.definition.type, [value], [path])[0]

    def _objects(self, plans: Sequence[FieldPlan], rows: Sequence[Any], paths: Sequence[Path]) -> list[Any]:
        if not plans:  # @skip may leave nothing
            return [{} for _ in rows]
        columns = [self._column(plan, rows, paths) for plan in plans]
        keys = [plan.key for plan in plans]
        objects: list[Any] = [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]
        for column in columns:
            if FAILED in column:
                objects = [FAILED if value is FAILED else item for item, value in zip(objects, column, strict=True)]
        return objects

    def _column(self, plan: FieldPlan, rows: Sequence[Any], paths: Sequence[Path]) -> list[Any]:
        if plan.definition is None:
            return [plan.parent] * len(rows)
        resolver = self.resolvers.get(plan.parent, {}).get(plan.name)
        if resolver is None:
            values = [row.get(plan.name) if isinstance(row, dict) else row[plan.name] for row in rows]
        else:
            raw = raw_arguments(plan.node, plan.definition, self.variables)
            values = resolver(self.request, rows, typed_arguments(raw, plan.definition, ()))
        if is_leaf_type(_bare(plan.definition.type)) and not _has_failures(plan.definition.type, values):
            return _leaves(plan.definition.type, values)
        return self._complete(plan, plan.definition.type, values, [(*path, plan.key) for path in paths])

    def _complete(self, plan: FieldPlan, kind: Any, values: Sequence[Any], paths: Sequence[Path]) -> list[Any]:
        if isinstance(kind, GraphQLNonNull):
            return self._present(plan, kind.of_type, values, paths)
        for index, value in enumerate(values):
            if isinstance(value, ServerError):
                self._fail(value.path or paths[index], str(value))
        present = [
            index for index, value in enumerate(values) if value is not None and not isinstance(value, ServerError)
        ]
        completed: list[Any] = [None] * len(values)
        inner = self._values(plan, kind, [values[index] for index in present], [paths[index] for index in present])
        for index, value in zip(present, inner, strict=True):
            completed[index] = None if value is FAILED else value
        return completed

    def _present(self, plan: FieldPlan, kind: Any, values: Sequence[Any], paths: Sequence[Path]) -> list[Any]:
        completed = self._complete(plan, kind, values, paths)
        for index, value in enumerate(completed):
            if value is None:
                if values[index] is None:
                    self._fail(paths[index], NULL)
                completed[index] = FAILED
        return completed

    def _values(self, plan: FieldPlan, kind: Any, values: list[Any], paths: list[Path]) -> list[Any]:
        if isinstance(kind, GraphQLList):
            return self._lists(plan, kind.of_type, values, paths)
        if is_leaf_type(kind):
            return _leaves(kind, values)
        if isinstance(kind, GraphQLObjectType):
            return self._objects(plan.below[kind.name], values, paths)
        completed: list[Any] = [None] * len(values)
        for name, plans in plan.below.items():
            chosen = [index for index, value in enumerate(values) if value["__typename"] == name]
            objects = self._objects(plans, [values[index] for index in chosen], [paths[index] for index in chosen])
            for index, item in zip(chosen, objects, strict=True):
                completed[index] = item
        return completed

    def _lists(self, plan: FieldPlan, kind: Any, values: list[Any], paths: list[Path]) -> list[Any]:
        items = [item for value in values for item in value]
        if not items:
            return [[] for _ in values]
        below = [(*path, index) for path, value in zip(paths, values, strict=True) for index in range(len(value))]
        completed = iter(self._complete(plan, kind, items, below))
        lists: list[Any] = [[next(completed) for _ in value] for value in values]
        return [FAILED if FAILED in value else value for value in lists]


def _unserved(call: Call) -> Any:
    raise ServerError(f"the fake server does not serve {call.name}")


def _has_failures(kind: Any, values: Sequence[Any]) -> bool:
    """Is there an error among the values, or a null where none may be?"""
    nulls = isinstance(kind, GraphQLNonNull)
    return any(isinstance(value, ServerError) or (nulls and value is None) for value in values)


def _bare(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _leaves(kind: Any, values: Sequence[Any]) -> list[Any]:
    as_json = LEAVES.get(_bare(kind).name)
    if as_json is None:
        return list(values)
    return [None if value is None else as_json(value) for value in values]


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def _sorted(value: Any) -> Any:
    """Objects with their names in order, as Go writes its maps."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


LEAVES: dict[str, Callable[[Any], Any]] = {
    "ID": str,
    "Boolean": bool,
    "Float": _number,
    **dict.fromkeys(("Any", "Map", "PluginConfigMap"), _sorted),
}
