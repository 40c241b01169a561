"""The server's schema, as it was recorded; older versions lack what came after them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_ast_schema, parse

from tests.fake_stash.language.versions import as_of

RECORDED = "v0.30.1"
SCHEMA_FILE = Path(__file__).with_name("schema.graphql")


@lru_cache(maxsize=4)
def load_schema(version: str = RECORDED) -> GraphQLSchema:
    """The schema of the recordings as this version had it, built once."""
    document = as_of(parse(SCHEMA_FILE.read_text(encoding="utf-8"), no_location=True), version)
    return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
