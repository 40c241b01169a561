"""Random sequences of apply, edit, undo, redo and resume under faults: in the end every value is what it was.

`python -m tests.faults.sequences --count 5000 --seed 1` runs so many, from that seed on. A sequence is made by its seed
alone, so one that fails can be run again: `--count 1 --seed N`. The fake server runs in the same process, and its answers
go through an adapter that can misbehave: 0.1 s a sequence.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email.message import Message
from functools import partial
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

import lib.runs.apply
from lib.client import StashClient
from lib.errors import KNOWN, DataError
from lib.log import Progress, logger
from lib.plugin import PluginInput
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.stash.address import Address
from lib.stash.connection import Connection
from lib.tasks import Context
from lib.tasks.plan import plan_leave_out
from lib.tasks.plan_edit import plan_edit
from lib.tasks.rules_apply import rules_apply
from lib.tasks.rules_preview import rules_preview
from lib.tasks.undo_resume import list_runs, resume, undo
from tests.fake_stash.stash import FakeStash
from tests.fake_stash.web.messages import HttpRequest

IMAGES, TAGS, STUDIOS = 4, 4, 2
SINGLES = ("title", "code", "studio")
LISTS = ("tags", "urls")
URLS = [f"https://example.org/{letter}" for letter in "abc"]
PASSES = 12
"""Rounds of undoing everything: a run may wait for a later one, and each round reverts at least one more."""
FIELDS = "id title code urls studio { id } tags { id name }"

Values = dict[str, Any]
"""The fields of an image: texts or None, and lists as sets."""


@contextmanager
def _batches_of(size: int) -> Iterator[None]:
    """Send so few images a batch that a sequence of four has several."""
    usual = lib.runs.apply.MIN_BATCH, lib.runs.apply.MAX_BATCH
    lib.runs.apply.MIN_BATCH, lib.runs.apply.MAX_BATCH = size, max(size, 20)
    try:
        yield
    finally:
        lib.runs.apply.MIN_BATCH, lib.runs.apply.MAX_BATCH = usual


class Killed(BaseException):
    """The process ends here."""


FAULTS = ("refused", "lost", "500", "500 after", "item", "killed before", "killed after")


class Misbehaving(BaseAdapter):
    """Answers requests from a fake server in this process. One of the requests, or each from it on, meets a fault."""

    def __init__(self, stash: FakeStash) -> None:
        super().__init__()
        self._stash = stash
        self.disturb(0, None)

    def disturb(self, at: int, fault: str | None, *, lasting: bool = False) -> None:
        """Let the request number `at` from now on meet this fault."""
        self._seen, self._at, self._fault, self._lasting = 0, at, fault, lasting

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        """Answer a request, or don't."""
        self._seen += 1
        is_met = self._seen == self._at or (self._lasting and self._seen > self._at)
        fault = self._fault if is_met else None
        body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
        if fault == "refused":
            raise requests.ConnectionError("refused")
        if fault == "killed before":
            raise Killed
        if fault == "500":
            return _response(request, 500, b"oops")
        if fault == "item":
            body = _spoilt(body)
        status, answer = self._ask(request, body)
        if fault == "killed after":
            raise Killed
        if fault == "lost":
            raise requests.ConnectionError("reset")
        return _response(request, 500, b"oops") if fault == "500 after" else _response(request, status, answer)

    def _ask(self, request: requests.PreparedRequest, body: bytes) -> tuple[int, bytes]:
        headers = Message()
        for name, value in request.headers.items():
            headers[name] = str(value)
        answer = self._stash._routes.serve(HttpRequest("POST", "/graphql", headers, body))
        return answer.status, answer.body

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _response(request: requests.PreparedRequest, status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    response.headers["Content-Type"] = "application/json"
    response.raw = HTTPResponse(BytesIO(body), headers={"Content-Type": "application/json"}, preload_content=False)
    return response


def _spoilt(body: bytes) -> bytes:
    """Make the last part of a mutation one that the server refuses."""
    asked = json.loads(body)
    parts = [name for name in asked.get("variables") or () if name[:1] in "pn" and name[1:].isdigit()]
    if "mutation" in asked["query"] and parts:
        last = asked["variables"][parts[-1]]
        for values in last if isinstance(last, list) else [last]:
            values.update({"name": ""} if "name" in values else {"studio_id": "99999999"})
    return json.dumps(asked).encode()


class World:
    """A fake server with a few images, and the plugin's folder."""

    def __init__(self) -> None:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="sequences-", dir=memory)
        self.stash = FakeStash(images=IMAGES)
        self.adapter = Misbehaving(self.stash)
        connection = Connection(Address.parse(self.stash.url), pauses=(0.0,))
        connection.session.mount("http://", self.adapter)
        self.context = Context(StashClient(connection), PluginInput({"Dir": self.folder}, {}), Progress())
        self.tags = [self._create("tag", f"Tag {number}") for number in range(TAGS)]
        self.studios = [self._create("studio", f"Studio {number}") for number in range(STUDIOS)]

    def close(self) -> None:
        """Remove the folders."""
        self.stash._server.server_close()
        self.stash.core.close()
        self.stash._folder.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of a document, which meets no fault."""
        return self.context.connection.execute(document, variables)

    def _create(self, kind: str, name: str) -> str:
        document = f"mutation($n: String!) {{ {kind}Create(input: {{name: $n}}) {{ id }} }}"
        return str(self.ask(document, n=name)[f"{kind}Create"]["id"])

    def images(self) -> dict[str, Values]:
        """What every image has."""
        images = self.ask(f"{{ findImages(filter: {{per_page: -1}}) {{ images {{ {FIELDS} }} }} }}")["findImages"][
            "images"
        ]
        return {
            image["id"]: {
                "title": image["title"] or None,
                "code": image["code"] or None,
                "studio": image["studio"] and image["studio"]["id"],
                "urls": set(image["urls"]),
                "tags": {tag["id"] for tag in image["tags"]},
            }
            for image in images
        }

    def update(self, id_: str, values: Values) -> None:
        """Give an image these values by hand."""
        names = {"studio": "studio_id", "tags": "tag_ids"}
        given = {names.get(name, name): sorted(v) if isinstance(v, set) else v for name, v in values.items()}
        self.ask("mutation($i: ImageUpdateInput!) { imageUpdate(input: $i) { id } }", i={"id": id_, **given})

    def begin(self, chance: random.Random) -> dict[str, Values]:
        """Empty the history, and give the images their first values; returns them."""
        self.adapter.disturb(0, None)
        home = os.path.join(self.folder, "image_tools")
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(home)
        created = [tag["id"] for tag in self.ask("{ allTags { id } }")["allTags"] if tag["id"] not in self.tags]
        if created:
            self.ask("mutation($i: [ID!]!) { tagsDestroy(ids: $i) }", i=created)
        for id_ in self.images():
            singles = {
                "title": chance.choice(["a", None]),
                "code": None,
                "studio": chance.choice([*self.studios, None]),
            }
            lists = {"tags": _some(chance, self.tags), "urls": _some(chance, URLS)}
            self.update(id_, singles | lists)
        return self.images()

    @property
    def history(self) -> str:
        """`runs.sqlite`."""
        return os.path.join(self.folder, "image_tools", "runs.sqlite")


def _some(chance: random.Random, items: list[str]) -> set[str]:
    return {item for item in items if chance.random() < 0.4}


class Sequence:
    """One sequence: what it does is drawn from its seed, and what the user did is remembered."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.steps: list[str] = []
        self.first = world.begin(self.chance)
        self.edits: dict[tuple[str, str], list[Any]] = {}
        """(image, field) -> the values that the user gave it, the newest last."""
        self.items: dict[tuple[str, str, str], bool] = {}
        """(image, field, item) -> whether the user last added it or took it off."""

    def run(self) -> None:
        """Do the steps, undo everything, and compare."""
        for _ in range(self.chance.randint(4, 12)):
            step = self.chance.choices(
                [self._apply, self._review, self._edit, self._undo, self._redo, self._resume], [4, 3, 3, 4, 2, 2]
            )[0]
            step()
        self._undo_all()
        self._judge()

    def _write_rules(self) -> list[str]:
        """Write a rule, and choose images."""
        with open(os.path.join(self.world.folder, "image_tools", "rules.yaml"), "w", encoding="utf-8") as file:
            file.write(json.dumps({"rules": [self._rule()]}))
        return self.chance.sample(sorted(self.first), self.chance.randint(1, IMAGES))

    def _review(self) -> None:
        """Preview, exclude and edit some of it, then apply it field by field, or the rest of it."""
        ids, context = self._write_rules(), self.world.context
        plan = rules_preview(context, ids=ids)["plan"]
        self.steps.append(f"preview {plan} of {ids}")
        for _ in range(self.chance.randint(0, 3)):
            field = self.chance.choice([*SINGLES, *LISTS])
            choices: list[dict[str, Any]] = [{"field": field}, {"ids": [self.chance.choice(ids)]}, {"value": "Tag 1"}]
            chosen = self.chance.choice(choices)
            back = self.chance.random() < 0.3
            self.steps.append(f"exclude {chosen}, back {back}")
            plan_leave_out(context, plan, back=back, **chosen)
        edit = self.chance.choice([("title", None, "e"), ("tags", "Tag 0", "Tag 2"), ("urls", URLS[0], URLS[2])])
        self.steps.append(f"replace {edit}")
        with suppress(DataError):  # the plan has no such change
            plan_edit(context, plan=plan, field=edit[0], id=None if edit[1] else ids[0], value=edit[1], to=edit[2])
        parts = [{"field": name} for name in self.chance.sample([*SINGLES, *LISTS], 2)]
        parts.append({"value": self.chance.choice(["Tag 0", "Tag 3", URLS[1]])})
        for part in self.chance.sample(parts, self.chance.randint(0, 3)):
            apply = partial(rules_apply, context, plan=plan, only=part, confirm=True)
            self._do(f"apply {part} of {plan}", apply)
        if self.chance.random() < 0.7:
            self._do(f"apply the rest of {plan}", lambda: rules_apply(context, plan=plan, confirm=True))

    def _apply(self) -> None:
        ids = self._write_rules()
        self._do(f"apply to {ids}", lambda: rules_apply(self.world.context, ids=ids, confirm=True))

    def _rule(self) -> dict[str, Any]:
        chance = self.chance
        rule: dict[str, Any] = {"name": "r", "strategy": "overwrite", "create": ["tags"], "skip_organized": False}
        singles = {"title": chance.choice(["a", "b", "{image.id}"]), "code": chance.choice("xyz")}
        singles |= {"studio": f"Studio {chance.randrange(STUDIOS)}"}
        rule["set"] = {name: singles[name] for name in SINGLES if chance.random() < 0.5}
        tags = [*(f"Tag {number}" for number in range(TAGS)), "New"]
        add = {"tags": sorted(_some(chance, tags)), "urls": sorted(_some(chance, URLS))}
        remove = {"tags": sorted(_some(chance, tags[:-1]) - set(add["tags"]))}
        rule["add"] = {name: items for name, items in add.items() if items}
        rule["remove"] = {name: items for name, items in remove.items() if items}
        rule = {key: value for key, value in rule.items() if value or key == "skip_organized"}
        return rule if rule.keys() & {"set", "add", "remove"} else rule | {"set": {"code": "x"}}

    def _edit(self) -> None:
        id_ = self.chance.choice(sorted(self.first))
        now = self.world.images()[id_]
        field = self.chance.choice([*SINGLES, *LISTS])
        if field in LISTS:
            item = self.chance.choice(self.world.tags if field == "tags" else URLS)
            value: Any = now[field] ^ {item}
            self.items[id_, field, item] = item in value
        elif field == "studio":
            value = self.chance.choice([*self.world.studios, None])
        else:
            value = self.chance.choice([f"mine {len(self.steps)}", f"mine {len(self.steps)}", "a", "b", None])
        if field not in LISTS:
            self.edits.setdefault((id_, field), []).append(value)
        self.steps.append(f"edit {id_}.{field} = {value}")
        self.world.update(id_, {field: value})

    def _undo(self) -> None:
        self._undo_one(self._pick("rules_apply"))

    def _redo(self) -> None:
        self._undo_one(self._pick("undo"))

    def _undo_one(self, run: int | None) -> None:
        if run is not None:
            self._do(f"undo {run}", lambda: self._checked_undo(run))

    def _resume(self) -> None:
        runs = [run["id"] for run in list_runs(self.world.context) if run["status"] in ("stopped", "failed")]
        if runs:
            run = self.chance.choice(runs)
            self._do(f"resume {run}", lambda: resume(self.world.context, run))

    def _pick(self, mode: str) -> int | None:
        runs = [run["id"] for run in list_runs(self.world.context) if run["mode"] == mode]
        return self.chance.choice(runs) if runs else None

    def _do(self, name: str, step: Callable[[], object]) -> None:
        fault = self.chance.choice(FAULTS) if self.chance.random() < 0.4 else None
        at, lasting = self.chance.randint(1, 14), self.chance.random() < 0.5
        size = self.chance.choice([1, 2, 20])
        self.steps.append(f"{name}{f', {fault} at {at}, lasting {lasting}' if fault else ''}, {size} a batch")
        self.world.adapter.disturb(at if fault else 0, fault, lasting=lasting)
        with _batches_of(size), suppress(*KNOWN, Killed):
            step()
        self.world.adapter.disturb(0, None)

    def _checked_undo(self, run: int) -> bool:
        """Undo a run; what it wrote must be reverted, or a note must name its image. Returns whether images changed."""
        context = self.world.context
        open_changes = list(self._first_undo(run))
        answer = undo(context, run)
        if answer["run"] is None:
            return False
        noted = {note["id"] for note in answer["left_alone"]}
        is_whole = not answer["counts"]["failed"] and not answer["counts"]["skipped"]
        images = self.world.images() if is_whole else {}
        for id_, change in open_changes:
            if id_ in noted or id_ not in images:
                continue
            now = images[id_][change.field]
            if change.field in LISTS:
                added = {getattr(item, "id", item) for item in change.add}
                removed = {getattr(item, "id", item) for item in change.remove}
                assert not added & now, f"undo {run}: {id_}.{change.field} keeps {added & now}"
                assert removed <= now, f"undo {run}: {id_}.{change.field} lacks {removed - now}"
            else:
                before = getattr(change.before, "id", change.before)
                assert now == before, f"undo {run}: {id_}.{change.field} is {now}, not {before}"
        return bool(answer["counts"]["changed"] or answer["counts"].get("names"))

    def _first_undo(self, run: int) -> Iterator[tuple[str, Any]]:
        """What a run changed that no undo has checked so far."""
        with self.world.context.database() as db, closing(sqlite3.connect(self.world.history)) as other:
            plan = History(db).get(run).plan
            if other.execute("SELECT 1 FROM undone WHERE plan = ?", (plan,)).fetchall():
                return
            for image in Plan(db, plan).images(["changed"], 0, 100):
                for change in image.changes:
                    yield image.image_id, change

    def _undo_all(self) -> None:
        for _ in range(PASSES):
            runs = [run["id"] for run in list_runs(self.world.context) if run["mode"] == "rules_apply"]
            self.chance.shuffle(runs)
            is_changed = False
            for run in runs:
                self.steps.append(f"undo {run}")
                with suppress(DataError):  # it is undone already
                    is_changed |= self._checked_undo(run)
            if not is_changed:
                return
        raise AssertionError(f"there is still something to undo after {PASSES} rounds")

    def _judge(self) -> None:
        """Every value is what it was in the beginning, or what the user wrote last."""
        for id_, values in self.world.images().items():
            for field in SINGLES:
                edits = self.edits.get((id_, field), [])
                unique = all(str(edit).startswith("mine") for edit in edits)
                allowed = [edits[-1]] if edits and unique else [self.first[id_][field], *edits]
                assert values[field] in allowed, f"{id_}.{field} is {values[field]}, not one of {allowed}"
            for field, items in (("tags", self.world.tags), ("urls", URLS)):
                for item in items:
                    was = item in self.first[id_][field]
                    allowed_states = {was, self.items.get((id_, field, item), was)}
                    assert (item in values[field]) in allowed_states, f"{id_}.{field}: {item} is lost or left behind"
            assert values["tags"] <= set(self.world.tags), f"{id_}: a created tag is left behind"


def check(world: World, seed: int) -> str | None:
    """Run one sequence; returns its steps and what is wrong, or None."""
    sequence: Sequence | None = None
    try:
        sequence = Sequence(world, seed)
        sequence.run()
    except AssertionError as error:
        return "\n".join([f"seed {seed}: {error}", *(sequence.steps if sequence else ())])
    return None


@contextmanager
def quiet_world() -> Iterator[World]:
    """A world whose sequences log nothing."""
    logger.disabled = True
    world = World()
    try:
        yield world
    finally:
        world.close()
        logger.disabled = False


def check_all(seeds: range) -> list[str]:
    """Run these sequences one after the other; returns what is wrong."""
    with quiet_world() as world:
        return [problem for seed in seeds if (problem := check(world, seed)) is not None]


def main() -> None:
    """Run sequences in several processes."""
    parser = argparse.ArgumentParser("python -m tests.faults.sequences", description="Random sequences under faults.")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="the first of the seeds")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    began = time.monotonic()
    seeds = [
        range(start, min(start + 50, args.seed + args.count)) for start in range(args.seed, args.seed + args.count, 50)
    ]
    with multiprocessing.Pool(args.processes) as pool:
        problems = [problem for found in pool.imap_unordered(check_all, seeds) for problem in found]
    for problem in problems:
        print(problem)
    last = args.seed + args.count - 1
    print(
        f"{args.count} sequences, seeds {args.seed} to {last}: {len(problems)} failed, {time.monotonic() - began:.0f} s"
    )
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()
