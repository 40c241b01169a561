"""The only door to the network: one keep-alive connection. All network errors are translated here."""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from lib.errors import (
    DataError,
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from lib.log import logger
from lib.stash.address import Address
from lib.util.redact import Redactor

if TYPE_CHECKING:
    from lib.stash.capabilities import Capabilities

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 120.0
"""Seconds for one answer. Sorting a library of millions by path takes 42 s (stashapp/stash pull 6370)."""
SECONDS_PER_IMAGE = 1.0
"""Additional seconds per changed image: hooks of other plugins run inside a mutation, 0.16 s an image with one."""
RETRY_DELAYS = (0.1, 0.4, 1.2, 3.0)
"""Seconds before each retry of an idempotent request."""
MAX_ERRORS = 5
"""How many GraphQL errors a message quotes; all are in `.errors`."""

_WRONG_KEY = b"unauthorized"
"""The body of v0.25's answer to a wrong API key, with status 500. Newer releases use 401 (tried on v0.25.0)."""


class Connection:
    """Sends GraphQL documents to one Stash and returns their data. Creating it sends no request.

    Idempotent requests are retried after a refused or broken connection, a 502, 503 or 504, and a locked database.
    Counting (the o-counter) and deleting are never retried: the request may have worked, and only its answer is lost.
    """

    def __init__(
        self,
        address: Address,
        *,
        api_key: str | None = None,
        cookie: tuple[str, str] | None = None,
        timeout: float = READ_TIMEOUT,
        pauses: tuple[float, ...] = RETRY_DELAYS,
    ) -> None:
        self.address = address
        self.url = f"{address.base}/graphql"
        self.capabilities: Capabilities | None = None
        """Filled by `get_capabilities`."""
        self._timeout = timeout
        self._pauses = pauses
        self._cookie_name = cookie[0] if cookie else "session"
        self._secrets = Redactor(cookie[1] if cookie else None, api_key)
        self.session = requests.Session()
        # The cookie is sent as a header and not from the cookie jar, so that a new one replaces the old one.
        self.session.hooks["response"].append(self._renew_cookie)
        self.session.headers.update({"Accept": "application/json", "Content-Type": "application/json"})
        if cookie:
            self.session.headers["Cookie"] = _header("SessionCookie", f"{cookie[0]}={cookie[1]}")
        if api_key:
            self.session.headers["ApiKey"] = _header("api_key", api_key)
        self.session.trust_env = False  # HTTP_PROXY and .netrc would get or send credentials
        self.session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        if address.loopback:
            self._use_loopback()

    def _use_loopback(self) -> None:
        self.session.verify = False  # a certificate is never issued for 127.0.0.1
        self.session.headers["Accept-Encoding"] = "identity"  # compressing takes longer than sending
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def execute(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        idempotent: bool = True,
        images: int = 0,
        seconds: float = 0.0,
    ) -> dict[str, Any]:
        """Send one GraphQL document and return its `data`. `images`, how many it changes, and `seconds` extend the timeout.

        Raises TransportConnectionFailed, TransportServerError or TransportQueryError. Reading a missing field of the
        data raises a TransportServerError. If a request that isn't idempotent may have been applied, the message
        adds that.
        """
        body = _encode({"query": document, "variables": variables or {}})
        timeout = self._timeout + images * SECONDS_PER_IMAGE + seconds
        for pause in self._pauses if idempotent else ():
            try:
                return self._send(body, timeout)
            except TransportError as error:
                if not error.temporary:
                    raise
                logger.debug("Retrying in %s s: %s", pause, error)
                time.sleep(pause)
        try:
            return self._send(body, timeout)
        except (TransportConnectionFailed, TransportServerError) as error:
            if not idempotent and _may_have_applied(error):
                error.args = (f"{error} The change may have been applied. Check before retrying.",)
            raise

    def get(self, path: str) -> bytes:
        """Download a path of this Stash, such as `/image/5/thumbnail`."""
        url = f"{self.address.base}{path}"
        with self._redact_errors():
            response = self._request("GET", url, None, self._timeout)
            if response.status_code != requests.codes.ok:
                raise _refused(response, url)
        return response.content

    def close(self) -> None:
        self.session.close()

    def _send(self, body: bytes, timeout: float) -> dict[str, Any]:
        with self._redact_errors():
            return _data(self._request("POST", self.url, body, timeout), self.url)

    @contextmanager
    def _redact_errors(self) -> Iterator[None]:
        try:
            yield
        except TransportError as error:
            error.args = (self._secrets.redact(str(error)),)
            for item in error.errors if isinstance(error, TransportQueryError) else ():
                item["message"] = self._secrets.redact(str(item.get("message", "")))
            raise

    def _request(self, method: str, url: str, body: bytes | None, timeout: float) -> requests.Response:
        seconds = (min(CONNECT_TIMEOUT, timeout), timeout)
        try:
            response = self.session.request(method, url, data=body, timeout=seconds, allow_redirects=False)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _failed(self.address.base, error, timeout) from error
        if response.status_code in (502, 503, 504, requests.codes.unauthorized):
            raise _refused(response, url)
        return response

    def _renew_cookie(self, response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
        # Each answer has a new cookie; without it a run that is longer than the session's age ends in 401.
        for header in response.raw.headers.getlist("Set-Cookie"):
            try:
                morsel = SimpleCookie(header).get(self._cookie_name)
            except CookieError:
                continue
            if morsel is not None and morsel.value and _can_be_sent(morsel.value):
                self._secrets.add(morsel.value)
                self.session.headers["Cookie"] = f"{self._cookie_name}={morsel.value}"


def _data(response: requests.Response, url: str) -> dict[str, Any]:
    try:
        # Stash sends a file name that isn't valid UTF-8 unchanged (tried on v0.30.1).
        answer = json.loads(response.content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
        raise _refused(response, url)
    errors, data = answer.get("errors"), answer.get("data")
    if errors and isinstance(errors, list):
        raise _query_error(errors, data)
    if errors or not isinstance(data, dict):
        raise _refused(response, url)
    return _Data(data, url, response.status_code)


class _Data(dict[str, Any]):
    """The data of an answer. A missing field is an error of the server."""

    def __init__(self, data: dict[str, Any], url: str, code: int) -> None:
        super().__init__(data)
        self._from = url, code

    def __missing__(self, name: str) -> Any:
        url, code = self._from
        raise TransportServerError(f"{url}: the answer lacks {name}, which was requested.", code)


def _may_have_applied(error: TransportConnectionFailed | TransportServerError) -> bool:
    """Whether the server may have applied the change: it sends 401 and 403 before it does."""
    if isinstance(error, TransportServerError):
        return error.code not in (requests.codes.unauthorized, requests.codes.forbidden)
    return error.sent


def _header(name: str, value: Any) -> str:
    # Checked here, because requests and http.client quote an invalid value in their messages.
    if not isinstance(value, str) or not _can_be_sent(value):
        raise DataError(f"{name} cannot be sent: expected ASCII text without line breaks or surrounding spaces.")
    return value


def _can_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _encode(request: dict[str, Any]) -> bytes:
    try:
        return json.dumps(request, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(f"A value cannot be sent as JSON: {error}.") from error


def _query_error(errors: list[Any], data: Any) -> TransportQueryError:
    items = [error if isinstance(error, dict) else {"message": str(error)} for error in errors]
    messages = [_message(item) for item in items[:MAX_ERRORS]]
    if len(items) > MAX_ERRORS:
        messages.append(f"and {len(items) - MAX_ERRORS} more errors")
    return TransportQueryError("; ".join(messages), items, data)


def _message(error: dict[str, Any]) -> str:
    message, path = str(error.get("message", "")), error.get("path") or ()
    return f"{'.'.join(map(str, path))}: {message}" if path else message


def _refused(response: requests.Response, url: str) -> TransportServerError:
    code = response.status_code
    if code == requests.codes.unauthorized or response.content.strip() == _WRONG_KEY:
        text = f"{code}: Stash does not accept the credentials. The API key is wrong, or the session has expired."
    elif code == requests.codes.forbidden:
        text = (
            f"{code}: Access denied by Stash or a proxy. Stash denies access after a request from the public internet "
            "without a password: check its log, and security_tripwire_accessed_from_public_internet in its config.yml."
        )
    elif response.is_redirect:
        text = f"{code}: Stash requires a login. Use an API key (Settings > Security)."
    else:
        text = f"{code} {http.client.responses.get(code, '')}: unexpected answer, {_description(response)}. Check that the URL is that of Stash."
    return TransportServerError(f"{url}: {text}", code)


def _description(response: requests.Response) -> str:
    """Describe an answer without quoting it: error pages of proxies may contain the request with its credentials."""
    kind = re.match(r"[\w.+-]+/[\w.+-]+", response.headers.get("Content-Type", ""))
    return f"{len(response.content):,} bytes of {kind[0] if kind else 'unknown type'}"


def _failed(base: str, error: Exception, seconds: float) -> TransportConnectionFailed:
    """Return the error for a failed connection, with the message of the innermost error: outer ones show object ids."""
    chain = list(_chain(error))
    root = chain[-1]
    connecting = any(isinstance(link, (NewConnectionError, ConnectTimeoutError)) for link in chain)
    if isinstance(error, requests.exceptions.SSLError):
        reason = (
            f"no TLS connection ({root}). If the certificate is self-signed, set REQUESTS_CA_BUNDLE to a file with it."
        )
        return TransportConnectionFailed(f"{base}: {reason}", sent=False)
    if isinstance(root, TimeoutError):
        reason = "no connection" if connecting else f"no answer within {seconds:g} s"
        return TransportConnectionFailed(f"{base}: {reason}.", sent=not connecting)
    reason = getattr(root, "strerror", None) or str(root) or type(root).__name__
    broken = isinstance(root, (ConnectionError, http.client.IncompleteRead))
    return TransportConnectionFailed(
        f"{base}: {reason}. Is Stash running there?", sent=not connecting, temporary=broken
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and the errors it wraps: requests and urllib3 use `reason`, `args` or the cause."""
    yield error
    # The context of other errors may be an error that the caller is handling.
    cause = (
        error.__cause__ or error.__context__ if isinstance(error, (NewConnectionError, Urllib3TimeoutError)) else None
    )
    for inner in (getattr(error, "reason", None), *error.args, cause):
        if isinstance(inner, BaseException):
            yield from _chain(inner)
            return
