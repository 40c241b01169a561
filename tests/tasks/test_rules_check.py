"""rules_check: errors by line, and the number of images that each rule matches."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.conftest import Plugin


def test_matches_and_first_failed_condition(plugin: Plugin) -> None:
    plugin.rules(
        "rules: [{name: none, match: {ext: gif, width: {gt: 9000}}, set: {title: x}}, {name: all, add: {tags: nix}}]"
    )
    answer = plugin.run("rules_check")
    assert answer["ok"]
    assert answer["rules"]["all"] == {"matched": answer["images"]}
    none = answer["rules"]["none"]
    assert (none["matched"], none["failed_first"], len(none["paths"])) == (0, "ext: gif", 3)
    assert "'nix' (tags), which doesn't exist" in answer["warnings"][0]["message"]


def test_examples_of_the_first_failed_condition(plugin: Plugin) -> None:
    ids = plugin.stash.ids()
    rated = ["ai/a1111.png", "ai/comfy.png"]
    for path in rated:
        plugin.stash.update(ids[path], rating100=80)
    plugin.rules("rules: [{name: none, match: {missing: rating100, rating100: {gte: 90}}, set: {code: x}}]")
    none = plugin.run("rules_check")["rules"]["none"]
    assert (none["failed_first"], none["on_images"]) == ("rating100: {gte: 90}", len(ids) - len(rated))
    shown = {str(Path(path).relative_to(plugin.stash.library)) for path in none["paths"]}
    assert len(shown) == 3
    assert shown <= ids.keys() - set(rated)


def test_error_of_a_file_that_is_not_utf8(plugin: Plugin) -> None:
    plugin.rules("")
    Path(plugin.stash.folder, "image_tools", "rules.yaml").write_bytes(b"rules:\n- name: caf\xe9\n")
    answer = plugin.run("rules_check")
    assert (answer["ok"], answer["errors"][0]["line"]) == (False, 2)
    assert "UTF-8" in answer["errors"][0]["message"]


def test_error_of_a_text(plugin: Plugin) -> None:
    answer = plugin.run("rules_check", rules="rules:\n- name: a\n  match: {rating: 4}\n")
    assert not answer["ok"]
    assert answer["errors"][0]["line"] == 3
    assert "rating100" in answer["errors"][0]["message"]
