"""What the page's files promise to each other, the manifest and the rules: held without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from lib.rules import load_rules
from lib.tasks import TASKS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "assets" / "page"
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("assets/**/*.js")}
EVERYTHING = "\n".join(text for name, text in SOURCES.items() if not name.endswith("texts.js"))
TEXTS = "\n".join(text for name, text in SOURCES.items() if name.endswith("/texts.js"))
KEYS = set(re.findall(r'^  "?([\w.-]+)"?:', TEXTS, re.MULTILINE))
MANIFEST = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
RECIPES = sorted((ROOT / "assets" / "recipes").glob("*.yaml"))
TEXT = r'"((?:app|nav|error|broken|large|paging|picker|stars|job|mode|field|kind|rules|recipe|review|count|change|explain|do|runs|status|run|undo|setup|stash|toast|updated)\.[\w.-]+)"'
OLD = ["changes", "choice", "diff", "dom", "editor", "parts", "plan", "recipes"]
OLD += [f"views/{name}" for name in ("explain", "preview", "rules", "run", "runs", "setup", "undo")]
"""What isn't on React yet."""
MADE = set(re.findall(r"t\(`([\w.-]+?\.)\$\{", EVERYTHING))
"""Beginnings of keys that are put together, such as `field.`."""


def test_every_text_that_is_shown_exists() -> None:
    assert set(re.findall(TEXT, EVERYTHING)) - KEYS == set()


def test_every_text_is_shown() -> None:
    plain = set(re.findall(r'"([\w.-]+)"', EVERYTHING))
    ends = tuple(re.findall(r"`\$\{\w+\}(\w+)`", EVERYTHING))
    unused = {key for key in KEYS - plain if not key.startswith(tuple(MADE)) and not key.endswith(ends)}
    assert {key for key in unused if key.rpartition(".")[0] not in plain} == set()


def test_only_views_from_before_react_lack_types() -> None:
    """They go, one after the other: nothing is added here."""
    assert {name for name, text in SOURCES.items() if "@ts-nocheck" in text} <= {f"assets/page/{old}.js" for old in OLD}


def test_only_they_create_elements_by_hand() -> None:
    making = {name for name, text in SOURCES.items() if "document.createElement" in text}
    assert making <= {f"assets/page/{old}.js" for old in OLD}


def test_one_module_knows_the_host() -> None:
    using = {name for name, text in SOURCES.items() if "PluginApi" in text and name.startswith("assets/page/")}
    assert using == {"assets/page/react.js"}


def test_one_module_sends_requests() -> None:
    sending = {name for name, text in SOURCES.items() if "fetch(" in text and name.startswith("assets/page/")}
    assert sending - {f"assets/page/{old}.js" for old in OLD} == {"assets/page/api.js"}


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_is_parsed_as_html_or_run_as_code(name: str) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", SOURCES[name])


def test_the_operations_that_the_page_asks_for_exist() -> None:
    asked = set(re.findall(r'(?:operation|jobs\.run)\("(\w+)"', EVERYTHING))
    assert asked - set(TASKS) == set()


def test_the_manifest_maps_the_version_and_names_every_script() -> None:
    assert MANIFEST["ui"]["assets"] == {"/": "assets", "/assets": "assets", f"/{MANIFEST['version']}": "assets"}
    scripts = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("assets/stash/*.js")}
    assert set(MANIFEST["ui"]["javascript"]) == scripts


def test_the_manifests_tasks_are_known_by_their_names() -> None:
    named = dict(re.findall(r'^  (\w+): "([^"]+)",$', SOURCES["assets/page/jobs.js"], re.MULTILINE))
    assert {task["name"] for task in MANIFEST["tasks"]} - set(named.values()) == set()
    assert {f"mode.{mode}" for mode in named} - KEYS == set()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_a_valid_rule_on_preview(path: Path) -> None:
    (rule,) = load_rules(path.read_text(encoding="utf-8")).rules
    assert rule.mode == "preview"
    assert f'"{path.stem}"' in SOURCES["assets/page/recipes.js"]
