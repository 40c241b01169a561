"""Filters (all modules of filters, dates, values): results for each, and values they don't change."""

from __future__ import annotations

import time
from typing import Any

import pytest

from lib.errors import DataError
from lib.rules.filters import FILTERS
from lib.rules.filters.base import MAX_TEXT
from lib.rules.templates import parse_template
from lib.rules.values import MAX_ITEMS
from tests.rules.contexts import scope
from tests.support.steps import steps_at_most

# filter: [(the filter as typed, value, what comes out)]
TABLE: dict[str, list[tuple[str, Any, Any]]] = {
    "date": [
        ("date", "2021-07-04", "2021-07-04"),
        ("date", "2021-07-04T10:11:12.000-04:00", "2021-07-04"),
        ("date", "2021-07-04T23:59:00+14:00", "2021-07-04"),
        ("date", "2011:05:01 18:30:00", "2011-05-01"),
        ("date", "2021-07", "2021-07"),
        ("date", "2021", "2021"),
        ("date", "20110501_183000", "2011-05-01"),
        ("date", "20110501183000", "2011-05-01"),
        ("date", "20110501", "2011-05-01"),
        ("date", "IMG_20110501_183000", "2011-05-01"),
        ("date", "IMG20110501183000", "2011-05-01"),
        ("date", "PXL_20210704_101112345", "2021-07-04"),
        ("date", "Screenshot_2021-07-04-10-11-12", "2021-07-04"),
        ("date", "[2022-05-28] Studio Blue - Red Dress", "2022-05-28"),
        ("date", 1_588_515_072, "2020-05-03"),
        ("date", 1_588_515_072.5, "2020-05-03"),
        ("date", "1588515072000", "2020-05-03"),
        ("date", "946684800", "2000-01-01"),
        ("date", "0000:00:00 00:00:00", None),
        ("date", "2021-02-30", None),
        ("date", "1825-01-01", None),
        ("date", "danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0", None),
        ("date", "2012050118300012345", None),
        ("date", "4102444800", None),
        ("date", "no date", None),
        ("date:%d.%m.%Y", "04.07.2021", "2021-07-04"),
        ("date:%m/%Y", "07/2021", "2021-07"),
        ("date:%d.%m.%Y", "2021-07-04", None),
        ("date", ["2021-07-04", "x"], ["2021-07-04"]),
        ("date:%Y-%m-%d %H", "2021-07-04 10", "2021-07-04"),
    ],
    "snowflake": [
        ("snowflake", "1418595959012345678", "2021-07-23"),
        ("snowflake", 1418595959012345678, "2021-07-23"),
        ("snowflake", "1418595959012345678_2", "2021-07-23"),
        ("snowflake:discord", "861234567890123456", "2021-07-04"),
        ("snowflake", "20", None),
        ("snowflake", "photo", None),
    ],
    "stars": [
        ("stars", 4, 80),
        ("stars", "3.5", 70),
        ("stars", 0, None),
        ("stars", -1, None),
        ("stars", 99, None),
        ("stars", "good", None),
    ],
    "title": [("title", "the RED dress of o'neil", "The Red Dress Of O'neil"), ("title", "été-夏", "Été-夏")],
    "lower": [("lower", "ÉTÉ Red", "été red")],
    "upper": [("upper", "été red", "ÉTÉ RED")],
    "strip": [("strip", "  red ", "red"), ("strip", "   ", None)],
    "words": [("words", "red_dress.in-paris", "red dress in paris"), ("words", "__1girl__", "1girl")],
    "split": [
        ("split:;", "red; blue ;;", ["red", "blue"]),
        ("split:,", "red,blue", ["red", "blue"]),
        (r"split:\|", "red|blue", ["red", "blue"]),
        ("split: - ", "red-hot - blue", ["red-hot", "blue"]),
        ("split:;", "red", ["red"]),
    ],
    "text": [
        ("text", "<p>A <b>red</b> dress</p><p>&amp; more</p>", "A red dress\n& more"),
        ("text", "one<br/>two", "one\ntwo"),
        ("text", "&lt;b&gt; stays", "<b> stays"),
        ("text", "1 < 2 > 0", "1 < 2 > 0"),
        ("text", "<br>", None),
    ],
    "line1": [("line1", "\n  first \nsecond", "first"), ("line1", "only", "only")],
    "max": [("max:3", "abcdef", "abc"), ("max:4", "abc def", "abc"), ("max:9", "abc", "abc")],
    "url": [
        ("url", " https://example.org/a?b=c ", "https://example.org/a?b=c"),
        ("url", "example.org", None),
        ("url", "javascript:alert(1)", None),
        ("url", "https://example.org/a b", None),
        ("url", ["https://example.org", "x"], ["https://example.org"]),
    ],
    "replace": [
        ("replace:_,-", "a_b_c", "a-b-c"),
        (r"replace:\,,;", "a,b", "a;b"),
        ("replace:_,", "a_b", "ab"),
        (r"replace:\\,/", "a\\b", "a/b"),
    ],
    "tags": [
        ("tags", ["long hair", "solo"], ["long hair", "solo"]),
        ("tags", [{"name": "red"}, {"id": 1, "name": "blue"}], ["red", "blue"]),
        ("tags", [{"tag": "red", "count": 3}], ["red"]),
        ("tags", "long hair, solo", ["long hair", "solo"]),
        ("tags", "long_hair solo", ["long_hair", "solo"]),
        ("tags", {"name": "red"}, None),
    ],
    "prompt_tags": [
        (
            "prompt_tags",
            "masterpiece, best quality, 1girl, (red dress:1.2), forest",
            ["masterpiece", "best quality", "1girl", "red dress", "forest"],
        ),
        ("prompt_tags", "((a, b:1.3)), [c], {d}, <lora:x:0.8>, A", ["a", "b", "c", "d"]),
        ("prompt_tags", r"hatsune miku \(vocaloid\), 16:9", ["hatsune miku (vocaloid)", "16:9"]),
        ("prompt_tags", "1.2::red hair::, sky++, (sun)1.3 BREAK moon", ["red hair", "sky", "sun", "moon"]),
    ],
    "get": [
        ("get:0", ["a", "b", "c"], "a"),
        ("get:-2", ["a", "b", "c"], "b"),
        ("get:5", ["a"], None),
        ("get:0", "single", "single"),
        ("get:1", "single", None),
    ],
    "default": [
        ("default:none", None, "none"),
        ("default:none", "some", "some"),
        ("default:red|upper", None, "RED"),
        ("upper|default:red", None, "red"),
        ("date|default:2000", "no date", "2000"),
        (r"default:\}\|", None, "}|"),
    ],
}


def run(filters: str, value: Any) -> Any:
    """What a template of one placeholder makes of a value that a sidecar holds."""
    return parse_template(f"{{sidecar.x|{filters}}}").value(scope(sidecar={"x": value}))


ROWS = [(name, *row) for name, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(("name", "typed", "value", "result"), ROWS, ids=[f"{row[1]}: {row[2]}" for row in ROWS])
def test_filter(name: str, typed: str, value: Any, result: Any) -> None:
    assert name in typed
    assert run(typed, value) == result


def test_every_filter_is_in_the_table() -> None:
    assert set(TABLE) == set(FILTERS)


def test_future_time_is_not_a_date() -> None:
    assert run("date", str(int(time.time()) + 3 * 86_400)) is None


WHOLE = ("tags", "get", "default")


@pytest.mark.parametrize("name", [name for name in FILTERS if name not in WHOLE])
def test_a_list_is_filtered_element_by_element(name: str) -> None:
    typed, value, result = TABLE[name][0]
    assert run(typed, [value, None]) == (result if isinstance(result, list) else [result])


@pytest.mark.parametrize("name", [name for name in FILTERS if name != "default"])
def test_nothing_stays_nothing(name: str) -> None:
    assert run(TABLE[name][0][0], None) is None


@pytest.mark.parametrize("name", [name for name in FILTERS if name not in ("default", "get")])
def test_an_object_yields_nothing(name: str) -> None:
    assert run(TABLE[name][0][0], {"name": "x"}) is None


WRONG = {
    "upper:x": "the filter upper takes no argument",
    "split": "the filter split needs an argument",
    "max": "the filter max needs a number of characters",
    "max:ten": "the filter max needs a number of characters",
    "replace:a": "the filter replace needs the old and the new text",
    "replace:a,b,c": "the filter replace needs the old and the new text",
    "get": "the filter get needs an index",
    "get:first": "the filter get needs an index",
    "date:%d.%m.": "needs a format with the year",
    "date:%Y %Q": "needs a valid strptime format",
    "date:%Y-%m-%d %d": "needs a valid strptime format",
    "snowflake:flickr": "supports the services twitter and discord",
    "default": "the filter default needs an argument",
    "lowercase": "unknown filter 'lowercase'; use lower; allowed: date, snowflake",
    "uper": "did you mean upper",
}


@pytest.mark.parametrize(("typed", "message"), WRONG.items(), ids=WRONG)
def test_invalid_arguments(typed: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_template(f"{{path|{typed}}}")


STEPS_OF_A_FILTER = 2 * MAX_TEXT


@pytest.mark.timeout(100)  # the square of a million takes many minutes, in C too
def test_long_input_takes_no_square_of_its_length() -> None:
    hostile = [sign * (MAX_TEXT // len(sign)) for sign in ("<", "(", ":1", "1", "a ", "+ ")]
    hostile.append(f"http://{'a' * MAX_TEXT} b")
    for name in FILTERS:
        for text in hostile:
            with steps_at_most(STEPS_OF_A_FILTER):
                run(TABLE[name][0][0], text)


GROWING = "|".join(["replace:o,oooooooooo"] * 12)
# filters, value, how many elements or characters are left
CUT: dict[str, tuple[str, Any, int]] = {
    "a text that grows": (GROWING, "oooo", MAX_TEXT),
    "a text that is long": ("replace:a,b", "o" * (MAX_TEXT + 1), MAX_TEXT),
    "one that stays": ("replace:o,p", "o" * 1000, 1000),
    "one that grows to the limit": ("replace:o,oo", "o" * (MAX_TEXT // 2), MAX_TEXT),
    "a list that grows": (GROWING, ["oooo"] * 1000, 2),
    "a list that is long": ("lower", ["a"] * (MAX_ITEMS + 1), MAX_ITEMS),
    "one that is not": ("lower", ["a"] * MAX_ITEMS, MAX_ITEMS),
    "pieces": ("split:;", "a;" * 1_000_000, MAX_ITEMS),
    "pieces of a list": ("split:;", ["a;" * 9000] * 9, MAX_ITEMS),
    "words": ("tags", "a " * 1_000_000, MAX_ITEMS),
    "tags": ("tags", "a, " * 1_000_000, MAX_ITEMS),
    "a list of tags": ("tags", ["a"] * (MAX_ITEMS + 1), MAX_ITEMS),
}


@pytest.mark.parametrize(("typed", "value", "length"), CUT.values(), ids=CUT)
def test_growing_values_are_cut(typed: str, value: Any, length: int) -> None:
    with steps_at_most(STEPS_OF_A_FILTER):
        assert len(run(typed, value)) == length


def test_long_replacements_are_cut() -> None:
    assert run("replace:ab,abc", "xab" * MAX_TEXT) == ("xabc" * MAX_TEXT)[:MAX_TEXT]
    assert run(f"replace:a,{'b' * 100}", "a" * 20_000) == "b" * MAX_TEXT


def test_items_beyond_the_limit_are_ignored() -> None:
    assert run("url", ["x"] * (MAX_ITEMS - 1) + ["http://a"]) == ["http://a"]
    assert run("url", ["x"] * MAX_ITEMS + ["http://a"]) is None


def test_a_template_of_many_texts_is_cut() -> None:
    long = scope(sidecar={"x": "x" * (MAX_TEXT - 10)})
    assert len(parse_template("{sidecar.x} and {sidecar.x}").value(long)) == MAX_TEXT


@pytest.mark.parametrize("text", [f"&#{'9' * 5000};", f"&#{'9' * 5000}", f"&#x{'f' * 5000};"])
def test_invalid_entities_are_replaced(text: str) -> None:
    assert run("text", f"<p>before {text} after") == "before \ufffd after"
