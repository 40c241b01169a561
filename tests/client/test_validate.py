"""Each kind of value: what is sent, and what is refused by name before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import validate
from lib.client.models import BulkUpdateIdMode
from lib.client.validate import Check
from lib.errors import DataError
from tests.support.ids import shown

ADD = {"mode": "ADD"}

ACCEPTED: list[tuple[Check, Any, Any]] = [
    (validate.id_, "5", "5"),
    (validate.id_, 5, "5"),
    (validate.id_, "007", "7"),
    (validate.ids, [], []),
    (validate.ids, ("1", 2), ["1", "2"]),
    (validate.text, "", ""),
    (validate.text, "Łódź\n夏", "Łódź\n夏"),
    (validate.texts, ["a", ""], ["a", ""]),
    (validate.urls, ["https://example.org/a"], ["https://example.org/a"]),
    (validate.boolean, False, False),
    (validate.rating100, 0, 0),
    (validate.rating100, 100, 100),
    (validate.date, "", ""),
    (validate.date, "2024", "2024"),
    (validate.date, "2024-05", "2024-05"),
    (validate.date, "2024-02-29", "2024-02-29"),
    (validate.date, "2024-02-29 23:59:59", "2024-02-29 23:59:59"),
    (validate.date, "2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z"),
    (validate.date, "2024-02-29T10:00:00.5+02:00", "2024-02-29T10:00:00.5+02:00"),
    (validate.relation_ids, {"ids": [], "mode": "SET"}, {"ids": [], "mode": "SET"}),
    (validate.relation_ids, {"ids": [1], "mode": BulkUpdateIdMode.ADD}, {"ids": ["1"], "mode": "ADD"}),
    (validate.relation_urls, {"values": ["u"], "mode": "REMOVE"}, {"values": ["u"], "mode": "REMOVE"}),
    (validate.nullable(validate.rating100), None, None),
    (validate.nullable(validate.rating100), 5, 5),
]

REFUSED: list[tuple[Check, Any, str]] = [
    (validate.id_, "", "whole number"),
    (validate.id_, "abc", "whole number"),
    (validate.id_, "-5", "whole number"),
    (validate.id_, "1.5", "whole number"),
    (validate.id_, "٣", "whole number"),
    (validate.id_, True, "whole number"),
    (validate.id_, None, "whole number"),
    (validate.id_, "9" * 19, "whole number"),
    (validate.ids, "5", "list of ids"),
    (validate.ids, ["1", "x"], r"given\[1\]"),
    (validate.text, 5, "text"),
    (validate.texts, "a", "list of texts"),
    (validate.texts, ["a", 5], r"given\[1\]"),
    (validate.urls, [" "], "can't be empty"),
    (validate.boolean, None, "true or false"),
    (validate.boolean, 1, "true or false"),
    (validate.boolean, "true", "true or false"),
    (validate.rating100, 101, "0 to 100"),
    (validate.rating100, -1, "0 to 100"),
    (validate.rating100, 4.5, "0 to 100"),
    (validate.rating100, "80", "0 to 100"),
    (validate.rating100, True, "0 to 100"),
    (validate.date, "yesterday", "YYYY-MM-DD"),
    (validate.date, "2011-02-31", "YYYY-MM-DD"),
    (validate.date, "2011-13", "YYYY-MM-DD"),
    (validate.date, "0000", "YYYY-MM-DD"),
    (validate.date, "05/01/2011", "YYYY-MM-DD"),
    (validate.date, " 2011-05-01", "YYYY-MM-DD"),
    (validate.date, "2011-05-01T10:00:00", "YYYY-MM-DD"),
    (validate.date, "2011-05-01 24:00:00", "YYYY-MM-DD"),
    (validate.date, "2011-05T10:00:00Z", "YYYY-MM-DD"),
    (validate.date, "２０１１", "YYYY-MM-DD"),
    (validate.date, 2011, "YYYY-MM-DD"),
    (validate.mapping, [], "object"),
    (validate.relation_ids, {"ids": ["1"]}, "given.mode"),
    (validate.relation_ids, {"ids": ["1"], "mode": "add"}, "SET, ADD, REMOVE"),
    (validate.relation_ids, {"mode": "SET"}, "given.ids: None"),
    (validate.relation_ids, {"ids": "", "mode": "SET"}, "given.ids: ''"),
    (validate.relation_ids, {"ids": ["1"], "values": [], "mode": "SET"}, "given has no values"),
    (validate.relation_urls, {"values": [""], "mode": "ADD"}, "can't be empty"),
    (validate.nullable(validate.boolean), "yes", "true or false"),
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
        validate.id_("given", "x" * 10_000)
    assert len(str(caught.value)) < 200


def test_unknown_and_missing_keys_are_named() -> None:
    checks: dict[str, Check] = {"id": validate.id_, "title": validate.text}
    with pytest.raises(DataError, match="image has no tittle; allowed: id, title"):
        validate.validate_object("image", {"id": 5, "tittle": "x"}, checks, ["id"])
    with pytest.raises(DataError, match="image needs id"):
        validate.validate_object("image", {"title": "x"}, checks, ["id"])
    assert validate.validate_object("image", {"id": 5}, checks, ["id"]) == {"id": "5"}
