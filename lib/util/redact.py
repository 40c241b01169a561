"""Remove credentials from messages: a server's answer may quote the request."""

from __future__ import annotations

from collections import deque

_MAX_RENEWED = 8
"""Each answer may renew the cookie; a server can only quote the last few."""


class Redactor:
    """The credentials of one connection, each without the `=` at its end: escaping a text changes that first.

    Cookies and API keys of Stash consist of letters, digits, `-`, `_` and `.`, which no escaping changes.
    """

    def __init__(self, *lasting: str | None) -> None:
        self._lasting = [secret for secret in lasting if secret]
        self._renewed: deque[str] = deque(maxlen=_MAX_RENEWED)

    def add(self, secret: str) -> None:
        """Add a renewed credential."""
        self._renewed.append(secret)

    def redact(self, text: str) -> str:
        """Return the text with `***` instead of each credential."""
        for secret in (*self._lasting, *self._renewed):
            if core := secret.strip("="):
                text = text.replace(core, "***")
        return text
