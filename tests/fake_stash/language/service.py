"""One GraphQL request, from its text to its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType, execute_sync

from tests.fake_stash.language.documents import Document, Documents
from tests.fake_stash.language.errors import Refusal
from tests.fake_stash.language.execute import Execution, Path, Resolvers
from tests.fake_stash.language.plans import FieldPlan, Planner
from tests.fake_stash.language.schema import RECORDED, load_schema
from tests.fake_stash.language.variables import coerce_variables
from tests.fake_stash.language.versions import playing

INTROSPECTION = ("__schema", "__type")


@dataclass
class Answer:
    """An answer's body; `refused` where nothing was run, which has a status of its own."""

    body: dict[str, Any]
    refused: bool = False


class GraphQLService:
    """The schema with its resolvers."""

    def __init__(self, resolvers: Resolvers, version: str = RECORDED) -> None:
        self.schema = load_schema(version)
        self._version = version
        self._resolvers = resolvers
        self._documents = Documents(self.schema)
        self._planner = Planner(self.schema)

    def operation_type(self, text: str, name: str) -> OperationType:
        """Is it a query or a mutation? A Refusal where the document is invalid."""
        return self._documents.get(text).operation(name).operation

    def answer(
        self,
        request: Any,
        text: str,
        variables: dict[str, Any],
        operation_name: str = "",
        on_error: Callable[[Path, str], None] = lambda _path, _message: None,
    ) -> Answer:
        """Run the request; `variables` are decoded with `numbers.decode`."""
        playing.set(self._version)
        try:
            document = self._documents.get(text)
            operation = document.operation(operation_name)
            values = coerce_variables(self.schema, operation, variables)
        except Refusal as refusal:
            return Answer({"errors": refusal.errors, "data": None}, refused=True)
        plans = self._planner.plan(document, operation, values)
        introspection = [plan for plan in plans if plan.name in INTROSPECTION]
        execution = Execution(self._resolvers, request, values, on_error)
        data = execution.run([plan for plan in plans if plan not in introspection])
        if data is not None and introspection:
            data |= self._introspect(document, operation, introspection, values)
        return Answer({"errors": execution.errors, "data": data} if execution.errors else {"data": data})

    def _introspect(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        plans: list[FieldPlan],
        variables: dict[str, Any],
    ) -> dict[str, Any]:
        nodes = tuple(node for plan in plans for node in plan.nodes)
        only = OperationDefinitionNode(
            operation=operation.operation,
            variable_definitions=operation.variable_definitions,
            directives=(),
            selection_set=type(operation.selection_set)(selections=nodes),
        )
        reduced = DocumentNode(definitions=(only, *document.fragments.values()))
        return execute_sync(self.schema, reduced, variable_values=variables).data or {}
