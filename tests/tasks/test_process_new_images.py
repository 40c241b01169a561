"""New images: the hook that costs next to nothing, and the task that goes on above the mark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lib.runs.history import History
from lib.runs.opening import open_database
from lib.tasks.execute import NEW_IMAGES_WAIT
from lib.tasks.process_new_images import CHECKPOINT
from tests.fake_stash import FakeStash
from tests.support.real_stash import link_plugin
from tests.support.server import ROOT, Server, serve
from tests.tasks.conftest import Plugin

RULES = "rules: [{name: titles, when: scan, set: {title: '{path.stem}'}}]"
NOT_FOR_SCANS = "rules: [{name: titles, when: task, set: {title: '{path.stem}'}}]"
WANTS_SIDECAR = "rules: [{name: sides, when: scan, set: {code: '{sidecar.id}'}}]"
CREATES = """
max_new: 2
rules:
- {name: tags, when: scan, add: {tags: {value: '{path.stem}', create: true}}}
- {name: sides, when: scan, set: {code: '{sidecar.id}'}}
"""
PLAIN = ROOT / "tests" / "data" / "library" / "misc" / "plain.png"


@pytest.fixture
def fresh() -> Iterator[Plugin]:
    """The plugin on a server that never scanned."""
    with serve(scanned=False) as stash:
        yield Plugin(stash)


def titled(plugin: Plugin) -> set[str]:
    return {path for path, shown in plugin.images().items() if shown.get("title")}


def add_picture(stash: Server, name: str) -> Path:
    """A picture with bytes of its own, as if just downloaded."""
    path = Path(stash.library, "misc", name)
    path.write_bytes(Path(stash.library, "misc", "plain.png").read_bytes() + name.encode())
    return path


def test_the_very_first_scan_is_filled_in(fresh: Plugin) -> None:
    fresh.rules(RULES)
    fresh.stash.scan()
    assert titled(fresh) == set(fresh.images())


def test_later_scans_touch_only_what_is_new(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plugin.run("process_new_images")
    assert titled(plugin) == set()
    add_picture(plugin.stash, "one.png")
    plugin.stash.scan()
    assert titled(plugin) == {"misc/one.png"}


LEFT_ALONE = {
    "no rule wants new images": (NOT_FOR_SCANS, {}, "no rule is enabled"),
    "the setting says so": (RULES, {"ignoreNewImages": True}, "off in the settings"),
}


@pytest.mark.parametrize(("rules", "settings", "text"), LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_the_mark_moves_where_new_images_are_left_alone(
    plugin: Plugin, rules: str, settings: dict[str, Any], text: str
) -> None:
    plugin.stash.configure(**settings)
    plugin.rules(rules)
    add_picture(plugin.stash, "one.png")
    plugin.stash.scan()
    assert text in plugin.stash.log()[-1]
    assert titled(plugin) == set()
    assert mark(plugin) == max(map(int, plugin.stash.ids().values()))


def test_a_restored_database_resets_the_mark(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 10_000)
    add_picture(plugin.stash, "one.png")
    plugin.stash.scan()
    assert "misc/one.png" in titled(plugin)
    assert any("restored or emptied" in line for line in plugin.stash.log())


def test_a_library_that_was_emptied_begins_anew(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plugin.run("process_new_images")
    ids = list(plugin.stash.ids().values())
    plugin.stash.ask("mutation($ids: [ID!]!) { imagesDestroy(input: {ids: $ids}) }", {"ids": ids})
    plugin.run("process_new_images")
    plugin.stash.scan()
    assert titled(plugin) == set(plugin.images()) != set()


def test_a_scan_that_waits_behind_another_is_covered(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plugin.run("process_new_images")
    names = {f"{number}.png" for number in range(3)}
    for name in names:  # queued at once: the task that the first one's hook queues stands behind the last
        add_picture(plugin.stash, name)
        plugin.stash.ask("mutation { metadataScan(input: {}) }")
    plugin.stash.wait_idle()
    assert titled(plugin) == {f"misc/{name}" for name in names}


@pytest.mark.skipif(bool(os.environ.get("STASH_BIN")), reason="a real server does not tell what it was asked")
@pytest.mark.parametrize("workers", [1, 4])
def test_what_the_hooks_of_a_scan_ask(tmp_path: Path, workers: int) -> None:
    library, plugin = tmp_path / "library", tmp_path / "plugin"
    library.mkdir()
    for number in range(40):
        (library / f"{number}.png").write_bytes(PLAIN.read_bytes() + b"%d" % number)
    link_plugin(str(ROOT), str(plugin))
    with FakeStash(library=str(library), plugin=str(plugin), parallel_tasks=workers) as stash:
        stash.scan()
        stash.wait_idle()
        asked = [request.query.split()[1] for request in stash.requests]
    hooks = [name for name in asked if name.startswith(("Queue", "Run("))]
    assert "Queue" in hooks[0]
    assert 2 <= len(hooks) <= 2 * workers  # those that start at once do not know of each other yet


def test_it_is_undone_by_id_and_not_by_the_button(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 0)
    run = plugin.run("process_new_images")["run"]
    assert titled(plugin) == set(plugin.images())
    assert plugin.run("undo")["text"] == "nothing to undo"
    assert plugin.run("undo", run=run)["counts"]["changed"] == len(plugin.images())
    assert titled(plugin) == set()


def test_a_sidecar_that_comes_later_is_waited_for(plugin: Plugin) -> None:
    plugin.rules(WANTS_SIDECAR)
    plugin.run("process_new_images")
    picture = add_picture(plugin.stash, "late.png")
    plugin.stash.scan()
    assert "code" not in plugin.images()["misc/late.png"]
    Path(f"{picture}.json").write_text('{"id": 77}', encoding="utf-8")
    plugin.run("process_new_images")
    assert plugin.images()["misc/late.png"]["code"] == "77"
    assert waiting(plugin) == []


def test_an_old_picture_without_a_sidecar_is_not_waited_for(plugin: Plugin) -> None:
    plugin.rules(WANTS_SIDECAR)
    plugin.run("process_new_images")
    picture = add_picture(plugin.stash, "old.png")
    os.utime(picture, (time.time() - 100_000,) * 2)
    plugin.stash.scan()
    assert waiting(plugin) == []


def test_a_sidecar_that_does_not_come_within_a_day_is_reported(plugin: Plugin) -> None:
    picture, image = one_that_waits(plugin, "never.png")
    os.utime(picture, (time.time() - 100_000,) * 2)
    plugin.run("process_new_images")
    assert waiting(plugin) == []
    assert [line.endswith(f": {image}") for line in plugin.stash.log() if "Gave up" in line] == [True]


def test_an_image_that_is_gone_is_no_longer_waited_for(plugin: Plugin) -> None:
    _, image = one_that_waits(plugin, "gone.png")
    plugin.stash.ask("mutation($id: ID!) { imageDestroy(input: {id: $id}) }", {"id": image})
    plugin.run("process_new_images")
    assert waiting(plugin) == []


def test_an_image_that_waits_above_the_mark_is_looked_at_once(plugin: Plugin) -> None:
    """As in a database that was restored since."""
    picture, image = one_that_waits(plugin, "late.png")
    set_mark(plugin, image - 1)
    Path(f"{picture}.json").write_text('{"id": 77}', encoding="utf-8")
    assert plugin.run("process_new_images")["counts"]["seen"] == 1
    assert plugin.images()["misc/late.png"]["code"] == "77"
    assert waiting(plugin) == []


def test_killed_at_any_moment_the_next_run_ends_the_same(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 0)
    for milliseconds in range(120, 520, 40):
        process = start(plugin, {"mode": "process_new_images"})
        time.sleep(milliseconds / 1000)
        process.kill()
        process.communicate()
    plugin.run("process_new_images")
    assert titled(plugin) == set(plugin.images())


def test_a_busy_lock_queues_the_task_again(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 0)
    store = open_database(f"{plugin.stash.folder}/image_tools")
    with History(store).exclusive():
        assert plugin.run("process_new_images")["text"] == "another run is under way"
    store.close()
    plugin.run("undo")
    plugin.stash.wait_idle()
    assert titled(plugin) == set(plugin.images())


def test_a_run_that_ends_while_another_waits(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 0)
    store = open_database(f"{plugin.stash.folder}/image_tools")
    with ThreadPoolExecutor(1) as pool:
        with History(store).exclusive():  # it ends without a look at who waits
            waits = pool.submit(plugin.run, "process_new_images")
            while store.get(NEW_IMAGES_WAIT) != "1":
                time.sleep(0.02)
        assert waits.result()["counts"]["changed"] == len(plugin.images())
    store.close()


def scan_that_gives_way(plugin: Plugin) -> None:
    """A scan whose task for new images finds another run under way."""
    store = open_database(f"{plugin.stash.folder}/image_tools")
    with History(store).exclusive():
        plugin.stash.scan()
    store.close()
    assert titled(plugin) == set()


def test_the_first_scan_is_not_lost_where_its_task_gives_way(fresh: Plugin) -> None:
    fresh.rules(RULES)
    scan_that_gives_way(fresh)
    fresh.run("process_new_images")
    assert titled(fresh) == set(fresh.images()) != set()


def test_scan_of_an_emptied_library_survives_a_running_task(plugin: Plugin) -> None:
    plugin.rules(RULES)
    set_mark(plugin, 10_000)
    add_picture(plugin.stash, "one.png")
    scan_that_gives_way(plugin)
    plugin.run("process_new_images")
    assert "misc/one.png" in titled(plugin)


def test_what_waits_longer_than_a_day_is_tried_once_more(plugin: Plugin) -> None:
    picture, image = one_that_waits(plugin, "late.png")
    Path(f"{picture}.json").write_text('{"id": 77}', encoding="utf-8")
    waits_since(plugin, "2020-01-01T00:00:00+00:00")
    plugin.run("process_new_images")
    assert plugin.images()["misc/late.png"]["code"] == "77"
    assert waiting(plugin) == []
    assert not [line for line in plugin.stash.log() if "Gave up" in line and line.endswith(f": {image}")]


def test_what_waits_longer_than_a_day_for_nothing_is_given_up(plugin: Plugin) -> None:
    _, image = one_that_waits(plugin, "never.png")
    waits_since(plugin, "2020-01-01T00:00:00+00:00")
    plugin.run("process_new_images")
    assert waiting(plugin) == []
    assert [line for line in plugin.stash.log() if "Gave up" in line and line.endswith(f": {image}")]


def test_retries_dont_repeat_what_was_undone(plugin: Plugin) -> None:
    plugin.rules("rules: [{name: t, when: scan, set: {title: '{path.stem}'}}, " + WANTS_SIDECAR.partition("[")[2])
    plugin.run("process_new_images")
    add_picture(plugin.stash, "one.png")
    plugin.stash.scan()
    assert (titled(plugin), len(waiting(plugin))) == ({"misc/one.png"}, 1)
    plugin.run("undo", run=plugin.run("runs")[0]["id"])
    plugin.run("process_new_images")
    assert (titled(plugin), waiting(plugin)) == (set(), [])


NEW = {f"misc/new{number}.png" for number in range(3)}


def held_scan(plugin: Plugin) -> int:
    """A scan whose images would get more new tags than `max_new`; the run that is held."""
    plugin.rules(CREATES)
    plugin.run("process_new_images")
    for path in NEW:
        add_picture(plugin.stash, Path(path).name)
    plugin.stash.scan()
    (held,) = plugin.run("runs")
    assert (held["by"], held["rules"], held["fields"], held["counts"]["planned"]) == ("scan", ["tags"], ["tags"], 3)
    assert "create 3 tags" in held["held"]
    return int(held["id"])


def tagged(plugin: Plugin) -> set[str]:
    return {path for path, shown in plugin.images().items() if shown.get("tags")}


def tags(plugin: Plugin) -> int:
    return int(plugin.stash.ask("{ findTags { count } }")["findTags"]["count"])


def test_a_scan_with_too_many_new_tags_is_held(plugin: Plugin) -> None:
    run = held_scan(plugin)
    assert (tagged(plugin), tags(plugin)) == (set(), 0)
    assert mark(plugin) == max(map(int, plugin.stash.ids().values()))
    assert len([line for line in plugin.stash.log() if f"Run {run} is held" in line]) == 1
    assert plugin.run("process_new_images")["text"] == "no new images"
    assert plugin.run("run", run=run)["applicable"]


def test_a_held_run_is_applied_and_undone(plugin: Plugin) -> None:
    run = held_scan(plugin)
    applied = plugin.run("rules_apply", plan=run)
    assert (applied["counts"]["changed"], tagged(plugin), tags(plugin)) == (3, NEW, 3)
    assert [each["held"] for each in plugin.run("runs")] == [None]
    assert f"by run {applied['run']}" in plugin.error("rules_apply", plan=run)
    plugin.run("undo", run=applied["run"])
    plugin.run("process_new_images")
    assert (tagged(plugin), tags(plugin), waiting(plugin)) == (set(), 0, [])


def test_a_held_run_is_discarded(plugin: Plugin) -> None:
    run = held_scan(plugin)
    assert plugin.run("plan_discard", plan=run) == {"plan": run, "images": 3}
    plugin.run("process_new_images")
    assert (plugin.run("runs", previews=True), tagged(plugin), waiting(plugin)) == ([], set(), [])


def test_a_held_run_stays_while_others_are_dropped(plugin: Plugin) -> None:
    run = held_scan(plugin)
    plugin.stash.configure(keepRuns=1)
    for _ in range(3):
        plugin.run("rules_preview")
    assert [each["id"] for each in plugin.run("runs")] == [run]
    assert plugin.run("rules_apply", plan=run)["counts"]["changed"] == 3


def test_later_scans_go_on_while_a_run_is_held(plugin: Plugin) -> None:
    run = held_scan(plugin)
    add_picture(plugin.stash, "later.png")
    plugin.stash.scan()
    assert (tagged(plugin), tags(plugin)) == ({"misc/later.png"}, 1)
    plugin.run("rules_apply", plan=run)
    assert tagged(plugin) == NEW | {"misc/later.png"}


def test_a_held_image_waits_for_its_sidecar_until_it_is_decided(plugin: Plugin) -> None:
    run = held_scan(plugin)
    Path(plugin.stash.library, "misc", "new0.png.json").write_text('{"id": 77}', encoding="utf-8")
    assert plugin.run("process_new_images")["text"] == "no new images"
    plugin.run("rules_apply", plan=run)
    assert "code" not in plugin.images()["misc/new0.png"]
    plugin.run("process_new_images")
    assert plugin.images()["misc/new0.png"]["code"] == "77"
    assert len(waiting(plugin)) == 2


def test_what_is_decided_of_a_held_run_is_not_tried_again(plugin: Plugin) -> None:
    plugin.stash.create("tag", "known")
    run = held_scan(plugin)
    plugin.run("plan_leave_out", plan=run, field="tags", value="new0")
    plugin.run("plan_edit", plan=run, field="tags", value="new1", to="known")
    plugin.run("rules_apply", plan=run)
    plugin.run("process_new_images")
    tags = {path: shown.get("tags") for path, shown in plugin.images().items() if path in NEW}
    assert tags == {"misc/new0.png": None, "misc/new1.png": ["known"], "misc/new2.png": ["new2"]}
    assert len(waiting(plugin)) == 1


def test_the_brake_counts_the_images_that_are_tried_again(plugin: Plugin) -> None:
    """One new tag each: of an image whose sidecar came late, and of a new image."""
    plugin.rules(
        CREATES.replace("'{path.stem}'", "['{sidecar.id}', '{path.stem}']").replace("max_new: 2", "max_new: 1")
    )
    plugin.run("process_new_images")
    picture = add_picture(plugin.stash, "one.png")
    plugin.stash.scan()
    assert tagged(plugin) == {"misc/one.png"}
    Path(f"{picture}.json").write_text('{"id": 77}', encoding="utf-8")
    add_picture(plugin.stash, "two.png")
    plugin.stash.scan()
    assert (tagged(plugin), tags(plugin)) == ({"misc/one.png"}, 1)
    assert plugin.run("runs")[0]["counts"]["planned"] == 2


def test_a_mark_that_is_none_is_said(plugin: Plugin) -> None:
    plugin.rules(RULES)
    store = open_database(f"{plugin.stash.folder}/image_tools")
    store.set(CHECKPOINT, "many")
    store.close()
    assert "'many' isn't the id" in str(plugin.stash.operation(mode="process_new_images"))


def start(plugin: Plugin, args: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The plugin's process with these arguments, as Stash starts it."""
    script = str(Path(__file__, "../../../image_tools.py").resolve())
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-S", script], **pipes)  # type: ignore[call-overload]  # as a table
    assert process.stdin is not None
    process.stdin.write(json.dumps({"server_connection": plugin.stash.server_connection(), "args": args}).encode())
    process.stdin.close()
    process.stdin = None
    return process  # type: ignore[no-any-return]  # as above


def mark(plugin: Plugin) -> int:
    store = open_database(f"{plugin.stash.folder}/image_tools")
    value = int(store.get(CHECKPOINT) or 0)
    store.close()
    return value


def set_mark(plugin: Plugin, value: int) -> None:
    store = open_database(f"{plugin.stash.folder}/image_tools")
    store.set(CHECKPOINT, str(value))
    store.close()


def one_that_waits(plugin: Plugin, name: str) -> tuple[Path, int]:
    """A picture whose sidecar is still to come, and the id of its image."""
    plugin.rules(WANTS_SIDECAR)
    plugin.run("process_new_images")
    picture = add_picture(plugin.stash, name)
    plugin.stash.scan()
    (image,) = waiting(plugin)
    return picture, image


def waiting(plugin: Plugin) -> list[int]:
    store = open_database(f"{plugin.stash.folder}/image_tools")
    rows = [int(row["image"]) for row in store.read("SELECT image FROM waiting")]
    store.close()
    return rows


def waits_since(plugin: Plugin, since: str) -> None:
    store = open_database(f"{plugin.stash.folder}/image_tools")
    with store.write() as connection:
        connection.execute("UPDATE waiting SET since = ?", (since,))
    store.close()
