"""Imports point down: the order is data, here and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.project.sources import MODULES

ORDER = (
    # from the bottom up: a module imports only what stands before it; a package is one entry
    "lib",
    "lib.errors",
    "lib.util.redact",
    "lib.util.lenient_json",
    "lib.log",
    "lib.stash.address",
    "lib.plugin",
    "lib.hook",
    "lib.client.validate",
    "lib.client.models",
    "lib.changes",
    "lib.util.files",
    "lib.metadata",
    "lib.rules",
    "lib.rules.loading.rules_file",
    "lib.util.lock",
    "lib.runs.database",
    "lib.runs.retries",
    "lib.runs.plans",
    "lib.runs.history",
    "lib.runs.retention",
    "lib.stash.selection",
    "lib.client.criteria",
    "lib.client.inputs",
    "lib.stash.connection",
    "lib.stash.capabilities",
    "lib.stash.settings",
    "lib.stash.jobs",
    "lib.stash.paging",
    "lib.stash.names",
    "lib.client.create",
    "lib.client.images",
    "lib.client.stashapp_tools",
    "lib.client.client",
    "lib.runs.new_names",
    "lib.runs.mutations",
    "lib.runs.apply",
    "lib.planning.undo",
    "lib.tables",
    "lib.tasks",
    "lib.dispatch",
    "image_tools",
)
ENGINE = ("lib.metadata", "lib.rules")
NETWORK = (
    "lib.stash.connection",
    "lib.client.images",
    "lib.client.client",
    "lib.client.stashapp_tools",
    "requests",
    "urllib3",
    "stashapi",
    "socket",
)
LATE = {
    # (module, what it imports late): why
    ("image_tools", "lib.dispatch"): "the hook path imports nothing it does not need",
    ("image_tools", "lib.hook"): "the hook path imports nothing it does not need",
    ("lib.client.client", "lib.client.stashapp_tools"): "30 ms that no task of ours needs at its start",
    ("lib.dispatch", "lib.client.client"): "a missing package becomes an answer that names it",
    ("lib.dispatch", "lib.tasks"): "a missing package becomes an answer that names it",
    ("lib.tasks", "lib.rules"): "Check set-up says its first lines before it loads the rules (60 ms)",
    ("lib.tasks", "lib.runs.history"): "Check set-up says its first lines before it loads sqlite3",
    ("lib.tasks", "lib.tasks"): "Check set-up says its first lines first, and the history shows no import (100 ms)",
    ("lib.tasks", "lib.runs.database"): "an operation without a plan needs no sqlite3 (4 ms)",
}


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a tree imports, `from lib import x` as lib.x; what is only for types does not count."""
    for node in _run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in deeper)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _run(child)


def entry(module: str) -> str:
    """The entry of ORDER that a module of ours belongs to."""
    return next((name for name in ORDER[1:] if module == name or module.startswith(f"{name}.")), module)


def ours(tree: ast.AST) -> set[str]:
    return {name for name in imported(tree) if name.startswith("lib.") or name == "image_tools"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    place = ORDER.index(entry(module))
    for name in ours(MODULES[module]):
        assert entry(name) in ORDER[: place + 1], f"{module} imports {name}, which stands behind it"


def test_the_order_names_every_module() -> None:
    assert {entry(module) for module in MODULES} <= set(ORDER)


def test_no_cycle() -> None:
    graph = {module: ours(tree) - {module} for module, tree in MODULES.items()}
    while free := {module for module, needs in graph.items() if not needs & set(graph)}:
        graph = {module: needs for module, needs in graph.items() if module not in free}
    assert graph == {}


@pytest.mark.parametrize("module", [module for module in MODULES if entry(module) in ENGINE])
def test_the_engine_knows_no_server(module: str) -> None:
    assert not [name for name in imported(MODULES[module]) if name.startswith(NETWORK)]


@pytest.mark.parametrize("module", [module for module in MODULES if entry(module) in NETWORK])
def test_the_client_knows_no_engine(module: str) -> None:
    assert not [name for name in imported(MODULES[module]) if name.startswith(ENGINE)]


def test_one_door_to_the_network() -> None:
    doors = {
        module
        for module, tree in MODULES.items()
        if any(name.split(".")[0] in {"requests", "urllib3", "http", "socket", "ssl"} for name in imported(tree))
    }
    assert doors == {"lib.stash.connection", "lib.hook"}, "the hook asks with what Python has loaded already"


def test_late_imports_are_those_with_a_reason() -> None:
    late = {
        (entry(module), entry(name))
        for module, tree in MODULES.items()
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for name in ours(function)
    }
    assert late == set(LATE)
