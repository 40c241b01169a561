"""The tasks on the oldest server that is promised, and what one before it is told.

The whole suite runs on it with `make test STASH_VERSION=v0.25.0`; this is the part that every run has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import serve
from tests.tasks.conftest import Plugin

RULES = r"""
rules:
- name: embedded
  mode: apply
  when: [task]
  match: {path: {regex: 'lightroom|photos'}}
  set: {title: '{meta.title}', date: '{meta.date}'}
- name: month
  mode: apply
  when: [task]
  match: {path: {regex: 'plain'}}
  set: {date: '2024-05'}
- name: new
  mode: apply
  when: [scan]
  match: {name: '00?.jpg'}
  set: {code: '{path.stem}'}
"""


@pytest.fixture(scope="module")
def oldest() -> Iterator[Plugin]:
    """The plugin on a server of v0.25.0, whose first scan is over."""
    with serve(version="v0.25.0", scanned=False) as stash:
        plugin = Plugin(stash)
        plugin.rules(RULES)
        _bring_ffmpeg(Path(stash.folder))
        stash.scan()
        yield plugin


def _bring_ffmpeg(folder: Path) -> None:
    """Where such a Stash looks first, and puts what it downloads; this machine need not have it."""
    for name in ("ffmpeg", "ffprobe"):
        (folder / name).touch(mode=0o755)


def test_new_images_are_looked_at(oldest: Plugin) -> None:
    codes = {path.rpartition("/")[2]: image["code"] for path, image in oldest.images().items() if "code" in image}
    assert codes == {"001.jpg": "001", "002.jpg": "002", "003.jpg": "003"}


def test_check_setup_says_what_it_lacks(oldest: Plugin) -> None:
    checks = {check["name"]: check for check in oldest.run("setup")["checks"]}
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert "Stash v0.25.0 at " in checks["Server"]["text"]
    assert "partial dates" in checks["Server"]["text"]


def test_apply_and_undo(oldest: Plugin) -> None:
    before = oldest.images()
    counts = oldest.run("rules_apply", confirm=True)["counts"]
    after = oldest.images()
    changed = {path for path, image in after.items() if image != before[path]}
    assert (counts["changed"], counts["failed"]) == (len(changed), 0)
    assert after["misc/lightroom.jpg"]["title"], "the file's name that it shows is no title"
    assert "misc/plain.png" not in changed, "a month is no date there"
    oldest.run("undo")
    assert oldest.images() == before


def test_tables_go_out_and_come_in(oldest: Plugin) -> None:
    id_ = oldest.stash.ids()["misc/plain.png"]
    table = Path(oldest.run("export_images", ids=[id_])["path"])
    assert "\n" + id_ in table.read_text(encoding="utf-8-sig")
    table.write_text(f"id,photographer\n{id_},Somebody\n", encoding="utf-8")
    assert oldest.run("import_images", path=str(table), apply=True)["counts"]["changed"] == 1
    assert oldest.stash.image(id_, "photographer") == {"photographer": "Somebody"}


def test_what_it_lacks_is_refused_by_name(oldest: Plugin) -> None:
    id_ = oldest.stash.ids()["misc/plain.png"]
    wanted = {"id": id_, "destroy_file_entry": True}
    assert "destroy_file_entry needs Stash v0.31.0 or newer" in oldest.error("image_destroy", input_data=wanted)
    assert oldest.run("find_images", filter_={"per_page": 1})["count"] == 25


def test_nothing_was_said_above_info(oldest: Plugin) -> None:
    problems = [line for line in oldest.stash.log() if line.startswith(("Warning", "Error"))]
    assert [line for line in problems if "runPluginOperation" not in line and "2024-05" not in line] == []


@pytest.fixture(scope="module")
def too_old() -> Iterator[Plugin]:
    """The plugin on a server that is older than all that are promised."""
    with serve(version="v0.24.3", scanned=False) as stash:
        plugin = Plugin(stash)
        plugin.rules(RULES)
        yield plugin


@pytest.mark.parametrize("mode", ["setup", "rules_preview", "rules_apply", "export_images"])
def test_an_older_one_is_told(too_old: Plugin, mode: str) -> None:
    before = len(too_old.stash.log())
    too_old.stash.run_task(mode=mode)
    assert any("Stash v0.24.3 is too old: v0.25.0 or newer is needed." in line for line in too_old.stash.log()[before:])
