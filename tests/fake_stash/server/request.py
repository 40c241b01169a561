"""What a resolver knows of the request it serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fake_stash.server.sessions import Session
from tests.fake_stash.store.connection import Database

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core


@dataclass(frozen=True)
class Request:
    """One client's request: where it thinks the server is, whose session it is, and whether the client still waits."""

    stash: Core
    base_url: str
    session: Session = field(default_factory=Session)
    gone: Callable[[], bool] = lambda: False

    @property
    def database(self) -> Database:
        """The library."""
        return self.stash.database

    def hook(self, object_id: int, trigger: str, given: Any, fields: Sequence[str] = ()) -> None:
        """Run the plugins that wait for this; the request waits for them."""
        self.stash.plugins.run_hooks(self, object_id, trigger, given, fields)
