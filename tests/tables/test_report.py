"""The report of an import, read again: as it was written, or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.errors import StoreError
from lib.tables import report
from lib.tables.report import RowResult

RESULT = RowResult("2", "5", "/a.png", "would change", "=title")
OTHERS = {
    "nothing": "",
    "other separators": "row;id;path;fate;text\n2;5;/a.png;would change;title\n",
    "a cell too few": "row,id,path,fate,text\n2,5,/a.png,would change\n",
}


@pytest.mark.parametrize("result", [RESULT, RESULT._replace(message="x" * 200_000)], ids=["a formula", "a long text"])
def test_report_is_read_back(tmp_path: Path, result: RowResult) -> None:
    path = str(tmp_path / "report.csv")
    with report.open_report(path) as written:
        written.add(result)
    assert list(report.read_report(path)) == [result]


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_modified_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.csv"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"report\.csv.* modified by another program"):
        list(report.read_report(str(path)))
