"""From rules to a plan: images are read page by page, go through the engine, and what it wants goes to the store."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lib.changes import ImageChange
from lib.errors import DataError
from lib.log import Progress, logger
from lib.metadata.cache import MetadataCache
from lib.planning.image_selection import ImageSelection
from lib.rules import Engine, Files, Planned, RuleSet, load_rules
from lib.rules.loading import rules_file
from lib.rules.selection import FILES
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.plan_names import PlanNames
from lib.runs.plan_notes import PlanNote
from lib.runs.plans import Plan, PlanEntry
from lib.stash import capabilities, paging
from lib.stash.connection import Connection
from lib.stash.names import NameIndex

_NOTES = 1000
"""Problems kept per run, as an example of what is wrong; all are counted."""
_PORTION = 2_000_000
"""Characters of planned text that are held before they are written: 8 MB at most, and as much again on their way."""


@dataclass
class _Tally:
    """The counts of planning as they grow."""

    seen: int = 0
    matched: int = 0
    planned: int = 0
    preview: int = 0
    unchanged: int = 0
    organized: int = 0
    problems: int = 0
    rules: dict[str, dict[str, int]] = field(default_factory=dict)


def load(folder: str, text: str | None = None) -> tuple[RuleSet, str]:
    """Load the rules of the user's `folder`, or those in `text`, with their etag."""
    if text is None:
        text, etag = rules_file.read(folder)
        return load_rules(text), etag
    return load_rules(text), rules_file.etag(text.encode())


def only_rules(ruleset: RuleSet, setting: str) -> tuple[str, ...]:
    """Split the setting onlyRules into names of rules; a DataError for a name that no rule has."""
    names = tuple(name.strip() for name in setting.split(",") if name.strip())
    existing = [rule.name for rule in ruleset.rules]
    if missing := [name for name in names if name not in existing]:
        raise DataError(f"The setting onlyRules names {', '.join(missing)}; the rules are: {', '.join(existing)}.")
    return names


def key(etag: str, choice: ImageSelection, only: tuple[str, ...], sample: int | None = None) -> str:
    """Return the key of a saved plan: the rules' etag, then a hash of everything that selected its images."""
    chosen = json.dumps([choice.as_json(), only, sample], sort_keys=True)
    return f"{etag}:{hashlib.sha256(chosen.encode()).hexdigest()[:16]}"


class RulePlanner:
    """Plans images by rules. One per run: it loads each kind of names once and keeps folders' listings."""

    def __init__(
        self, connection: Connection, ruleset: RuleSet, files: Files, libraries: tuple[str, ...], progress: Progress
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._ruleset = ruleset
        self._names = NameIndex(self._connection, ruleset.kinds)
        self._partial = capabilities.get_capabilities(self._connection).supports(capabilities.PARTIAL_DATES)
        self.engine = Engine(ruleset, self._names, libraries=libraries, files=files, partial_dates=self._partial)
        self._tally = _Tally(rules={rule.name: {"matched": 0, "planned": 0} for rule in ruleset.rules})
        self.wanted: Counter[tuple[str, str, bool]] = Counter()
        self.without_sidecar: dict[str, str] = {}
        """Of the last page, id -> path of each image whose sidecar may still come."""

    @property
    def counts(self) -> Counts:
        """The counts so far."""
        tally = self._tally
        return Counts(
            seen=tally.seen,
            matched=tally.matched,
            planned=tally.planned,
            preview=tally.preview,
            already_right=tally.unchanged,
            organized=tally.organized,
            problems=tally.problems,
            rules=tally.rules,
        )

    def plan_all(self, db: Database, run: int, choice: ImageSelection, sample: int | None = None) -> None:
        """Plan the chosen images, or `sample` of them drawn by chance, as the plan of `run`."""
        narrowed = self._ruleset.image_filter(self._names)
        if sample is not None:
            choice = ImageSelection(
                ids=tuple(paging.sample(self._connection, sample, choice.image_filter or narrowed, choice.q))
            )
        total = choice.count(self._connection, narrowed)
        for images in paging.prefetch(choice.pages(self._connection, self._ruleset.selection(), narrowed)):
            self.plan_page(db, run, images)
            self._progress(self._tally.seen, total + 1)
        self.finish(db, run)

    def plan_page(self, db: Database, run: int, images: list[dict[str, Any]]) -> None:
        """Plan one page of images and write what comes out; in portions, where each of them brings much text."""
        self.without_sidecar = {}
        portion: list[Planned] = []
        room = _PORTION
        for image in images:
            one = self.engine.plan(image)
            portion.append(one)
            room -= one.characters
            if room < 0:
                self._write(db, run, portion)
                portion, room = [], _PORTION
        self._write(db, run, portion)

    def _write(self, db: Database, run: int, planned: list[Planned]) -> None:
        self.without_sidecar |= {one.change.image_id: one.change.path for one in planned if one.lacks_sidecar}
        entries = [
            PlanEntry(one.change, {each.rule: each.change.changes for each in one.previewed})
            for one in planned
            if one.change.changes or one.previewed
        ]
        notes = [PlanNote(one.change.image_id, text) for one in planned for text in one.problems]
        room = max(0, _NOTES - self._tally.problems)
        for one in planned:
            self._count(one)
        Plan(db, run).add(self._identified(entries), notes[:room])

    def finish(self, db: Database, run: int) -> None:
        """Note the names that would be created, and the rules that were switched off on the way."""
        merged: dict[tuple[str, str], tuple[int, bool]] = {}
        for (kind, name, previewed), count in self.wanted.items():
            had, only_preview = merged.get((kind, name), (0, True))
            merged[kind, name] = (had + count, only_preview and previewed)
        PlanNames(db, run).add((kind, name, count, previewed) for (kind, name), (count, previewed) in merged.items())
        for rule, reason in self.engine.disabled.items():
            logger.warning("The rule %r was switched off for this run: %s", rule, reason)
            Plan(db, run).add([], [PlanNote(None, f"{rule}: {reason}")])

    def _count(self, one: Planned) -> None:
        counts = self._tally
        counts.seen += 1
        counts.matched += bool(one.matched or one.skipped_organized)
        counts.organized += bool(one.skipped_organized)
        counts.problems += len(one.problems)
        would = bool(one.change.changes)
        counts.planned += would or bool(one.previewed)
        counts.preview += bool(one.previewed) and not would
        counts.unchanged += bool(one.matched) and not would and not one.previewed
        for rule in one.matched:
            counts.rules[rule]["matched"] += 1
        asked = {rule for change in one.change.changes for rule in change.rules}
        for rule in asked | {each.rule for each in one.previewed}:
            counts.rules[rule]["planned"] += 1
        self.wanted.update((kind, name, False) for kind, names in one.new_names.items() for name in names)
        for each in one.previewed:
            self.wanted.update((kind, name, True) for kind, names in each.new_names.items() for name in names)

    def _identified(self, entries: list[PlanEntry]) -> Iterator[PlanEntry]:
        """The entries with path and MD5: rules that read no file do not ask for them, but a plan needs them."""
        lack = [entry.image.image_id for entry in entries if not entry.image.md5]
        files = paging.get_many(self._connection, lack, f"id {FILES}") if lack and not self._reads_files else {}
        for entry in entries:
            shown = files.get(entry.image.image_id)
            yield entry if shown is None else PlanEntry(_identified(entry.image, shown), entry.previewed)

    @property
    def _reads_files(self) -> bool:
        return "files" in self._ruleset.fields


def _identified(image: ImageChange, shown: dict[str, Any]) -> ImageChange:
    file = next(iter(shown["visual_files"]), None)
    if file is None:
        return image
    md5 = next((found["value"] for found in file["fingerprints"] if found["type"] == "md5"), "")
    return ImageChange(image.image_id, file["path"], md5, image.organized, image.changes)


@contextmanager
def planner(connection: Connection, folder: str, ruleset: RuleSet, progress: Progress) -> Iterator[RulePlanner]:
    """Yield a planner whose files are closed at the end of the block; `folder` is the user's, with its cache."""
    libraries = capabilities.get_libraries(connection).paths
    kept = MetadataCache(os.path.join(folder, "cache", "metadata.sqlite"))
    files = Files(libraries, cache=kept)
    try:
        yield RulePlanner(connection, ruleset, files, libraries, progress)
    finally:
        files.close()


def seconds_since(began: float) -> float:
    return round(time.monotonic() - began, 1)
