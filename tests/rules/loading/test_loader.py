"""Loading (loader, rule_parser, diagnostics, suggestions): every error has its line and a remedy."""

from __future__ import annotations

import pytest

from lib.rules import RulesError, check_rules, load_rules

MATCH = "rules:\n- name: a\n  match:\n    "

# text, line, parts of the message
ERRORS: dict[str, tuple[str | bytes, int, list[str]]] = {
    "a backslash in double quotes": (
        'rules:\n- name: a\n  match: {path: "D:\\pics"}',
        3,
        ["double quotes", "single quotes, and / in paths: 'D:/pics'"],
    ),
    "a backslash that is an escape": ('rules:\n- name: a\n  match: {path: "D:\\new"}', 3, ["double quotes"]),
    "a regular expression in double quotes": (
        'rules:\n- {name: a, match: {path: {regex: "\\bx"}}}',
        2,
        ["double quotes"],
    ),
    "an escape beyond all characters": ('rules:\n- name: "\\U00110000"', 1, ["invalid YAML"]),
    "an escape beyond all numbers": ('rules:\n- name: "\\UFFFFFFFF"', 1, ["invalid YAML"]),
    "a version without end": (f"%YAML 1.{'9' * 5000}\n---\nrules: []", 1, ["invalid YAML"]),
    "flags that exclude each other": (
        "rules:\n- {name: a, match: {path: {regex: '(?a)(?u)x'}}}",
        2,
        ["isn't a valid regular expression"],
    ),
    "a source of countless parts": (
        f"rules:\n- {{name: a, set: {{title: '{{sidecar{'.a' * 450}}}'}}}}",
        2,
        ["450 dots", "maximum: 20"],
    ),
    "a tab": ("rules:\n- name: a\n\tset: {title: x}", 3, ["a tab", "indent with spaces"]),
    "not UTF-8": (b"rules:\n- name: caf\xe9\n", 2, ["isn't UTF-8", "encoding UTF-8"]),
    "UTF-16": ("rules: []".encode("utf-16"), 1, ["isn't UTF-8"]),
    "a control character": ("rules:\n- name: a\x01\n", 2, ["isn't allowed in YAML"]),
    "a template that begins a text": ("rules:\n- name: a\n  set: {title: {re.x} b}", 3, ["single quotes"]),
    "a colon in a text": ("rules:\n- name: a\n  set:\n    title: a: b", 4, ["single quotes"]),
    "an open quote": ("rules:\n- name: 'a\n  set: {title: x}\n", 4, ["a quote isn't closed"]),
    "an alias that nobody named": ("rules:\n- {name: a, set: {title: *x}}", 2, ["undefined alias"]),
    "a tag": ("rules:\n- {name: a, set: {title: !!int 5}}", 2, ["the tag", "isn't supported"]),
    "a key twice": ("rules:\n- name: a\n  set: {title: x}\n  set: {code: y}", 4, ["duplicate key 'set'", "line 3"]),
    "two documents": ("rules: []\n---\nrules: []\n", 2, ["one document"]),
    "no map": ("- a\n- b", 1, ["the file must be a map", "allowed: version, defaults"]),
    "rules no list": ("rules: {name: a}", 1, ["rules must be a list"]),
    "a rule no map": ("rules:\n- a", 2, ["a rule must be a map"]),
    "a version to come": ("version: 2", 1, ["version: unknown value '2'"]),
    "an unknown key": ("rule: []", 1, ["unknown key 'rule'", "did you mean rules?"]),
    "a rule's key at the top": ("rules: []\nset: {title: x}", 2, ["it belongs in a rule"]),
    "no name": ("rules:\n- set: {title: x}", 2, ["the rule has no name"]),
    "a name twice": (
        "rules:\n- {name: a, set: {title: x}}\n- {name: a, set: {code: x}}",
        3,
        ["already used in line 2"],
    ),
    "an unknown rule key": ("rules:\n- name: a\n  if: {ext: jpg}", 3, ["unknown key 'if'", "use match"]),
    "an unknown mode": ("rules:\n- {name: a, mode: on, set: {title: x}}", 2, ["allowed: off, preview, apply"]),
    "an unknown when": ("rules:\n- {name: a, when: always, set: {title: x}}", 2, ["allowed: scan, task"]),
    "an unknown strategy": ("defaults:\n  strategy: replace", 2, ["allowed: merge, overwrite, ignore"]),
    "a switch": ("rules:\n- {name: a, stop: maybe, set: {title: x}}", 2, ["stop must be true or false"]),
    "create takes kinds": (
        "rules:\n- {name: a, create: true, add: {tags: x}}",
        2,
        ["create: unknown value 'true'", "tags, performers, studios"],
    ),
    "galleries are not created": ("defaults: {create: [galleries]}", 1, ["create: unknown value 'galleries'"]),
    "match is a list": ("rules:\n- name: a\n  match: [{ext: jpg}]", 3, ["use any: or all:"]),
    "an unknown condition": (
        "rules:\n- name: a\n  match:\n    wide: 5",
        4,
        ["unknown condition 'wide'", "did you mean width?"],
    ),
    "rating": ("rules:\n- {name: a, match: {rating: 4}}", 2, ["use rating100", "4 stars = 80"]),
    "tags as a condition": ("rules:\n- {name: a, match: {tags: x}}", 2, ["has: {tags: NAME}"]),
    "an unknown source": (
        "rules:\n- {name: a, match: {meta.stars: 4}}",
        2,
        ["unknown source 'meta.stars'", "meta.rating"],
    ),
    "a bad regular expression": (
        "rules:\n- {name: a, match: {path: {regex: '('}}}",
        2,
        ["isn't a valid regular expression"],
    ),
    "a group as Go writes it": ("rules:\n- {name: a, match: {path: {regex: '(?<x>a)'}}}", 2, ["(?P<name>…)"]),
    "a backslash in a glob": (
        "rules:\n- {name: a, match: {path: 'D:\\pics\\*'}}",
        2,
        ["use / as the path separator", "'D:/pics/*'"],
    ),
    "a size": ("rules:\n- {name: a, match: {size: {gt: 5 apples}}}", 2, ["5MB"]),
    "a number": ("rules:\n- {name: a, match: {width: wide}}", 2, ["'wide' isn't a number"]),
    "an operator": ("rules:\n- {name: a, match: {width: {min: 5}}}", 2, ["unknown key 'min'", "gt, gte, lt, lte, eq"]),
    "a date": ("rules:\n- {name: a, match: {date: {gt: 4.7.2021}}}", 2, ["isn't a date", "2021-07-04"]),
    "an orientation": ("rules:\n- {name: a, match: {orientation: wide}}", 2, ["landscape, portrait, square"]),
    "a field under missing": (
        "rules:\n- {name: a, match: {missing: rating}}",
        2,
        ["unknown field 'rating'", "4 stars = 80"],
    ),
    "a field under has": ("rules:\n- {name: a, match: {has: {title: x}}}", 2, ["has: unknown field 'title'"]),
    "has without a map": ("rules:\n- {name: a, match: {has: tags}}", 2, ["not: {missing: tags}"]),
    "any without a list": ("rules:\n- {name: a, match: {any: {ext: jpg}}}", 2, ["any must be a list of maps"]),
    "no value": ("rules:\n- name: a\n  match: {ext: }", 3, ["ext has no value"]),
    "a list under set": ("rules:\n- {name: a, set: {tags: x}}", 2, ["tags is a list: use it under add"]),
    "a single value under add": (
        "rules:\n- {name: a, add: {title: x}}",
        2,
        ["title is a single value: use it under set"],
    ),
    "an unknown field": ("rules:\n- {name: a, set: {artist: x}}", 2, ["unknown field 'artist'", "use photographer"]),
    "a field without value": ("rules:\n- name: a\n  set: {title: }", 3, ["set.title has no value"]),
    "a list to be emptied": ("rules:\n- name: a\n  replace: {tags: }", 3, ["to clear the list, use []"]),
    "a rating out of range": ("rules:\n- {name: a, set: {rating100: 101}}", 2, ["0 to 100 (4 stars = 80)"]),
    "a constant that is no date": ("rules:\n- {name: a, set: {date: today}}", 2, ["isn't a date such as"]),
    "a constant that is no switch": ("rules:\n- {name: a, set: {organized: maybe}}", 2, ["isn't true or false"]),
    "an unknown filter": (
        "rules:\n- {name: a, set: {title: '{path|trim}'}}",
        2,
        ["unknown filter 'trim'", "use strip"],
    ),
    "a value's key": (
        "rules:\n- {name: a, set: {title: {value: x, when: scan}}}",
        2,
        ["set.title: unknown key 'when'"],
    ),
    "a value without value": ("rules:\n- {name: a, set: {title: {strategy: merge}}}", 2, ["add value:"]),
    "create for a text": (
        "rules:\n- {name: a, set: {title: {value: x, create: true}}}",
        2,
        ["can be created, not title"],
    ),
    "min_words": (
        "rules:\n- {name: a, add: {performers: {value: x, min_words: two}}}",
        2,
        ["min_words must be a number"],
    ),
    "a group that nothing names": ("rules:\n- {name: a, set: {title: '{re.x}'}}", 2, ["(?P<x>…)", "its groups: none"]),
    "a group that only not names": (
        "rules:\n- {name: a, match: {not: {path: {regex: '(?P<x>a)'}}}, set: {title: '{re.x}'}}",
        2,
        ["no regular expression of this rule has a group (?P<x>…)"],
    ),
    "a sidecar's kind": ("sidecar: ['{path}.yaml']", 1, ["must end in .json, .xmp or .txt"]),
    "a sidecar's place": ("sidecar:\n- '{meta.title}.json'", 2, ["allowed placeholders"]),
    "a vocabulary's pattern": ("vocabulary:\n  tags: {drop: ['/(/']}", 2, ["isn't a valid regular expression"]),
    "a vocabulary's kind": ("vocabulary:\n  galleries: {drop: [x]}", 2, ["vocabulary: unknown key 'galleries'"]),
    "a vocabulary's key": ("vocabulary:\n  tags: {ignore: [x]}", 2, ["'ignore'; use drop; allowed: map, drop, create"]),
    "a misspelled key": ("vocabulary:\n  tags: {creat: [x]}", 2, ["did you mean create?"]),
    "no name to create": ("vocabulary:\n  tags: {create: [{a: b}]}", 2, ["vocabulary.tags.create must contain names"]),
    "no name to drop": ("vocabulary:\n  tags:\n    drop: ['']", 3, ["drop must contain names, or patterns"]),
    "min_words of many digits": (
        "rules:\n- {name: a, add: {tags: {value: x, min_words: " + "0" * 9 + "9" * 5000 + "}}}",
        2,
        ["min_words must be a number"],
    ),
    "max_new of many digits": ("max_new: " + "9" * 5000, 1, ["isn't a whole number"]),
    "a rating of many digits": ("rules:\n- {name: a, set: {rating100: " + "9" * 3900 + "}}", 2, ["0 to 100"]),
    "a width of many digits": ("rules:\n- {name: a, match: {width: " + "9" * 5000 + "}}", 2, ["isn't a number"]),
    "a source of many digits": (MATCH + "meta.rating: {gt: " + "9" * 5000 + "}", 4, ["neither a number nor a date"]),
    "a date's format with a part twice": (
        "rules:\n- {name: a, set: {date: '{path.stem|date:%Y-%m-%d %d}'}}",
        2,
        ["the filter date needs a valid strptime format", "redefinition"],
    ),
    "half a character": ('rules:\n- {name: a, set: {title: "\\ud800"}}', 2, [r"'\ud800' isn't allowed in rules"]),
    "a character in halves": ('rules:\n- {name: "\\ud83d\\ude00"}', 2, [r"'\ud83d' isn't allowed in rules"]),
    "half a character in a key": ('rules:\n- {name: a, "\\udfff": b}', 2, [r"'\udfff' isn't allowed in rules"]),
    "a NUL": ('rules:\n- {name: a, set: {title: "a\\x00b"}}', 2, [r"'\x00' isn't allowed in rules"]),
    "ranges without end": (MATCH + "name: {regex: '" + "[!-～]" * 9 + "'}", 4, ["ranges", "too many characters"]),
    "max_new": ("max_new: many", 1, ["isn't a whole number"]),
    "a tag that is missing": ("rules:\n- {name: a, match: {missing: tag}}", 2, ["'tag'; use tags; allowed"]),
    "a tag that it has": ("rules:\n- {name: a, match: {has: {tag: x}}}", 2, ["'tag'; use tags; allowed"]),
    "the second bound of two": (MATCH + "width:\n      gte: 5\n      lt: wide", 6, ["width: 'wide' isn't a number"]),
    "an operator below another": (MATCH + "size:\n      gt: 5MB\n      over: 3", 6, ["size: unknown key 'over'"]),
    "a bad regular expression below case": (MATCH + "path:\n      case: true\n      regex: '('", 6, ["path: '('"]),
    "a backslash in a glob below case": (
        MATCH + "name:\n      case: true\n      glob: 'a\\b'",
        6,
        ["use / as the path separator"],
    ),
    "a source's second bound": (MATCH + "sidecar.x:\n      gte: 3\n      lt: abc", 6, ["neither a number nor a date"]),
    "a source's bad regular expression": (MATCH + "meta.title:\n      empty: false\n      regex: '('", 6, ["'('"]),
    "an unknown source above its value": (MATCH + "meta.foo:\n      gte: 4", 4, ["unknown source 'meta.foo'"]),
}


@pytest.mark.parametrize(("text", "line", "parts"), ERRORS.values(), ids=ERRORS)
def test_errors(text: str | bytes, line: int, parts: list[str]) -> None:
    check = check_rules(text)
    assert check.ruleset is None
    assert [error.line for error in check.errors][:1] == [line]
    for part in parts:
        assert part in check.errors[0].message
    with pytest.raises(RulesError, match=f"line {line}: "):
        load_rules(text)


def test_all_problems_are_reported_at_once() -> None:
    text = "rules:\n- name: a\n  match: {wide: 5, rating: 3}\n  set: {artist: x, title: '{nope}'}\n- mode: on\n"
    with pytest.raises(RulesError) as caught:
        load_rules(text)
    assert [problem.line for problem in caught.value.problems] == [3, 3, 4, 4, 5, 5]
    assert "and 1 more" in str(caught.value)


WARNINGS = {
    "4 of 100": ("rules:\n- {name: a, set: {rating100: 4}}", 2, "4 stars = 80"),
    "stars of the metadata": ("rules:\n- {name: a, set: {rating100: '{meta.rating}'}}", 2, "{meta.rating|stars}"),
    "4 as a condition": ("rules:\n- {name: a, match: {rating100: {gte: 4}}, stop: true}", 2, "4 stars = 80"),
    "a year as a date": ("rules:\n- {name: a, match: {date: 2021}, stop: true}", 2, "matches only 2021-01-01"),
    "nothing to do": ("rules:\n- {name: a, match: {ext: jpg}}", 2, "the rule has no action"),
    "no rules": ("version: 1", 1, "the file has no rules"),
}


@pytest.mark.parametrize(("text", "line", "message"), WARNINGS.values(), ids=WARNINGS)
def test_warnings(text: str, line: int, message: str) -> None:
    check = check_rules(text)
    assert check.errors == []
    assert [(warning.line, message in warning.message) for warning in check.warnings] == [(line, True)]


def test_invalid_files_raise_nothing_else() -> None:
    for text in (
        "",
        "[]",
        "x",
        "a: b",
        "rules:\n- ",
        "rules:\n- [a]",
        "? [a]\n: b",
        "rules: null",
        "%",
        "\x00",
        "<<: 5",
    ):
        check_rules(text)


EVERY_KEY = r"""
version: 1
defaults: {when: [scan, task], mode: apply, strategy: merge, skip_organized: true, create: []}
vocabulary:
  tags: {drop: [tagme, '/^img[ _-]?\d+$/'], map: {bw: Black & White}}
  performers: {map: {ada: Ada Lovelace}}
  studios: {drop: [none], create: [Studio Blue]}
sidecar: ['{path}.json', '{path.dir}/info.json', '{path.noext}.xmp', '{path}.txt']
max_new: 100
rules:
- name: all of them
  about: a note
  mode: preview
  when: [scan, task]
  match: {missing: date, any: [{ext: jpg}, {meta.rating: {gte: 4}}]}
  set: {date: ['{meta.date}', '{sidecar.date|date}', '{path.stem|date}'], title: {value: '{meta.title}', strategy: overwrite}}
  add: {tags: {value: '{meta.keywords}', create: true}, performers: {value: '{path.folder}', create: true, min_words: 2}}
  remove: {tags: Untagged}
  replace: {urls: '{sidecar.post_url|url}'}
  create: [tags]
  strategy: ignore
  skip_organized: false
  stop: false
"""


def test_every_key() -> None:
    check = check_rules(EVERY_KEY)
    assert (check.errors, check.warnings) == ([], [])
    (rule,) = load_rules(EVERY_KEY).rules
    assert [(action.verb, action.field) for action in rule.actions] == [
        ("replace", "urls"),
        ("set", "date"),
        ("set", "title"),
        ("add", "tags"),
        ("add", "performers"),
        ("remove", "tags"),
    ]
    assert [action.parts[0].strategy for action in rule.actions if action.verb == "set"] == ["ignore", "overwrite"]


@pytest.mark.parametrize("text", ["max_new: 5", "defaults: {max_new: 5}"])
def test_max_new(text: str) -> None:
    assert load_rules(text).max_new == 5
