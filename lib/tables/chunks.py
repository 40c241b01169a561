"""The text of a table in pieces that fit into memory: the lines of its rows, and the items of a JSON list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from lib.util.lenient_json import DECODER

LARGEST = 2 << 20
"""Characters of a row: what a quote that is never closed may swallow before that is noticed.

JSON makes up to 38 bytes of a character (`{"":{}},` again and again), a row of CSV 44 (cells of one Chinese letter).
"""

_PIECE = 1 << 16
_BLANKS = re.compile(r"\s*")


class TableFormatError(Exception):
    """The file is not what its ending says; the text says where, and shows nothing of what stands there."""


class RowTooLongError(Exception):
    """A row is longer than LARGEST. The line on which that was seen is skipped."""

    def __init__(self) -> None:
        super().__init__(f"the row is longer than {LARGEST:,} characters")


class Lines(Iterator[str]):
    """The lines of a file. After a LongRowError, which ends the row and not the file, it goes on with the next line.

    quoted: whether the row has a quote, so that nobody knows where a long one ends.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._size = 0
        self._halved = False
        self.quoted = False

    def begin_row(self) -> None:
        """From here on it is another row."""
        self._size, self.quoted = 0, False

    def __next__(self) -> str:
        line = self._read(LARGEST + 1 - self._size)
        if self._halved and line == "\n":  # the second half of a line break whose first was skipped
            line = self._read(LARGEST + 1 - self._size)
        self._halved = False
        if not line:
            raise StopIteration
        self._size += len(line)
        if self._size > LARGEST:
            self._skip(line)
            raise RowTooLongError
        return line

    def _read(self, most: int) -> str:
        line = self._file.readline(most)
        self.quoted = self.quoted or '"' in line
        return line

    def _skip(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._read(_PIECE)
        self._halved = line.endswith("\r")


def items(file: TextIO) -> Iterator[Any]:
    """The items of a JSON list, one in memory at a time."""
    window = _Window(file)
    before = "["
    while True:
        sign = window.sign()
        if before and sign == before:
            window.at += 1
            before = ""
        elif sign == "]" and before != "[":
            return
        elif before and sign:
            raise TableFormatError(window.not_understood())
        elif found := [] if before else window.decoded():
            yield found.pop()  # not kept here while the next one is decoded
            before = ","
        else:
            window.widen()


class _Window:
    """The part of a file that is looked at, and the place in it from which on."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._line, self._column = 1, 1
        self.at = 0

    def sign(self) -> str:
        """The next character that is not blank, nothing at the end of the window."""
        blanks = _BLANKS.match(self._text, self.at)
        self.at = blanks.end() if blanks else self.at
        return self._text[self.at : self.at + 1]

    def decoded(self) -> list[Any]:
        """The item here, passed by; none where it does not end before the window does."""
        try:
            item, end = DECODER.raw_decode(self._text, self.at)
        except json.JSONDecodeError:
            return []
        except RecursionError as error:
            self._cut()
            raise TableFormatError(f"it is nested too deeply at {self._place()}") from error
        if end == len(self._text):  # of a number there may be more
            return []
        self.at = end
        return [item]

    def widen(self) -> None:
        """Read on: as much as is there already, so that a long item is decoded few times; a BrokenError at the end."""
        self._cut()
        size = len(self._text)
        if size > LARGEST:
            raise TableFormatError(f"what begins at {self._place()} is longer than {LARGEST:,} characters, or no JSON")
        more = self._file.read(min(max(_PIECE, size), LARGEST + 1 - size))
        if not more:
            raise TableFormatError(self.not_understood())
        self._text += more

    def not_understood(self) -> str:
        self._cut()
        return f"it is no JSON list of objects: {self._place()} is not understood"

    def _cut(self) -> None:
        """Drop what was passed by."""
        breaks = self._text.count("\n", 0, self.at)
        last = self._text.rfind("\n", 0, self.at)
        self._line += breaks
        self._column = self.at - last if breaks else self._column + self.at
        self._text, self.at = self._text[self.at :], 0

    def _place(self) -> str:
        return f"line {self._line}, column {self._column}"
