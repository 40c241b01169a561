"""Which path is served by what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fake_stash.server.request import Request
from tests.fake_stash.web import assets, host, pictures
from tests.fake_stash.web.access import Access
from tests.fake_stash.web.graphql import GraphQLRoute
from tests.fake_stash.web.messages import NO_CACHE, NOT_FOUND, HttpAnswer, HttpRequest, plain, redirect

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core


# What users may add to the pages, and nobody has added.
UNCHANGED = {
    "/css": ("text/css", b""),
    "/javascript": ("text/javascript", b""),
    "/customlocales": ("application/json", b"{}"),
}


class Routes:
    """The server's paths."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._access = Access(core)
        self.graphql = GraphQLRoute(core)

    def serve(self, http: HttpRequest) -> HttpAnswer:
        """The answer to a request, of whoever it is."""
        if http.path == "/healthz":
            return HttpAnswer(200, [("Content-Type", "text/plain")], b".")
        fresh: list[tuple[str, str]] = []
        user = self._access.user(http, fresh)
        refusal = self._access.refusal(http, user)
        if refusal is not None:
            return refusal
        answer = self._inside(http, user or "")
        answer.headers = [*fresh, *answer.headers]
        if not answer.header("X-Content-Type-Options"):
            answer.headers.append(("X-Content-Type-Options", "nosniff"))
        return answer

    def _inside(self, http: HttpRequest, user: str) -> HttpAnswer:
        parts = http.path.strip("/").split("/")
        first = parts[0]
        if first == "graphql" and len(parts) == 1:
            return self.graphql.serve(http, self._request(http, user))
        if first == "login" and http.method == "POST":
            return self._access.log_in(http)
        if first == "logout" and http.method == "GET":
            return self._access.log_out()
        if first == "login" and not self._core.config.has_credentials:
            return redirect(http.query.get("returnURL") or "/")
        if http.method != "GET":
            return HttpAnswer(405, [("Allow", "GET")])
        if first == "image":
            return pictures.serve(self._core, parts[1:])
        if first == "plugin":
            return assets.serve(self._core, http)
        if http.path in UNCHANGED:
            kind, content = UNCHANGED[http.path]
            return HttpAnswer(200, [NO_CACHE, ("Content-Type", kind)], content)
        if first == "assets":
            return host.asset("/".join(parts[1:]))
        if first == "login":
            return HttpAnswer(200, [("Content-Type", "text/html")], host.WITHOUT.encode())
        return host.page(http) if first in host.PLACES else plain(404, NOT_FOUND)

    def _request(self, http: HttpRequest, user: str) -> Request:
        base_url = f"http://{http.headers.get('Host', '')}{http.headers.get('X-Forwarded-Prefix', '')}"
        session = replace(self._access.session(http), user=user)
        return Request(self._core, base_url, session, http.gone)
