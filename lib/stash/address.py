"""The address of a Stash server."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lib.errors import DataError

# A URL with one of these may contain a password or a key, which must not appear in a message.
_EXTRA_PARTS = re.compile(r"[@?#;\\\s]")


@dataclass(frozen=True)
class Address:
    """The address of a Stash server. `loopback`: on this machine, so no proxy, compression or certificate is needed."""

    base: str
    loopback: bool

    @classmethod
    def parse(cls, url: str) -> Address:
        """Parse `http://host:port`; a path of a reverse proxy and a trailing `/graphql` are allowed."""
        if not isinstance(url, str):
            raise DataError(
                f"Invalid Stash URL: expected text such as http://localhost:9999, not {type(url).__name__}."
            )
        if _EXTRA_PARTS.search(url):
            raise DataError(
                "Invalid Stash URL: remove credentials, query string and spaces. Example: http://localhost:9999. "
                "Pass the API key separately."
            )
        full = url if "//" in url else f"http://{url}"
        try:
            parts = urlsplit(full)
            port = parts.port
        except ValueError:
            raise DataError(
                f"Invalid Stash URL {full!r}: host or port isn't valid. Example: http://localhost:9999."
            ) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DataError(f"Invalid Stash URL {full!r}: expected http://host:port or https://host:port.")
        host = _connectable(parts.hostname)
        path = parts.path.rstrip("/").removesuffix("/graphql")
        return cls(f"{parts.scheme}://{_bracketed(host)}{f':{port}' if port else ''}{path}", _is_loopback(host))

    @classmethod
    def of_plugin(cls, server_connection: dict[str, Any]) -> Address:
        """Return the address in a plugin's input. Host is the one that Stash binds, which may be 0.0.0.0 or [::]."""
        host = str(server_connection.get("Host") or "127.0.0.1").strip("[]")
        scheme, port = server_connection.get("Scheme") or "http", server_connection.get("Port") or 9999
        return cls.parse(f"{scheme}://{_bracketed(host)}:{port}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _connectable(host: str) -> str:
    # Windows can't connect to the address that means "all interfaces".
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - parsed, never bound


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
