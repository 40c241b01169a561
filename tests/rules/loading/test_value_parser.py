"""Values of actions: text, lists and the long form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.factories import after, image, one_rule

VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("set: {title: a}", {"title": "a"}),
    "the first that yields": ("set: {title: ['{meta.title}', b, c]}", {"title": "b"}),
    "the long form": ("set: {title: {value: a}}", {"title": "a"}),
    "a list in the long form": ("set: {title: {value: ['{meta.title}', b]}}", {"title": "b"}),
    "the long form in a list": ("set: {title: ['{meta.title}', {value: b, strategy: overwrite}]}", {"title": "b"}),
    "all of a list": ("add: {urls: [a, b, '{image.title}']}", {"urls": ["a", "b"]}),
    "a number": ("set: {rating100: '80'}", {"rating100": 80}),
    "a date without its time": ("set: {date: '2021-07-04 10:11:12'}", {"date": "2021-07-04"}),
    "text trimmed": ("set: {title: '  a '}", {"title": "a"}),
    "no value that is none": ("set: {title: '{path.zip}'}", {}),
    "no date that is none": ("set: {date: ['{path.stem}', 2020]}", {"date": "2020"}),
    "no rating that is none": ("set: {rating100: '{image.width}'}", {}),
}


@pytest.mark.parametrize(("body", "written"), VALUES.values(), ids=VALUES)
def test_values(body: str, written: dict[str, Any]) -> None:
    assert after(one_rule(body, image("a/title.jpg"))) == written
