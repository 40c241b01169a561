"""From a click to the changed image, and back by undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import Visitor, held, write_rules

SET = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"
RULES = """version: 1
rules:
- name: numbered
  match: {name: '00?.jpg'}
  set: {title: 'Picture {path.stem}'}
  add: {tags: {value: From the page, create: true}}
- name: waiting
  mode: preview
  match: {name: '00?.jpg'}
  set: {code: '{path.stem}'}
"""


@pytest.fixture(autouse=True)
def _rules(stash: Server) -> None:
    write_rules(stash, RULES)


def titles(stash: Server, ids: dict[str, str]) -> dict[str, str]:
    return {name: stash.image(ids[f"{SET}/{name}"], "title")["title"] for name in ("001.jpg", "002.jpg", "003.jpg")}


def test_preview_apply_and_undo(visitor: Visitor, stash: Server, ids: dict[str, str]) -> None:
    visitor.preview_sample()
    expect(visitor.changes).to_have_count(3)
    expect(visitor.change("001.jpg")).to_contain_text("Picture 001")
    expect(visitor.change("001.jpg")).to_contain_text("From the page")
    visitor.sees("1 name would be created")
    visitor.shot("preview")
    visitor.press("Leave out", visitor.change("002.jpg"))
    visitor.sees("1 image left out")
    assert set(titles(stash, ids).values()) == {""}  # a preview writes nothing
    visitor.apply()
    visitor.shot("run")
    assert titles(stash, ids) == {"001.jpg": "Picture 001", "002.jpg": "", "003.jpg": "Picture 003"}
    assert stash.image(ids[f"{SET}/001.jpg"], "code tags{name}") == {"code": "", "tags": [{"name": "From the page"}]}
    visitor.undo()
    visitor.shot("undone")
    assert set(titles(stash, ids).values()) == {""}
    assert not stash.ask('{ findTags(filter: {q: "From the page"}) { count } }')["findTags"]["count"]


def test_everything_as_a_task_and_found_again(visitor: Visitor) -> None:
    visitor.open("preview")
    visitor.press("Preview all images")
    visitor.tab("Set-up")  # leaving does not end it
    visitor.tab("Runs")
    entry = visitor.page.locator(".it-run").first
    expect(entry).to_contain_text("3 images would change")
    entry.get_by_role("link").click()
    expect(visitor.changes).to_have_count(3)


def test_a_question_goes_with_its_place(visitor: Visitor) -> None:
    visitor.preview_sample()
    visitor.press("Apply th")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    visitor.page.go_back()
    visitor.sees("A preview changes nothing.")
    expect(visitor.page.locator("dialog")).to_have_count(0)
    visitor.page.go_forward()
    with held(visitor.page, "hooks { hooks }"):  # asked for before the question
        visitor.press("Apply th")
        visitor.page.go_back()
        visitor.sees("A preview changes nothing.")
    visitor.page.wait_for_timeout(200)
    expect(visitor.page.locator("dialog")).to_have_count(0)


def test_what_is_left_out_can_be_taken_in_again(visitor: Visitor) -> None:
    visitor.preview_sample()
    visitor.press("Leave out", visitor.change("001.jpg"))
    visitor.press("Take in again", visitor.change("001.jpg"))
    expect(visitor.page.get_by_role("button", name="Apply these 3 changes")).to_be_enabled()


@pytest.mark.parametrize(
    ("facet", "shown", "hidden"),
    [("Tags", "From the page", "Code"), ("waiting", "preview only", "nothing of this text")],
)
def test_only_one_rule_or_field(visitor: Visitor, facet: str, shown: str, hidden: str) -> None:
    visitor.preview_sample()
    visitor.page.locator(".it-facet", has_text=facet).click()
    expect(visitor.page.locator(".it-showing")).to_contain_text("3 images")
    expect(visitor.change("001.jpg")).to_contain_text(shown)
    expect(visitor.change("001.jpg")).not_to_contain_text(f"{hidden} …")


def test_changed_rules_make_a_preview_stale(visitor: Visitor, stash: Server) -> None:
    visitor.preview_sample()
    write_rules(stash, RULES.replace("Picture", "Photo"))
    visitor.page.reload()
    visitor.sees("This preview can no longer be applied")
    expect(visitor.page.get_by_role("button", name="Apply")).to_have_count(0)


def test_rules_on_preview_alone_cannot_be_applied(visitor: Visitor, stash: Server) -> None:
    write_rules(stash, RULES.replace("- name: numbered\n", "- name: numbered\n  mode: preview\n"))
    visitor.preview_sample()
    visitor.sees("They are applied once you switch them")
    expect(visitor.page.get_by_role("button", name="Apply")).to_have_count(0)


def test_a_run_downloads_as_json_lines(visitor: Visitor, tmp_path: Path) -> None:
    visitor.preview_sample()
    visitor.apply()
    with visitor.page.expect_download() as download:
        visitor.press("Download")
    target = tmp_path / "run.jsonl"
    download.value.save_as(target)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["path"].rpartition("/")[2] for line in lines] == ["001.jpg", "002.jpg", "003.jpg"]
    assert {line["state"] for line in lines} == {"changed"}
    visitor.undo()


def test_what_somebody_changed_since_is_told(visitor: Visitor, stash: Server, ids: dict[str, str]) -> None:
    visitor.preview_sample()
    stash.update(ids[f"{SET}/002.jpg"], title="by hand")
    visitor.apply()
    expect(visitor.page.get_by_role("table")).to_contain_text("title changed since the plan was made")
    visitor.shot("failures")
    assert titles(stash, ids)["002.jpg"] == "by hand"
    stash.update(ids[f"{SET}/001.jpg"], title="by hand, too")
    visitor.page.get_by_role("link", name="Undo …").click()
    visitor.sees("1 image is left alone")
    visitor.shot("undo")
    visitor.press("Take back")
    visitor.page.wait_for_url("**#/runs/*")
    expect(visitor.page.locator(".it-tile-changed")).to_be_visible()
    assert titles(stash, ids) == {"001.jpg": "by hand, too", "002.jpg": "by hand", "003.jpg": ""}
    for name in ("001.jpg", "002.jpg"):
        stash.update(ids[f"{SET}/{name}"], title=None)
