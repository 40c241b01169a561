"""Requests and answers, as the routes see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class HttpRequest:
    """A request: `target` is its path with the query, `gone` tells whether the client still waits."""

    method: str
    target: str
    headers: Message
    body: bytes = b""
    gone: Callable[[], bool] = lambda: False

    @property
    def path(self) -> str:
        """The path without the query, still quoted."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's values, the first of each name."""
        return {
            name: values[0] for name, values in parse_qs(urlsplit(self.target).query, keep_blank_values=True).items()
        }

    @property
    def form(self) -> dict[str, str]:
        """The form in the body."""
        return {name: values[0] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}

    def cookie(self, name: str) -> str | None:
        """A cookie's value, of several with one name the first."""
        for part in self.headers.get("Cookie", "").split(";"):
            known, _, value = part.strip().partition("=")
            if known == name:
                return value.removeprefix('"').removesuffix('"')
        return None


@dataclass
class HttpAnswer:
    """An answer: status, headers in order, body."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """A header's value, or an empty text."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")


def plain(status: int, text: str) -> HttpAnswer:
    """A short text, as Go's http.Error sends it."""
    headers = [("Content-Type", TEXT), ("X-Content-Type-Options", "nosniff")]
    return HttpAnswer(status, headers, f"{text}\n".encode())


def redirect(location: str, method: str = "GET") -> HttpAnswer:
    """Go there instead; a page that says so is only for who asks for one."""
    if method != "GET":
        return HttpAnswer(302, [("Location", location)])
    shown = location.replace("&", "&amp;")
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Location", location)]
    return HttpAnswer(302, headers, f'<a href="{shown}">Found</a>.\n\n'.encode())


NOT_FOUND, NO_PAGE = "Not Found", "404 page not found"
NO_CACHE = ("Cache-Control", "no-cache")
Route = Callable[[Any, HttpRequest], HttpAnswer]
