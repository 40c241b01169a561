"""Sessions: a signed cookie that says who the user is and which hooks led here, and until when."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

COOKIE = "session"
Visited = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Session:
    """What a cookie says: the user, empty for nobody, and the (plugin id, hook) pairs on the way here."""

    user: str = ""
    visited: Visited = ()


@dataclass
class Sessions:
    """Makes cookies and reads them. `age` is how many seconds a cookie is good for."""

    age: int = 3600
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def value(self, session: Session) -> str:
        """The cookie's value, good from now on."""
        content = json.dumps([time.time(), session.user, session.visited]).encode()
        return base64.urlsafe_b64encode(self._signature(content) + content).decode()

    def read(self, value: str) -> Session | None:
        """The session of a cookie; None if it is none of ours or too old."""
        try:
            data = base64.urlsafe_b64decode(value)
        except ValueError:
            return None
        signature, content = data[:32], data[32:]
        if not hmac.compare_digest(signature, self._signature(content)):
            return None
        made, user, visited = json.loads(content)
        if time.time() - made > self.age:
            return None
        return Session(user, tuple((plugin, hook) for plugin, hook in visited))

    def header(self, session: Session) -> str:
        """The value of a Set-Cookie header with a fresh cookie."""
        expires = formatdate(time.time() + self.age, usegmt=True)
        return f"{COOKIE}={self.value(session)}; Path=/; Expires={expires}; Max-Age={self.age}; SameSite=Lax"

    def for_plugin(self, session: Session) -> dict[str, Any]:
        """The cookie as plugins get it: Go's http.Cookie, all of it."""
        return {
            "Name": COOKIE,
            "Value": self.value(session),
            "Quoted": False,
            "Path": "",
            "Domain": "",
            "Expires": "0001-01-01T00:00:00Z",
            "RawExpires": "",
            "MaxAge": 0,
            "Secure": False,
            "HttpOnly": False,
            "SameSite": 0,
            "Partitioned": False,
            "Raw": "",
            "Unparsed": None,
        }

    def _signature(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()
