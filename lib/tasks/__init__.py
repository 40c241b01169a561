"""Everything `args.mode` can name, and what each gets to work with.

One table for tasks, operations and the command line; a module is imported when its task runs, so that each starts
with only what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lib.client import StashClient
from lib.log import Progress
from lib.plugin import PluginInput
from lib.stash.connection import Connection

if TYPE_CHECKING:
    from lib.runs.database import Database
    from lib.tasks.arguments import Argument

_METHODS = (
    "find_image",
    "find_images",
    "update_image",
    "image_destroy",
    "images_destroy",
    "bulk_image_update",
    "images_update",
    "image_increment_o",
    "image_decrement_o",
    "image_reset_o",
)
TASKS: dict[str, str] = {
    **dict.fromkeys(_METHODS, "lib.tasks.image_methods"),
    "create_image": "lib.tasks.create_image",
    "create_image_follow_up": "lib.tasks.create_image",
    "setup": "lib.tasks.setup",
    "statistics": "lib.tasks.statistics",
    "rules_read": "lib.tasks.rules_file",
    "rules_save": "lib.tasks.rules_file",
    "rules_check": "lib.tasks.rules_check",
    "rules_switch": "lib.tasks.rules_switch",
    "rules_move": "lib.tasks.rules_move",
    "names_answer": "lib.tasks.names_answer",
    "rules_preview": "lib.tasks.rules_preview",
    "rules_apply": "lib.tasks.rules_apply",
    "rules_explain": "lib.tasks.rules_explain",
    "process_new_images": "lib.tasks.process_new_images",
    "export_images": "lib.tasks.export_images",
    "import_images": "lib.tasks.import_images",
    "plan": "lib.tasks.plan",
    "plan_groups": "lib.tasks.plan",
    "plan_leave_out": "lib.tasks.plan",
    "plan_discard": "lib.tasks.plan_discard",
    "plan_edit": "lib.tasks.plan_edit",
    "run": "lib.tasks.run",
    "run_lines": "lib.tasks.run",
    "runs": "lib.tasks.undo_resume",
    "undo": "lib.tasks.undo_resume",
    "resume": "lib.tasks.undo_resume",
}
"""mode -> the module whose OPERATIONS has it."""


@dataclass(frozen=True)
class Context:
    """The environment of an operation: the client, Stash's input, and the progress to report."""

    client: StashClient
    plugin_input: PluginInput
    progress: Progress

    @property
    def connection(self) -> Connection:
        """The client's connection."""
        return self.client.connection

    @property
    def folder(self) -> str:
        """The user's folder: rules, history, tables, cache."""
        return self.plugin_input.user_folder

    @contextmanager
    def database(self, *, recreate: bool = False) -> Iterator[Database]:
        """The plugin's memory, open for the block; `recreate` begins a new one if a damaged one was renamed."""
        from lib.runs.opening import open_database  # noqa: PLC0415 - an operation without a plan needs no sqlite3 (4 ms)

        db = open_database(self.plugin_input.user_folder, recreate=recreate)
        try:
            yield db
        finally:
            db.close()


@dataclass(frozen=True)
class Operation:
    """A function that gets the context and its checked arguments; what it returns is the answer's output."""

    run: Callable[..., Any]
    arguments: Mapping[str, Argument] = field(default_factory=dict)
