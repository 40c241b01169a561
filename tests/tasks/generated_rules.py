"""Rules files by seed, for the sample library: every mode, strategy, kind of action and of name."""

from __future__ import annotations

import json
from random import Random
from typing import Any

CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"folder": "photos/**"},
    {"path": "misc/*"},
    {"ext": ["png", "webp"]},
    {"missing": "title"},
    {"not": {"has": {"tags": "Stays"}}},
    {"any": [{"width": {"gt": "30"}}, {"in_zip": "true"}]},
    {"name": {"regex": r"(?P<number>\d{3})"}},
    {"meta.keywords": {"empty": "false"}},
)
SINGLE = {
    "title": ("{path.stem}", "{meta.title}", "The title", "{image.code}"),
    "code": ("same", "{path.stem|get:0}", "{file.mtime}"),
    "date": ("{meta.date}", "{path.stem|date}", "2021-05-06"),
    "rating100": ("{meta.rating|stars}", "60", "{path.stem}"),
    "details": ("{meta.description}", "{meta.prompt}", "{sidecar.tags}"),
    "photographer": ("{meta.creator}", "{sidecar.author}"),
    "organized": ("true",),
    "studio": ("Old Studio", "OLD STUDIO", "{path.folder}", "No Such Studio"),
}
LISTS = {
    "tags": ("Goes", "stays", "{meta.keywords}", "{path.folder}", "{path.stem|words|split: }", "Wanted"),
    "performers": ("{path.folders|get:-1}", "Nobody Here"),
    "urls": ("https://example.org/{path.stem|lower}", "{sidecar.post_url|url}"),
}


def generate(seed: int) -> str:
    """Return a rules file of one to five rules, as JSON, which is YAML."""
    random = Random(seed)
    vocabulary = {"tags": {"drop": ["portrait"], "map": {"snow": "Goes"}}} if random.random() < 0.5 else {}
    rules = [_rule(random, number) for number in range(random.randint(1, 5))]
    return json.dumps({"version": "1", "vocabulary": vocabulary, "rules": rules})


def _rule(random: Random, number: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"name": f"rule {number}", "mode": random.choice(("apply", "apply", "preview", "off"))}
    rule["when"] = random.choice((["task"], ["scan"], ["scan", "task"]))
    rule["match"] = random.choice(CONDITIONS)
    rule["skip_organized"] = random.choice(("true", "false"))
    rule["stop"] = random.choice(("false", "false", "true"))
    singles = random.sample(sorted(SINGLE), random.randint(1, 3))
    rule["set"] = {name: _single(random, name) for name in singles}
    for verb in random.sample(("add", "remove", "replace"), random.randint(0, 2)):
        name = random.choice(sorted(LISTS))
        rule[verb] = {name: _listed(random, name, verb)}
    return {key: value for key, value in rule.items() if value != {}}


def _single(random: Random, name: str) -> dict[str, Any]:
    usable = SINGLE[name]
    value: dict[str, Any] = {"value": random.sample(usable, random.randint(1, min(2, len(usable))))}
    value["strategy"] = random.choice(("merge", "overwrite", "ignore"))
    return value | ({"create": random.choice(("true", "false"))} if name == "studio" else {})


def _listed(random: Random, name: str, verb: str) -> dict[str, Any]:
    value: dict[str, Any] = {"value": random.sample(LISTS[name], random.randint(1, 2))}
    may_create = name != "urls" and verb != "remove"
    return value | ({"create": random.choice(("true", "false"))} if may_create else {})
