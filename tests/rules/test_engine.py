"""How rules run: order, strategies, organized, stop, preview, lists, names, vocabulary."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import Ref
from tests.rules.factories import Book, after, change, engine, image, one_rule, plan, refs

# name: (a value, the field before, what shall be written)
STRATEGIES = {
    "merge writes into an empty field": ("merge", "", {"title": "new"}),
    "merge leaves a title": ("merge", "old", {}),
    "merge takes spaces for empty": ("merge", "  ", {"title": "new"}),
    "overwrite writes": ("overwrite", "old", {"title": "new"}),
    "overwrite with the same changes nothing": ("overwrite", "new", {}),
    "what the server trims is no difference": ("overwrite", " new ", {}),
    "ignore never writes": ("ignore", "", {}),
}


@pytest.mark.parametrize(("strategy", "title", "written"), STRATEGIES.values(), ids=STRATEGIES)
def test_strategy(strategy: str, title: str, written: dict[str, Any]) -> None:
    assert after(one_rule(f"strategy: {strategy}, set: {{title: new}}", image(title=title))) == written


@pytest.mark.parametrize("where", ["defaults", "rule", "value"])
def test_strategy_stands_in_defaults_rule_or_value(where: str) -> None:
    overwrite = "strategy: overwrite"
    text = f"""
defaults: {{{overwrite if where == "defaults" else "mode: apply"}}}
rules:
- name: a
  {overwrite if where == "rule" else "stop: false"}
  set: {{title: {{value: new, {overwrite if where == "value" else "create: false"}}}}}
"""
    assert after(plan(text, image(title="old"))) == {"title": "new"}


EMPTY = {
    "no text": ({"title": ""}, "title: x", {"title": "x"}),
    "a rating of 0": ({"rating100": 0}, "rating100: 80", {"rating100": 80}),
    "no rating": ({"rating100": None}, "rating100: 80", {"rating100": 80}),
    "a rating stays": ({"rating100": 20}, "rating100: 80", {}),
    "no date": ({"date": None}, "date: 2021", {"date": "2021"}),
    "a year is a date": ({"date": "2020"}, "date: 2021", {}),
    "not organized": ({"organized": False}, "organized: true", {"organized": True}),
    "no studio": ({"studio": None}, "studio: Blue", {"studio": "Blue"}),
    "a studio stays": ({"studio": {"id": "2", "name": "Red"}}, "studio: Blue", {}),
}


@pytest.mark.parametrize(("shown", "value", "written"), EMPTY.values(), ids=EMPTY)
def test_merge_writes_only_into_an_empty_field(shown: dict[str, Any], value: str, written: dict[str, Any]) -> None:
    assert after(one_rule(f"set: {{{value}}}", image(**shown), Book(studios=["Blue", "Red"]))) == written


def test_rules_run_from_top_to_bottom_and_see_what_was_planned() -> None:
    text = """
rules:
- {name: first, set: {title: one}}
- {name: merge comes too late, set: {title: two}}
- {name: sees the title, match: {image.title: ONE}, set: {code: '{image.title}-2'}}
- {name: sees that it is not missing, match: {missing: title}, set: {details: no}}
- {name: overwrites, strategy: overwrite, set: {title: three}}
"""
    planned = plan(text, image())
    assert after(planned) == {"title": "three", "code": "one-2"}
    assert change(planned, "title").rules == ("overwrites",)
    assert planned.matched == ("first", "merge comes too late", "sees the title", "overwrites")
    assert planned.failed == {"sees that it is not missing": "missing: title"}


def test_a_rule_does_not_see_what_it_does_itself() -> None:
    assert after(one_rule("set: {title: new, code: '{image.title|default:old}'}", image())) == {
        "title": "new",
        "code": "old",
    }


@pytest.mark.parametrize(("value", "tags"), [("old, new", ["old", "new"]), ("new", ["old", "new"])])
def test_add_keeps_what_is_there(value: str, tags: list[str]) -> None:
    planned = one_rule(f"add: {{tags: [{value}]}}", image(tags=refs("old")), Book(tags=["old", "new"]))
    assert after(planned) == {"tags": tags}
    assert change(planned, "tags").add == (Ref("2", "new"),)
    assert planned.new_names == {}


NET = {
    "the later wins: removed": (["{name: a, add: {tags: x}}", "{name: b, remove: {tags: x}}"], [], {}),
    "the later wins: added": (["{name: a, remove: {tags: x}}", "{name: b, add: {tags: x}}"], ["x"], {}),
    "removed": (["{name: a, add: {tags: y}}", "{name: b, remove: {tags: x}}"], ["x"], {"tags": ["y"]}),
}


@pytest.mark.parametrize(("rules", "before", "written"), NET.values(), ids=NET)
def test_the_plan_shows_the_net_change(rules: list[str], before: list[str], written: dict[str, Any]) -> None:
    planned = plan(f"rules: [{', '.join(rules)}]", image(tags=refs(*before)), Book(tags=["x", "y"]))
    assert after(planned) == written


def test_organized_images_are_left_alone_unless_the_rule_says_so() -> None:
    text = """
rules:
- {name: a, set: {title: one}}
- {name: b, match: {missing: title}, skip_organized: false, set: {title: two}}
- {name: c, match: {ext: png}, set: {title: three}}
"""
    planned = plan(text, image(organized=True))
    assert after(planned) == {"title": "two"}
    assert (planned.skipped_organized, planned.matched) == (("a",), ("b",))


def test_organized_is_what_it_was_at_the_start() -> None:
    text = """
rules:
- {name: a, set: {organized: true}}
- {name: b, match: {organized: false}, set: {title: '{image.organized}'}}
"""
    assert after(plan(text, image())) == {"organized": True, "title": "false"}


STOP = {
    "matched": ("ext: jpg", {"title": "a"}),
    "not matched": ("ext: png", {"title": "b", "code": "b"}),
}


@pytest.mark.parametrize(("condition", "written"), STOP.values(), ids=STOP)
def test_stop_acts_when_the_rule_matched(condition: str, written: dict[str, Any]) -> None:
    text = f"""
rules:
- {{name: a, match: {{{condition}}}, set: {{title: a}}, stop: true}}
- {{name: b, set: {{title: b, code: b}}}}
"""
    assert after(plan(text, image())) == written


def test_stop_acts_though_nothing_was_changed() -> None:
    text = "rules: [{name: a, match: {ext: jpg}, stop: true}, {name: b, set: {title: b}}]"
    assert after(plan(text, image())) == {}


def test_a_rule_on_preview_plans_for_itself() -> None:
    text = """
rules:
- {name: a, set: {title: a}}
- {name: p, mode: preview, strategy: overwrite, stop: true, set: {title: '{image.title}-p', code: p}}
- {name: b, match: {missing: code}, set: {details: '{image.title}'}}
- {name: o, mode: off, set: {photographer: o}}
"""
    planned = plan(text, image())
    assert after(planned) == {"title": "a", "details": "a"}
    (previewed,) = planned.previewed
    assert [(entry.field, entry.before, entry.after) for entry in previewed.change.changes] == [
        ("title", None, "a-p"),
        ("code", None, "p"),
    ]


@pytest.mark.parametrize(("when", "written"), [("scan", {"title": "s"}), ("task", {"title": "t"})])
def test_when(when: str, written: dict[str, Any]) -> None:
    text = "rules: [{name: s, when: scan, set: {title: s}}, {name: t, when: [task], set: {title: t}}]"
    assert after(plan(text, image(), when=when)) == written


# tags in Stash, name and options as typed, what is added, what is reported
NAMES: dict[str, tuple[list[str], str, list[Any], list[str]]] = {
    "the exact name": (["sea", "Sea"], "Sea", [Ref("2", "Sea")], []),
    "the name in another case": (["Sea"], "SEA", [Ref("1", "Sea")], []),
    "beyond ASCII": (["Été"], "ÉTÉ", [Ref("1", "Été")], []),
    "an alias": (["Sea|Ocean"], "ocean", [Ref("1", "Sea")], []),
    "the name before an alias": (["Sea|Ocean", "ocean"], "OCEAN", [Ref("2", "ocean")], []),
    "two in another case": (["sea", "SEA"], "Sea", [], ["the tag 'Sea' is ambiguous: it could be sea, SEA"]),
    "two by an alias": (["a|x", "b|x"], "x", [], ["the tag 'x' is ambiguous: it could be a, b"]),
    "missing": ([], "Sea", [], ["missing: Sea"]),
    "made": ([], "Sea, create: true", [Ref(None, "Sea")], []),
    "made, but too short": ([], "Sea, create: true, min_words: 2", [], ["missing: Sea"]),
    "there, though short": (["Sea"], "Sea, create: true, min_words: 2", [Ref("1", "Sea")], []),
}


@pytest.mark.parametrize(("known", "typed", "added", "reported"), NAMES.values(), ids=NAMES)
def test_names(known: list[str], typed: str, added: list[Any], reported: list[str]) -> None:
    planned = one_rule(f"add: {{tags: {{value: {typed}}}}}", image(), Book(tags=known))
    assert [ref for entry in planned.change.changes for ref in entry.add] == added
    missing = [f"missing: {name}" for name in planned.missing_names.get("tags", [])]
    assert [*planned.problems, *missing] == reported


@pytest.mark.parametrize("where", ["defaults", "rule", "value"])
def test_create_stands_in_defaults_rule_or_value(where: str) -> None:
    text = f"""
defaults: {{create: [{"performers" if where == "defaults" else ""}]}}
rules:
- name: a
  create: [{"performers" if where in ("rule", "defaults") else ""}]
  add: {{performers: {{value: Ada, {"create: true" if where == "value" else "strategy: merge"}}}, tags: x}}
"""
    if where == "defaults":
        text = text.replace("  create: [performers]\n", "")
    planned = plan(text, image())
    assert planned.new_names == {"performers": ["Ada"]}
    assert planned.missing_names == {"tags": ["x"]}


def test_a_name_yet_to_be_made_is_one_whatever_its_case() -> None:
    text = """
rules:
- {name: a, add: {tags: {value: [Sea, SEA], create: true}}}
- {name: b, match: {has: {tags: sea}}, set: {title: '{image.tags}'}}
"""
    rules = engine(text)
    assert after(rules.plan(image())) == {"tags": ["Sea"], "title": "Sea"}
    assert after(rules.plan(image(id="8")))["tags"] == ["Sea"]
    assert rules.plan(image()).new_names == {"tags": ["Sea"]}


def test_a_name_yet_to_be_made_can_be_taken_back() -> None:
    text = "rules: [{name: a, create: [tags], add: {tags: [Sea, Sun]}}, {name: b, remove: {tags: SEA}}]"
    planned = plan(text, image())
    assert (after(planned), planned.new_names) == ({"tags": ["Sun"]}, {"tags": ["Sun"]})


def test_what_an_image_has_is_not_wanted_or_changed() -> None:
    planned = one_rule("add: {tags: sea}, set: {studio: blue}", image(tags=refs("Sea")), Book(tags=["Sea"]))
    assert planned.change.changes == ()
    assert planned.missing_names == {"studios": ["blue"]}


REPLACE = {
    "with others": ("[b, c]", ["a", "b"], {"tags": ["b", "c"]}),
    "with the same in another order": ("[b, a]", ["a", "b"], {}),
    "with no value": ("'{meta.keywords}'", ["a"], {}),
    "with an empty list": ("[]", ["a"], {"tags": []}),
    "with a name that is missing": ("[b, nowhere]", ["a"], {}),
    "with a name that is ambiguous": ("[b, Q]", ["a"], {}),
}


@pytest.mark.parametrize(("value", "before", "written"), REPLACE.values(), ids=REPLACE)
def test_replace(value: str, before: list[str], written: dict[str, Any]) -> None:
    book = Book(tags=["a", "b", "c", "d|Q", "e|Q"])
    assert after(one_rule(f"replace: {{tags: {value}}}", image(tags=refs(*before)), book)) == written


def test_replace_and_add_in_one_rule_do_both_whatever_their_order() -> None:
    book = Book(tags=["a", "b", "c"])
    planned = one_rule("add: {tags: c}, replace: {tags: b}", image(tags=refs("a")), book)
    assert after(planned) == {"tags": ["b", "c"]}


def test_remove_takes_off_what_is_there_and_misses_nothing() -> None:
    planned = one_rule(
        "remove: {tags: [Azure, nowhere], urls: x}", image(tags=refs("Blue", "Red")), Book(tags=["Blue|Azure", "Red"])
    )
    assert after(planned) == {"tags": ["Red"]}
    assert planned.missing_names == {}


VOCABULARY = r"""
vocabulary:
  tags: {drop: [tagme, '/^img[ _-]?\d+$/'], map: {bw: Black & White, useless: tagme}}
rules: [{name: a, add: {tags: VALUE}, create: [tags]}]
"""
VOCABULARIES: dict[str, tuple[str, list[str]]] = {
    "mapped": ("'{path.stem}'", ["Black & White"]),
    "constants are not": ("BW", ["BW"]),
    "dropped": ("'{path.ext|replace:jpg,TagMe}'", []),
    "dropped by a pattern": ("'{path.ext|replace:jpg,IMG_12}'", []),
    "map first, then drop": ("'{path.ext|replace:jpg,USELESS}'", []),
    "constants are not dropped": ("tagme", ["tagme"]),
    "others stay": ("'{path.ext}'", ["jpg"]),
}


@pytest.mark.parametrize(("value", "tags"), VOCABULARIES.values(), ids=VOCABULARIES)
def test_the_vocabulary_acts_on_computed_values(value: str, tags: list[str]) -> None:
    planned = plan(VOCABULARY.replace("VALUE", value), image("a/BW.jpg"))
    assert after(planned).get("tags", []) == tags
    assert planned.missing_names == {}


def test_the_vocabulary_of_studios() -> None:
    text = "vocabulary: {studios: {map: {blu: Blue}}}\nrules: [{name: a, set: {studio: '{path.stem}'}}]"
    assert after(plan(text, image("BLU.jpg"), Book(studios=["Blue"]))) == {"studio": "Blue"}


def test_a_zip_or_folder_gallery_is_never_a_target() -> None:
    book = Book(galleries=["Trip", "Zipped"])
    book.refused["Zipped"] = "its images come from a zip or a folder"
    planned = one_rule("add: {galleries: [Trip, Zipped]}", image(), book)
    assert after(planned) == {"galleries": ["Trip"]}
    assert planned.problems == ("the gallery 'Zipped' can't be assigned: its images come from a zip or a folder",)


@pytest.mark.parametrize("body", ["replace: {galleries: []}", "remove: {galleries: [Trip, Zipped, Folder]}"])
def test_an_image_stays_in_the_zip_and_the_folder_it_comes_from(body: str) -> None:
    galleries = [
        {"id": "1", "title": "Trip", "folder": None, "files": []},
        {"id": "2", "title": "Zipped", "folder": None, "files": [{"id": "9"}]},
        {"id": "3", "title": "Folder", "folder": {"id": "9"}, "files": []},
    ]
    planned = one_rule(body, image(galleries=galleries), Book(galleries=["Trip", "Zipped", "Folder"]))
    assert after(planned) == {"galleries": ["Zipped", "Folder"]}


def test_a_server_without_partial_dates_gets_none() -> None:
    assert after(one_rule("set: {date: [2021, 2021-07-04]}", image(), partial_dates=False)) == {"date": "2021-07-04"}
    planned = one_rule("set: {date: 2021}", image(), partial_dates=False)
    assert after(planned) == {}
    assert planned.problems == ("date: '2021' has no day, which this version of Stash requires",)


def test_a_value_that_the_field_cannot_hold_is_a_problem_and_not_written() -> None:
    planned = one_rule("set: {rating100: '{image.width}', date: '{path.stem}'}", image())
    assert after(planned) == {}
    assert planned.problems == (
        "rating100: '1600' isn't a whole number from 0 to 100 (4 stars = 80)",
        "date: 'name' isn't a date such as 2021-07-04, 2021-07 or 2021",
    )


def test_the_plan_names_the_image_by_path_and_md5() -> None:
    shown = one_rule("set: {title: x}", image("a.jpg", organized=False)).change
    assert (shown.image_id, shown.path, shown.md5, shown.organized) == ("7", "/library/a.jpg", "0123", False)


def test_planning_again_what_was_applied_changes_nothing() -> None:
    text = (
        "rules: [{name: a, strategy: overwrite, set: {title: x, studio: Blue, date: 2021}, add: {tags: Sea, urls: u}}]"
    )
    book = Book(tags=["Sea"], studios=["Blue"])
    assert len(plan(text, image(), book).change.changes) == 5
    applied = image(title="x", date="2021", studio={"id": "1", "name": "Blue"}, tags=refs("Sea"), urls=["u"])
    assert plan(text, applied, book).change.changes == ()


def test_the_fields_are_in_a_fixed_order_and_say_who_asked() -> None:
    text = """
rules:
- {name: a, add: {tags: [x, y]}}
- {name: b, add: {tags: z}, remove: {tags: y}, set: {title: t}}
"""
    planned = plan(text, image(), Book(tags=["x", "y", "z"]))
    assert [(entry.field, entry.rules) for entry in planned.change.changes] == [("title", ("b",)), ("tags", ("a", "b"))]


def test_names_that_stand_in_the_rules_can_be_listed() -> None:
    text = "rules: [{name: a, match: {any: [{has: {studio: S}}]}, add: {tags: [x, '{path.stem}', {value: y, create: true}]}}]"
    uses = [(use.kind, use.name, use.as_, use.creates) for use in engine(text).ruleset.named()]
    assert uses == [("studios", "S", "has", False), ("tags", "x", "add", False), ("tags", "y", "add", True)]


def test_nothing_is_read_for_a_field_that_is_not_empty() -> None:
    body = "set: {title: '{meta.title}', rating100: {value: '{meta.rating|stars}', strategy: ignore}}"
    assert one_rule(body, image(title="old")).problems == ()
    assert "can't be opened" in one_rule(body, image()).problems[0]
    assert "can't be opened" in one_rule(f"strategy: overwrite, {body}", image(title="old")).problems[0]
