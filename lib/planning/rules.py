"""From rules to a plan: images are read page by page, go through the engine, and what it wants goes to the store."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lib.changes import ImageChange, MissingName
from lib.errors import DataError
from lib.log import Progress, logger
from lib.metadata.cache import MetadataCache
from lib.planning.image_selection import ImageSelection, Sample
from lib.planning.tally import ImageOutcome, Tally
from lib.rules import Engine, Files, Planned, RuleSet, load_rules
from lib.rules.loading import rules_file
from lib.rules.selection import FILES
from lib.runs import plan_renewal
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.plan_missing import CREATED, MISSING, PREVIEW, MissingOfImage, PlanMissing
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


def load(folder: str, text: str | None = None) -> tuple[RuleSet, str]:
    """Load the rules of the user's `folder`, or those in `text`, with their etag."""
    if text is None:
        text, etag = rules_file.read(folder)
        return replace(load_rules(text), etag=etag), etag
    return load_rules(text), rules_file.etag(text.encode())


def only_rules(ruleset: RuleSet, setting: str) -> tuple[str, ...]:
    """Split the setting onlyRules into names of rules; a DataError for a name that no rule has."""
    return known_rules(
        ruleset, "The setting onlyRules", [name for part in setting.split(",") if (name := part.strip())]
    )


def known_rules(ruleset: RuleSet, source: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return names of rules, each once; a DataError that begins with their source for a name that no rule has."""
    unique = tuple(dict.fromkeys(names))
    existing = [rule.name for rule in ruleset.rules]
    if missing := [name for name in unique if name not in existing]:
        raise DataError(f"{source} names {', '.join(missing)}; the rules are: {', '.join(existing)}.")
    return unique


def taking_part(
    ruleset: RuleSet, setting: Collection[str], only: Collection[str] | None, *, as_applied: bool
) -> RuleSet:
    """Return the rules that a preview is about: with `as_applied` or `only` those of a review, else those for tasks.

    setting: the names in the setting onlyRules, which `only` overrides.
    """
    if only is not None:
        if not only:
            raise DataError("only_rules: the list is empty; name at least one rule.")
        return ruleset.review(only=known_rules(ruleset, "only_rules", only), as_applied=as_applied)
    if as_applied:
        enabled = ruleset.enabled().rules
        names = [rule.name for rule in enabled if rule.name in setting] if setting else None
        return ruleset.review(only=names, as_applied=True)
    return ruleset.select("task", only=setting)


class RulePlanner:
    """Plans images by rules. One per run: it loads each kind of names once and keeps folders' listings."""

    def __init__(
        self, connection: Connection, ruleset: RuleSet, files: Files, libraries: tuple[str, ...], progress: Progress
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._ruleset = ruleset
        self.names = NameIndex(self._connection, ruleset.kinds)
        self._partial = capabilities.get_capabilities(self._connection).supports(capabilities.PARTIAL_DATES)
        self.engine = Engine(ruleset, self.names, libraries=libraries, files=files, partial_dates=self._partial)
        self._tally = Tally(rule.name for rule in ruleset.rules)
        self.without_sidecar: dict[str, str] = {}
        """Of the last page, id -> path of each image whose sidecar may still come."""

    @property
    def counts(self) -> Counts:
        """The counts so far."""
        return self._tally.as_counts()

    def plan_all(self, db: Database, run: int, choice: ImageSelection, sample: Sample | None = None) -> None:
        """Plan the chosen images, or a sample of them, as the plan of `run`."""
        narrowed = self._ruleset.image_filter(self.names)
        if sample is not None:
            choice = choice.sampled(self._connection, sample, narrowed)
        total = choice.count(self._connection, narrowed)
        for images in paging.prefetch(choice.pages(self._connection, self._ruleset.selection(), narrowed)):
            self.plan_page(db, run, images)
            self._progress(self._tally["seen"], total + 1)
        self.finish(db, run)

    def replan(self, db: Database, run: int, ids: Sequence[int], counts: Counts) -> None:
        """Plan images of a saved plan, which has these counts, again; what the user excluded or edited stays.

        A process that ends on the way leaves a part of the images out of the plan.
        """
        self._tally = Tally((rule.name for rule in self._ruleset.rules), counts)
        taken = plan_renewal.take_out(db, run, ids)
        for outcome in taken.outcomes:
            self._tally.add(ImageOutcome.load(outcome), -1)
        done = 0
        pages = paging.iter_pages_of(self._connection, map(str, ids), self._ruleset.selection())
        for images in paging.prefetch(pages):
            self.plan_page(db, run, images)
            done += len(images)
            self._progress(done, len(ids) + 1)
        self.finish(db, run)
        plan_renewal.put_back(db, run, taken)

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
        room = max(0, _NOTES - self._tally["problems"])
        missing = []
        for one in planned:
            outcome = ImageOutcome.of(one)
            self._tally.add(outcome)
            if names := _missing(one):
                missing.append(MissingOfImage(one.change.image_id, names, outcome.dumped()))
        identified = list(self._identified(entries))  # before the transaction: it may ask the server
        with db.write() as connection:
            Plan(db, run).insert(connection, identified, notes[:room])
            PlanMissing(db, run).insert(connection, missing)

    def finish(self, db: Database, run: int) -> None:
        """Note the names that would be created, what is nearest to each name, and the rules that were switched off."""
        missing = PlanMissing(db, run)
        PlanNames(db, run).save(missing.to_create())
        missing.save_nearest((kind, name, self.names.nearest(kind, name)) for kind, name in missing.unmatched())
        for rule, reason in self.engine.disabled.items():
            logger.warning("The rule %r was switched off for this run: %s", rule, reason)
            Plan(db, run).add([], [PlanNote(None, f"{rule}: {reason}")])

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


def _missing(image: Planned) -> list[tuple[str, MissingName]]:
    """Return the names that an image lacks or that are created for it, each with its state in the plan."""
    names = [(CREATED if name.created else MISSING, name) for name in image.missing]
    for previewed in image.previewed:
        for kind, new in previewed.new_names.items():
            names += [(PREVIEW, MissingName(kind, name, (previewed.rule,), created=True)) for name in new]
    return names


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
