"""The server without its socket: everything that a request can reach."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from tests.fake_stash.language.service import Answer, GraphQLService
from tests.fake_stash.plugins.packages import Packages
from tests.fake_stash.plugins.runner import Plugins
from tests.fake_stash.resolvers import RESOLVERS
from tests.fake_stash.scanning.clean import Clean
from tests.fake_stash.scanning.scan import Scan
from tests.fake_stash.server.config import Config
from tests.fake_stash.server.jobs import Jobs
from tests.fake_stash.server.logs import Logs
from tests.fake_stash.server.options import Options
from tests.fake_stash.server.request import Request
from tests.fake_stash.server.sessions import Session, Sessions
from tests.fake_stash.store.connection import Database
from tests.fake_stash.store.made_up import add_images


class Core:
    """Library, jobs, plugins, sessions and configuration of one fake server."""

    def __init__(self, options: Options, folder: str) -> None:
        self.options = options
        self.port = options.port
        self.logs = Logs()
        self.config = Config(options, folder)
        self.database = Database()
        self.sessions = Sessions(options.session_age)
        self.jobs = Jobs(self.logs)
        plugin = [os.path.abspath(options.plugin)] if options.plugin else []
        self.plugins = Plugins(self, lambda: [*plugin, self.config.general["pluginsPath"]])
        self.plugins.reload()
        self.packages = {kind.capitalize(): self._packages(kind) for kind in ("plugin", "scraper")}
        self.graphql = GraphQLService(RESOLVERS, options.version)
        add_images(self.database, options.images)

    def _packages(self, kind: str) -> Packages:
        general = self.config.general
        return Packages(general[f"{kind}sPath"], lambda: general[f"{kind}PackageSources"], self.logs)

    def close(self) -> None:
        """End all jobs and forget the library."""
        self.jobs.close()
        self.database.close()

    @property
    def base_url(self) -> str:
        """Where the server is."""
        return f"http://{self.options.host}:{self.port}"

    def request(self, session: Session = Session()) -> Request:  # noqa: B008 - a frozen default is shared safely
        """A request of its own, not of a client."""
        return Request(self, self.base_url, session)

    def server_connection(self, session: Session) -> dict[str, Any]:
        """What a plugin gets to find its way back, without its own folder."""
        return {
            "Scheme": "http",
            "Host": self.options.host,
            "Port": self.port,
            "SessionCookie": self.sessions.for_plugin(session),
            "Dir": self.config.folder,
        }

    def answer(self, request: Request, text: str, variables: dict[str, Any], operation: str = "") -> Answer:
        """Run one GraphQL request; its errors go to the log, as the server does it."""

        def log(path: tuple[str | int, ...], message: str) -> None:
            self.logs.add("Error", f"{'.'.join(str(part) for part in path)}: {message}")

        return self.graphql.answer(request, text, variables, operation, log)

    def scan(self, request: Request, paths: list[str], *, rescan: bool = False, least_time: float = 0.0) -> int:
        """Queue a scan; the job's id."""
        scan = Scan(self, _detached(request), rescan=rescan, least_time=least_time)
        return self.jobs.add("Scanning...", lambda job: scan.run(job, paths))

    def clean(self, request: Request, paths: list[str], *, dry_run: bool) -> int:
        """Queue a job that forgets what is gone; its id."""
        clean = Clean(self, _detached(request), dry_run=dry_run)
        return self.jobs.add("Cleaning...", lambda job: clean.run(job, paths))


def _detached(request: Request) -> Request:
    """The request, going on when its client is gone."""
    return replace(request, gone=lambda: False)
