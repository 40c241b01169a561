"""The server without its socket: everything that a request can reach."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from tests.fake_stash.language.service import Answer, GraphQLService
from tests.fake_stash.plugins.runner import Plugins
from tests.fake_stash.resolvers import RESOLVERS
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
    """Library, jobs, plugins, sessions and configuration of one stand-in."""

    def __init__(self, options: Options, folder: str) -> None:
        self.options = options
        self.port = options.port
        self.logs = Logs()
        self.config = Config(options, folder)
        self.database = Database()
        self.sessions = Sessions(options.session_age)
        self.jobs = Jobs(self.logs)
        plugin = [os.path.abspath(options.plugin)] if options.plugin else []
        self.plugins = Plugins(self, [*plugin, self.config.general["pluginsPath"]])
        self.plugins.reload()
        self.graphql = GraphQLService(RESOLVERS)
        add_images(self.database, options.images)

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
            self.logs.error(f"{'.'.join(str(part) for part in path)}: {message}")

        return self.graphql.answer(request, text, variables, operation, log)

    def scan(self, request: Request, paths: list[str], *, rescan: bool = False, least_time: float = 0.0) -> int:
        """Queue a scan; the job's id. It and its hooks go on when the client that asked for it is gone."""
        scan = Scan(self, replace(request, gone=lambda: False), rescan=rescan, least_time=least_time)
        return self.jobs.add("Scanning...", lambda job: scan.run(job, paths))
