"""File names that every file system takes: Linux, Windows, macOS, network shares and encrypted folders."""

from __future__ import annotations

import os
import re
import unicodedata

MAX_BYTES = 140
"""UTF-8 bytes of a name: most file systems take 255, an encrypted folder of a NAS (eCryptfs) only 143."""

_ROOM = len(" (9999)")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
# Windows takes these for devices, whatever follows the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe(stem: str, extension: str) -> str:
    """A name like `stem` that every file system takes, with `extension` (its dot included).

    Composed (NFC), without control characters, direction marks, what Windows forbids and `%` (any text for Stash's
    scan), not a device's name, without dots and spaces at the ends, short enough to be numbered.
    """
    # To compose a text takes the square of its marks in a row; what is cut off later need not be composed.
    composed = unicodedata.normalize("NFC", stem.lstrip(" ")[: 4 * MAX_BYTES])
    clean = _FORBIDDEN.sub("_", composed).strip(" ").rstrip(". ")
    clean = _cut(clean, MAX_BYTES - _ROOM - len(extension.encode())).rstrip(". ") or "image"
    return f"{'_' if _DEVICE.match(clean) else ''}{clean}{extension}"


def numbered(name: str, number: int) -> str:
    """The name itself for 1, then `name (2).png` and so on."""
    stem, extension = os.path.splitext(name)
    return name if number == 1 else f"{stem} ({number}){extension}"


def _cut(text: str, size: int) -> str:
    return text.encode()[: size - 1].decode(errors="ignore")
