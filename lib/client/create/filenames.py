"""File names that are valid on all file systems: Linux, Windows, macOS, network shares, encrypted folders."""

from __future__ import annotations

import os
import re
import unicodedata

MAX_BYTES = 140
"""UTF-8 bytes of a name: most file systems allow 255, encrypted folders of a NAS (eCryptfs) only 143."""

_NUMBER_BYTES = len(" (9999)")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
# Windows treats these as devices, regardless of what follows the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe(stem: str, extension: str) -> str:
    """Return a name like `stem` that is valid on all file systems, with `extension` (including its dot).

    It is composed (NFC), without control characters, direction marks, characters that Windows forbids, `%` (a wildcard
    of Stash's scan), surrounding dots and spaces. It isn't a device's name, and short enough to be numbered.
    """
    # Composing takes the square of the number of consecutive marks, so the text is cut before.
    composed = unicodedata.normalize("NFC", stem.lstrip(" ")[: 4 * MAX_BYTES])
    clean = _FORBIDDEN.sub("_", composed).strip(" ").rstrip(". ")
    clean = _cut(clean, MAX_BYTES - _NUMBER_BYTES - len(extension.encode())).rstrip(". ") or "image"
    return f"{'_' if _DEVICE.match(clean) else ''}{clean}{extension}"


def numbered(name: str, number: int) -> str:
    """Return the name for 1, then `name (2).png` and so on."""
    stem, extension = os.path.splitext(name)
    return name if number == 1 else f"{stem} ({number}){extension}"


def _cut(text: str, size: int) -> str:
    return text.encode()[: size - 1].decode(errors="ignore")
