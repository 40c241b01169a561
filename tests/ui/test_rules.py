"""The rules view: errors at their lines, switches, recipes, and a save that overwrites nobody."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Request, Route, expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, held, read_rules, write_rules

RULES = """version: 1
rules:
- name: first   # keep this remark
  mode: preview
  set: {title: '{path.stem}'}
- name: second
  set: {code: '{path.stem}'}
"""

KEYWORDS = "Insert the recipe: Tags from keywords"
AWAITED = [
    ("rules_switch", ["first: what it may do"], ["mode: apply"], "# typed here"),  # the cursor stays
    ("/recipes/", [KEYWORDS], ["- name: keywords"], "# typed"),
    (
        "/recipes/",
        [KEYWORDS, "Insert the recipe: Title from the file's name"],
        ["- name: keywords", "- name: title"],
        "# typed",
    ),
]
"""(what is asked for, by which buttons, what comes of it, what was typed)"""
REFUSED = [
    ("/recipes/", KEYWORDS, 404),
    ("/recipes/", KEYWORDS, 0),
    ("rules_read", "Save mine instead", 0),
    ("rules_read", "Load their text", 0),
]
"""(what is asked for, by which button, the status that answers, 0 for no answer)"""


@pytest.fixture(autouse=True)
def _rules(stash: Server) -> None:
    write_rules(stash, RULES)


def editor(driver: PageDriver) -> Locator:
    return driver.page.get_by_role("textbox", name="The rules file")


def switch(driver: PageDriver, rule: str, mode: str) -> None:
    driver.page.get_by_role("radiogroup", name=f"{rule}: what it may do").get_by_text(mode).click()


def refuse(said: str, status: int, route: Route) -> None:
    if said not in route.request.url + (route.request.post_data or ""):
        route.fallback()
    elif status:
        route.fulfill(status=status)
    else:
        route.abort()


def test_an_error_stands_at_its_line(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    driver.sees("No errors. 2 rules.")
    driver.shot("rules")
    editor(driver).fill(RULES.replace("{code:", "{rating:"))
    driver.sees("1 error")
    driver.shot("rules-error")
    assert driver.page.locator(".it-mark-danger").evaluate("mark => mark.style.getPropertyValue('--line')") == "6"
    driver.page.get_by_role("button", name="Line 7").click()
    chosen = editor(driver).evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "  set: {rating: '{path.stem}'}"
    driver.press("Save")
    expect(driver.page.get_by_role("alert")).to_contain_text("line 7")
    assert read_rules(stash) == RULES  # what is not valid is not saved


def test_a_switch_edits_its_line_alone(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    switch(driver, "first", "Apply")
    expect(driver.page.locator("[role=status]").filter(has_text="first is now on Apply")).to_have_count(1)
    assert read_rules(stash) == RULES.replace("mode: preview", "mode: apply")


def test_a_switch_is_saved_whatever_follows_at_once(driver: PageDriver, stash: Server) -> None:
    rules = RULES.replace("- name: second", "- name: second\n  mode: preview")
    write_rules(stash, rules)
    said = driver.page.locator("[role=status]")
    driver.open("rules")
    driver.sees("No errors. 2 rules.")
    with held(driver.page, "rules_switch"):
        switch(driver, "first", "Apply")
        switch(driver, "second", "Apply")
    expect(said.filter(has_text="second is now on Apply")).to_have_count(1)
    assert read_rules(stash) == rules.replace("mode: preview", "mode: apply")
    with held(driver.page, "rules_switch"):
        switch(driver, "second", "Off")
        driver.tab("Runs")
    expect(said.filter(has_text="second is now on Off")).to_have_count(1)
    assert read_rules(stash).endswith(rules.replace("mode: preview", "mode: off").partition("second")[2])
    driver.tab("Rules")
    driver.sees("No errors. 2 rules.")
    with held(driver.page, "rules_switch"):
        switch(driver, "first", "Preview")
        write_rules(stash, "# theirs\n")
        driver.tab("Runs")
    expect(driver.page.get_by_role("alert")).to_contain_text("changed by another user")
    driver.tab("Setup")
    expect(driver.page.get_by_role("alert")).to_have_count(0)
    assert read_rules(stash) == "# theirs\n"


@pytest.mark.parametrize("pause", [0, 400], ids=["at once", "while it is saved"])
def test_a_preview_right_after_a_switch_uses_the_new_mode(driver: PageDriver, stash: Server, pause: float) -> None:
    driver.open("rules")
    switch(driver, "first", "Apply")
    driver.page.wait_for_timeout(pause)
    driver.press("Save and preview")
    driver.sees("Apply to")
    assert read_rules(stash) == RULES.replace("mode: preview", "mode: apply")
    expect(driver.page.locator(".it-facet", has_text="first")).to_be_visible()


def test_a_recipe_goes_to_the_end(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    driver.press("Insert the recipe: Tags from keywords")
    driver.sees("No errors. 3 rules.")
    driver.page.keyboard.press("Control+s")
    driver.sees("Saved.")
    assert read_rules(stash).startswith(RULES)
    assert "- name: keywords" in read_rules(stash)


def test_what_is_typed_while_an_answer_is_awaited_stays(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    for asked, names, results, typed in AWAITED:
        driver.sees("No errors. 2 rules.")
        with held(driver.page, asked, len(names)):
            for name in names:
                group = driver.page.get_by_role("radiogroup", name=name).get_by_text("Apply")
                group.or_(driver.page.get_by_role("button", name=name)).click()
            editor(driver).press("Control+Home")
            driver.page.keyboard.insert_text("# typed ")
        for result in results:
            expect(editor(driver)).to_have_value(re.compile(result))
        driver.page.keyboard.insert_text("here")
        assert typed in editor(driver).input_value()
        expect(driver.page.get_by_text("Not saved yet")).to_be_visible()
        driver.press("Back to the saved text")
    assert read_rules(stash) == RULES


def test_a_save_overwrites_nobody(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    editor(driver).fill(RULES + "# mine\n")
    write_rules(stash, RULES + "# theirs\n")
    driver.press("Save")
    driver.sees("changed by another user")
    assert read_rules(stash).endswith("# theirs\n")
    driver.press("Load their text")
    expect(editor(driver)).to_have_value(RULES + "# theirs\n")


def test_saved_is_said_of_what_is_saved_alone(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    editor(driver).fill(RULES + "# one\n")
    saved = driver.page.expect_event("requestfinished", lambda sent: "rules_save" in (sent.post_data or ""))
    with saved, held(driver.page, "rules_save"):
        driver.press("Save")
        editor(driver).press("Control+End")
        driver.page.keyboard.insert_text("# two\n")
    driver.page.wait_for_timeout(100)
    expect(driver.page.get_by_text("Not saved yet")).to_be_visible()
    driver.press("Save", driver.page.locator(".it-buttons"))
    driver.sees("Saved.")
    assert read_rules(stash) == RULES + "# one\n# two\n"


def test_what_cannot_be_had_is_said_and_the_text_stays(driver: PageDriver, stash: Server) -> None:
    driver.allowed = "Failed to load resource"
    driver.open("rules")
    driver.sees("No errors. 2 rules.")
    editor(driver).fill(RULES + "# mine\n")
    write_rules(stash, RULES + "# theirs\n")
    for said, name, answer in REFUSED:
        if name != KEYWORDS:
            driver.press("Save")
        driver.page.route("**/*", partial(refuse, said, answer))
        driver.press(name)
        expect(driver.page.get_by_role("alert").first).to_contain_text("404" if answer else "Stash does not answer.")
        expect(editor(driver)).to_have_value(RULES + "# mine\n")
        driver.page.unroute("**/*")
    assert read_rules(stash) == RULES + "# theirs\n"
    driver.press("Save mine instead")  # it can still be chosen
    driver.sees("Saved.")
    assert read_rules(stash) == RULES + "# mine\n"


def test_typing_is_checked_at_most_twice_a_second(driver: PageDriver) -> None:
    driver.page.clock.install()
    driver.open("rules")
    driver.sees("No errors. 2 rules.")
    checks: list[Request] = []

    def is_check(sent: Request) -> bool:
        return "rules_check" in (sent.post_data or "")

    driver.page.on("request", lambda sent: checks.append(sent) if is_check(sent) else None)
    driver.page.clock.pause_at(driver.page.evaluate("Date.now()") + 1000)
    for pause in (100, 600):  # typed fast, nothing is checked before a pause; typed slowly, each letter is
        before = len(checks)
        for letter in "remark":
            editor(driver).press_sequentially(letter)
            driver.page.clock.run_for(pause)
        driver.page.clock.run_for(600)
        expect(editor(driver)).to_have_value(re.compile("remark"))
        typed = (6 * pause + 600) / 1000  # seconds
        assert 1 <= len(checks) - before <= 2 * typed
    driver.page.clock.resume()
    driver.press("Back to the saved text")
    expect(editor(driver)).to_have_value(RULES)


def test_unsaved_rules_are_not_lost_by_a_click(driver: PageDriver) -> None:
    driver.open("rules")
    editor(driver).fill("version: 1\n")
    with driver.page.expect_event("dialog"):
        driver.tab("Runs")  # the question is answered with no
    expect(editor(driver)).to_have_value("version: 1\n")
    assert driver.wrong == ["dialog: Your changes to the rules are not saved."]
    driver.wrong.clear()
    driver.press("Back to the saved text")
