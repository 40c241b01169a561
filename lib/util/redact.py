"""Credentials stay out of every text: what a server says may repeat what it was asked with."""

from __future__ import annotations

from collections import deque

_RENEWED = 8
"""Every answer to a cookie may bring a new one; a server can only repeat those of the last few."""


class Redactor:
    """The credentials of one connection, each without the `=` at its end: whoever quotes a text changes that first.

    Cookies and API keys of Stash consist of letters, digits, `-`, `_` and `.`, which no quoting changes.
    """

    def __init__(self, *lasting: str | None) -> None:
        self._lasting = [secret for secret in lasting if secret]
        self._renewed: deque[str] = deque(maxlen=_RENEWED)

    def add(self, secret: str) -> None:
        """From now on this one is sent; nothing stands for none."""
        self._renewed.append(secret)

    def redact(self, text: str) -> str:
        """The text with `***` for each of them."""
        for secret in (*self._lasting, *self._renewed):
            if core := secret.strip("="):
                text = text.replace(core, "***")
        return text
