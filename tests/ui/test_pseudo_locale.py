"""Every text comes from the table, and there is room for longer ones: the table is served with long, accented texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.server import ROOT, Server
from tests.ui.driver import PageDriver, write_rules

TABLE = Path(ROOT, "assets", "page", "texts.js").read_text(encoding="utf-8")
PSEUDO = """
const LETTERS = { a: "á", e: "é", i: "í", o: "ö", u: "ü", c: "ç", n: "ñ", y: "ý", A: "Á", E: "É", O: "Ö", S: "Š" };
function pseudo(text) {
  if (typeof text !== "string") return Object.fromEntries(Object.entries(text).map(([form, one]) => [form, pseudo(one)]));
  const long = text.replace(/\\{\\w+\\}|[a-zA-Z]/g, (found) => LETTERS[found] ?? found);
  return `⟦${long}${" ö".repeat(Math.ceil(text.length / 5))}⟧`;
}
for (const [key, text] of Object.entries(TEXTS)) TEXTS[key] = pseudo(text);
"""
DATA = "bdi, [dir=auto], code, pre, textarea, time, script, style, .it-check strong"
"""What isn't ours to translate: names, paths, values, messages of the server, times in the language's own words."""
PLAIN = """(data) => {
    const page = document.querySelector(".image-tools");
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const { parentElement: around, textContent } = walker.currentNode;
        const whole = around.closest("p, li, dt, dd, h1, h2, h3, th, td, button, a, label, legend, summary, span")?.textContent ?? textContent;
        if (/\\p{L}/u.test(textContent) && !whole.includes("⟦") && !around.closest(data)) found.push(textContent);
    }
    for (const element of page.querySelectorAll("[aria-label], [placeholder]")) {
        for (const name of ["aria-label", "placeholder"]) {
            const text = element.getAttribute(name) ?? "";
            if (/\\p{L}/u.test(text) && !text.includes("⟦")) found.push(`${name}: ${text}`);
        }
    }
    return found;
}"""
CUT = """() => [...document.querySelectorAll(".image-tools *")].filter((element) => {
    const { overflowX, position } = getComputedStyle(element);
    const hides = overflowX === "hidden" || overflowX === "clip";
    return hides && position !== "absolute" && element.textContent.trim() && element.scrollWidth > element.clientWidth + 1;
}).map((element) => `${element.className}: ${element.textContent.slice(0, 60)}`)"""
RULES = """version: 1
rules:
- name: numbered
  match: {name: '00?.jpg'}
  set: {title: 'Picture {path.stem}'}
  add: {tags: {value: Pseudo, create: true}}
"""


@pytest.fixture(scope="module")
def places(stash: Server) -> list[str]:
    write_rules(stash, RULES)
    run = stash.run_operation(mode="rules_apply", plan=stash.run_operation(mode="rules_preview")["plan"])["run"]
    stash.run_operation(mode="rules_preview")
    return ["review", f"review/{run - 1}", "runs", f"runs/{run}", f"undo/{run}", "rules", "explain/1", "setup"]


@pytest.mark.parametrize("width", [1280, 360])
def test_texts_come_from_the_table_and_none_is_cut(driver: PageDriver, places: list[str], width: int) -> None:
    driver.page.set_viewport_size({"width": width, "height": 900})
    body = TABLE + PSEUDO
    driver.page.route("**/page/texts.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    plain, cut = {}, {}
    for place in places:
        driver.open(place)
        expect(driver.page.locator(".it-loading")).to_have_count(0)
        plain[place], cut[place] = driver.page.evaluate(PLAIN, DATA), driver.page.evaluate(CUT)
        assert driver.page.evaluate("document.documentElement.scrollWidth") <= width, place
        driver.shot(f"pseudo-{width}-{place.partition('/')[0]}")
    assert {place: texts for place, texts in plain.items() if texts} == {}
    assert {place: texts for place, texts in cut.items() if texts} == {}
