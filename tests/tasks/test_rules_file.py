"""rules_read and rules_save: the rules file and its etag."""

from __future__ import annotations

from pathlib import Path

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


def test_byte_order_mark_stays(plugin: Plugin) -> None:
    plugin.rules("\ufeff" + TITLES)
    read = plugin.run("rules_read")
    assert read["text"] == TITLES
    saved = plugin.run("rules_save", text=WAITING, etag=read["etag"])
    assert Path(plugin.stash.folder, "image_tools", "rules.yaml").read_text(encoding="utf-8") == "\ufeff" + WAITING
    assert plugin.run("rules_read") == {"text": WAITING, "etag": saved["etag"]}
