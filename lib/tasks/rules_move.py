"""rules_move: move a rule in a rules text, with its comments. Nothing is saved."""

from __future__ import annotations

from lib.rules.loading import rules_file
from lib.rules.loading.rule_order import move_rule
from lib.tasks import Context, Operation
from lib.tasks.arguments import TEXT, required


def rules_move(context: Context, rule: str, before: str | None = None, rules: str | None = None) -> dict[str, str]:
    """Return the text in `rules`, or the user's file, with the rule moved `before` another, or to the end."""
    text = rules if rules is not None else rules_file.read(context.folder)[0]
    return {"text": move_rule(text, rule, before)}


OPERATIONS = {
    "rules_move": Operation(rules_move, {"rule": required(TEXT), "before": TEXT, "rules": TEXT}),
}
