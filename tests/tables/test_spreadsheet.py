"""What a spreadsheet changes by itself is told from what somebody edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tables import spreadsheet
from tests.support.ids import shown

REDRAWN = [
    # (what the cell says now, what was written)
    ("7", "007"),
    ("0", "000"),
    ("40.0", "40"),
    ("1.5", "1.50"),
    ("2021.0", "2021"),
    ("100000", "1E5"),
    ("1.00E+05", "100000"),
    ("7", "0" * 1_000_001 + "7"),
    ("1.23457E+18", "1234567890123456789"),
    ("1234567890123450000", "1234567890123456789"),
    ("1.2345678901234568e+18", "1234567890123456789"),
    ("TRUE", "true"),
    ("FALSE", "False"),
    ("7/4/2021", "2021-07-04"),
    ("04/07/2021", "2021-07-04"),
    ("04.07.2021", "2021-07-04"),
    ("4. 7. 2021", "2021-07-04"),
    ("4-7-2021", "2021-07-04"),
    ("4/7/21", "2021-07-04"),
    ("2021/7/4", "2021-07-04"),
    ("2021.07.04.", "2021-07-04"),
    ("04-Jul-21", "2021-07-04"),
    ("4 July 2021", "2021-07-04"),
    ("July 4, 2021", "2021-07-04"),
    ("2021-07-04 00:00:00", "2021-07-04"),
    ("2021-07-04T00:00:00", "2021-07-04"),
    ("Jul-21", "2021-07"),
    ("01.07.2021", "2021-07"),
    ("2021-07-01 00:00:00", "2021-07"),
    ("2-Jan", "1-2"),
    ("02. Jan", "2/1"),
    ("2025-01-02 00:00:00", "1-2"),
    ("4/7/2021", "04/07/2021"),
    ("4.7.2021", "04.07.2021"),
    ("12:30:00", "12:30"),
    ("1:05", "01:05"),
    ("a\nb", "a\r\nb"),
    ("a\r\nb", "a\nb"),
    (" a ", "a"),
    ("a", "a"),
]
EDITED = [
    ("8", "007"),
    ("41", "40"),
    ("41.3", "41.26"),
    ("1230", "1234"),
    ("1234567890123456788", "1234567890123456789"),
    ("1.3E+18", "1234567890123456789"),
    ("5e999", "5"),
    ("2021-07-05", "2021-07-04"),
    ("2021-04-07", "2021-07-04"),
    ("5/7/2021", "2021-07-04"),
    ("2021-07-01", "2021-07"),
    ("2021", "2021-07"),
    ("2021-07", "2021"),
    ("2-Feb", "1-2"),
    ("4-3", "3-4"),
    ("3/4", "3-4"),
    ("07/04/2021", "04/07/2021"),
    ("99/99/2021", "2021-07-04"),
    ("4 Foo 2021", "2021-07-04"),
    ("12:31", "12:30"),
    ("True", "yes"),
    ("TRUE", "1"),
    ("A", "a"),
    ("a 1", "a 01"),
    ("a  b", "a b"),
    ("", "a"),
    ("1" + "0" * 1_000_001, "007"),
]
LONG = "x" * 40_000


@pytest.mark.parametrize(("cell", "written"), REDRAWN, ids=shown)
def test_reformatted_cells_are_equivalent(cell: str, written: str) -> None:
    assert spreadsheet.is_equivalent(cell, written)


@pytest.mark.parametrize(("cell", "written"), EDITED, ids=shown)
def test_edited_cells_are_not_equivalent(cell: str, written: str) -> None:
    assert not spreadsheet.is_equivalent(cell, written)


@given(st.text() | st.from_regex(r"[0-9/.: eE+-]{1,12}", fullmatch=True), st.text())
def test_any_cell_can_be_compared(cell: str, written: str) -> None:
    assert spreadsheet.is_equivalent(cell, cell)
    spreadsheet.is_equivalent(cell, written)
    spreadsheet.parse_date(cell)


@pytest.mark.parametrize(
    ("cell", "written", "cut"),
    [
        (LONG[:32_767], LONG, True),
        (LONG[:32_766], LONG, True),  # the guarding apostrophe counted in the spreadsheet
        (("🌅" * 20_000)[:16_383], "🌅" * 20_000, True),
        (LONG[:32_000], LONG, False),
        ("y" + LONG[:32_766], LONG, False),
        (LONG, LONG, False),
        (LONG[:33_000], LONG, True),
        ("x", LONG, False),
    ],
    ids=["cut", "cut behind an apostrophe", "cut between emoji", "shorter", "other", "whole", "other limit", "short"],
)
def test_is_truncated(cell: str, written: str, cut: bool) -> None:
    assert spreadsheet.is_truncated(cell, written) is cut


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2021-07-04 00:00:00", "2021-07-04"),
        ("2021/7/4", "2021-07-04"),
        ("2021.07.04", "2021-07-04"),
        ("4/7/2021", None),
        ("2021/13/4", None),
        ("2021-07-04", None),
        ("Jul-21", None),
        ("", None),
    ],
    ids=shown,
)
def test_parse_date(cell: str, date: str | None) -> None:
    assert spreadsheet.parse_date(cell) == date
