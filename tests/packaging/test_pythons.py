"""The installed package on every Python there is, with nothing but its standard library: every mode, every recipe."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lib.tasks import TASKS
from tests.client.create.pictures import draw
from tests.packaging import interpreters
from tests.packaging.package_server import CONFIGURE, RULES, PackageServer, opened
from tests.support.server import ROOT, Server

PROGRAM = Path(__file__).with_name("run_plugin.py")
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
RECIPES = [
    *BLOCK.findall((ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")),
    *(path.read_text(encoding="utf-8") for path in (ROOT / "assets" / "recipes").glob("*.yaml")),
]
EMBEDDED = {"date": "2017-09-04", "rating100": 100, "tags": [{"name": "portrait"}, {"name": "snow"}]}
TITLES = "version: 1\nrules: [{name: titles, set: {title: {value: '{image.id}', strategy: overwrite}}}]\n"
QUIET = re.compile(rb"(\x01[tdip]\x02[^\n]*\n|\x01w\x02[^\n]*not_a_picture[^\n]*\n)*")
"""Lines up to info; and the warning that is meant, of a text file called .jpg."""


@dataclass
class PluginRunner:
    """The plugin in a Python of its own, driven by the lines that Stash would write."""

    process: subprocess.Popen[bytes]
    stash: Server
    modes: set[str] = field(default_factory=set)
    """The modes that it ran."""

    def __call__(self, mode: str, **args: Any) -> Any:
        """The output of a mode; an AssertionError with its error otherwise."""
        answer = self.answer(mode, **args)
        assert "error" not in answer, answer
        return answer["output"]

    def answer(self, mode: str, **args: Any) -> dict[str, Any]:
        """The whole answer of a mode."""
        self.modes.add(mode)
        given = {"server_connection": self.stash.server_connection(), "args": {"mode": mode, **args}}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(given).encode() + b"\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextlib.contextmanager
def start_runner(python: str, package_server: PackageServer, log: Path) -> Iterator[PluginRunner]:
    """Start a runner of the installed plugin; what it logs goes to a file."""
    command = [python, "-I", "-S", str(PROGRAM), str(package_server.place)]
    pipe = subprocess.PIPE
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr, cwd="/") as process,
    ):
        yield PluginRunner(process, package_server.stash)


@pytest.fixture(scope="module")
def package_server(dist: Path, source: tuple[str, Path]) -> Iterator[PackageServer]:
    """A Stash that has installed the plugin; each test sets its Python, and leaves two images to be found again."""
    with opened(dist, source, sys.executable) as package_server:
        yield package_server


@pytest.mark.parametrize("minor", interpreters.MINORS)
def test_every_mode_runs(minor: int, package_server: PackageServer, tmp_path: Path) -> None:
    python = interpreters.found(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} here")
    log = tmp_path / "log"
    package_server.stash.ask(CONFIGURE, {"input": {"pythonPath": python}})
    package_server.stash.scan()
    with start_runner(python, package_server, log) as run:
        run_recipes(run)
        run_rules(run, package_server.stash.ids())
        run_methods(run, package_server.stash.ids(), tmp_path)
    package_server.stash.wait_idle()
    assert QUIET.fullmatch(log.read_bytes())
    assert run.modes == set(TASKS)
    assert package_server.loud() == []


def run_recipes(run: PluginRunner) -> None:
    """Every recipe that users are given, on images that nothing has changed yet."""
    for recipe in RECIPES:
        counts = run("rules_preview", rules=recipe)["counts"]
        assert counts["matched"], recipe
        assert counts["problems"] <= 1, recipe


def run_rules(run: PluginRunner, ids: dict[str, str]) -> None:
    """Everything but the image methods, in an order in which each has something to do."""
    lightroom, plain = ids["misc/lightroom.jpg"], ids["misc/plain.png"]
    assert run("setup")["ok"]
    assert run("statistics")["images"] == len(ids)
    assert "mode: preview" in run("rules_switch", rule="embedded", to="preview", rules=RULES)["text"]
    assert run("rules_move", rule="embedded", rules=RULES) == {"text": RULES}
    answer = {"kind": "tags", "name": "x", "action": "ignore"}
    assert "- x" in run("names_answer", answers=[answer], rules=RULES)["text"]
    run("rules_save", text=RULES, etag=run("rules_read")["etag"])
    assert run("rules_check")["ok"]
    trial = run("rules_preview", all=True, rules=TITLES)["plan"]
    assert run("plan_groups", plan=trial, by="value")["count"] == len(ids)
    assert run("plan_edit", plan=trial, id=plain, field="title", to="Another")["edited"] == 1
    assert run("plan_discard", plan=trial)["images"] == len(ids)
    plan = run("rules_preview")["plan"]
    assert run("plan", plan=plan, page=1)
    run("plan_leave_out", plan=plan, ids=[plain])
    assert run("rules_explain", id=lightroom)
    applied = run("rules_apply")["run"]
    assert run.stash.image(lightroom, "date rating100 tags { name }") == EMBEDDED
    assert run("run", run=applied)
    assert run("run_lines", run=applied)
    assert run("runs")[0]["id"] == applied
    assert run("undo")
    assert "error" in run.answer("resume", run=applied), "it is undone"
    assert run("process_new_images")
    table = run("export_images", format="csv", ids=[plain])["path"]
    Path(table).write_text(f"id,code\n{plain},from a table\n", encoding="utf-8")
    run("import_images", path=table, apply=True)
    assert run.stash.image(plain, "code") == {"code": "from a table"}


def run_methods(run: PluginRunner, ids: dict[str, str], outside: Path) -> None:
    """The eleven methods."""
    plain, webp, gone = (ids[name] for name in ("misc/plain.png", "misc/photo.webp", "photos/bad_date.jpg"))
    assert run("find_image", id=plain)
    assert run("find_images")["count"] == len(ids)
    assert run("update_image", image={"id": plain, "title": "Plain"})["title"] == "Plain"
    assert run("images_update", updates=[{"id": webp, "organized": True}])
    assert run("bulk_image_update", input_data={"ids": [plain, webp], "rating100": 80}, return_fields="id")
    assert [run(f"image_{step}_o", id=plain) for step in ("increment", "decrement", "reset")] == [1, 0, 0]
    path = draw(str(outside), "outside.png")
    assert run("create_image", image={"title": "Brought in", "path": path})["title"] == "Brought in"
    assert "didn't create an image" in run.answer("create_image_follow_up", path=path, fields={"title": "x"})["error"]
    assert run("image_destroy", input_data={"id": gone})
    assert run("images_destroy", input_data={"ids": [webp]})
