"""Who may come in: the API key, the session cookie, the log-in."""

from __future__ import annotations

import posixpath
from email.utils import formatdate
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.fake_stash.server.sessions import COOKIE, Session
from tests.fake_stash.web.messages import HttpAnswer, HttpRequest, plain, redirect

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

PUBLIC = "Somebody came from the public internet, and no password is set: nobody is served any more."
OPEN = ("/login", "/assets")  # what must be reachable to log in


class Access:
    """The door of the server."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tripped = False

    def session(self, request: HttpRequest) -> Session:
        """What the cookie says; an invalid one says nothing."""
        value = request.cookie(COOKIE)
        return (self._core.sessions.read(value) if value else None) or Session()

    def user(self, request: HttpRequest, answer_headers: list[tuple[str, str]]) -> str | None:
        """Who it is: by API key, or by a cookie, which is made fresh. None for a wrong key, empty for nobody."""
        general = self._core.config.general
        key = request.headers.get("ApiKey") or request.query.get("apikey")
        if key:
            return general["username"] if key == general["apiKey"] else None
        value = request.cookie(COOKIE)
        session = self._core.sessions.read(value) if value else None
        if session is None:
            return ""
        answer_headers.append(("Set-Cookie", self._core.sessions.header(session)))
        return session.user

    def refusal(self, request: HttpRequest, user: str | None) -> HttpAnswer | None:
        """The answer to who may not come in; None if that is no question."""
        if self._is_tripped():
            return plain(403, PUBLIC)
        if user is None:
            return unauthorized()
        if not self._core.config.has_credentials and not _is_local(request):
            self._tripped = True
            return plain(403, PUBLIC)
        path = request.path
        if not self._core.config.has_credentials or user or path.startswith(OPEN) or path in ("/logout", "/css"):
            return None
        extension = posixpath.splitext(path)[1]
        if path == "/graphql" or extension not in ("", ".html"):
            return unauthorized()
        return redirect("/login?" + urlencode({"returnURL": request.target}), request.method)

    def _is_tripped(self) -> bool:
        return self._tripped and not self._core.config.has_credentials

    def log_in(self, request: HttpRequest) -> HttpAnswer:
        """Take name and password for a cookie."""
        if not self._core.config.has_credentials:
            return HttpAnswer(200, [("Set-Cookie", self._core.sessions.header(self.session(request)))])
        general = self._core.config.general
        form = request.form
        if (form.get("username"), form.get("password")) != (general["username"], self._core.config.password):
            self._core.logs.add("Error", "Error logging in: invalid credentials")
            return plain(401, "Username or password is invalid")
        session = Session(general["username"], self.session(request).visited)
        return HttpAnswer(200, [("Set-Cookie", self._core.sessions.header(session))])

    def log_out(self) -> HttpAnswer:
        """Take the cookie away."""
        answer = redirect("/login" if self._core.config.has_credentials else "/")
        answer.headers.append(
            ("Set-Cookie", f"{COOKIE}=; Path=/; Expires={formatdate(1, usegmt=True)}; Max-Age=0; SameSite=Lax")
        )
        return answer


def _is_local(request: HttpRequest) -> bool:
    """Did it come, through whatever proxies, from a network of one's own?"""
    chain = request.headers.get("X-Forwarded-For")
    try:
        addresses = [ip_address(each) for each in chain.split(", ")] if chain else []
    except ValueError:
        return False
    return all(address.is_private for address in addresses)


def unauthorized() -> HttpAnswer:
    """Log in first."""
    return HttpAnswer(401, [("Www-Authenticate", "FormBased")])
