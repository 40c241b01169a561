"""The rules view: errors at their lines, switches, recipes, and a save that overwrites nobody."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Request, Route, expect

from tests.support.server import Server
from tests.ui.driver import Visitor, held, read_rules, write_rules

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


def editor(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("textbox", name="The rules file")


def switch(visitor: Visitor, rule: str, mode: str) -> None:
    visitor.page.get_by_role("radiogroup", name=f"{rule}: what it may do").get_by_text(mode).click()


def refuse(said: str, status: int, route: Route) -> None:
    if said not in route.request.url + (route.request.post_data or ""):
        route.fallback()
    elif status:
        route.fulfill(status=status)
    else:
        route.abort()


def test_an_error_stands_at_its_line(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    visitor.sees("No errors. 2 rules.")
    visitor.shot("rules")
    editor(visitor).fill(RULES.replace("{code:", "{rating:"))
    visitor.sees("1 error")
    visitor.shot("rules-error")
    assert visitor.page.locator(".it-mark-danger").evaluate("mark => mark.style.getPropertyValue('--line')") == "6"
    visitor.page.get_by_role("button", name="Line 7").click()
    chosen = editor(visitor).evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "  set: {rating: '{path.stem}'}"
    visitor.press("Save")
    expect(visitor.page.get_by_role("alert")).to_contain_text("line 7")
    assert read_rules(stash) == RULES  # what is not valid is not saved


def test_a_switch_edits_its_line_alone(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    switch(visitor, "first", "Apply")
    expect(visitor.page.locator("[role=status]").filter(has_text="first is now on Apply")).to_have_count(1)
    assert read_rules(stash) == RULES.replace("mode: preview", "mode: apply")


def test_a_switch_is_saved_whatever_follows_at_once(visitor: Visitor, stash: Server) -> None:
    rules = RULES.replace("- name: second", "- name: second\n  mode: preview")
    write_rules(stash, rules)
    said = visitor.page.locator("[role=status]")
    visitor.open("rules")
    visitor.sees("No errors. 2 rules.")
    with held(visitor.page, "rules_switch"):
        switch(visitor, "first", "Apply")
        switch(visitor, "second", "Apply")
    expect(said.filter(has_text="second is now on Apply")).to_have_count(1)
    assert read_rules(stash) == rules.replace("mode: preview", "mode: apply")
    with held(visitor.page, "rules_switch"):
        switch(visitor, "second", "Off")
        visitor.tab("Runs")
    expect(said.filter(has_text="second is now on Off")).to_have_count(1)
    assert read_rules(stash).endswith(rules.replace("mode: preview", "mode: off").partition("second")[2])
    visitor.tab("Rules")
    visitor.sees("No errors. 2 rules.")
    with held(visitor.page, "rules_switch"):
        switch(visitor, "first", "Preview")
        write_rules(stash, "# theirs\n")
        visitor.tab("Runs")
    expect(visitor.page.get_by_role("alert")).to_contain_text("changed by somebody else")
    visitor.tab("Set-up")
    expect(visitor.page.get_by_role("alert")).to_have_count(0)
    assert read_rules(stash) == "# theirs\n"


@pytest.mark.parametrize("pause", [0, 400], ids=["at once", "while it is saved"])
def test_a_preview_right_after_a_switch_is_that_of_the_switched_rule(
    visitor: Visitor, stash: Server, pause: float
) -> None:
    visitor.open("rules")
    switch(visitor, "first", "Apply")
    visitor.page.wait_for_timeout(pause)
    visitor.press("Save and preview")
    visitor.sees("Apply these")
    assert read_rules(stash) == RULES.replace("mode: preview", "mode: apply")
    expect(visitor.page.locator(".it-facet", has_text="first")).to_be_visible()


def test_a_recipe_goes_to_the_end(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    visitor.press("Insert the recipe: Tags from keywords")
    visitor.sees("No errors. 3 rules.")
    visitor.page.keyboard.press("Control+s")
    visitor.sees("Saved.")
    assert read_rules(stash).startswith(RULES)
    assert "- name: keywords" in read_rules(stash)


def test_what_is_typed_while_an_answer_is_awaited_stays(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    for asked, names, results, typed in AWAITED:
        visitor.sees("No errors. 2 rules.")
        with held(visitor.page, asked, len(names)):
            for name in names:
                group = visitor.page.get_by_role("radiogroup", name=name).get_by_text("Apply")
                group.or_(visitor.page.get_by_role("button", name=name)).click()
            editor(visitor).press("Control+Home")
            visitor.page.keyboard.insert_text("# typed ")
        for result in results:
            expect(editor(visitor)).to_have_value(re.compile(result))
        visitor.page.keyboard.insert_text("here")
        assert typed in editor(visitor).input_value()
        expect(visitor.page.get_by_text("Not saved yet")).to_be_visible()
        visitor.press("Back to the saved text")
    assert read_rules(stash) == RULES


def test_a_save_overwrites_nobody(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    editor(visitor).fill(RULES + "# mine\n")
    write_rules(stash, RULES + "# theirs\n")
    visitor.press("Save")
    visitor.sees("changed by somebody else")
    assert read_rules(stash).endswith("# theirs\n")
    visitor.press("Load their text")
    expect(editor(visitor)).to_have_value(RULES + "# theirs\n")


def test_saved_is_said_of_what_is_saved_alone(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    editor(visitor).fill(RULES + "# one\n")
    saved = visitor.page.expect_event("requestfinished", lambda sent: "rules_save" in (sent.post_data or ""))
    with saved, held(visitor.page, "rules_save"):
        visitor.press("Save")
        editor(visitor).press("Control+End")
        visitor.page.keyboard.insert_text("# two\n")
    visitor.page.wait_for_timeout(100)
    expect(visitor.page.get_by_text("Not saved yet")).to_be_visible()
    visitor.press("Save", visitor.page.locator(".it-buttons"))
    visitor.sees("Saved.")
    assert read_rules(stash) == RULES + "# one\n# two\n"


def test_what_cannot_be_had_is_said_and_the_text_stays(visitor: Visitor, stash: Server) -> None:
    visitor.allowed = "Failed to load resource"
    visitor.open("rules")
    visitor.sees("No errors. 2 rules.")
    editor(visitor).fill(RULES + "# mine\n")
    write_rules(stash, RULES + "# theirs\n")
    for said, name, answer in REFUSED:
        if name != KEYWORDS:
            visitor.press("Save")
        visitor.page.route("**/*", partial(refuse, said, answer))
        visitor.press(name)
        expect(visitor.page.get_by_role("alert").first).to_contain_text("404" if answer else "Stash does not answer.")
        expect(editor(visitor)).to_have_value(RULES + "# mine\n")
        visitor.page.unroute("**/*")
    assert read_rules(stash) == RULES + "# theirs\n"
    visitor.press("Save mine instead")  # it can still be chosen
    visitor.sees("Saved.")
    assert read_rules(stash) == RULES + "# mine\n"


def test_typing_is_checked_at_most_twice_a_second(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.open("rules")
    visitor.sees("No errors. 2 rules.")
    checks: list[Request] = []

    def is_check(sent: Request) -> bool:
        return "rules_check" in (sent.post_data or "")

    visitor.page.on("request", lambda sent: checks.append(sent) if is_check(sent) else None)
    visitor.page.clock.pause_at(visitor.page.evaluate("Date.now()") + 1000)
    for pause in (100, 600):  # typed fast, nothing is checked before a pause; typed slowly, each letter is
        before = len(checks)
        for letter in "remark":
            editor(visitor).press_sequentially(letter)
            visitor.page.clock.run_for(pause)
        visitor.page.clock.run_for(600)
        expect(editor(visitor)).to_have_value(re.compile("remark"))
        typed = (6 * pause + 600) / 1000  # seconds
        assert 1 <= len(checks) - before <= 2 * typed
    visitor.page.clock.resume()
    visitor.press("Back to the saved text")
    expect(editor(visitor)).to_have_value(RULES)


def test_unsaved_rules_are_not_lost_by_a_click(visitor: Visitor) -> None:
    visitor.open("rules")
    editor(visitor).fill("version: 1\n")
    with visitor.page.expect_event("dialog"):
        visitor.tab("Runs")  # the question is answered with no
    expect(editor(visitor)).to_have_value("version: 1\n")
    assert visitor.wrong == ["dialog: Your changes to the rules are not saved."]
    visitor.wrong.clear()
    visitor.press("Back to the saved text")
