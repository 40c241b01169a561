"""Every kind of change: applied, it is what the server shows; undone, the server shows what it showed before."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from lib.changes import FieldChange, Ref
from lib.planning.undo import UndoPlanner
from lib.runs.history import History
from lib.runs.image_states import PARTLY
from lib.runs.plans import Plan
from tests.runs.conftest import Desk
from tests.support.server import Server

PICTURE = "misc/plain.png"
OTHERS = ("misc/twin_a.jpg", "misc/photo.webp", "misc/truncated.jpg", "photos/rotated.jpg")


def single(field: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(field, before, after, ("a rule",))


def listed(field: str, before: tuple[Any, ...], add: tuple[Any, ...] = (), remove: tuple[Any, ...] = ()) -> FieldChange:
    after = (*(item for item in before if item not in remove), *add)
    return FieldChange(field, before, after, ("a rule",), add, remove)


EMPTY_TITLES = pytest.mark.since("v0.28.0")
"""Before, the server shows the name of its file for an image without a title."""

SINGLES = {
    "a title": pytest.param({}, "title", None, "A title", marks=EMPTY_TITLES),
    "another title": ({"title": "Old"}, "title", "Old", "New"),
    "no title": pytest.param({"title": "Old"}, "title", "Old", None, marks=EMPTY_TITLES),
    "a date": ({}, "date", None, "2011-05-01"),
    "a month": pytest.param(
        {"date": "2010-01-01"}, "date", "2010-01-01", "2011-05", marks=pytest.mark.since("v0.30.0")
    ),
    "a rating": ({}, "rating100", None, 80),
    "no rating": ({"rating100": 60}, "rating100", 60, None),
    "text with everything": ({}, "details", None, '"quotes" \\ {braces} $dollar\nline <b>🌅</b>'),
    "organized": ({}, "organized", False, True),
}


@pytest.mark.parametrize(("begin", "field", "before", "after"), SINGLES.values(), ids=SINGLES.keys())
def test_a_single_value_there_and_back(
    desk: Desk, ids: dict[str, str], begin: dict[str, Any], field: str, before: Any, after: Any
) -> None:
    image = ids[PICTURE]
    clear = {"title": None, "date": None, "rating100": None, "details": None, "organized": False}
    desk.stash.update(image, **{**clear, **begin})
    run = desk.planned(desk.image(image, single(field, before, after)))
    assert desk.apply(run) == {"changed": 1}
    assert desk.shown(image, field) == after
    assert desk.undo(run) == []
    assert desk.shown(image, field) == before


@pytest.mark.parametrize("kind", ["tags", "performers"])
def test_names_are_added_taken_and_made(desk: Desk, ids: dict[str, str], name: Callable[[str], str], kind: str) -> None:
    image, word = ids[PICTURE], kind.rstrip("s")
    stays, goes = (Ref(desk.stash.create(word, name(each)), name(each)) for each in ("stays", "goes"))
    new = Ref(None, name("new"))
    desk.stash.update(image, **{f"{word}_ids": [stays.id, goes.id]})
    run = desk.planned(desk.image(image, listed(kind, (stays, goes), (new,), (goes,))))
    assert desk.apply(run) == {"changed": 1}
    assert sorted(desk.shown(image, kind)) == sorted([stays.name, new.name])
    assert desk.undo(run) == []
    assert sorted(desk.shown(image, kind)) == sorted([stays.name, goes.name])
    assert new.name not in all_names(desk.stash, kind)


def test_a_studio_is_made_and_taken_back(desk: Desk, ids: dict[str, str], name: Callable[[str], str]) -> None:
    image = ids[PICTURE]
    desk.stash.update(image, studio_id=None)
    run = desk.planned(desk.image(image, single("studio", None, Ref(None, name("studio")))))
    assert desk.apply(run) == {"changed": 1}
    assert desk.shown(image, "studio") == name("studio")
    desk.undo(run)
    assert desk.shown(image, "studio") is None
    assert name("studio") not in all_names(desk.stash, "studios")


URLS = {
    "one more": (("u1", "u2"), ("u1", "u2", "u3"), ("u3",), ()),
    "one less": (("u1", "u2", "u3"), ("u1", "u3"), (), ("u2",)),
    "one for another": (("u1", "u2"), ("u2", "u3"), ("u3",), ("u1",)),
    "another order": (("u1", "u2"), ("u0", "u1", "u2"), ("u0",), ()),
    "none": (("u1",), (), (), ("u1",)),
}


@pytest.mark.parametrize(("before", "after", "add", "remove"), URLS.values(), ids=URLS.keys())
def test_urls_keep_their_order_there_and_back(
    desk: Desk, ids: dict[str, str], before: Any, after: Any, add: Any, remove: Any
) -> None:
    image = ids[PICTURE]
    desk.stash.update(image, urls=list(before))
    run = desk.planned(desk.image(image, FieldChange("urls", before, after, ("a rule",), add, remove)))
    assert desk.apply(run) == {"changed": 1}
    assert desk.shown(image, "urls") == list(after)
    assert desk.undo(run) == []
    assert desk.shown(image, "urls") == list(before)


@pytest.mark.parametrize("own", [False, True], ids=["the same for all", "values of their own"])
def test_one_bad_image_fails_alone(desk: Desk, ids: dict[str, str], own: bool) -> None:
    images = [ids[path] for path in OTHERS]
    for image in images:
        desk.stash.update(image, code=None, studio_id=None)
    changes = [single("code", None, f"{image}" if own else "same") for image in images]
    bad = single("studio", None, Ref("99999", "nobody"))
    entries = [
        desk.image(image, change, *([bad] if image == images[1] else []))
        for image, change in zip(images, changes, strict=True)
    ]
    run = desk.planned(*entries)
    assert desk.apply(run) == {"changed": 3, "failed": 1}
    failure = Plan(desk.store, run).failures()
    assert [each["id"] for each in failure] == [images[1]]
    assert "FOREIGN KEY" in failure[0]["reason"]
    assert [desk.shown(image, "code") is None for image in images] == [False, True, False, False]


def test_what_somebody_changed_since_is_skipped(desk: Desk, ids: dict[str, str]) -> None:
    image, other = ids[PICTURE], ids[OTHERS[0]]
    desk.stash.update(image, title=None)
    desk.stash.update(other, title=None)
    run = desk.planned(*(desk.image(each, single("title", None, "ours")) for each in (image, other)))
    desk.stash.update(image, title="theirs")
    assert desk.apply(run) == {"changed": 1, "skipped": 1}
    assert desk.shown(image, "title") == "theirs"
    assert Plan(desk.store, run).failures()[0]["reason"] == "title changed since the plan was made"


def test_what_became_organized_or_is_gone_is_skipped(desk: Desk, ids: dict[str, str]) -> None:
    image = ids[OTHERS[0]]
    desk.stash.update(image, organized=False, title=None)
    entry = desk.image(image, single("title", None, "ours"))
    gone = type(entry)("987654", "/gone", "", organized=False, changes=entry.changes)
    run = desk.planned(entry, gone)
    desk.stash.update(image, organized=True)
    assert desk.apply(run) == {"skipped": 2}
    desk.stash.update(image, organized=False)


def test_a_batch_is_on_the_disk_before_its_request_is_answered(desk: Desk, ids: dict[str, str], stash: Server) -> None:
    image = ids[PICTURE]
    stash.update(image, title=None)
    run = desk.planned(desk.image(image, single("title", None, "journalled")))
    seen: list[str] = []

    def look(response: Any, *_args: Any, **_kwargs: Any) -> None:
        if b"mutation" in response.request.body:
            with sqlite3.connect(desk.store.path) as other:
                seen.extend(row[0] for row in other.execute("SELECT state FROM images WHERE plan = ?", (run,)))
            other.close()

    desk.connection.session.hooks["response"].append(look)
    assert desk.apply(run) == {"changed": 1}
    assert seen == ["sent"]


DOUBT = {
    "it was done": ("ours", {"changed": 1}),
    "it was not done": (None, {"changed": 1}),
    "somebody else was there": ("theirs", {"failed": 1}),
}


@pytest.mark.parametrize(("title", "states"), DOUBT.values(), ids=DOUBT.keys())
def test_a_killed_batch_is_decided_by_what_the_server_shows(
    desk: Desk, ids: dict[str, str], title: str | None, states: dict[str, int]
) -> None:
    image = ids[PICTURE]
    desk.stash.update(image, title=None)
    run = desk.planned(desk.image(image, single("title", None, "ours")))
    desk.set_state(run, image, "sent")
    desk.stash.update(image, title=title)
    assert desk.apply(run) == states
    assert desk.shown(image, "title") == (title or "ours")


def test_an_image_that_was_changed_in_part_is_reported(
    desk: Desk, ids: dict[str, str], name: Callable[[str], str]
) -> None:
    """Tags are taken off behind what is added: the server may have ended in between."""
    image = ids[PICTURE]
    goes, comes = (Ref(desk.stash.create("tag", name(word)), name(word)) for word in ("goes", "comes"))
    desk.stash.update(image, tag_ids=[goes.id])
    run = desk.planned(desk.image(image, listed("tags", (goes,), (comes,), (goes,))))
    desk.set_state(run, image, "sent")
    desk.stash.update(image, tag_ids=[goes.id, comes.id])
    assert desk.apply(run) == {"failed": 1}
    assert "tags did not arrive" in Plan(desk.store, run).failures()[0]["reason"]
    assert desk.undo(run) == []
    assert desk.shown(image, "tags") == [goes.name]


def test_a_resumed_undo_leaves_a_later_run_its_own(desk: Desk, ids: dict[str, str], name: Callable[[str], str]) -> None:
    """The undo got no answer, a later run removed the tag, and the undo is resumed: the tag is still the first run's."""
    image, history = ids[PICTURE], History(desk.store)
    tag = Ref(desk.stash.create("tag", name("tag")), name("tag"))
    desk.stash.update(image, tag_ids=[])
    run = desk.planned(desk.image(image, listed("tags", (), (tag,))))
    desk.apply(run)
    undo = history.begin("undo", undoes=run)
    UndoPlanner(desk.connection, desk.store, run).plan(undo)
    with desk.store.write() as connection:
        Plan(desk.store, undo).set_states(connection, [(image, "sent", "")], history.sequence(undo))
    later = desk.planned(desk.image(image, listed("tags", (tag,), (), (tag,))))
    desk.apply(later)
    desk.apply(undo)
    desk.undo(later)
    assert desk.shown(image, "tags") == [tag.name]
    desk.undo(run)
    assert desk.shown(image, "tags") == []


def test_no_tag_is_lost_for_one_that_is_refused(desk: Desk, ids: dict[str, str], name: Callable[[str], str]) -> None:
    image = ids[PICTURE]
    old, gone = (Ref(desk.stash.create("tag", name(word)), name(word)) for word in ("old", "gone"))
    desk.stash.update(image, tag_ids=[old.id])
    run = desk.planned(desk.image(image, listed("tags", (old,), (gone,), (old,))))
    desk.stash.ask("mutation($ids: [ID!]!) { tagsDestroy(ids: $ids) }", {"ids": [gone.id]})
    assert desk.apply(run) == {"failed": 1}
    assert desk.shown(image, "tags") == [old.name]
    assert History(desk.store).newest_to_undo() is None


def test_what_was_done_in_part_is_known_to_undo(desk: Desk, ids: dict[str, str], name: Callable[[str], str]) -> None:
    """What is added is done, what is taken off is refused."""
    image = ids[PICTURE]
    old, new = (Ref(desk.stash.create("tag", name(word)), name(word)) for word in ("old", "new"))
    desk.stash.update(image, title="Old", tag_ids=[old.id])
    changes = (single("title", "Old", "New"), listed("tags", (old,), (new,), (old,)))
    run = desk.planned(desk.image(image, *changes))
    refuse_removals(desk)
    assert desk.apply(run) == {"failed": 1}
    assert Plan(desk.store, run).failures()[0]["reason"].startswith("done in part: ")
    assert sorted(desk.shown(image, "tags")) == sorted([old.name, new.name])
    newest = History(desk.store).newest_to_undo()
    assert newest
    assert newest.id == run
    desk.connection.session.auth = None
    desk.undo(run)
    assert (desk.shown(image, "title"), desk.shown(image, "tags")) == ("Old", [old.name])


def refuse_removals(desk: Desk) -> None:
    """From now on the server is told to take off a tag by an id that is none."""

    def spoil(request: Any) -> Any:
        request.body = re.sub(rb'("ids":\["\d+"\],"mode":"REMOVE"|"mode":"REMOVE","ids":\["\d+"\])', BAD, request.body)
        request.prepare_content_length(request.body)
        return request

    desk.connection.session.auth = spoil


BAD = b'"mode":"REMOVE","ids":["none"]'


URL_PARTS = {"all there are": ["b", "a", "c"], "none of either": ["a"], "what was written": ["a", "c"]}


@pytest.mark.parametrize("shown", URL_PARTS.values(), ids=URL_PARTS)
def test_urls_that_were_changed_in_part_get_their_order_back(desk: Desk, ids: dict[str, str], shown: list[str]) -> None:
    image = ids[PICTURE]
    desk.stash.update(image, urls=["b", "a"])
    run = desk.planned(desk.image(image, listed("urls", ("b", "a"), ("c",), ("b",))))
    desk.set_state(run, image, PARTLY)
    desk.stash.update(image, urls=shown)
    assert desk.undo(run) == []
    assert desk.shown(image, "urls") == ["b", "a"]


def test_the_same_for_many_is_one_mutation(desk: Desk, ids: dict[str, str], sent: list[dict[str, Any]]) -> None:
    images = sorted(ids.values(), key=int)[:20]
    for image in images:
        desk.stash.update(image, code=None)
    run = desk.planned(*(desk.image(image, single("code", None, "the same")) for image in images))
    assert desk.apply(run) == {"changed": 20}
    writes = [each["query"] for each in sent if "mutation" in each["query"]]
    assert len(writes) == 1
    assert writes[0].count("bulkImageUpdate") == 1
    assert len(sent) == 2


def all_names(stash: Server, kind: str) -> list[str]:
    one = kind.rstrip("s").capitalize()
    answer = stash.ask(f"{{ find{one}s(filter: {{per_page: -1}}) {{ {kind} {{ name }} }} }}")
    return [each["name"] for each in answer[f"find{one}s"][kind]]
