"""Where a Stash answers."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lib.errors import DataError

_CREDENTIALS = re.compile("//.*@")


@dataclass(frozen=True)
class Address:
    """Where a Stash answers. `loopback`: this machine, where no proxy, no compression and no certificate is needed."""

    base: str
    loopback: bool

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `http://host:port`, a path of a reverse proxy and a trailing `/graphql` included."""
        if not isinstance(url, str):
            raise DataError(f"{url!r} is no address of a Stash: text such as http://localhost:9999 is expected.")
        full = url if "//" in url else f"http://{url}"
        shown = repr(_CREDENTIALS.sub("//", full).partition("?")[0])  # a password or key must not reach a message
        try:
            parts = urlsplit(full)
            port = parts.port
        except ValueError:
            raise DataError(f"{shown} is no address of a Stash: host and port cannot be read.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DataError(f"{shown} is no address of a Stash: http://host:port or https://host:port is expected.")
        if parts.query or "@" in parts.netloc:
            raise DataError(f"{shown}: user, password and query do not belong into the address; give an API key.")
        host = _reachable(parts.hostname)
        path = parts.path.rstrip("/").removesuffix("/graphql")
        return cls(f"{parts.scheme}://{_bracketed(host)}{f':{port}' if port else ''}{path}", _is_loopback(host))

    @classmethod
    def of_plugin(cls, server_connection: dict[str, Any]) -> Address:
        """From what Stash tells its plugins: Host is the address it binds, which may be 0.0.0.0 or [::]."""
        host = str(server_connection.get("Host") or "127.0.0.1").strip("[]")
        scheme, port = server_connection.get("Scheme") or "http", server_connection.get("Port") or 9999
        return cls.parse(f"{scheme}://{_bracketed(host)}:{port}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _reachable(host: str) -> str:
    # Windows does not connect to the address that means "all of mine".
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, never bound


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
