"""rules_read and rules_save: the rules file and its etag."""

from __future__ import annotations

from tests.tasks.conftest import Plugin

TITLES = "rules: [{name: titles, set: {title: '{path.stem}'}}]"
WAITING = "rules: [{name: titles, mode: preview, set: {title: '{path.stem}'}}]"


def test_rules_file_is_created_read_and_saved(plugin: Plugin) -> None:
    first = plugin.run("rules_read")
    assert "rules:" in first["text"]
    saved = plugin.run("rules_save", text=TITLES, etag=first["etag"])
    assert plugin.run("rules_read") == {"text": TITLES, "etag": saved["etag"]}
    assert "changed by another user" in plugin.error("rules_save", text=WAITING, etag=first["etag"])
    assert "line 1" in plugin.error("rules_save", text="rules: 5", etag=saved["etag"])
    assert plugin.run("rules_read")["text"] == TITLES
