"""The forms and settings for contributors match the project."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.support.server import ROOT


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_hooks_run_the_checks_of_make_test() -> None:
    (recipe,) = re.findall(r"^test: .*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    checks = [line.replace("$(VENV)", ".venv").strip() for line in recipe.splitlines() if "$(VENV)/bin" in line]
    (repo,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert repo["repo"] == "local"
    assert [hook["entry"] for hook in repo["hooks"]] == checks


def test_bug_form_asks_for_check_setup() -> None:
    _, head, body = read(".github/ISSUE_TEMPLATE/bug_report.md").split("---\n", 2)
    assert {"name", "about"} <= yaml.safe_load(head).keys()
    (task,) = re.findall(r"Plugin Tasks > ([\w ]+),", body)
    assert task in [task["name"] for task in yaml.safe_load(read("plugin.yml"))["tasks"]]


LOCK = dict(
    re.findall(r"^([\w.-]+)(==[^ ]+.*\n(?:    --hash=sha256:\w{64}.*\n)+)", read("requirements-dev.txt"), re.MULTILINE)
)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.in"])
def test_lock_pins_every_dependency(name: str) -> None:
    names = re.findall(r"^([A-Za-z][\w-]*)", read(name), re.MULTILINE)
    assert {name.lower() for name in names} <= set(LOCK)


def test_everything_in_the_lock_has_hashes() -> None:
    assert set(re.findall(r"^([\w.-]+)==", read("requirements-dev.txt"), re.MULTILINE)) == set(LOCK)
