"""Values written in a document."""

from __future__ import annotations

from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)


def literal_value(node: ValueNode, variables: dict[str, Any]) -> Any:
    """The value of a literal.

    A variable that was not given is null here, even as a field of an object: the server does the same, so that an
    omitted variable clears the field it stands for.
    """
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [literal_value(item, variables) for item in node.values]
    if isinstance(node, ObjectValueNode):
        return {field.name.value: literal_value(field.value, variables) for field in node.fields}
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, (StringValueNode, EnumValueNode, BooleanValueNode)):
        return node.value
    return None
