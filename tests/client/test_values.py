"""Each kind of value: what is sent, and what is refused by name before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from lib import values
from lib.errors import DataError
from lib.models import BulkUpdateIdMode
from lib.values import Check
from tests.tables import shown

ADD = {"mode": "ADD"}

ACCEPTED: list[tuple[Check, Any, Any]] = [
    (values.id_, "5", "5"),
    (values.id_, 5, "5"),
    (values.id_, "007", "7"),
    (values.ids, [], []),
    (values.ids, ("1", 2), ["1", "2"]),
    (values.text, "", ""),
    (values.text, "Łódź\n夏", "Łódź\n夏"),
    (values.texts, ["a", ""], ["a", ""]),
    (values.urls, ["https://example.org/a"], ["https://example.org/a"]),
    (values.switch, False, False),
    (values.rating100, 0, 0),
    (values.rating100, 100, 100),
    (values.date, "", ""),
    (values.date, "2024", "2024"),
    (values.date, "2024-05", "2024-05"),
    (values.date, "2024-02-29", "2024-02-29"),
    (values.date, "2024-02-29 23:59:59", "2024-02-29 23:59:59"),
    (values.date, "2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z"),
    (values.date, "2024-02-29T10:00:00.5+02:00", "2024-02-29T10:00:00.5+02:00"),
    (values.relation_ids, {"ids": [], "mode": "SET"}, {"ids": [], "mode": "SET"}),
    (values.relation_ids, {"ids": [1], "mode": BulkUpdateIdMode.ADD}, {"ids": ["1"], "mode": "ADD"}),
    (values.relation_urls, {"values": ["u"], "mode": "REMOVE"}, {"values": ["u"], "mode": "REMOVE"}),
    (values.nullable(values.rating100), None, None),
    (values.nullable(values.rating100), 5, 5),
]

REFUSED: list[tuple[Check, Any, str]] = [
    (values.id_, "", "whole number"),
    (values.id_, "abc", "whole number"),
    (values.id_, "-5", "whole number"),
    (values.id_, "1.5", "whole number"),
    (values.id_, "٣", "whole number"),
    (values.id_, True, "whole number"),
    (values.id_, None, "whole number"),
    (values.id_, "9" * 19, "whole number"),
    (values.ids, "5", "list of ids"),
    (values.ids, ["1", "x"], r"given\[1\]"),
    (values.text, 5, "text"),
    (values.texts, "a", "list of texts"),
    (values.texts, ["a", 5], r"given\[1\]"),
    (values.urls, [" "], "not empty"),
    (values.switch, None, "true or false"),
    (values.switch, 1, "true or false"),
    (values.switch, "true", "true or false"),
    (values.rating100, 101, "0 to 100"),
    (values.rating100, -1, "0 to 100"),
    (values.rating100, 4.5, "0 to 100"),
    (values.rating100, "80", "0 to 100"),
    (values.rating100, True, "0 to 100"),
    (values.date, "yesterday", "YYYY-MM-DD"),
    (values.date, "2011-02-31", "YYYY-MM-DD"),
    (values.date, "2011-13", "YYYY-MM-DD"),
    (values.date, "0000", "YYYY-MM-DD"),
    (values.date, "05/01/2011", "YYYY-MM-DD"),
    (values.date, " 2011-05-01", "YYYY-MM-DD"),
    (values.date, "2011-05-01T10:00:00", "YYYY-MM-DD"),
    (values.date, "2011-05-01 24:00:00", "YYYY-MM-DD"),
    (values.date, "2011-05T10:00:00Z", "YYYY-MM-DD"),
    (values.date, "２０１１", "YYYY-MM-DD"),
    (values.date, 2011, "YYYY-MM-DD"),
    (values.mapping, [], "object"),
    (values.relation_ids, {"ids": ["1"]}, "given.mode"),
    (values.relation_ids, {"ids": ["1"], "mode": "add"}, "SET, ADD, REMOVE"),
    (values.relation_ids, {"mode": "SET"}, "given.ids: None"),
    (values.relation_ids, {"ids": "", "mode": "SET"}, "given.ids: ''"),
    (values.relation_ids, {"ids": ["1"], "values": [], "mode": "SET"}, "given has no values"),
    (values.relation_urls, {"values": [""], "mode": "ADD"}, "not empty"),
    (values.nullable(values.switch), "yes", "true or false"),
]


@pytest.mark.parametrize(("check", "value", "sent"), ACCEPTED, ids=shown)
def test_is_sent(check: Check, value: Any, sent: Any) -> None:
    assert check("given", value) == sent


@pytest.mark.parametrize(("check", "value", "said"), REFUSED, ids=shown)
def test_is_refused(check: Check, value: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        check("given", value)
    assert str(caught.value).startswith("given")


def test_a_long_value_is_shown_in_part() -> None:
    with pytest.raises(DataError) as caught:
        values.id_("given", "x" * 10_000)
    assert len(str(caught.value)) < 200


def test_unknown_and_missing_keys_are_named() -> None:
    checks: dict[str, Check] = {"id": values.id_, "title": values.text}
    with pytest.raises(DataError, match="image has no tittle; allowed: id, title"):
        values.checked("image", {"id": 5, "tittle": "x"}, checks, ["id"])
    with pytest.raises(DataError, match="image needs id"):
        values.checked("image", {"title": "x"}, checks, ["id"])
    assert values.checked("image", {"id": 5}, checks, ["id"]) == {"id": "5"}
