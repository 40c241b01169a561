"""Decode text, including encodings that programs write against the standards."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def decode(data: bytes) -> str:
    """Decode valid UTF-8, else Windows-1252: the real content of EXIF's ASCII and of IPTC without a charset."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def until_nul(data: bytes) -> str:
    """Return the text up to the first NUL, without the spaces that cameras pad it with."""
    return decode(data.split(b"\0", 1)[0]).strip()


def utf16(data: bytes, byteorder: str) -> str:
    """Decode UTF-16 in this byte order ("little" or "big") up to the first NUL; drop an odd byte at the end."""
    codec = "utf-16-le" if byteorder == "little" else "utf-16-be"
    return data[: len(data) & ~1].decode(codec, "replace").split("\0", 1)[0].lstrip("\ufeff").strip()


def likely_byteorder(data: bytes, default: str) -> str:
    """Guess the byte order of UTF-16 text: the high bytes vary less. Returns `default` if both halves vary alike.

    Programs write the UserComment of a little-endian EXIF block in either order, mostly without a byte order mark.
    """
    first, second = len(set(data[0::2])), len(set(data[1::2]))
    if first == second:
        return default
    return "big" if first < second else "little"


def clean(text: str) -> str:
    """Remove control characters, unpaired surrogates and surrounding whitespace."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8").strip()
