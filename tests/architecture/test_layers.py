"""Imports point down: the order is data, here and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.sources import MODULES

ORDER = (
    # from the bottom up: a module imports only from its own entry and those above it in this table
    "lib",
    "lib.errors",
    "lib.changes",
    "lib.util",
    "lib.log",
    "lib.plugin",
    "lib.metadata",
    "lib.rules",
    "lib.stash",
    "lib.hook",
    "lib.client",
    "lib.models",  # a shim for one release
    "lib.runs",
    "lib.tables",
    "lib.planning",
    "lib.tasks",
    "lib.dispatch",
    "image_tools",
)
MOST = 20
"""Entries of the order: more, and nobody holds it in mind."""
ENGINE = ("lib.metadata", "lib.rules")
NETWORK = ("lib.stash", "lib.client", "lib.runs", "requests", "urllib3", "stashapi", "socket")
CLIENT = ("lib.stash", "lib.client")
LATE = {
    # (module, what it imports late): why
    ("image_tools", "lib.dispatch"): "the hook path imports nothing it does not need",
    ("image_tools", "lib.hook"): "the hook path imports nothing it does not need",
    ("lib.client", "lib.client"): "stashapp-tools: 30 ms that no task of ours needs at its start",
    ("lib.dispatch", "lib.client"): "a missing package becomes an answer that names it",
    ("lib.dispatch", "lib.tasks"): "a missing package becomes an answer that names it",
    ("lib.tasks", "lib.rules"): "Check setup says its first lines before it loads the rules (60 ms)",
    (
        "lib.tasks",
        "lib.runs",
    ): "sqlite3: Check setup says its first lines first; an operation without a plan needs none (4 ms)",
    ("lib.tasks", "lib.tasks"): "Check setup says its first lines first, and the history shows no import (100 ms)",
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


def test_imports_point_down() -> None:
    upward = [
        f"{module} imports {name}"
        for module, tree in MODULES.items()
        for name in ours(tree)
        if ORDER.index(entry(name)) > ORDER.index(entry(module))
    ]
    assert upward == []


def test_the_order_is_short_and_names_every_module() -> None:
    assert len(ORDER) <= MOST
    assert {entry(module) for module in MODULES} <= set(ORDER)


def test_no_cycle() -> None:
    graph = {module: ours(tree) - {module} for module, tree in MODULES.items()}
    while free := {module for module, needs in graph.items() if not needs & set(graph)}:
        graph = {module: needs for module, needs in graph.items() if module not in free}
    assert graph == {}


def imports_between(importers: tuple[str, ...], imports: tuple[str, ...]) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, tree in MODULES.items()
        if entry(module) in importers
        for name in imported(tree)
        if name.startswith(imports)
    ]


def test_the_engine_knows_no_server() -> None:
    assert imports_between(ENGINE, NETWORK) == []


def test_the_client_knows_no_engine() -> None:
    assert imports_between(CLIENT, ENGINE) == []


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
