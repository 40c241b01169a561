"""Bytes to text, where the standard says one thing and programs write another."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def decode(data: bytes) -> str:
    """UTF-8 where it is UTF-8, else Windows-1252: what EXIF's ASCII and IPTC without a charset really hold."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def until_nul(data: bytes) -> str:
    """The text up to the first NUL, without the blanks that cameras pad it with."""
    return decode(data.split(b"\0", 1)[0]).strip()


def utf16(data: bytes, byteorder: str) -> str:
    """UTF-16 in this order ("little" or "big") up to the first NUL; a half character at the end is left out."""
    codec = "utf-16-le" if byteorder == "little" else "utf-16-be"
    return data[: len(data) & ~1].decode(codec, "replace").split("\0", 1)[0].lstrip("\ufeff").strip()


def likely_byteorder(data: bytes, otherwise: str) -> str:
    """The byte order of UTF-16 text: the half that varies less is the high one; `otherwise` where both vary alike.

    Programs write the UserComment of a little-endian EXIF block in either order, mostly without a mark.
    """
    first, second = len(set(data[0::2])), len(set(data[1::2]))
    if first == second:
        return otherwise
    return "big" if first < second else "little"


def clean(text: str) -> str:
    """Text as it may be stored: no control characters, no half of a surrogate pair, no blanks around it."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8").strip()
