"""Days from the date formats that programs write."""

from __future__ import annotations

import pytest

from lib.metadata.dates import parse_day

DAYS = {
    "2011:05:01 18:30:00": "2011-05-01",
    "2011-05-01T23:30:00-11:00": "2011-05-01",
    "2011/05/01": "2011-05-01",
    "2011:5: 1 18:30": "2011-05-01",
    "20110501": "2011-05-01",
    " 2011-05-01\n": "2011-05-01",
    "Sun, 01 May 2011 18:30:00 GMT": "2011-05-01",
    "1 May 2011": "2011-05-01",
    "Sun May  1 18:30:00 2011": "2011-05-01",
    "1826:01:01": "1826-01-01",
    "1825:12:31": None,
    "0000:00:00 00:00:00": None,
    "    :  :     :  :  ": None,
    "2011:02:30 10:00:00": None,
    "2011:13:01": None,
    "2011-05": None,
    "2011": None,
    "05/06/2011": None,
    "6/16/09": None,
    "2011050112": None,
    "Sun, 01 Mai 2011": None,
    "Mon 9 Aug 2004 2O:17:36": None,
}


@pytest.mark.parametrize(("text", "expected"), DAYS.items(), ids=map(repr, DAYS))
def test_parse_day(text: str, expected: str | None) -> None:
    assert parse_day(text) == expected
