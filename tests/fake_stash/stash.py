"""The fake server as tests use it: a whole server in a thread of their own process."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from tests.fake_stash.language.numbers import decode
from tests.fake_stash.server.core import Core
from tests.fake_stash.server.logs import Logs
from tests.fake_stash.server.options import Options
from tests.fake_stash.server.sessions import Session
from tests.fake_stash.web.graphql import Recorded
from tests.fake_stash.web.routes import Routes
from tests.fake_stash.web.server import Server


class FakeStash:
    """A small Stash on loopback. Use it in a `with` statement.

    `library` is the folder that scans go through (an empty one is made if there is none), `plugin` a folder with a
    manifest, `config` the folder that plugins get as `Dir`; the other options are those of the command line.
    """

    def __init__(self, library: str | None = None, config: str | None = None, **options: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stash-")
        home = os.path.realpath(self._folder.name)
        library = library or os.path.join(home, "library")
        config = os.path.abspath(config or os.path.join(home, "config"))
        for folder in (library, config):
            os.makedirs(folder, exist_ok=True)
        self.core = Core(Options(library=library, config=config, **options), config)
        self._routes = Routes(self.core)
        self._server = Server((self.core.options.host, self.core.options.port), self._routes)
        self.core.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> FakeStash:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def close(self) -> None:
        """Cancel all jobs, end the server, remove what was made for it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.core.close()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return self.core.base_url

    @property
    def requests(self) -> list[Recorded]:
        """The GraphQL requests that came over the socket; clear it to count from here."""
        return self._routes.graphql.recorded

    @property
    def logs(self) -> Logs:
        """The log, the oldest line first."""
        return self.core.logs

    @property
    def library(self) -> str:
        """The library's folder."""
        return str(self.core.config.stashes[0]["path"])

    def server_connection(self, user: str = "") -> dict[str, Any]:
        """What plugins get on stdin, with a cookie of that user."""
        return {**self.core.server_connection(Session(user)), "PluginDir": self.core.options.plugin or ""}

    def execute(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run a GraphQL request without the socket; it is not recorded. Answers the whole body."""
        given = decode(json.dumps(variables or {}))
        return self.core.answer(self.core.request(), query, given).body

    def scan(self, paths: Sequence[str] = (), *, rescan: bool = False) -> int:
        """Queue a scan of these paths, or of the library; the job's id."""
        return self.core.scan(self.core.request(), list(paths), rescan=rescan)

    def wait_idle(self, timeout: float = 60.0) -> None:
        """Return when no job waits or runs."""
        self.core.jobs.wait_idle(timeout)
