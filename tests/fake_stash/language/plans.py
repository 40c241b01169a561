"""Selections compiled once: which fields of which type, under which keys, with which fields below."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    visit,
)

from tests.fake_stash.language.documents import Document
from tests.fake_stash.language.literals import literal_value


@dataclass
class FieldPlan:
    """One key of an answer. `below` holds, for each object type that can come, the fields asked of it."""

    key: str
    name: str
    parent: str
    node: FieldNode
    definition: GraphQLField | None
    type: GraphQLOutputType | None
    nodes: list[FieldNode]
    below: dict[str, list[FieldPlan]] = field(default_factory=dict)

    @property
    def selected(self) -> frozenset[str]:
        """The names of the fields asked of the object, whatever its type."""
        return frozenset(plan.name for plans in self.below.values() for plan in plans)


class Planner:
    """Compiles a document's operations for one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def plan(
        self, document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> list[FieldPlan]:
        """The root fields of the operation. What @skip and @include say belongs to the compiled plan."""
        switches = _Switches(document, variables)
        key = (id(operation), switches.state())
        if key not in document.plans:
            root = self._schema.get_root_type(operation.operation)
            assert root is not None, "the validator refuses operations without a root type"
            document.plans[key] = self._collect(root, [operation.selection_set], document, switches)
        plans: list[FieldPlan] = document.plans[key]
        return plans

    def _collect(
        self, parent: GraphQLObjectType, sets: list[SelectionSetNode], document: Document, switches: _Switches
    ) -> list[FieldPlan]:
        found: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self._gather(parent, selection_set, document, switches, found)
        return [self._field(parent, key, nodes, document, switches) for key, nodes in found.items()]

    def _gather(
        self,
        parent: GraphQLObjectType,
        selection_set: SelectionSetNode,
        document: Document,
        switches: _Switches,
        found: dict[str, list[FieldNode]],
    ) -> None:
        for node in selection_set.selections:
            if switches.off(node):
                continue
            if isinstance(node, FieldNode):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            fragment: Any = document.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            if self._applies(parent, fragment.type_condition.name.value if fragment.type_condition else parent.name):
                self._gather(parent, fragment.selection_set, document, switches, found)

    def _applies(self, parent: GraphQLObjectType, condition: str) -> bool:
        kind = self._schema.get_type(condition)
        return kind is parent or (is_abstract_type(kind) and self._schema.is_sub_type(kind, parent))  # type: ignore[arg-type]  # is_abstract_type narrows no further

    def _field(
        self,
        parent: GraphQLObjectType,
        key: str,
        nodes: list[FieldNode],
        document: Document,
        switches: _Switches,
    ) -> FieldPlan:
        name = nodes[0].name.value
        definition = parent.fields.get(name)
        plan = FieldPlan(key, name, parent.name, nodes[0], definition, definition and definition.type, nodes)
        kind = get_named_type(definition.type) if definition else None
        if kind is not None and is_composite_type(kind):
            sets = [node.selection_set for node in nodes if node.selection_set]
            possible = [kind] if isinstance(kind, GraphQLObjectType) else self._schema.get_possible_types(kind)
            plan.below = {each.name: self._collect(each, sets, document, switches) for each in possible}
        return plan


class _Switches:
    """What @skip and @include turn off, given these variables."""

    def __init__(self, document: Document, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._names = document.plans.setdefault("switches", _switch_variables(document))

    def state(self) -> tuple[Any, ...]:
        return tuple(self._variables.get(name) for name in self._names)

    def off(self, node: FieldNode | FragmentSpreadNode | InlineFragmentNode | Any) -> bool:
        for directive in node.directives:
            wanted = literal_value(directive.arguments[0].value, self._variables)
            if (directive.name.value == "skip" and wanted) or (directive.name.value == "include" and not wanted):
                return True
        return False


class _SwitchVariables(Visitor):
    """Finds the variables of all @skip and @include."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        values = [argument.value for argument in node.arguments]
        self.names.update(value.name.value for value in values if isinstance(value, VariableNode))


def _switch_variables(document: Document) -> list[str]:
    finder = _SwitchVariables()
    visit(document.ast, finder)
    return sorted(finder.names)
