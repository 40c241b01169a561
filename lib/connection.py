"""The only door to the network: one kept-alive connection, and every foreign error becomes one of ours here."""

from __future__ import annotations

import ipaddress
import json
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.cookies import RequestsCookieJar

from lib.errors import (
    DataError,
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from lib.log import logger

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 120.0
"""Seconds a question may take: a library of millions sorts by path in 42 s (stashapp/stash pull 6370)."""
SECONDS_PER_IMAGE = 1.0
"""Added per image that is changed: other plugins' hooks run inside a mutation, 0.16 s an image measured with one."""
PAUSES = (0.1, 0.4, 1.2, 3.0)
"""Seconds before each repeat of what is safe to repeat."""
BUSY = frozenset({502, 503, 504})


@dataclass(frozen=True)
class Address:
    """Where a Stash answers. `loopback`: this machine, where no proxy, no compression and no certificate is needed."""

    base: str
    loopback: bool

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `http://host:port`, a path of a reverse proxy and a trailing `/graphql` included."""
        try:
            parts = urlsplit(url if "//" in url else f"http://{url}")
            port = parts.port
        except ValueError as error:
            raise DataError(f"{url!r} is no address of a Stash: {error}.") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DataError(f"{url!r} is no address of a Stash: http://host:port or https://host:port is expected.")
        host = _reachable(parts.hostname)
        path = parts.path.rstrip("/").removesuffix("/graphql")
        netloc = f"[{host}]" if ":" in host else host
        return cls(f"{parts.scheme}://{netloc}{f':{port}' if port else ''}{path}", _is_loopback(host))

    @classmethod
    def of_plugin(cls, server_connection: dict[str, Any]) -> Address:
        """From what Stash tells its plugins: Host is the address it binds, which may be 0.0.0.0 or [::]."""
        host = str(server_connection.get("Host") or "127.0.0.1").strip("[]")
        scheme, port = server_connection.get("Scheme") or "http", server_connection.get("Port") or 9999
        return cls.parse(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")


def _reachable(host: str) -> str:
    # Windows does not connect to the address that means "all of mine".
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, never bound


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class Connection:
    """Sends GraphQL documents to one Stash and returns their data. Makes no request by itself.

    `repeatable` requests are sent again after a refused or broken connection, a 502, 503 or 504, and a locked
    database. What counts (an o-counter step) or destroys is never repeated: the answer may be what got lost.
    """

    def __init__(self, address: Address, *, api_key: str | None = None, cookie: tuple[str, str] | None = None) -> None:
        self.address = address
        self.url = f"{address.base}/graphql"
        self._cookie_name = cookie[0] if cookie else "session"
        self.session = requests.Session()
        # The cookie travels as a header of ours: a jar would keep the first one beside each fresh one and send both.
        self.session.cookies = _NoCookies()
        self.session.hooks["response"].append(self._keep_cookie_fresh)
        self.session.headers.update({"Accept": "application/json", "Content-Type": "application/json"})
        if cookie:
            self.session.headers["Cookie"] = f"{cookie[0]}={cookie[1]}"
        if api_key:
            self.session.headers["ApiKey"] = api_key
        if address.loopback:
            self._use_loopback()

    def _use_loopback(self) -> None:
        self.session.trust_env = False  # HTTP_PROXY and .netrc are for elsewhere
        self.session.verify = False  # no certificate names 127.0.0.1
        self.session.headers["Accept-Encoding"] = "identity"  # packing costs more than loopback saves
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def execute(
        self, document: str, variables: dict[str, Any] | None = None, *, repeatable: bool = True, images: int = 0
    ) -> dict[str, Any]:
        """The `data` of one GraphQL document. `images`: how many it changes, for the time it is given.

        Raises TransportConnectionFailed, TransportServerError or TransportQueryError.
        """
        body = _encode({"query": document, "variables": variables or {}})
        timeout = READ_TIMEOUT + images * SECONDS_PER_IMAGE
        for pause in PAUSES if repeatable else ():
            try:
                return self._send(body, timeout)
            except TransportError as error:
                if not _passes(error):
                    raise
                logger.debug("Asking again in %s s: %s", pause, error)
                time.sleep(pause)
        return self._send(body, timeout)

    def get(self, path: str) -> bytes:
        """The bytes below this Stash's address, such as `/image/5/thumbnail`."""
        return self._request("GET", f"{self.address.base}{path}", None, READ_TIMEOUT).content

    def close(self) -> None:
        self.session.close()

    def _send(self, body: bytes, timeout: float) -> dict[str, Any]:
        response = self._request("POST", self.url, body, timeout)
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            raise _no_answer(response, self.url)
        if answer.get("errors"):
            raise _query_error(answer["errors"], answer.get("data"))
        data = answer.get("data")
        if not isinstance(data, dict):
            raise _no_answer(response, self.url)
        return data

    def _request(self, method: str, url: str, body: bytes | None, timeout: float) -> requests.Response:
        try:
            response = self.session.request(
                method, url, data=body, timeout=(CONNECT_TIMEOUT, timeout), allow_redirects=False
            )
        except requests.Timeout as error:
            sent = not isinstance(error, requests.ConnectTimeout)
            what = f"no answer within {timeout:.0f} s" if sent else "nobody answers"
            raise TransportConnectionFailed(f"{self.address.base}: {what}.", sent=sent, broken=not sent) from error
        except requests.exceptions.SSLError as error:
            raise TransportConnectionFailed(
                f"{self.address.base}: its certificate is not trusted ({_reason(error)}). "
                "Set REQUESTS_CA_BUNDLE to a file with its certificate, or use http.",
                sent=False,
            ) from error
        except requests.RequestException as error:
            raise TransportConnectionFailed(
                f"{self.address.base}: {_reason(error)}. Is Stash running there?", broken=True
            ) from error
        if response.status_code in BUSY or response.status_code == requests.codes.unauthorized:
            raise _no_answer(response, url)
        return response

    def _keep_cookie_fresh(self, response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
        # Each answer to a cookie carries a fresh one; without it a run longer than the session's age ends in 401.
        for header in response.raw.headers.getlist("Set-Cookie"):
            try:
                morsel = SimpleCookie(header).get(self._cookie_name)
            except CookieError:
                continue
            if morsel is not None and morsel.value:
                self.session.headers["Cookie"] = f"{self._cookie_name}={morsel.value}"


class _NoCookies(RequestsCookieJar):
    def set_cookie(self, cookie: Any, *_args: Any, **_kwargs: Any) -> None:
        """Keep none."""


def _encode(request: dict[str, Any]) -> bytes:
    try:
        return json.dumps(request, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise DataError(f"A value cannot be sent as JSON: {error}.") from error


def _passes(error: TransportError) -> bool:
    if isinstance(error, TransportConnectionFailed):
        return error.broken
    if isinstance(error, TransportServerError):
        return error.code in BUSY
    return "database is locked" in str(error)


def _query_error(errors: list[Any], data: Any) -> TransportQueryError:
    found = [error if isinstance(error, dict) else {"message": str(error)} for error in errors]
    return TransportQueryError("; ".join(_told(error) for error in found), found, data)


def _told(error: dict[str, Any]) -> str:
    message, path = str(error.get("message", "")), error.get("path") or ()
    return f"{'.'.join(map(str, path))}: {message}" if path else message


def _no_answer(response: requests.Response, url: str) -> TransportServerError:
    code = response.status_code
    if code == requests.codes.unauthorized:
        text = "401: Stash does not accept the credentials (an API key that is wrong, or a session that has run out)."
    elif response.is_redirect:
        text = f"{code}: Stash wants a login; give an API key (Settings > Security)."
    else:
        text = f"{code} {response.reason or ''}: no GraphQL answer: {response.text[:200]!r}"
    return TransportServerError(f"{url}: {text}", code)


def _reason(error: BaseException) -> str:
    """What the innermost error says: requests and urllib3 wrap it with addresses of objects."""
    inner: BaseException = error
    while True:
        reason = getattr(inner, "reason", None)
        args = [arg for arg in (reason, *inner.args) if isinstance(arg, BaseException)]
        if not args:
            text = str(inner).split(": ", 1)[-1] if "object at 0x" in str(inner) else str(inner)
            return text or type(inner).__name__
        inner = args[0]
