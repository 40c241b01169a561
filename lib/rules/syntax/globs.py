"""Globs over paths: `*` and `?` stay in one folder, `**` crosses; everything else, brackets too, is itself.

A glob matches from the right, so that `twitter/*/*.jpg` holds below any folder; one that begins with `/` or `D:/` is
absolute. Brackets are no special characters because folders are often named `[2022] Title`.
"""

from __future__ import annotations

import re

from lib.errors import DataError

_PART = re.compile(r"\*\*/|\*+|\?|[^*?]+")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_MAX_LENGTH = 1000


def translated(glob: str, *, case: bool = False, below: bool = False) -> re.Pattern[str]:
    """The glob as a regular expression to search with.

    below: the subject is a folder, so `twitter/**` holds for `twitter` itself.
    """
    if "\\" in glob:
        raise DataError(f"{glob!r}: paths are written with / here: {glob.replace(chr(92), '/')!r}")
    if not glob or len(glob) > _MAX_LENGTH:
        raise DataError(f"a glob has 1 to {_MAX_LENGTH} characters")
    end = r"\Z"
    body = glob
    if below and glob.endswith("/**") and glob != "/**":
        body, end = glob[:-3], r"(?:/.*)?\Z"
    if below and body.startswith("/"):
        body = body[1:]
        start = r"\A"
    else:
        start = r"\A" if _ABSOLUTE.match(body) else r"(?:\A|/)"
    return re.compile(start + "".join(map(_as_regex, _PART.findall(body))) + end, _flags(case))


def like(glob: str, *, below: bool = False) -> str:
    r"""A LIKE pattern for a part of the full path that holds wherever the glob does; no text where nothing is left.

    Stash puts % before and after, and LIKE ignores the case of ASCII letters only: what Python's matcher might take
    for another letter becomes a wildcard. So does `/`, which is `\` on Windows. The folders
    below a library (`below`) leave out the archive that the server's path names between two of them.
    """
    slash = "%" if below else "_"
    pieces = []
    for part in _PART.findall(glob.strip("/") if below else glob):
        if part[0] == "*":
            pieces.append("%")
        elif part == "?":
            pieces.append("_")
        else:
            pieces.append(literal_like(part).replace("/", slash))
    pattern = re.sub("%+", "%", "".join(pieces)).strip("%")
    if below:
        pattern = re.sub(r"[%_]+$", "", pattern)
    return pattern if re.search("[^%_ ]", pattern) else ""


def literal_like(text: str) -> str:
    """Text for a LIKE pattern: what is beyond ASCII may be anything; İ ı ſ K fold to the ASCII letters i, s and k."""
    return re.sub("[^\x20-\x7e]+", "%", re.sub('[iskISK"]', "_", text))


def _as_regex(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part[0] == "*":
        return "[^/]*" if len(part) == 1 else ".*"
    return "[^/]" if part == "?" else re.escape(part)


def _flags(case: bool) -> re.RegexFlag:
    return re.DOTALL if case else re.DOTALL | re.IGNORECASE
