"""The server's wording of what its GraphQL library found wrong with a document."""

from __future__ import annotations


def reworded(message: str) -> str:
    """graphql-core's message with the server's quotes."""
    return message.replace("'", '"')
