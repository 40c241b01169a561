"""Every GraphQL document of ours, found in the source, is valid against the schema recorded from a real Stash.

And against those of the releases before it, but where the code asks what the server has before it sends one.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from graphql import OperationDefinitionNode, execute_sync, parse, validate

from lib.client import StashClient
from lib.errors import TransportError
from lib.runs import mutations
from lib.stash import name_creation, name_usage, paging, selection
from lib.stash.address import Address
from lib.stash.connection import Connection
from tests.architecture.sources import MODULES
from tests.fake_stash.language.schema import load_schema
from tests.fake_stash.language.versions import ADDED, number
from tests.support.recorded_schema import recorded_schema

DOCUMENT = re.compile(r"(?:query|mutation)\s+([\w{}]+)\s*[({]")


NEWEST = "v0.30.1"
OLDER = ("v0.25.0", *(release for release in ADDED if release != "v0.30.0"))
LATER = {
    # what is asked only of a server that has it -> the release it came with
    "lib.client.create: Folder": "v0.29.0",
    "lib.stash.jobs: JobError": "v0.26.0",
    "lib.tasks.setup.server: FFmpeg": "v0.26.0",
}


class Listening(Connection):
    """Keeps the documents that it is given, and sends none; it is asked what a server of a release is, and says so."""

    def __init__(self, release: str = NEWEST) -> None:
        super().__init__(Address.parse("http://localhost"))
        self.documents: list[str] = []
        self._release = release

    def execute(self, document: str, *_args: Any, **_options: Any) -> dict[str, Any]:
        if document.startswith("query Server "):
            root = {"version": {"version": self._release}}
            return execute_sync(load_schema(self._release), parse(document), root).data or {}
        self.documents.append(document)
        raise TransportError("not sent")


def asked(call: Callable[[Listening], object], release: str = NEWEST) -> list[str]:
    """The documents that a call sends to a server of this release."""
    connection = Listening(release)
    with contextlib.suppress(TransportError):
        call(connection)
    return connection.documents


def a_part(**fields: Any) -> mutations.MutationPart:
    return mutations.MutationPart(("1",), **fields)


KINDS = ("tags", "performers", "studios")
BUILT: dict[tuple[str, str], list[Callable[[Listening], object]]] = {
    # (module, operation): calls that build the document in each of its forms
    ("lib.client.images", "FindImages"): [
        lambda connection: StashClient(connection).find_images(),
        lambda connection: next(StashClient(connection).iter_images(fields="title")),
    ],
    ("lib.client.images", "BulkUpdateImages"): [
        lambda connection: StashClient(connection).bulk_image_update({"ids": ["1"]}),
        lambda connection: StashClient(connection).bulk_image_update({"ids": ["1"]}, "id"),
    ],
    ("lib.client.images", "{name}"): [
        lambda connection: StashClient(connection).image_increment_o("1"),
        lambda connection: StashClient(connection).image_decrement_o("1"),
        lambda connection: StashClient(connection).image_reset_o("1"),
    ],
    ("lib.stash.name_creation", "Create"): [
        partial(name_creation.create, kind=kind, names=["a", "b"]) for kind in KINDS
    ],
    ("lib.stash.name_usage", "Uses"): [partial(name_usage.unused, kind=kind, ids=["1", "2"]) for kind in KINDS],
    ("lib.runs.mutations", "Apply"): [
        lambda connection: connection.execute(
            mutations.build_document([a_part(bulk={}), a_part(own=({"id": "1"},))])[0]
        ),
    ],
    ("lib.stash.paging", "Walk"): [lambda connection: next(paging.iter_pages(connection, "title"))],
    ("lib.stash.paging", "Latest"): [lambda connection: paging.newest(connection, "id")],
    ("lib.stash.paging", "ByIds"): [lambda connection: paging.get_many(connection, ["1", "9"], "id")],
}


def literals() -> Iterator[tuple[str, str, str | None]]:
    """Module, operation and text of every document in the source; no text where it has holes that a call fills."""
    for module, tree in MODULES.items():
        at_import = {id(node) for statement in tree.body if not _is_code(statement) for node in ast.walk(statement)}
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in inside or not isinstance(node, (ast.Constant, ast.JoinedStr)):
                continue
            found = DOCUMENT.match(_template(node))
            if found:
                whole = isinstance(node, ast.Constant) or id(node) in at_import
                yield module, found[1], _text(module, node) if whole else None


def _is_code(statement: ast.stmt) -> bool:
    return isinstance(statement, (ast.FunctionDef, ast.ClassDef))


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _text(module: str, node: ast.expr) -> str | None:
    code = compile(ast.Expression(node), module, "eval")
    text: str = eval(code, dict(vars(import_module(module))))
    return None if "{{" in text else text


FOUND = list(literals())


def documents(release: str = NEWEST) -> list[tuple[str, str]]:
    """The name and the text of every document, those that are built as a server of this release gets them."""
    whole = [(f"{module}: {name}", text) for module, name, text in FOUND if text is not None]
    return whole + [
        (f"{module}: {name}", text)
        for (module, name), calls in BUILT.items()
        for call in calls
        for text in asked(call, release)
    ]


DOCUMENTS = documents()


def test_documents_are_valid() -> None:
    errors = {name: validate(recorded_schema(), parse(text)) for name, text in DOCUMENTS}
    assert {name: found for name, found in errors.items() if found} == {}


def test_documents_are_one_operation_with_a_name() -> None:
    for name, text in DOCUMENTS:
        operations = [node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)]
        assert [bool(operation.name) for operation in operations] == [True], name


@pytest.mark.parametrize("release", OLDER)
def test_older_servers_take_it_too(release: str) -> None:
    refused = {name for name, text in documents(release) if validate(load_schema(release), parse(text))}
    assert refused == {name for name, since in LATER.items() if number(since) > number(release)}


def test_those_with_holes_are_built_here() -> None:
    assert {(module, name) for module, name, text in FOUND if text is None} == set(BUILT)
    assert all(asked(call) for calls in BUILT.values() for call in calls)


def test_the_finder_finds_what_the_client_sends() -> None:
    assert {"FindImage", "UpdateImages", "DestroyImages", "Server"} <= {name for _, name, _ in FOUND}


def test_a_wrong_document_would_be_seen() -> None:
    wrong = f"query FindImage {{ findImage(id: 1) {{ {selection.IMAGE} nonsense }} }}"
    assert "nonsense" in str(validate(recorded_schema(), parse(wrong))[0])


def test_objects_and_inputs_have_the_servers_fields() -> None:
    from lib.client import models

    newer = {"custom_fields", "destroy_file_entry"}  # v0.31 and later
    for name in ("ImageUpdateInput", "BulkImageUpdateInput", "ImageDestroyInput", "ImagesDestroyInput", "Image"):
        kind: Any = recorded_schema().type_map[name]
        ours = set(getattr(models, name).fields()) - newer - {"path"}
        assert ours <= set(kind.fields), name
