"""Measure tasks as Stash starts them: a rules run, one without changes, an export. The limit is sending the same requests again."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.support.server import ROOT, Server, server_connection
from tools.bench.contenders import Contender, Group, Run
from tools.bench.counting import counting_proxy
from tools.bench.raw import Raw, consume

MARK = "MARK-0123456789"
"""A placeholder in the rules, replaced for each run so that each run changes every image."""
RULES = rf"""
defaults: {{create: [tags], strategy: overwrite}}
rules:
- {{name: date, match: {{missing: date}}, set: {{date: '{{path.stem|date}}'}}}}
- {{name: title, set: {{title: '{{image.id}} {MARK}'}}}}
- {{name: set, match: {{folder: 'set *'}}, set: {{code: '{{path.folder}}'}}}}
- {{name: big, match: {{megapixels: {{gt: 10}}}}, add: {{tags: tag 50}}}}
- {{name: portrait, match: {{orientation: portrait}}, add: {{tags: tag 51}}}}
- {{name: landscape, match: {{orientation: landscape}}, add: {{tags: tag 52}}}}
- {{name: tagged, match: {{has: {{tags: ['tag 1', 'tag 2']}}}}, add: {{tags: tag 53}}}}
- {{name: small, match: {{size: {{lt: 1000}}}}, set: {{rating100: 20}}}}
- {{name: regex, match: {{path: {{regex: 'IMG_(?P<y>\d{{4}})'}}}}, set: {{details: 'Taken in {{re.y}} {MARK}'}}}}
- {{name: jpeg, match: {{ext: jpg}}, remove: {{tags: 'tag 3'}}}}
"""
"""Ten rules that open no file. They always set title and details, so every image gets different values."""
METADATA = f"""
defaults: {{create: [tags], strategy: overwrite}}
rules:
- {{name: camera, set: {{details: '{{meta.date}} {MARK}', photographer: '{{meta.creator}}'}}}}
- {{name: words, add: {{tags: '{{meta.keywords}}'}}}}
"""
"""Rules that open each image's file."""


def groups(server: Server, count: int, *, pictures: bool) -> Iterator[Group]:
    """Return the comparisons for the first `count` images. `pictures`: whether their files can be read."""
    highest = Raw(server.url).ids(count)[-1]
    image_filter = {"id": {"value": int(highest) + 1, "modifier": "LESS_THAN"}}
    apply = {"mode": "rules_apply", "confirm": True, "image_filter": image_filter}
    yield _group(f"rules for {count:,}, each image changed", server, apply, RULES)
    yield _group(f"the same rules again for {count:,}, none changed", server, apply, "")
    if pictures:
        group = _group(f"rules that read metadata over {count:,}, each image changed", server, apply, METADATA)
        args = (server.folder, apply, METADATA)
        yield replace(
            group,
            contenders=[
                *group.contenders,
                Contender("the task with an empty metadata cache", task_without_cache, args),
            ],
        )
    export = {"mode": "export_images", "format": "csv", "image_filter": image_filter}
    yield _group(f"export of {count:,}", server, export, "")


def _group(name: str, server: Server, args: dict[str, Any], rules: str) -> Group:
    task(server.url, server.folder, args, rules)()  # creates all entities, so later runs find them
    with counting_proxy(server.url) as (proxy, traffic):
        task(proxy, server.folder, args, rules)()
    recorded = os.path.join(server.folder, "recorded.pickle")
    with open(recorded, "wb") as file:
        pickle.dump((_mark_in_use(server.folder), traffic.bodies), file)
    contenders = [
        Contender("its requests, replayed", replay, (recorded,)),
        Contender("the task", task, (server.folder, args, rules)),
    ]
    return Group(name, contenders)


def replay(url: str, recorded: str) -> Run:
    """Return one run's requests without pauses, with the placeholder replaced."""
    with open(recorded, "rb") as file:
        was, bodies = pickle.load(file)
    raw, mark = Raw(url), _mark()
    sent = [body.replace(was.encode(), mark.encode()) for body in bodies]
    return lambda: consume(map(raw.replay, sent))


def task(url: str, folder: str, args: dict[str, Any], rules: str) -> Run:
    """Return the task as a process, as Stash starts it. With `rules`, write them first with a new placeholder value."""
    stdin = {"server_connection": connection(url, folder), "args": args}
    if rules:
        _write_rules(folder, rules.replace(MARK, _mark()))

    def run() -> None:
        command = [sys.executable, "-S", os.path.join(plugin_of(folder), "image_tools.py")]
        process = subprocess.run(command, input=json.dumps(stdin), capture_output=True, text=True, cwd="/", check=False)
        answer = json.loads(process.stdout)
        assert "output" in answer, (answer, process.stderr[-2000:])

    return run


def task_without_cache(url: str, folder: str, args: dict[str, Any], rules: str) -> Run:
    """Return the same with an empty metadata cache."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(os.path.join(folder, "image_tools", "cache", "metadata.sqlite"))
    return task(url, folder, args, rules)


def plugin_of(folder: str) -> str:
    """Return the plugin's own folder for the configuration folder `folder`."""
    installed = os.path.join(folder, "plugins", "image_tools")
    return installed if os.path.isdir(installed) else str(ROOT)


def connection(url: str, folder: str) -> dict[str, Any]:
    """Return the `server_connection` of this server's plugin."""
    return server_connection(url, folder, plugin_of(folder))


def _mark() -> str:
    return f"MARK-{time.time_ns() // 1_000_000 % 10**10:010}"


def _mark_in_use(folder: str) -> str:
    with open(_rules_file(folder), encoding="utf-8") as file:
        text = file.read()
    start = text.index("MARK-")
    return text[start : start + len(MARK)]


def _write_rules(folder: str, text: str) -> None:
    path = _rules_file(folder)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _rules_file(folder: str) -> str:
    return os.path.join(folder, "image_tools", "rules.yaml")
