"""The log protocol: each line prefixed, short enough, UTF-8; a closed pipe survived; progress only forwards."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator

import pytest

from lib import log
from lib.log import MAX_LINE, Progress, StashHandler, format_line
from tests.support.ids import shown

LONGEST = 60_000


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("one", [b"one"]),
        ("two\nlines", [b"two", b"lines"]),
        ("of\r\nwindows\rand others", [b"of", b"windows", b"and others"]),
        ("", [b" "]),
        ("a\n\nb", [b"a", b" ", b"b"]),
        ("Łódź – été 夏", ["Łódź – été 夏".encode()]),
        ("from a file name: \udcff", [b"from a file name: \\udcff"]),
        ("\x01e\x02 in a title", [b"\x01e\x02 in a title"]),
    ],
    ids=shown,
)
def test_every_line_has_its_prefix(message: str, lines: list[bytes]) -> None:
    assert format_line(b"i", message) == b"".join(b"\x01i\x02" + line + b"\n" for line in lines)


@pytest.mark.parametrize("letter", ["x", "ü", "夏", "😀"])
@pytest.mark.parametrize("more", range(4))
def test_a_long_line_is_cut_between_letters(letter: str, more: int) -> None:
    line = format_line(b"i", "y" * more + letter * 70_000)
    assert len(line) < LONGEST
    assert line.decode().endswith(" … (cut)\n")
    assert line.count(b"\n") == 1


def test_a_line_that_just_fits_is_whole() -> None:
    assert format_line(b"i", "x" * MAX_LINE) == b"\x01i\x02" + b"x" * MAX_LINE + b"\n"


@pytest.fixture
def stream() -> Iterator[io.BytesIO]:
    """What reaches Stash through Python's logging."""
    stream = io.BytesIO()
    handler = StashHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.logger.addHandler(handler)
    before = log.logger.level
    log.logger.setLevel(log.TRACE)
    yield stream
    log.logger.setLevel(before)
    log.logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("level", "letter"),
    [
        (log.TRACE, b"t"),
        (logging.DEBUG, b"d"),
        (logging.INFO, b"i"),
        (logging.WARNING, b"w"),
        (logging.ERROR, b"e"),
        (logging.CRITICAL, b"e"),
    ],
)
def test_levels(stream: io.BytesIO, level: int, letter: bytes) -> None:
    log.logger.log(level, "said %s", "so")
    assert stream.getvalue() == b"\x01" + letter + b"\x02said so\n"


def test_a_traceback_is_prefixed_too(stream: io.BytesIO) -> None:
    try:
        int("one\ntwo")
    except ValueError:
        log.logger.exception("it failed")
    assert all(line.startswith(b"\x01e\x02") for line in stream.getvalue().splitlines())


@pytest.mark.parametrize("buffering", [0, -1], ids=["at once", "by a buffer, which Python empties at its end"])
def test_a_closed_pipe_is_survived(buffering: int) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb", buffering=buffering) as pipe:
        handler = StashHandler(pipe)
        handler.write(format_line(b"i", "nobody reads this"))
        handler.write(format_line(b"i", "nor this"))


def told(steps: list[tuple[float, float]], interval: float = 0.0) -> list[float]:
    stream = io.BytesIO()
    progress = Progress(StashHandler(stream))
    progress.INTERVAL = interval
    for done, total in steps:
        progress(done, total)
    return [float(line.removeprefix(b"\x01p\x02")) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(1, 4), (2, 4), (4, 4)], [0.25, 0.5, 1.0]),
        ([(2, 4), (1, 4), (2, 4), (3, 4)], [0.5, 0.75]),
        ([(0, 0)], [1.0]),
        ([(9, 4)], [1.0]),
        ([(4, 4), (4, 4)], [1.0]),
        ([(0, 4)], []),
    ],
    ids=shown,
)
def test_progress_goes_forward_and_ends_on_1(steps: list[tuple[float, float]], expected: list[float]) -> None:
    assert told(steps) == expected


def test_progress_is_told_at_most_ten_times_a_second() -> None:
    assert Progress.INTERVAL == 0.1
    assert told([(step, 1000) for step in range(1, 1001)], interval=60.0) == [0.001, 1.0]


def test_progress_without_a_listener_is_silent() -> None:
    Progress()(1.0)
