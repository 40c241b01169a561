"""README and docs cannot drift: every block loads, every list is the one in the code, every link leads somewhere."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from lib.rules import check_rules
from lib.stash.settings import Settings
from lib.tasks import TASKS, arguments
from tests.architecture.sources import MODULES
from tests.support.server import ROOT, Server

TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in TOP), *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
BUTTONS = (ROOT / "docs" / "buttons.md").read_text(encoding="utf-8")
TEXTS = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "assets" / "page").glob("**/texts.js")))
MANIFEST = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of every block; one that belongs to an item of a list without its indentation."""
    return [(language, dedent(text)) for _, language, text in BLOCK.findall(page)]


BLOCKS = [
    pytest.param(language, text, id=f"{page.name}-{number}-{language}")
    for page in PAGES
    for number, (language, text) in enumerate(blocks(page.read_text(encoding="utf-8")))
]


def of_language(page: str, language: str) -> list[str]:
    return [text for found, text in blocks(page) if found == language]


def column(page: str, number: int) -> list[str]:
    """The cells of a column in every table of a page, headings and rules left out."""
    rows = re.findall(r"^\|(.+)\|$", page, re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return [row[number] for row in cells if not row[0].startswith("---")]


def section(page: str, heading: str) -> str:
    return re.split(r"^## ", page, flags=re.MULTILINE)[1:][
        [part.partition("\n")[0] for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]].index(heading)
    ]


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_every_block_loads(language: str, text: str) -> None:
    loaders: dict[str, Any] = {
        "json": json.loads,
        "yaml": yaml.safe_load,
        "python": lambda code: compile(code, "docs", "exec"),
    }
    loaders.get(language, str)(text)


SHOWN = map(json.loads, of_language(README, "json") + of_language(OPERATIONS, "json"))
CALLS = [call.get("args", call) for call in SHOWN]


@pytest.mark.parametrize("call", CALLS, ids=[f"{call['mode']}-{number}" for number, call in enumerate(CALLS)])
def test_every_example_of_an_operation_is_accepted(call: dict[str, Any]) -> None:
    args = dict(call)
    mode = args.pop("mode")
    arguments.check(mode, args, import_module(TASKS[mode]).OPERATIONS[mode].arguments)


def test_every_method_has_an_example_and_the_readme_names_them() -> None:
    methods = re.findall(r"^\| `(\w+)`", section(OPERATIONS, "The image methods"), re.MULTILINE)
    assert {call["mode"] for call in CALLS} == set(methods)
    assert len(methods) == 11
    (named,) = re.findall(r"The eleven image methods \(([^)]*)\) and", section(README, "For programs"))
    assert sorted(re.findall(r"`(\w+)`", named)) == sorted(methods)


@pytest.mark.parametrize("text", of_language(README, "yaml"))
def test_the_readmes_rules_are_right(text: str) -> None:
    check = check_rules(text)
    assert (check.errors, check.warnings) == ([], [])


def test_the_list_of_operations_is_the_table_of_tasks() -> None:
    listed = [cell.strip("`") for cell in column(OPERATIONS, 0) if cell != "mode"]
    assert sorted(listed) == sorted(TASKS)


@pytest.mark.parametrize("mode", TASKS)
def test_the_arguments_listed_are_those_that_are_taken(mode: str) -> None:
    cells = dict(zip(column(OPERATIONS, 0), column(OPERATIONS, 1), strict=True))
    known = import_module(TASKS[mode]).OPERATIONS[mode].arguments
    listed = re.findall(r"`(\w+)`(\??)", cells[f"`{mode}`"])
    assert {name: mark != "?" for name, mark in listed} == {name: each.required for name, each in known.items()}


def test_every_button_and_every_setting_is_listed() -> None:
    assert column(section(BUTTONS, "Tasks"), 0)[1:] == [task["name"] for task in MANIFEST["tasks"]]
    assert column(section(BUTTONS, "Settings"), 0)[1:] == [f"`{field.name}`" for field in fields(Settings)]


STASHS_OWN = {
    # what v0.30.1 shows: headings, buttons and settings that a user is sent to
    *("Settings", "Tasks", "Plugins", "System", "Logs", "Security", "Plugin Tasks", "Backup"),
    *("Available Plugins", "Installed Plugins", "Add Source", "Install", "Uninstall", "Check for Updates"),
    *("Python Executable Path", "Maximum Session Age", "Host", "Reload plugins"),
}


@pytest.mark.parametrize("page", ["README.md", "docs/install.md", "docs/buttons.md"])
def test_what_users_are_told_to_press_is_there(page: str) -> None:
    text = re.sub(r"`[^`]*`", "", (ROOT / page).read_text(encoding="utf-8"))
    told = {part for each in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text) for part in each.split(" > ")}
    ours = {task["name"] for task in MANIFEST["tasks"]} | {MANIFEST["name"]}
    ours |= {setting["displayName"] for setting in MANIFEST["settings"].values()}
    ours |= {re.sub(r"\{\w+\}", "…", text) for text in re.findall(r'"([^"]*)"', TEXTS)}
    assert told - ours - STASHS_OWN == set()


def said() -> Iterator[str]:
    """Every text in the source, with … for what is put in."""
    for tree in MODULES.values():
        for node in ast.walk(tree):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            texts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts]
            yield re.sub("%s", "…", "".join(texts))
    yield TEXTS


SAID = set(said())


@pytest.mark.parametrize("cell", column(section(README, "Errors"), 0)[1:])
def test_every_error_that_is_explained_can_happen(cell: str) -> None:
    text = cell.strip("`").removesuffix("…").removeprefix("…").strip()
    assert any(text in each for each in SAID)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-vendor.txt", "requirements-dev.in"])
def test_every_package_has_its_reason(name: str) -> None:
    packages = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    reasons = {package for cell in column(section(DESIGN, "Dependencies"), 0) for package in cell.split(", ")}
    assert set(packages) <= reasons


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


OF_TODAY = [page for page in PAGES if page.name != "CHANGELOG.md"]


@pytest.mark.parametrize("page", OF_TODAY, ids=lambda page: page.name)
def test_paths_exist(page: Path) -> None:
    quoted = re.findall(r"`((?:lib|tests|tools|assets|docs|\.ci)/[^`\s]*)`", page.read_text(encoding="utf-8"))
    assert [path for path in quoted if not (ROOT / path).exists()] == []


TEST_FILES = list((ROOT / "tests").rglob("test_*.py"))
TESTS = {name for path in TEST_FILES for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))}
TESTS |= {path.name for path in TEST_FILES}


@pytest.mark.parametrize("page", OF_TODAY, ids=lambda page: page.name)
def test_named_tests_exist(page: Path) -> None:
    quoted = re.findall(r"`(test_\w+(?:\.py)?)`", page.read_text(encoding="utf-8"))
    assert set(quoted) <= TESTS


@pytest.mark.parametrize(("name", "path"), re.findall(r"`(\w+)` in `([^`]+)`", section(DESIGN, "Where is what")))
def test_name_is_in_its_file(name: str, path: str) -> None:
    assert re.search(rf"^(?:def |class )?{name}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for name, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)", page.read_text(encoding="utf-8")):
        target = page.parent / name if name else page
        assert target.exists(), name
        assert not anchor or anchor in anchors(target), f"{name}#{anchor}"


def test_the_readmes_program_runs(stash: Server, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = of_language(README, "python")
    exec(compile(program.replace("http://localhost:9999", stash.url), "README", "exec"), {})
    assert "3 images, 11905 bytes" in capsys.readouterr().out
