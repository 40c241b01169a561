"""Checks of what is kept for the user: folders, history, rules."""

from __future__ import annotations

import os
import tempfile

from lib.errors import DataError, StoreError
from lib.plugin import FOLDER
from lib.rules.loading import rules_file
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check


def folders(context: Context) -> Check:
    """Whether what is the user's, and what the hook leaves in the plugin's folder, can be written."""
    folder = context.folder
    try:
        os.makedirs(folder, exist_ok=True)
        _try(folder)
        for name in ("exports", "imports"):
            if os.path.isdir(os.path.join(folder, name)):
                _try(os.path.join(folder, name))
    except OSError as error:
        remedy = "Rules, plans and undo are kept there: make it writable for the user that runs Stash."
        return Check("Folder", FAILED, f"{folder}: {error.strerror}", remedy)
    try:
        _try(FOLDER)
    except OSError as error:
        remedy = "Scans take longer by two questions to Stash a picture."
        return Check("Folder", WARNING, f"{folder}; the plugin's own, {FOLDER}: {error.strerror}", remedy)
    return Check("Folder", OK, folder)


def _try(folder: str) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def history(context: Context) -> Check:
    """Whether runs.sqlite is sound. Where a damaged one was put aside, a new one begins here."""
    from lib.runs import history

    try:
        with context.database(anew=True) as store:
            faults = [str(row[0]) for row in store.read("PRAGMA quick_check(3)")]
            newest = history.listing(store, 1)[:1]
    except StoreError as error:
        return Check("History", FAILED, str(error), "See what the text says; undo needs this file.")
    if faults != ["ok"]:
        remedy = "Copy runs.sqlite elsewhere, then delete it; the next Check setup begins a new history."
        return Check("History", FAILED, f"runs.sqlite is damaged: {'; '.join(faults)}", remedy)
    text = f"newest run: {newest[0]['id']}, {newest[0]['mode']}, {newest[0]['status']}" if newest else "no run yet"
    return Check("History", OK, text)


def rules(context: Context) -> Check:
    """Whether the rules can be carried out, and how many are switched on."""
    from lib.rules import check_rules

    try:
        check = check_rules(rules_file.read(context.folder)[0])
    except (DataError, StoreError) as error:
        return Check("Rules", FAILED, str(error), "Correct the file; nothing is applied until then.")
    if check.ruleset is None:
        first = check.errors[0]
        text = f"{len(check.errors)} errors; line {first.line}: {first.message}"
        return Check("Rules", FAILED, text, "Correct the file; Check rules shows every line.")
    modes = [rule.mode for rule in check.ruleset.rules]
    return Check("Rules", OK, ", ".join(f"{modes.count(mode)} on {mode}" for mode in ("apply", "preview", "off")))
