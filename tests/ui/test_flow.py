"""From a click to the changed image, and back by undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import UNDO, PageDriver, held, write_rules

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


def test_preview_apply_and_undo(driver: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    driver.preview_sample()
    expect(driver.changes).to_have_count(3)
    expect(driver.change("001.jpg")).to_contain_text("Picture 001")
    expect(driver.change("001.jpg")).to_contain_text("From the page")
    driver.sees("1 new tag, performer or studio is created")
    driver.shot("preview")
    driver.tick("002.jpg", driver.change("002.jpg")).uncheck()
    driver.sees("1 image excluded")
    assert set(titles(stash, ids).values()) == {""}  # a preview writes nothing
    driver.apply()
    driver.shot("run")
    assert titles(stash, ids) == {"001.jpg": "Picture 001", "002.jpg": "", "003.jpg": "Picture 003"}
    assert stash.image(ids[f"{SET}/001.jpg"], "code tags{name}") == {"code": "001", "tags": [{"name": "From the page"}]}
    driver.undo()
    driver.shot("undone")
    assert set(titles(stash, ids).values()) == {""}
    assert not stash.ask('{ findTags(filter: {q: "From the page"}) { count } }')["findTags"]["count"]


def test_everything_as_a_task_and_found_again(driver: PageDriver) -> None:
    driver.open("review")
    driver.press("Review all images")
    driver.tab("Setup")  # leaving does not end it
    driver.tab("Runs")
    driver.page.get_by_text("Show previews").click()
    entry = driver.page.locator(".it-run").first
    expect(entry).to_contain_text("3 images would change")
    entry.get_by_role("link").click()
    expect(driver.changes).to_have_count(3)


def test_a_question_goes_with_its_place(driver: PageDriver) -> None:
    driver.preview_sample()
    driver.press("Apply to")
    expect(driver.page.get_by_role("dialog")).to_be_visible()
    driver.page.go_back()
    driver.sees("A review changes nothing.")
    expect(driver.page.get_by_role("dialog")).to_have_count(0)
    driver.page.go_forward()
    with held(driver.page, "hooks { hooks }"):  # asked for before the question
        driver.press("Apply to")
        driver.page.go_back()
        driver.sees("A review changes nothing.")
    driver.page.wait_for_timeout(200)
    expect(driver.page.get_by_role("dialog")).to_have_count(0)


def test_excluded_images_can_be_included_again(driver: PageDriver) -> None:
    driver.preview_sample()
    driver.tick("001.jpg", driver.change("001.jpg")).uncheck()
    driver.sees("1 image excluded")
    driver.tick("001.jpg", driver.change("001.jpg")).check()
    expect(driver.page.get_by_role("button", name="Apply to 3 images")).to_be_enabled()


@pytest.mark.parametrize(("facet", "shown", "hidden"), [("Tags", "From the page", "Code"), ("waiting", "Code", "Tags")])
def test_only_one_rule_or_field(driver: PageDriver, facet: str, shown: str, hidden: str) -> None:
    driver.preview_sample()
    driver.page.locator(".it-facet", has_text=facet).click()
    expect(driver.page.locator(".it-shown")).to_contain_text("3 images")
    expect(driver.change("001.jpg")).to_contain_text(shown)
    expect(driver.change("001.jpg")).not_to_contain_text(hidden)


def test_changed_rules_make_a_preview_stale(driver: PageDriver, stash: Server) -> None:
    driver.preview_sample()
    write_rules(stash, RULES.replace("Picture", "Photo"))
    driver.page.reload()
    driver.sees("This preview can't be applied: the rules have changed since: 'numbered' has changed")
    expect(driver.page.get_by_role("button", name="Apply")).to_have_count(0)


def test_a_preview_task_leaves_out_preview_mode(driver: PageDriver, stash: Server) -> None:
    write_rules(stash, RULES.replace("- name: numbered\n", "- name: numbered\n  mode: preview\n"))
    plan = stash.run_operation(mode="rules_preview")["plan"]
    driver.open(f"review/{plan}")
    driver.sees("Only rules in preview mode would change something.")
    expect(driver.page.get_by_role("button", name="Apply")).to_have_count(0)


def test_a_run_downloads_as_json_lines(driver: PageDriver, tmp_path: Path) -> None:
    driver.preview_sample()
    driver.apply()
    with driver.page.expect_download() as download:
        driver.press("Download")
    target = tmp_path / "run.jsonl"
    download.value.save_as(target)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["path"].rpartition("/")[2] for line in lines] == ["001.jpg", "002.jpg", "003.jpg"]
    assert {line["state"] for line in lines} == {"changed"}
    driver.undo()


def test_what_somebody_changed_since_is_told(driver: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    driver.preview_sample()
    stash.update(ids[f"{SET}/002.jpg"], title="by hand")
    driver.apply()
    expect(driver.page.get_by_role("table")).to_contain_text("title changed since the plan was made")
    driver.shot("failures")
    assert titles(stash, ids)["002.jpg"] == "by hand"
    stash.update(ids[f"{SET}/001.jpg"], title="by hand, too")
    driver.page.get_by_role("link", name="Undo…").click()
    driver.sees("1 image is skipped")
    driver.shot("undo")
    driver.press(UNDO)
    driver.page.wait_for_url("**#/runs/*")
    expect(driver.page.locator(".it-tile-reverted")).to_be_visible()
    assert titles(stash, ids) == {"001.jpg": "by hand, too", "002.jpg": "by hand", "003.jpg": ""}
    for name in ("001.jpg", "002.jpg"):
        stash.update(ids[f"{SET}/{name}"], title=None)
