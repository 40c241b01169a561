"""Templates: braces, escapes, lists, and no partial values."""

from __future__ import annotations

from typing import Any

import pytest

from lib.errors import DataError
from lib.rules.templates import Trace, parse_template
from tests.rules.contexts import scope

VALUES: dict[str, Any] = {"a": "A", "n": 5, "list": ["one", "two"], "object": {"k": "v"}, "empty": "", "yes": True}

# template, value
TABLE = {
    "text": ("plain", "plain"),
    "a placeholder": ("{sidecar.a}", "A"),
    "in a text": ("x{sidecar.a}y", "xAy"),
    "two": ("{sidecar.a}-{sidecar.n}", "A-5"),
    "spaces inside": ("{ sidecar.a | lower }", "a"),
    "a number stays one": ("{sidecar.n}", 5),
    "a switch": ("is {sidecar.yes}", "is true"),
    "a list stays one": ("{sidecar.list}", ["one", "two"]),
    "a list in a text gives its first": ("x {sidecar.list}", "x one"),
    "an object yields nothing": ("{sidecar.object}", None),
    "an object in a text yields nothing": ("x{sidecar.object}", None),
    "an object's key": ("{sidecar.object.k}", "v"),
    "nothing": ("{sidecar.none}", None),
    "never half": ("{sidecar.a} and {sidecar.none}", None),
    "never half: empty text": ("{sidecar.a} and {sidecar.empty}", None),
    "default fills": ("{sidecar.a} and {sidecar.none|default:B}", "A and B"),
    "braces": ("{{{sidecar.a}}}", "{A}"),
    "braces alone": ("{{x}}", "{x}"),
    "an escaped pipe": (r"{sidecar.a|replace:A,\|}", "|"),
    "an escaped brace": (r"{sidecar.a|replace:A,\}}", "}"),
    "an escaped comma": (r"{sidecar.a|replace:A,\,}", ","),
    "other backslashes stay": (r"{sidecar.a|replace:A,\d}", r"\d"),
    "backslashes outside stay": (r"a\|b\}}", r"a\|b\}"),
}


def value(text: str, trace: Trace | None = None) -> Any:
    return parse_template(text).value(scope(sidecar=VALUES), trace)


@pytest.mark.parametrize(("text", "result"), TABLE.values(), ids=TABLE)
def test_template(text: str, result: Any) -> None:
    assert value(text) == result


def test_a_trace_holds_the_value_after_each_filter() -> None:
    trace: Trace = []
    value("{sidecar.list|get:1|upper} {sidecar.a}", trace)
    assert trace == [
        {
            "placeholder": "sidecar.list",
            "steps": [
                {"step": "sidecar.list", "value": ["one", "two"]},
                {"step": "get:1", "value": "two"},
                {"step": "upper", "value": "TWO"},
            ],
        },
        {"placeholder": "sidecar.a", "steps": [{"step": "sidecar.a", "value": "A"}]},
    ]


WRONG = {
    "{path": "a { isn't closed; for a literal brace, use {{",
    "path}": "a } has no matching {; for a literal brace, use }}",
    r"{path|default:\}": "isn't closed",
    "{}": "unknown source ''",
    "{path|}": "unknown filter ''",
    "{nothing.at.all}": "unknown source 'nothing.at.all'; allowed: path",
    "{filename}": "unknown source 'filename'; use {path.name}",
    "{path.nam}": "did you mean path.name",
    "{meta.tags}": "use {meta.keywords}",
    "{image.rating}": "use {image.rating100}",
    "x" * 5000: "maximum: 4000",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=[text[:20] for text in WRONG])
def test_invalid_templates(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_template(text)
    assert message in str(caught.value)
