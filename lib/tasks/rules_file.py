"""rules_read and rules_save: read and save the rules file, with an etag against lost updates."""

from __future__ import annotations

from typing import Any

from lib.rules import load_rules
from lib.rules.loading import rules_file
from lib.tasks import Context, Operation
from lib.tasks.arguments import TEXT, required


def rules_read(context: Context) -> dict[str, Any]:
    """Return the rules file and its etag. On first use, the file is created from the sample."""
    text, etag = rules_file.read(context.folder)
    return {"text": text, "etag": etag}


def rules_save(context: Context, text: str, etag: str) -> dict[str, Any]:
    """Save the rules file if it's valid and unchanged since it was read. Returns the new etag."""
    load_rules(text)
    return {"etag": rules_file.save(context.folder, text, etag)}


OPERATIONS = {
    "rules_read": Operation(rules_read),
    "rules_save": Operation(rules_save, {"text": required(TEXT), "etag": required(TEXT)}),
}
