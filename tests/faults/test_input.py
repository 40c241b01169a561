"""Whatever stands in stdin, arguments, selections, tables and rules: an answer, or an error of ours, in bounded time."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.client import StashClient, criteria, inputs
from lib.errors import DataError
from lib.log import format_line
from lib.plugin import PluginInput, read_input
from lib.rules import check_rules
from lib.rules.syntax.yaml_tree import MAX_TEXT
from lib.rules.templates import parse_template
from lib.stash import selection
from lib.tables import cells, reader
from lib.tasks import TASKS, arguments
from tests.faults.conftest import WIDE
from tests.rules.contexts import scope
from tests.rules.test_filters import TABLE
from tests.support.steps import steps_at_most

pytestmark = pytest.mark.timeout(600)

STEPS = 30_000_000
ANY = settings(
    max_examples=300 if WIDE else 30,
    derandomize=not WIDE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EVIL = st.text(max_size=30) | st.sampled_from(
    ["\0", "\ud800", "a\nb", "\u202egnp.exe", "=1+1", "<script>", "../../x", "{{}}", "1e999", "[" * 5000, "9" * 5000]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | EVIL,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(EVIL, inner, max_size=4),
    max_leaves=10,
)
WORDS = st.sampled_from(
    ["id", "ids", "image_filter", "value", "modifier", "EQUALS", "INCLUDES", "tags", "path", "per_page", "AND", "title"]
)
SHAPED = st.recursive(
    JSON | WORDS, lambda inner: st.dictionaries(WORDS, inner, max_size=3) | st.lists(inner, max_size=3), max_leaves=10
)


def refused_or_done(work: Callable[[], Any]) -> Any:
    """What `work` gives, or None where it refuses in words of ours."""
    try:
        return work()
    except DataError as error:
        return None if str(error) else pytest.fail("an error without a word")


@ANY
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_stdin(raw: bytes) -> None:
    found = refused_or_done(lambda: read_input(raw))
    assert found is None or isinstance(found, PluginInput)


@ANY
@given(st.dictionaries(st.sampled_from(["Scheme", "Host", "Port", "SessionCookie", "ApiKey", "Dir"]), JSON))
def test_the_way_to_the_server(connection: dict[str, Any]) -> None:
    client = refused_or_done(lambda: StashClient.from_plugin(connection))
    if client is not None:
        client.close()


@ANY
@given(st.sampled_from(sorted(TASKS)), st.data())
def test_arguments(mode: str, data: st.DataObject) -> None:
    known = import_module(TASKS[mode]).OPERATIONS[mode].arguments
    names = st.sampled_from([*known, "else"]) | EVIL
    args = data.draw(st.dictionaries(names, SHAPED, max_size=4))
    refused_or_done(lambda: arguments.check(mode, args, known))


def test_an_argument_that_is_too_deep() -> None:
    known = import_module(TASKS["rules_apply"]).OPERATIONS["rules_apply"].arguments
    with pytest.raises(DataError, match="image_filter"):
        arguments.check("rules_apply", {"image_filter": "[" * 100_000}, known)


INPUTS: list[Callable[[Any], Any]] = [
    inputs.update,
    inputs.updates,
    inputs.image,
    inputs.new_image,
    inputs.bulk,
    inputs.destroy,
    inputs.destroy_many,
    criteria.image_filter,
    criteria.find_filter,
]


@pytest.mark.parametrize("check", INPUTS, ids=lambda check: f"{check.__module__}.{check.__name__}")
def test_what_is_sent(check: Callable[[Any], Any]) -> None:
    fields = st.sampled_from(
        ["id", "ids", "title", "rating100", "date", "tag_ids", "tags", "urls", "organized", "path"]
    )

    @ANY
    @given(SHAPED | st.dictionaries(fields | WORDS, SHAPED, max_size=5))
    def any_value(value: Any) -> None:
        refused_or_done(lambda: check(value))

    any_value()


PIECES = st.lists(st.sampled_from([*"{} ,.:()@#$\"'\n", "id", "tags", "... on ", "fragment "]), max_size=30)


@ANY
@given(PIECES.map("".join))
def test_return_fields_stay_inside_their_selection(text: str) -> None:
    fields = refused_or_done(lambda: selection.validate_selection("return_fields", text))
    if fields is not None:
        document = parse(f"query {{ outer {{ {fields} }} }}")
        (operation,) = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert len(operation.selection_set.selections) == 1


@pytest.mark.parametrize("text", ["id } } mutation { imagesDestroy", "id } images: findImages { count", "} {", "id #"])
def test_return_fields_that_close_the_selection(text: str) -> None:
    with pytest.raises(DataError, match="return_fields"):
        selection.validate_selection("return_fields", text)


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_tables(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    shaped = st.lists(st.dictionaries(st.sampled_from(["id", "path", "title", "tags", "rating100"]), JSON, max_size=4))

    @ANY
    @given(st.binary(max_size=300) | EVIL.map(lambda text: text.encode("utf-8", "surrogatepass")) | shaped.map(_dumped))
    def any_file(data: bytes) -> None:
        path.write_bytes(data)
        refused_or_done(lambda: reader.summarize(str(path)))
        refused_or_done(lambda: list(reader.read_rows(str(path))))

    any_file()


@pytest.mark.parametrize(("ending", "said"), [("json", "too deeply"), ("jsonl", "")])
def test_a_table_that_is_too_deep(tmp_path: Path, ending: str, said: str) -> None:
    path = tmp_path / f"table.{ending}"
    path.write_text("[" * 20_000)
    if said:
        with pytest.raises(DataError, match=said):
            list(reader.read_rows(str(path)))
    else:
        assert [row.problem for row in reader.read_rows(str(path))] == ["the line is nested too deeply"]


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_a_table_with_a_number_that_is_none(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    digits = "9" * 5000
    row = f'{{"id": 1, "title": {digits}, "code": NaN}}'
    path.write_text(f"[{row}]" if ending == "json" else row)
    assert [row.cells for row in reader.read_rows(str(path))] == [{"id": "1", "title": digits}]


def _dumped(rows: Any) -> bytes:
    return json.dumps(rows).encode()


@ANY
@given(st.sampled_from("=+-@\t\r|%").flatmap(lambda sign: st.text(max_size=20).map(lambda text: sign + text)))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = cells.escape_formula(text)
    assert cell[0] not in "=+-@\t\r"
    assert cells.unescape_formula(cell) == text


@ANY
@given(EVIL, st.sampled_from(["\n", "\r", "\r\n", "\x01e\x02", "\x85", "\u2028"]))
def test_no_text_begins_a_log_line_of_its_own(text: str, ending: str) -> None:
    lines = format_line(b"i", f"{text}{ending}x{text}").split(b"\n")
    assert all(line.startswith(b"\x01i\x02") for line in lines[:-1])


def laughs() -> str:
    """Names that stand for ten of the one before: a thousand million at the end."""
    lines = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join([*lines, "rules: *a9"])


def long(body: str) -> str:
    """A rule with this body, and texts of 10,000 characters and more that it may name: plain, a map, in double quotes."""
    spaces = " " * 10_000
    texts = f'&x {"y" * 40_000}, &y {{a,{spaces}}}, &z "a\\\n{spaces}b"'
    return f"rules: [{{name: texts, set: {{title: a}}, about: [{texts}]}}, {{name: a, set: {{title: a}}, {body}}}]"


def patterns(count: int, pattern: str) -> str:
    """So many rules, each with this pattern or nearly."""
    rules = [f"- {{name: r{n}, match: {{name: {{regex: '{n}{pattern}'}}}}}}" for n in range(count)]
    return "\n".join(["rules:", *rules])[:MAX_TEXT].rpartition("\n")[0] + "\n- {}"


def dropped(number: int) -> str:
    return f"'/[āăą]{number}/'"


BOMBS: dict[str, Callable[[], str]] = {
    "a billion laughs": laughs,
    "names that hold themselves": lambda: "rules: &x [*x]",
    "a million brackets": lambda: "rules: " + "[" * 1_000_000,
    "deep maps": lambda: "".join(" " * n + "a:\n" for n in range(1500)),
    "an object of Python": lambda: "rules: !!python/object/apply:os.system ['true']",
    "a million rules": lambda: "rules:\n" + "- {}\n" * 100_000,
    "one long line": lambda: "rules: [{name: " + "x" * 900_000 + "}]",
    "merges": lambda: "a: &a {x: 1}\nrules:\n- {<<: [" + ", ".join(["*a"] * 5000) + "]}",
    "a pattern of braces": lambda: "rules: [{name: a, set: {title: '" + "{path|" * 20_000 + "'}}]",
    "a pattern of groups": lambda: "rules: [{name: a, match: {name: {regex: '" + "(" * 900 + ")" * 900 + "'}}}]",
    "a long text by many names": lambda: long("about: [" + ", ".join(["*x"] * 15_000) + "]"),
    "a long extension by many names": lambda: long("match: {ext: [" + ", ".join(["*x"] * 15_000) + "]}"),
    "a long key by many names": lambda: long("match: {" + ", ".join(["*x : 1"] * 8000) + "}"),
    "a template without quotes by many names": lambda: long("about: [" + ", ".join(["*y"] * 15_000) + "]"),
    "quotes over many lines by many names": lambda: long("about: [" + ", ".join(["*z"] * 15_000) + "]"),
    "wide ranges": lambda: patterns(100, "[!-～]" * 190),
    "a pattern of growing filters": lambda: f"rules: [{{name: a, set: {{title: '{{x|{'replace:o,oo|' * 900}}}'}}}}]",
    "a glob of stars": lambda: "rules: [{name: a, match: {name: '" + "*a" * 20_000 + "'}}]",
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_rules_that_are_bombs(make: Callable[[], str]) -> None:
    text = make()
    with steps_at_most(STEPS):
        check = check_rules(text)
    assert check.errors


PATTERNS: dict[str, Callable[[], str]] = {
    "ranges wide enough": lambda: patterns(1500, "[α-～]" * 7),
    "sets of letters": lambda: patterns(120, "[āăą]" * 199),
    "patterns to drop": lambda: "rules: x\nvocabulary: {tags: {drop: [" + ", ".join(map(dropped, range(6500))) + "]}}",
}


@pytest.mark.parametrize("make", PATTERNS.values(), ids=PATTERNS)
def test_patterns_that_take_long_to_compile(make: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0, 0.05)
    monkeypatch.setattr("lib.rules.syntax.regexes.time", SimpleNamespace(process_time=lambda: next(ticks)))
    monkeypatch.setattr("lib.rules.syntax.regexes.re", compiling := Compiled())
    check = check_rules(make())
    assert any("take too long to compile" in error.message for error in check.errors)
    assert 1 <= compiling.count <= 1 / 0.05 + 1


class Compiled:
    """The module `re`, which counts what it compiles."""

    def __init__(self) -> None:
        self.count = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(re, name)

    def compile(self, *args: Any) -> re.Pattern[str]:
        self.count += 1
        return re.compile(*args)


UNITS = ["<", "a", " ", ",", "(", "<lora:", "0", "{", "&", "\n", "[", ":", "<a ", "-", "2011:", "May ", "http://", "\\"]


@pytest.mark.parametrize("filters", sorted({row[0] for rows in TABLE.values() for row in rows}))
def test_a_filter_takes_a_million_characters(filters: str) -> None:
    template = parse_template(f"{{sidecar.x|{filters}}}")
    for unit in UNITS if WIDE else UNITS[:: len(UNITS) // 3]:
        long = scope(sidecar={"x": (unit * 1_000_000)[:1_000_000]})
        with steps_at_most(STEPS):
            template.value(long)
