"""rules_read and rules_save: the rules file as text, guarded against two editors at once."""

from __future__ import annotations

from typing import Any

from lib.rules import load_rules
from lib.rules.loading import rules_file
from lib.tasks import Context, Operation
from lib.tasks.arguments import TEXT, required


def rules_read(context: Context) -> dict[str, Any]:
    """The rules file and its etag; made from the sample on first use."""
    text, etag = rules_file.read(context.folder)
    return {"text": text, "etag": etag}


def rules_save(context: Context, text: str, etag: str) -> dict[str, Any]:
    """Write the rules file if it is valid and still the one that was read; answers the new etag."""
    load_rules(text)
    return {"etag": rules_file.save(context.folder, text, etag)}


OPERATIONS = {
    "rules_read": Operation(rules_read),
    "rules_save": Operation(rules_save, {"text": required(TEXT), "etag": required(TEXT)}),
}
