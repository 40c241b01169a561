"""Documents, parsed and validated once per text."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    OperationDefinitionNode,
    ValidationRule,
    ValuesOfCorrectTypeRule,
    get_named_type,
    is_leaf_type,
    parse,
    specified_rules,
    validate,
)

from tests.fake_stash.language.errors import PARSE_FAILED, VALIDATION_FAILED, Refusal, invalid
from tests.fake_stash.language.messages import reworded
from tests.fake_stash.language.numbers import INT64

COMMENT = re.compile(r"#[^\n\r]*")
IGNORED = " \t\r\n,\ufeff"
WIDE = re.compile(r"Int cannot represent non 32-bit signed integer value: (-?\d+)")
CACHED_DOCUMENTS = 1000  # as many as the server keeps


class WideIds(ValidationRule):
    """Integers of more than 64 bits are no ids."""

    def enter_int_value(self, node: IntValueNode, *_: Any) -> None:
        kind = self.context.get_input_type()
        if kind is not None and get_named_type(kind).name == "ID" and int(node.value) not in INT64:
            message = f"ID cannot represent a non-string and non-integer value: {node.value}"
            self.report_error(GraphQLError(message, node))


class LeafSelections(ValidationRule):
    """The server also names each field that is asked of what has none."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        kind = self.context.get_type()
        if kind is None or not node.selection_set or not is_leaf_type(get_named_type(kind)):
            return
        for field_node in node.selection_set.selections:
            if isinstance(field_node, FieldNode):
                message = f'Cannot query field "{field_node.name.value}" on type "{get_named_type(kind).name}".'
                self.report_error(GraphQLError(message, field_node))


class ValuesAsTyped(ValuesOfCorrectTypeRule):
    """The server names an enum as it is wanted here, with the mark of what may not be null."""

    def report_error(self, error: GraphQLError) -> None:
        kind = self.context.get_input_type()
        if isinstance(get_named_type(kind), GraphQLEnumType):
            named = f"'{get_named_type(kind)}'"
            error = GraphQLError(error.message.replace(named, f"'{kind}'"), error.nodes)
        super().report_error(error)


OWN_RULES: dict[type[ASTValidationRule], type[ASTValidationRule]] = {ValuesOfCorrectTypeRule: ValuesAsTyped}
RULES: tuple[type[ASTValidationRule], ...] = (
    LeafSelections,
    *(OWN_RULES.get(rule, rule) for rule in specified_rules),
    WideIds,
)


def _fits(error: GraphQLError) -> bool:
    """Is it about an integer that is too wide for the specification, but not for the server?"""
    found = WIDE.fullmatch(error.message)
    return found is not None and int(found[1]) in INT64


@dataclass
class Document:
    """A valid document; `plans` belongs to the executor, which compiles each operation once."""

    ast: DocumentNode
    operations: list[OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]
    plans: dict[Any, Any] = field(default_factory=dict)

    def operation(self, name: str) -> OperationDefinitionNode:
        """The operation of that name; without a name, the only one. A Refusal if there is none."""
        if not name and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if operation.name and operation.name.value == name:
                return operation
        raise invalid(f"operation {name} not found")


class Documents:
    """The server's cache of documents."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._cache: OrderedDict[str, Document] = OrderedDict()

    def get(self, text: str) -> Document:
        """The document of that text, validated; a Refusal says what is wrong with it."""
        document = self._cache.get(text)
        if document is None:
            document = self._cache[text] = self._read(text)
            if len(self._cache) > CACHED_DOCUMENTS:
                self._cache.popitem(last=False)
        return document

    def _read(self, text: str) -> Document:
        if not COMMENT.sub("", text).strip(IGNORED):
            raise invalid("no operation provided")
        try:
            ast = parse(text)
        except GraphQLSyntaxError as error:
            raise Refusal([self._error(error, PARSE_FAILED)]) from error
        operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        if not operations:
            raise invalid("no operation provided")
        errors = [error for error in validate(self._schema, ast, RULES) if not _fits(error)]
        if errors:
            raise Refusal([self._error(error, VALIDATION_FAILED) for error in errors])
        fragments = {node.name.value: node for node in ast.definitions if isinstance(node, FragmentDefinitionNode)}
        return Document(ast, operations, fragments)

    def _error(self, error: GraphQLError, code: str) -> dict[str, Any]:
        locations = [{"line": place.line, "column": place.column} for place in error.locations or []]
        message = reworded(error.message, self._schema)
        return {"message": message, "locations": locations[:1], "extensions": {"code": code}}
