"""Preview, apply, undo: run as Stash runs them, on the sample library and what is truly in its files."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lib.planning import rules
from tests.tasks.conftest import Plugin, nothing_noted_of_runs

TRUTH: dict[str, dict[str, Any]] = json.loads(
    Path(__file__, "../../data/library/truth.json").resolve().read_text("utf-8")
)
RULES = r"""
defaults: {create: [tags, performers, studios]}
rules:
- name: embedded
  set:
    date: ['{meta.date}', '{sidecar.date|date}']
    title: '{meta.title}'
    photographer: ['{meta.creator}', '{sidecar.tag_string_artist}', '{sidecar.tags_artist}', '{sidecar.artist}']
    rating100: '{meta.rating|stars}'
    details: ['{meta.description}', '{meta.prompt}']
  add: {tags: ['{meta.keywords}', '{sidecar.tags|tags}', '{meta.prompt|prompt_tags}'], urls: '{sidecar.source|url}'}
- name: sets
  match: {path: {regex: '/(?P<who>[^/]+)/\[(?P<date>[-0-9]+)\] (?P<studio>[^/]+) - (?P<title>[^/]+)/'}}
  set: {date: '{re.date}', studio: '{re.studio}', title: '{re.title}'}
  add: {performers: '{re.who}'}
"""
TITLES = "rules: [{name: titles, set: {title: '{path.stem}'}}]"
WAITING = "rules: [{name: titles, mode: preview, set: {title: '{path.stem}'}}]"


def expected(truth: dict[str, Any]) -> dict[str, Any]:
    """What truth.json says of a file, as Stash holds it."""
    values = {key: truth[key] for key in ("date", "title", "details", "photographer", "studio") if truth.get(key)}
    if truth.get("rating"):
        values["rating100"] = truth["rating"] * 20
    if truth.get("keywords"):
        values["tags"] = sorted(truth["keywords"])
    if truth.get("url"):
        values["urls"] = [truth["url"]]
    if truth.get("performer"):
        values["performers"] = [truth["performer"]]
    return values


def test_everything_in_the_files_arrives_and_undo_takes_it_back(plugin: Plugin) -> None:
    plugin.rules(RULES)
    before = plugin.images()
    preview = plugin.run("rules_preview")
    assert plugin.images() == before
    applied = plugin.run("rules_apply")
    assert (applied["plan"], applied["counts"]["failed"]) == (preview["plan"], 0)
    shown = plugin.images()
    for path, truth in TRUTH.items():
        if path in shown:
            wanted = expected(truth)
            assert {key: value for key, value in shown[path].items() if key in wanted or key != "tags"} == wanted, path
    undone = plugin.run("undo")
    assert undone["left_alone"] == []
    assert plugin.images() == before
    assert plugin.stash.ask("{ findTags { count } findPerformers { count } findStudios { count } }") == {
        "findTags": {"count": 0},
        "findPerformers": {"count": 0},
        "findStudios": {"count": 0},
    }
    assert plugin.run("undo")["text"] == "nothing to undo"


def test_a_second_apply_changes_nothing(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    first = plugin.run("rules_apply")["counts"]
    second = plugin.run("rules_apply")["counts"]
    assert (first["changed"], second["changed"]) == (len(plugin.images()), 0)
    assert second["already_right"] == first["changed"]


def test_rules_on_preview_are_shown_and_not_applied(plugin: Plugin) -> None:
    plugin.rules(WAITING)
    preview = plugin.run("rules_preview")
    assert (preview["counts"]["preview"], preview["counts"]["planned"]) == (len(plugin.images()), 0)
    applied = plugin.run("rules_apply")
    assert (applied["run"], applied["counts"]["changed"]) == (None, 0)
    assert "titles are in preview mode" in applied["text"]
    assert not any(plugin.images().values())


def test_a_page_with_much_text_is_planned_whole(plugin: Plugin) -> None:
    growing = "|".join(["default:xxxxxxxxxx", *["replace:x,xxxxxxxxxx"] * 4])
    plugin.rules(f"rules: [{{name: long, set: {{details: '{{image.details|{growing}}}', code: '{{image.id}}'}}}}]")
    images = plugin.images()
    assert len(images) * 100_000 > rules._PORTION
    applied = plugin.run("rules_apply")
    assert (applied["counts"]["planned"], applied["counts"]["failed"]) == (len(images), 0)
    assert {len(shown["details"]) for shown in plugin.images().values()} == {100_000}


def test_apply_opens_no_file_that_the_preview_has_read(plugin: Plugin) -> None:
    plugin.rules("rules: [{name: dates, set: {date: '{meta.date}'}}]")
    shown = plugin.run("rules_preview")["counts"]
    for path in Path(plugin.stash.library).rglob("*.*"):
        path.unlink()
    applied = plugin.run("rules_apply")["counts"]
    assert (applied["changed"], applied["problems"]) == (shown["planned"], shown["problems"])
    assert sum("date" in image for image in plugin.images().values()) == shown["planned"] > 5


def test_a_second_preview_opens_only_what_has_changed(plugin: Plugin) -> None:
    plugin.rules("rules: [{name: dates, set: {date: '{meta.date}'}}]")
    first = plugin.run("rules_preview")["counts"]["planned"]
    for path in Path(plugin.stash.library).rglob("*.jpg"):
        was = path.stat()
        path.write_bytes(bytes(was.st_size))  # no picture any more
        os.utime(path, ns=(0, 1 if path.name.startswith("IMG") else was.st_mtime_ns))
    assert plugin.run("rules_preview")["counts"]["planned"] == first - 1 > 1


def test_a_plan_is_what_was_shown_and_is_applied_once(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    plan = plugin.run("rules_preview")["plan"]
    left = plugin.run("plan", plan=plan)["changes"][0]["id"]
    assert plugin.run("plan_leave_out", plan=plan, ids=[left])["left_out"] == 1
    applied = plugin.run("rules_apply", plan=plan)["counts"]
    images = plugin.images()
    assert (applied["changed"], applied["left_out"]) == (len(images) - 1, 1)
    left_path = next(path for path, id_ in plugin.stash.ids().items() if id_ == left)
    assert "title" not in images[left_path]
    assert "applied already" in plugin.error("rules_apply", plan=plan)


def test_resume_after_kill_at_first_step(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    plan = plugin.run("rules_preview")["plan"]
    left = plugin.run("plan", plan=plan)["changes"][0]["id"]
    plugin.run("plan_leave_out", plan=plan, ids=[left])
    history = Path(plugin.stash.folder, "image_tools", "runs.sqlite")
    with nothing_noted_of_runs(history):
        plugin.error("rules_apply", plan=plan)
    stopped = plugin.run("runs")[0]
    assert (stopped["status"], stopped["counts"]["changed"]) == ("stopped", 0)
    counts = plugin.run("resume", run=stopped["id"])["counts"]
    images = plugin.images()
    assert (counts["changed"], counts["left_out"], counts["planned"]) == (len(images) - 1, 1, len(images))
    assert [id_ for path, id_ in plugin.stash.ids().items() if "title" not in images[path]] == [left]


REFUSED = {
    "rules changed since": ("rules_preview", TITLES.replace("stem", "name"), "the rules have changed since"),
    "no such run": ("", TITLES, "Run 1 doesn't exist"),
}


@pytest.mark.parametrize(("mode", "rules", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_plan_that_cannot_be_applied_is_refused(plugin: Plugin, mode: str, rules: str, message: str) -> None:
    plugin.rules(TITLES)
    if mode:
        plugin.run(mode)
    plugin.rules(rules)
    assert message in plugin.error("rules_apply", plan=1)
    assert not any(plugin.images().values())


def test_many_changes_ask_for_a_second_press(plugin: Plugin) -> None:
    plugin.stash.configure(confirmAbove=5)
    plugin.rules(TITLES)
    stopped = plugin.run("rules_apply")
    assert (stopped["run"], stopped["counts"]["changed"]) == (None, 0)
    assert "select Apply again" in stopped["text"]
    assert not any(plugin.images().values())
    again = plugin.run("rules_apply")
    assert (again["plan"], again["counts"]["changed"]) == (stopped["plan"], len(plugin.images()))


def test_the_newest_whole_plan_is_applied(plugin: Plugin) -> None:
    plugin.rules("rules: [{name: titles, set: {title: x}}, {name: codes, mode: preview, set: {code: x}}]")
    whole = plugin.run("rules_preview")["plan"]
    ids = list(plugin.stash.ids().values())
    for arguments in ({"sample": 2}, {"ids": ids[:2]}, {"all": True}, {"only_rules": ["codes"]}):
        plugin.run("rules_preview", **arguments)
    applied = plugin.run("rules_apply")
    assert (applied["plan"], applied["counts"]["changed"]) == (whole, len(ids))


def test_a_plan_of_all_rules_applies_those_in_preview_mode(plugin: Plugin) -> None:
    plugin.rules(WAITING)
    plan = plugin.run("rules_preview", all=True)["plan"]
    assert plugin.run("rules_apply", plan=plan)["counts"]["changed"] == len(plugin.images())
    assert all(plugin.images().values())


def test_the_plan_of_a_sample_needs_confirm(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    plan = plugin.run("rules_preview", sample=2)["plan"]
    assert "is of a sample of 2 images" in plugin.error("rules_apply", plan=plan)
    assert not any(plugin.images().values())
    assert plugin.run("rules_apply", plan=plan, confirm=True)["counts"]["changed"] == 2


@pytest.mark.parametrize("previewed", [True, False], ids=["a saved plan", "a new plan"])
def test_the_database_is_backed_up_first(plugin: Plugin, tmp_path: Path, previewed: bool) -> None:
    plugin.rules(TITLES)
    args = {"plan": plugin.run("rules_preview")["plan"]} if previewed else {}
    configure = "mutation($x: String) { configureGeneral(input: {backupDirectoryPath: $x}) { backupDirectoryPath } }"
    folder = tmp_path / "backups"
    plugin.stash.ask(configure, {"x": str(folder)})
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    message = plugin.error("rules_apply", backup=True, **args)
    assert "could not be backed up, so nothing was applied" in message
    assert (plugin.run("runs"), any(plugin.images().values())) == ([], False)
    folder.unlink()
    assert plugin.run("rules_apply", backup=True, **args)["counts"]["changed"] == len(plugin.images())
    (copy,) = folder.iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM images WHERE title != ''").fetchone() == (0,)


def test_a_choice_of_images_narrows(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    ids = plugin.stash.ids()
    some = [ids["misc/plain.png"], ids["misc/photo.webp"]]
    chosen = {"path": {"value": "sets", "modifier": "INCLUDES"}}
    assert plugin.run("rules_preview", ids=some)["counts"]["planned"] == 2
    assert plugin.run("rules_preview", image_filter=chosen)["counts"]["planned"] == 3
    assert plugin.run("rules_preview", q="comics")["counts"]["planned"] == 3
    assert plugin.run("rules_preview", sample=4)["counts"]["seen"] == 4
    assert plugin.run("rules_preview", ids=[])["counts"]["seen"] == 0
    assert "from 1 to 10,000" in plugin.error("rules_preview", sample=-1)


def test_a_preview_is_a_table_too(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    path = plugin.run("rules_preview")["path"]
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(plugin.images())
    assert {row["field"] for row in rows} == {"title"}
    assert "''; DROP TABLE images; --" in {row["after"] for row in rows}


def test_tasks_by_button_tell_the_summary_last(plugin: Plugin) -> None:
    plugin.rules(TITLES)
    for mode, says in (("rules_preview", "would change"), ("rules_apply", "changed"), ("undo", "reverted")):
        plugin.stash.run_task(mode=mode)
        assert says in plugin.stash.log()[-1]
    assert not any(line.startswith("Error") for line in plugin.stash.log())


PARTS = """
rules:
  - {name: codes, set: {code: x}, add: {tags: [Blue, Red]}, create: [tags]}
  - {name: titles, match: {ext: gif}, set: {title: y}}
"""


def test_only_what_fits_is_applied_and_the_rest_later(plugin: Plugin) -> None:
    plugin.rules(PARTS)
    plan = plugin.run("rules_preview")["plan"]
    images = len(plugin.images())
    plugin.run("plan_leave_out", plan=plan, field="tags", value="Red")
    first = plugin.run("rules_apply", plan=plan, only={"field": "tags"})
    assert (first["counts"]["matched"], first["counts"]["changed"], first["plan"]) == (images, images, first["run"])
    assert [name["name"] for name in plugin.run("run", run=first["run"])["names"]] == ["Blue"]
    assert set(map(str, plugin.images().values())) == {"{'tags': ['Blue']}"}
    rest = plugin.run("run", run=plan)
    assert (rest["applicable"], rest["applied_by"], rest["states"]["planned"]) == (True, None, images)
    plugin.run("plan_leave_out", plan=plan, field="tags", back=True)
    assert plugin.run("rules_apply", plan=plan)["counts"]["changed"] == images
    assert {str(image["tags"]) for image in plugin.images().values()} == {"['Blue', 'Red']"}
    for run in (None, first["run"]):
        plugin.run("undo", run=run)
    assert not any(plugin.images().values())


ONLY_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "without a plan": ({"plan": None, "only": {"field": "code"}}, "only requires plan"),
    "nothing": ({"only": {}}, "only requires at least one of rule, field, value, folder, q"),
    "an unknown key": ({"only": {"name": "x"}}, "only has no name"),
    "an unknown field": ({"only": {"field": "cod"}}, "one of title, code"),
    "a file that isn't there": ({"only": {"q": "nothing"}}, "no change of plan 1 fits"),
    "what nothing fits": ({"only": {"rule": "others"}}, "no change of plan 1 fits"),
    "what is excluded": ({"only": {"value": "Red"}}, "no change of plan 1 fits"),
}


@pytest.mark.parametrize(("args", "message"), ONLY_REFUSED.values(), ids=ONLY_REFUSED.keys())
def test_only_must_name_what_fits(plugin: Plugin, args: dict[str, Any], message: str) -> None:
    plugin.rules(PARTS)
    plan = plugin.run("rules_preview")["plan"]
    plugin.run("plan_leave_out", plan=plan, value="Red")
    assert message in plugin.error("rules_apply", **{"plan": plan} | args)
    assert len(plugin.run("runs", previews=True)) == 1


def test_what_is_moved_counts_for_the_confirmation(plugin: Plugin) -> None:
    plugin.stash.configure(confirmAbove=2)
    plugin.rules(PARTS)
    plan = plugin.run("rules_preview")["plan"]
    pngs = plugin.run("plan", plan=plan, rule="titles")["total"]
    assert 2 >= pngs > 0
    assert plugin.run("rules_apply", plan=plan, only={"rule": "titles"})["counts"]["changed"] == pngs
    stopped = plugin.run("rules_apply", plan=plan, only={"field": "code"})
    images = plugin.run("plan", plan=plan)["total"]
    assert (stopped["run"], stopped["counts"]["planned"]) == (None, images)
    assert f"Would change {images} images" in stopped["text"]
    assert plugin.run("rules_apply", plan=plan, only={"field": "code"}, confirm=True)["counts"]["changed"] == images


def test_a_part_whose_move_was_killed_is_still_in_the_plan(plugin: Plugin) -> None:
    plugin.rules(PARTS)
    plan = plugin.run("rules_preview")["plan"]
    before = plugin.run("plan", plan=plan)["changes"]
    with closing(sqlite3.connect(Path(plugin.stash.folder, "image_tools", "runs.sqlite"))) as history:
        stop = "BEFORE UPDATE OF part_of ON runs BEGIN SELECT RAISE(ABORT, 'killed'); END"
        history.execute(f"CREATE TRIGGER stop {stop}")
        plugin.error("rules_apply", plan=plan, only={"field": "code"})
        history.execute("DROP TRIGGER stop")
    assert plugin.run("plan", plan=plan)["changes"] == before
    (stopped,) = plugin.run("runs")
    assert (stopped["status"], plugin.run("run", run=stopped["id"])["resumable"]) == ("stopped", False)
    assert plugin.run("rules_apply", plan=plan)["counts"]["changed"] == len(before)
