"""Globs over paths: `*` and `?` match within one folder, `**` across folders; everything else, brackets too, is literal.

A glob matches from the right, so that `twitter/*/*.jpg` matches below any folder; one that begins with `/` or `D:/` is
absolute. Brackets aren't special characters because folders are often named `[2022] Title`.
"""

from __future__ import annotations

import re

from lib.errors import DataError

_PART = re.compile(r"\*\*/|\*+|\?|[^*?]+")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
MAX_LENGTH = 1000


def to_regex(glob: str, *, case: bool = False, below: bool = False) -> re.Pattern[str]:
    """Return a glob as a regular expression for `search`.

    below: the subject is a folder, so `twitter/**` also matches `twitter` itself.
    """
    if "\\" in glob:
        raise DataError(f"{glob!r}: use / as the path separator: {glob.replace(chr(92), '/')!r}")
    if not glob or len(glob) > MAX_LENGTH:
        raise DataError(f"a glob must have 1 to {MAX_LENGTH} characters")
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


def to_like(glob: str, *, below: bool = False) -> str | None:
    r"""Return a LIKE pattern for a part of the full path that matches at least what the glob does; None if it would match all.

    Stash puts % before and after, and LIKE ignores only the case of ASCII letters: letters that Python folds to other
    letters become wildcards. So does `/`, which is `\` on Windows. Folders below a library (`below`) don't contain the
    archive, which the server's path has between two of them.
    """
    slash = "%" if below else "_"
    pieces = []
    for part in _PART.findall(glob.strip("/") if below else glob):
        if part[0] == "*":
            pieces.append("%")
        elif part == "?":
            pieces.append("_")
        else:
            pieces.append(escape_like(part).replace("/", slash))
    pattern = re.sub("%+", "%", "".join(pieces)).strip("%")
    if below:
        pattern = re.sub(r"[%_]+$", "", pattern)
    return pattern if re.search("[^%_ ]", pattern) else None


def escape_like(text: str) -> str:
    """Return text for a LIKE pattern; non-ASCII characters are wildcards, and İ ı ſ K fold to the ASCII letters i, s and k."""
    return re.sub("[^\x20-\x7e]+", "%", re.sub('[iskISK"]', "_", text))


def _as_regex(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part[0] == "*":
        return "[^/]*" if len(part) == 1 else ".*"
    return "[^/]" if part == "?" else re.escape(part)


def _flags(case: bool) -> re.RegexFlag:
    return re.DOTALL if case else re.DOTALL | re.IGNORECASE
