"""The server's schema, as it was recorded; older versions lack what came after them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_ast_schema, parse

SCHEMA_FILE = Path(__file__).with_name("schema.graphql")


@lru_cache(maxsize=4)
def load_schema() -> GraphQLSchema:
    """The schema of the recordings, built once."""
    document = parse(SCHEMA_FILE.read_text(encoding="utf-8"), no_location=True)
    return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
