"""README and docs cannot drift: every block loads, every list is the one in the code, every link leads somewhere."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest
import yaml

from lib.settings import Settings
from lib.tasks import TASKS, arguments
from tests.server import ROOT, Server

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(language, text, id=f"{page.name}-{number}-{language}")
    for page in PAGES
    for number, (language, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
]


def of_language(page: str, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page) if found == language]


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


CALLS = [call for call in map(json.loads, of_language(README, "json")) if "mode" in call]


@pytest.mark.parametrize("call", CALLS, ids=[f"{call['mode']}-{number}" for number, call in enumerate(CALLS)])
def test_every_example_of_an_operation_is_accepted(call: dict[str, Any]) -> None:
    args = dict(call)
    mode = args.pop("mode")
    arguments.check(mode, args, import_module(TASKS[mode]).OPERATIONS[mode].arguments)


def test_the_readme_shows_all_eleven_methods() -> None:
    methods = re.findall(r"^\| `(\w+)`", section(OPERATIONS, "The image methods"), re.MULTILINE)
    assert {call["mode"] for call in CALLS} == set(methods)
    assert len(methods) == 11


def test_the_list_of_operations_is_the_table_of_tasks() -> None:
    listed = [cell.strip("`") for cell in column(OPERATIONS, 0) if cell != "mode"]
    assert sorted(listed) == sorted(TASKS)


@pytest.mark.parametrize("mode", TASKS)
def test_the_arguments_listed_are_those_that_are_taken(mode: str) -> None:
    cells = dict(zip(column(OPERATIONS, 0), column(OPERATIONS, 1), strict=True))
    known = import_module(TASKS[mode]).OPERATIONS[mode].arguments
    listed = re.findall(r"`(\w+)`(\??)", cells[f"`{mode}`"])
    assert {name: mark != "?" for name, mark in listed} == {name: each.required for name, each in known.items()}


def test_the_readme_lists_every_button_and_every_setting() -> None:
    manifest = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
    assert column(section(README, "Use"), 0)[1:] == [task["name"] for task in manifest["tasks"]]
    assert column(section(README, "Settings"), 0)[1:] == [f"`{field.name}`" for field in fields(Settings)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_has_its_reason(name: str) -> None:
    packages = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    reasons = {package for cell in column(section(design, "Dependencies"), 0) for package in cell.split(", ")}
    assert set(packages) <= reasons


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Any) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]*)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readmes_program_runs(stash: Server, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = of_language(README, "python")
    exec(compile(program.replace("http://localhost:9999", stash.url), "README", "exec"), {})
    assert "3 images, 11905 bytes" in capsys.readouterr().out
