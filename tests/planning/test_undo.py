"""Undo brings back what still shows what the run wrote, and leaves alone, by name, what somebody changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lib.changes import Ref
from lib.runs.plan_names import PlanNames
from lib.runs.plans import Plan
from tests.runs.conftest import Desk
from tests.runs.test_apply import all_names, listed, single

PICTURE = "photos/iptc_only.jpg"


@pytest.fixture
def image(desk: Desk, ids: dict[str, str]) -> str:
    """An image without values."""
    desk.stash.update(ids[PICTURE], title=None, code=None, organized=False, tag_ids=[], studio_id=None, urls=[])
    return ids[PICTURE]


SINCE: dict[str, tuple[dict[str, Any], str, Any]] = {
    "another title": ({"title": "theirs"}, "title was changed since", "theirs"),
    "organized": ({"organized": True}, "it was organized since", "ours"),
}


@pytest.mark.parametrize(("since", "note", "shown"), SINCE.values(), ids=SINCE.keys())
def test_what_changed_since_stays(desk: Desk, image: str, since: dict[str, Any], note: str, shown: str) -> None:
    run = desk.planned(desk.image(image, single("title", None, "ours")))
    desk.apply(run)
    desk.stash.update(image, **since)
    assert desk.undo(run) == [note]
    assert desk.shown(image, "title") == shown


def test_only_the_field_that_changed_since_stays(desk: Desk, image: str) -> None:
    run = desk.planned(desk.image(image, single("title", None, "ours"), single("code", None, "ours too")))
    desk.apply(run)
    desk.stash.update(image, title="theirs")
    assert desk.undo(run) == ["title was changed since"]
    assert (desk.shown(image, "title"), desk.shown(image, "code")) == ("theirs", None)


def test_tags_that_others_added_since_stay(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    ours, theirs = (Ref(desk.stash.create("tag", name(each)), name(each)) for each in ("ours", "theirs"))
    run = desk.planned(desk.image(image, listed("tags", (), (ours,))))
    desk.apply(run)
    desk.stash.update(image, tag_ids=[ours.id, theirs.id])
    assert desk.undo(run) == []
    assert desk.shown(image, "tags") == [theirs.name]


def test_a_renamed_tag_is_removed_in_the_plan(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    tag = Ref(desk.stash.create("tag", name("old")), name("old"))
    run = desk.planned(desk.image(image, listed("tags", (), (tag,))))
    desk.apply(run)
    document = "mutation($input: TagUpdateInput!) { tagUpdate(input: $input) { id } }"
    desk.stash.ask(document, {"input": {"id": tag.id, "name": name("new")}})
    desk.undo(run)
    (planned,) = Plan(desk.store, run + 1).images(["changed"], 0, 10)
    assert [change.after for change in planned.changes] == [()]


def test_a_deleted_new_tag_adds_no_note(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    """The first undo removes the new tag and can't restore the deleted one; the second one finds only the latter."""
    gone, theirs = (Ref(desk.stash.create("tag", name(each)), name(each)) for each in ("gone", "theirs"))
    desk.stash.update(image, tag_ids=[gone.id])
    run = desk.planned(desk.image(image, listed("tags", (gone,), (Ref(None, name("new")),), (gone,))))
    desk.apply(run)
    desk.stash.ask("mutation($ids: [ID!]!) { tagsDestroy(ids: $ids) }", {"ids": [gone.id]})
    assert desk.undo(run) == [f"{gone.name} (tags) no longer exists"]
    assert name("new") not in all_names(desk.stash, "tags")
    desk.stash.update(image, tag_ids=[theirs.id])
    assert desk.undo(run) == [f"{gone.name} (tags) no longer exists"]


def test_an_unreadable_older_run_blocks_no_undo(desk: Desk, image: str) -> None:
    older = desk.planned(desk.image(image, single("title", None, "older")))
    desk.apply(older)
    run = desk.planned(desk.image(image, single("title", "older", "ours")))
    desk.apply(run)
    with desk.store.write() as connection:
        connection.execute("UPDATE changes SET change = '?' WHERE plan = ?", (older,))
    assert desk.undo(run) == []
    assert desk.shown(image, "title") == "older"


def test_an_image_deleted_since_is_named(desk: Desk, image: str) -> None:
    deleted = replace(desk.image(image, single("title", None, "ours")), image_id="99999999")
    run = desk.planned(deleted)
    desk.set_state(run, deleted.image_id, "changed")
    assert desk.undo(run) == ["the image no longer exists"]


def test_a_skipped_later_value_keeps_an_edit(desk: Desk, image: str) -> None:
    """The third run blocks the undo of the second, which has the edit that the user made before it."""
    first = desk.planned(desk.image(image, single("title", None, "ours")))
    desk.apply(first)
    desk.stash.update(image, title="theirs")
    second, third = (
        desk.planned(desk.image(image, single("title", *titles))) for titles in (("theirs", "ours"), ("ours", "third"))
    )
    desk.apply(second)
    desk.apply(third)
    assert desk.undo(second) == [f"title was written again by run {third}; undo that one first"]
    assert desk.undo(third) == []
    assert desk.undo(first) == [f"title was written again by run {second}, and the undo of that run skipped it"]
    assert desk.undo(second) == []
    assert desk.undo(first) == ["title was changed since"]
    assert desk.shown(image, "title") == "theirs"


def test_a_tag_deleted_since_is_named(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    gone = Ref(desk.stash.create("tag", name("gone")), name("gone"))
    desk.stash.update(image, tag_ids=[gone.id])
    run = desk.planned(desk.image(image, listed("tags", (gone,), (), (gone,))))
    desk.apply(run)
    desk.stash.ask("mutation($ids: [ID!]!) { tagsDestroy(ids: $ids) }", {"ids": [gone.id]})
    assert desk.undo(run) == [f"{gone.name} (tags) no longer exists"]


def test_an_id_that_means_another_picture_now_is_left_alone(desk: Desk, image: str) -> None:
    entry = desk.image(image, single("title", None, "ours"))
    run = desk.planned(type(entry)(entry.image_id, entry.path, "0" * 32, entry.organized, entry.changes))
    desk.apply(run)
    assert desk.undo(run) == ["this id is another image now"]
    assert desk.shown(image, "title") == "ours"


def as_parent(desk: Desk, tag: str, _other: str) -> None:
    document = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { id } }"
    desk.stash.ask(document, {"input": {"name": f"child of {tag}", "parent_ids": [tag]}})


def as_merged(desk: Desk, tag: str, _other: str) -> None:
    old = desk.stash.create("tag", f"merged into {tag}")
    document = "mutation($input: TagsMergeInput!) { tagsMerge(input: $input) { id } }"
    desk.stash.ask(document, {"input": {"source": [old], "destination": tag}})


KEPT = {
    "the parent of another": as_parent,
    "merged with another": as_merged,
    "used by another image": lambda desk, tag, other: desk.stash.update(other, tag_ids=[tag]),
    "edited": lambda desk, tag, _other: desk.stash.ask(
        "mutation($input: TagUpdateInput!) { tagUpdate(input: $input) { id } }",
        {"input": {"id": tag, "description": "now mine"}},
    ),
}


@pytest.mark.parametrize("touch", KEPT.values(), ids=KEPT.keys())
def test_a_name_that_somebody_took_over_stays(
    desk: Desk, ids: dict[str, str], image: str, name: Callable[[str], str], touch: Callable[[Desk, str, str], None]
) -> None:
    run = desk.planned(desk.image(image, listed("tags", (), (Ref(None, name("new")),))))
    desk.apply(run)
    made = next(str(each["id"]) for each in PlanNames(desk.store, run).as_json())
    wait_for_the_next_second()
    touch(desk, made, ids["photos/bad_date.jpg"])
    desk.undo(run)
    assert desk.shown(image, "tags") == []
    assert name("new") in all_names(desk.stash, "tags")


def test_a_name_that_came_to_exist_meanwhile_is_used_and_stays(
    desk: Desk, image: str, name: Callable[[str], str]
) -> None:
    run = desk.planned(desk.image(image, listed("tags", (), (Ref(None, name("theirs")),))))
    desk.stash.create("tag", name("theirs"))
    assert desk.apply(run) == {"changed": 1}
    assert desk.shown(image, "tags") == [name("theirs")]
    desk.undo(run)
    assert name("theirs") in all_names(desk.stash, "tags")


def test_a_studio_with_another_below_it_stays(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    run = desk.planned(desk.image(image, single("studio", None, Ref(None, name("above")))))
    desk.apply(run)
    made = next(str(each["id"]) for each in PlanNames(desk.store, run).as_json())
    document = "mutation($input: StudioCreateInput!) { studioCreate(input: $input) { id } }"
    desk.stash.ask(document, {"input": {"name": name("below"), "parent_id": made}})
    desk.undo(run)
    assert name("above") in all_names(desk.stash, "studios")


def test_a_name_that_may_be_somebody_elses_stays(desk: Desk, image: str, name: Callable[[str], str]) -> None:
    """Its request lost its answer, and then somebody made it."""
    run = desk.planned(desk.image(image, listed("tags", (), (Ref(None, name("whose")),))))
    with desk.store.write() as connection:
        connection.execute("INSERT INTO names VALUES (?, 'tags', ?, 1, NULL, 'making')", (run, name("whose")))
    desk.stash.create("tag", name("whose"))
    assert desk.apply(run) == {"changed": 1}
    desk.undo(run)
    assert desk.shown(image, "tags") == []
    assert name("whose") in all_names(desk.stash, "tags")


def test_an_undo_can_be_undone(desk: Desk, image: str) -> None:
    run = desk.planned(desk.image(image, single("title", None, "ours")))
    desk.apply(run)
    desk.undo(run)
    again = desk.store.read("SELECT max(id) AS id FROM runs")[0]["id"]
    assert desk.undo(again) == []
    assert desk.shown(image, "title") == "ours"


def wait_for_the_next_second() -> None:
    """Stash's times have a resolution of a second."""
    import time

    time.sleep(1.01)
