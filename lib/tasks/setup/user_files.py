"""Checks of the user's files: folders, history, rules."""

from __future__ import annotations

import os
import tempfile

from lib.errors import DataError, StoreError
from lib.plugin import FOLDER
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check


def folders(context: Context) -> Check:
    """Check that the user's folder is writable, and the plugin's folder, where the hook writes a file."""
    folder = context.folder
    try:
        os.makedirs(folder, exist_ok=True)
        _write_temporary(folder)
        for name in ("exports", "imports"):
            if os.path.isdir(os.path.join(folder, name)):
                _write_temporary(os.path.join(folder, name))
    except OSError as error:
        remedy = "Rules, plans and the history are stored there. Make it writable for the user that runs Stash."
        return Check("Folder", FAILED, f"{folder}: {error.strerror}", remedy)
    try:
        _write_temporary(FOLDER)
    except OSError as error:
        remedy = "Scans take longer, by two requests to Stash for each image. Make the folder writable."
        return Check("Folder", WARNING, f"{folder}; the plugin's folder, {FOLDER}: {error.strerror}", remedy)
    return Check("Folder", OK, folder)


def _write_temporary(folder: str) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def history(context: Context) -> Check:
    """Check that runs.sqlite isn't corrupted. Creates a new one if a corrupted one was renamed."""
    from lib.runs.history import History

    try:
        with context.database(recreate=True) as db:
            faults = [str(row[0]) for row in db.read("PRAGMA quick_check(3)")]
            newest = History(db).list_page(1)[:1]
    except StoreError as error:
        return Check("History", FAILED, str(error), "Undo needs this file.")
    if faults != ["ok"]:
        remedy = "Copy runs.sqlite to another folder, then delete it. The next Check setup creates a new history."
        return Check("History", FAILED, f"runs.sqlite is corrupted: {'; '.join(faults)}", remedy)
    text = f"latest run: {newest[0]['id']}, {newest[0]['mode']}, {newest[0]['status']}" if newest else "no runs yet"
    return Check("History", OK, text)


def rules(context: Context) -> Check:
    """Check that the rules are valid, and count them by mode."""
    from lib.rules import check_rules
    from lib.rules.loading import rules_file

    try:
        check = check_rules(rules_file.read(context.folder)[0])
    except (DataError, StoreError) as error:
        return Check("Rules", FAILED, str(error), "Correct the file. No rule is applied until then.")
    if check.ruleset is None:
        first = check.errors[0]
        text = f"{len(check.errors)} errors; line {first.line}: {first.message}"
        return Check("Rules", FAILED, text, "Correct the file. Check rules lists all errors.")
    modes = [rule.mode for rule in check.ruleset.rules]
    labels = {"apply": "enabled", "preview": "in preview mode", "off": "off"}
    return Check("Rules", OK, ", ".join(f"{modes.count(mode)} {label}" for mode, label in labels.items()))
