"""Where a Stash answers."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lib.errors import DataError

# Where one of these stands, a password or a key may stand beside it, and must not reach a message.
_MORE_THAN_AN_ADDRESS = re.compile(r"[@?#;\\\s]")


@dataclass(frozen=True)
class Address:
    """Where a Stash answers. `loopback`: this machine, where no proxy, no compression and no certificate is needed."""

    base: str
    loopback: bool

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `http://host:port`, a path of a reverse proxy and a trailing `/graphql` included."""
        if not isinstance(url, str):
            raise DataError(
                f"The address of a Stash is text such as http://localhost:9999; a {type(url).__name__} is no address."
            )
        if _MORE_THAN_AN_ADDRESS.search(url):
            raise DataError(
                "What was given is no address of a Stash: user, password, query and blanks do not belong into it. "
                "http://localhost:9999 is one; give an API key apart from it."
            )
        full = url if "//" in url else f"http://{url}"
        try:
            parts = urlsplit(full)
            port = parts.port
        except ValueError:
            raise DataError(f"{full!r} is no address of a Stash: host and port cannot be read.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DataError(f"{full!r} is no address of a Stash: http://host:port or https://host:port is expected.")
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
