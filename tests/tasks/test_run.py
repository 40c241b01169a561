"""run and run_lines: a run of the history with its counts, and its images as JSON lines."""

from __future__ import annotations

import json

from tests.tasks.conftest import Plugin

RULES = "rules: [{name: titles, set: {title: x}}]"


def test_preview_is_applicable_until_it_is_applied(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    assert plugin.run("run", run=plan)["applicable"]
    applied = plugin.run("rules_apply", plan=plan)["run"]
    preview, run = plugin.run("run", run=plan), plugin.run("run", run=applied)
    assert (preview["applicable"], preview["applied_by"]) == (False, applied)
    assert (run["undoable"], run["resumable"], run["undone_by"], run["rules"]) == (True, False, None, ["titles"])
    undo = plugin.run("undo", run=applied)["run"]
    run = plugin.run("run", run=applied)
    assert (run["undoable"], run["undone_by"]) == (False, undo)


def test_lines_have_every_image(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    answer = plugin.run("run_lines", run=plan)
    ids = [json.loads(line)["id"] for line in answer["lines"]]
    assert (sorted(ids, key=int), answer["next"]) == (sorted(plugin.stash.ids().values(), key=int), None)
    rest = plugin.run("run_lines", run=plan, above=int(ids[0]))["lines"]
    assert [json.loads(line)["id"] for line in rest] == ids[1:]
