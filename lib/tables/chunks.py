"""Read a table's text in chunks that fit into memory: the lines of its rows, and the items of a JSON list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from lib.util.lenient_json import DECODER

MAX_ROW = 2 << 20
"""Maximum characters of a row: the limit of what a quote that isn't closed can swallow.

In memory, a character of JSON takes up to 38 bytes (`{"":{}},` repeated), one of CSV 44 (cells of one Chinese letter).
"""

_CHUNK = 1 << 16
_BLANKS = re.compile(r"\s*")


class TableFormatError(Exception):
    """The file doesn't have the format of its extension. The message has the position, and no content of the file."""


class RowTooLongError(Exception):
    """A row is longer than MAX_ROW. The rest of its current line is skipped."""

    def __init__(self) -> None:
        super().__init__(f"the row is longer than {MAX_ROW:,} characters")


class Lines(Iterator[str]):
    """Iterates over the lines of a file. After a RowTooLongError, it resumes at the next line.

    quoted: whether the row has a quote. The end of a long row is unknown then.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._size = 0
        self._line_break_split = False
        self.quoted = False

    def begin_row(self) -> None:
        """Count the next lines as a new row."""
        self._size, self.quoted = 0, False

    def __next__(self) -> str:
        line = self._read(MAX_ROW + 1 - self._size)
        if self._line_break_split and line == "\n":  # the second half of a line break whose first was skipped
            line = self._read(MAX_ROW + 1 - self._size)
        self._line_break_split = False
        if not line:
            raise StopIteration
        self._size += len(line)
        if self._size > MAX_ROW:
            self._skip(line)
            raise RowTooLongError
        return line

    def _read(self, max_length: int) -> str:
        line = self._file.readline(max_length)
        self.quoted = self.quoted or '"' in line
        return line

    def _skip(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._read(_CHUNK)
        self._line_break_split = line.endswith("\r")


def iter_items(file: TextIO) -> Iterator[Any]:
    """Yield the items of a JSON list, with one in memory at a time."""
    window = _Window(file)
    expected = "["
    while True:
        character = window.peek()
        if expected and character == expected:
            window.pos += 1
            expected = ""
        elif character == "]" and expected != "[":
            return
        elif expected and character:
            raise window.syntax_error()
        elif items := [] if expected else window.decode():
            yield items.pop()  # no reference remains while the next one is decoded
            expected = ","
        else:
            window.extend()


class _Window:
    """The part of a file that is in memory, and the position of the parser in it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._line, self._column = 1, 1
        self.pos = 0

    def peek(self) -> str:
        """Return the next character that isn't blank, or "" at the end of the window."""
        blanks = _BLANKS.match(self._text, self.pos)
        self.pos = blanks.end() if blanks else self.pos
        return self._text[self.pos : self.pos + 1]

    def decode(self) -> list[Any]:
        """Return the item at the position in a list, and pass it; an empty list if it doesn't end in the window."""
        try:
            item, end = DECODER.raw_decode(self._text, self.pos)
        except json.JSONDecodeError:
            return []
        except RecursionError as error:
            self._drop_read()
            raise TableFormatError(f"nested too deeply at {self._position()}") from error
        if end == len(self._text):  # a number may continue
            return []
        self.pos = end
        return [item]

    def extend(self) -> None:
        """Double the window, so that a long item is decoded few times. Raises TableFormatError at the end of the file."""
        self._drop_read()
        size = len(self._text)
        if size > MAX_ROW:
            raise TableFormatError(
                f"the item at {self._position()} is longer than {MAX_ROW:,} characters, or isn't valid JSON"
            )
        text = self._file.read(min(max(_CHUNK, size), MAX_ROW + 1 - size))
        if not text:
            raise self.syntax_error()
        self._text += text

    def syntax_error(self) -> TableFormatError:
        """Return the error for the text at the position."""
        self._drop_read()
        return TableFormatError(f"not a JSON list of objects: syntax error at {self._position()}")

    def _drop_read(self) -> None:
        """Drop the text before the position, and count its lines."""
        breaks = self._text.count("\n", 0, self.pos)
        last = self._text.rfind("\n", 0, self.pos)
        self._line += breaks
        self._column = self.pos - last if breaks else self._column + self.pos
        self._text, self.pos = self._text[self.pos :], 0

    def _position(self) -> str:
        return f"line {self._line}, column {self._column}"
