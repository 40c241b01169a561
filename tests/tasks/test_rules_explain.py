"""rules_explain: conditions and sources of one image."""

from __future__ import annotations

from tests.tasks.conftest import Plugin

RULES = r"""
rules:
- name: embedded
  set: {title: '{meta.title}'}
- name: sets
  match: {path: {regex: '/(?P<who>[^/]+)/'}, ext: gif}
  add: {performers: '{re.who}'}
"""


def test_explain_conditions_and_sources(plugin: Plugin) -> None:
    plugin.rules(RULES)
    explained = plugin.run("rules_explain", id=plugin.stash.ids()["photos/iptc_only.jpg"])
    rules = {rule["name"]: rule for rule in explained["rules"]}
    assert (rules["embedded"]["matched"], rules["sets"]["matched"]) == (True, False)
    assert explained["sources"]["meta.title"] == "Wire photo"
    assert rules["sets"]["actions"][0]["values"][0]["condition"] == "ext: gif"
    tried = plugin.run(
        "rules_explain",
        id=plugin.stash.ids()["photos/iptc_only.jpg"],
        rules="rules: [{name: a, mode: preview, add: {tags: Sea}}]",
        all=True,
    )
    assert tried["rules"][0]["actions"][0]["values"] == [{"value": "Sea", "outcome": "no_such_name", "nearest": []}]
    assert "image 999 doesn't exist" in plugin.error("rules_explain", id="999")
