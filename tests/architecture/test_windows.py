"""What can be known of Windows elsewhere: calls that it lacks, its paths, its code pages.

Which calls it lacks is read from typeshed, which mypy brings: what stands there under `sys.platform != "win32"`.
"""

from __future__ import annotations

import ast
import ntpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import mypy
import pytest

from lib import plugin
from lib.client.create import folders, source
from lib.errors import DataError
from lib.stash.capabilities import Libraries
from tests.architecture.sources import MODULES

STUBS = Path(mypy.__file__).with_name("typeshed") / "stdlib"
TWINS = {
    # (module, call): what Windows gets instead
    ("lib.util.lock", "fcntl"): "msvcrt, chosen by sys.platform",
    ("lib.rules.syntax.regex_timeout", "signal.SIGVTALRM"): "has_timer is false there, and subjects are cut",
    ("lib.rules.syntax.regex_timeout", "signal.ITIMER_VIRTUAL"): "has_timer is false there, and subjects are cut",
    ("lib.rules.syntax.regex_timeout", "signal.setitimer"): "has_timer is false there, and subjects are cut",
    ("image_tools", "os.geteuid"): "os.name is nt there, and folders have no mode",
    ("image_tools", "posix"): "nt, where there is no posix",
}


def stub(module: str) -> Path | None:
    """The file that says what a module of the standard library has."""
    return next((path for path in (STUBS / f"{module}.pyi", STUBS / module / "__init__.pyi") if path.exists()), None)


@cache
def names(module: str, *, windows: bool) -> frozenset[str]:
    """What a module of the standard library has on Windows, or elsewhere."""
    path = stub(module)
    return frozenset(_names(ast.parse(path.read_text(encoding="utf-8")).body, windows) if path else ())


def _names(body: list[ast.stmt], windows: bool) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.If):
            here = _holds(ast.unparse(node.test), windows)
            yield from () if here is False else _names(node.body, windows)
            yield from () if here is True else _names(node.orelse, windows)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname for alias in node.names if alias.asname)  # the others are the stub's own


def _holds(test: str, windows: bool) -> bool | None:
    """Whether a stub's condition holds; None where it is not about the system."""
    if test == "sys.platform == 'win32'":
        return windows
    return not windows if test.startswith("sys.platform == ") or "sys.platform != 'win32'" in test else None


def lacking(tree: ast.AST) -> Iterator[str]:
    """What a module of ours takes of the standard library that Windows has not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if is_missing(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken = [f"{node.module}.{alias.name}" for alias in node.names if is_missing(node.module, alias.name)]
            yield from [node.module] if is_missing(node.module) else taken
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = node.value.id
            if not is_missing(module) and is_missing(module, node.attr):
                yield f"{module}.{node.attr}"


def is_missing(module: str, name: str | None = None) -> bool:
    """Whether Windows lacks a module of the standard library, or this name of it."""
    elsewhere, there = names(module, windows=False), names(module, windows=True)
    return name in elsewhere - there if name else bool(elsewhere and not there)


def test_no_call_that_windows_lacks_is_without_its_twin() -> None:
    found = {(module, call) for module, tree in MODULES.items() for call in lacking(tree)}
    assert found == set(TWINS)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import pwd", ["pwd"]),
        ("from os import killpg, getpid", ["os.killpg"]),
        ("os.fork()", ["os.fork"]),
        ("os.O_NONBLOCK", ["os.O_NONBLOCK"]),
        ("time.tzset()", ["time.tzset"]),
        ("signal.SIGKILL", ["signal.SIGKILL"]),
        ("import os, json; os.path.join('a'); os.link('a', 'b'); getattr(os, 'O_NONBLOCK', 0)", []),
    ],
)
def test_the_finder_finds_it(code: str, found: list[str]) -> None:
    assert list(lacking(ast.parse(code))) == found


WINDOWS = SimpleNamespace(path=SimpleNamespace(**{**vars(ntpath), "isdir": lambda _path: True}), sep="\\")
LIBRARIES = Libraries(("D:\\Pictures", "E:\\", "\\\\nas\\share\\pictures"), ("png",), ())


@pytest.mark.parametrize(
    ("path", "library"),
    [
        ("D:\\Pictures\\new", "D:\\Pictures"),
        ("d:/pictures/new", "D:\\Pictures"),
        ("D:\\Pictures", "D:\\Pictures"),
        ("D:\\Pictures\\..\\other", None),
        ("D:\\Pictures and more", None),
        ("E:\\anything", "E:\\"),
        ("C:\\Pictures", None),
        ("\\\\nas\\share\\pictures\\new", "\\\\nas\\share\\pictures"),
    ],
)
def test_a_folder_is_found_in_its_library(monkeypatch: pytest.MonkeyPatch, path: str, library: str | None) -> None:
    monkeypatch.setattr(folders, "os", WINDOWS)
    assert folders.library_of(path, LIBRARIES) == library


def test_a_path_is_absolute_with_its_drive_or_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "os", WINDOWS)
    assert source.absolute("D:/Pictures/a.png") == "D:\\Pictures\\a.png"
    for path in ("Pictures\\a.png", "D:a.png"):
        with pytest.raises(DataError, match="expected an absolute path"):
            source.absolute(path)


def test_what_is_the_users_lies_beside_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin, "os", WINDOWS)
    given = plugin.PluginInput({"Dir": "C:\\Users\\Zoë\\.stash"}, {})
    assert given.user_folder == "C:\\Users\\Zoë\\.stash\\image_tools"


def test_every_file_of_text_is_opened_with_its_encoding() -> None:
    bare = [
        f"{module}:{node.lineno}"
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
        if not any(word.arg == "encoding" for word in node.keywords)
        if not any(isinstance(each, ast.Constant) and "b" in str(each.value) for each in node.args[1:2])
    ]
    assert bare == []
