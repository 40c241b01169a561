"""The key of a saved plan: what its rules compute, and which rules and images it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lib.planning.image_selection import ImageSelection, Sample
from lib.rules import RuleSet

MAX_SHOWN = 5


@dataclass(frozen=True)
class PlanKey:
    """The key of a plan of rules.

    rules: the fingerprints of the rules whose changes it applies, in order. without: with `all`, the file's other rules.
    all, only_rules: as in rules_preview; otherwise they are the enabled ones for `when`. is_trial: made from a text that isn't the file's.
    images: a hash of the selection, nothing for all images. sample: its size and seed, if it is one.
    is_incomplete: some of its images are being planned again, or were when that ended.
    """

    rules: Mapping[str, str]
    without: tuple[str, ...] = ()
    all: bool = False
    only_rules: tuple[str, ...] | None = None
    when: str = "task"
    is_trial: bool = False
    images: str = ""
    sample: Sample | None = None
    is_incomplete: bool = False

    @classmethod
    def of(cls, file: RuleSet, taking_part: RuleSet, choice: ImageSelection, **options: Any) -> PlanKey:
        """Return the key of a plan of `taking_part`, the rules of `file` that were selected. `options`: the other fields."""
        enabled = {rule.name for rule in taking_part.rules if rule.mode == "apply"}
        rules = {name: hash_ for name, hash_ in file.fingerprints().items() if name in enabled}
        is_review = options.get("all") and options.get("only_rules") is None
        without = tuple(rule.name for rule in file.rules if rule.name not in rules) if is_review else ()
        chosen = json.dumps(choice.as_json(), sort_keys=True)
        images = "" if choice.is_everything else hashlib.sha256(chosen.encode()).hexdigest()[:16]
        return cls(rules=rules, without=without, images=images, **options)

    @classmethod
    def load(cls, text: str) -> PlanKey | None:
        """Parse what `dumped` returned; None for the key of an older version."""
        if not text.startswith("{"):
            return None
        values = json.loads(text)
        only, sample = values["only_rules"], values["sample"]
        parts = {"only_rules": None if only is None else tuple(only), "sample": sample and Sample(*sample)}
        return cls(**values | parts | {"without": tuple(values["without"])})

    def dumped(self) -> str:
        """Return the text to save; equal keys have the same."""
        return json.dumps(asdict(self))

    def select(self, file: RuleSet, setting: Collection[str] = ()) -> RuleSet:
        """Return the rules of the file that the plan is about. setting: the names in the setting onlyRules."""
        if self.all:
            return file.review(only=[*self.rules], as_applied=True)
        if self.only_rules is not None:
            return file.review(only=self.only_rules, as_applied=False)
        return file.select(self.when, only=setting)

    def incomplete(self) -> PlanKey:
        """Return the key of the same plan while some of its images are planned again: it can't be applied."""
        return replace(self, is_incomplete=True)

    def rebound(self, file: RuleSet) -> PlanKey:
        """Return the key of the same plan after its rules were changed in the file and its images planned again."""
        hashes = file.fingerprints()
        return replace(self, rules={name: hashes[name] for name in self.rules}, is_trial=False, is_incomplete=False)

    def changed_rules(self, file: RuleSet, setting: Collection[str] = ()) -> list[str]:
        """Return what makes the plan stale: for each rule that would now compute something else, a text that names it.

        setting: the names in the setting onlyRules.
        """
        names = [rule.name for rule in file.rules]
        now = self._taking_part(file, setting)
        common = [name for name in self.rules if name in now]
        changes = [f"{name!r} was removed" for name in self.rules if name not in names]
        changes += [f"{name!r} isn't enabled now" for name in self.rules if name in names and name not in now]
        changes += [f"{name!r} has changed" for name in common if now[name] != self.rules[name]]
        changes += [f"{name!r} was added or enabled" for name in now if name not in self.rules]
        if not changes and common != list(now):
            moved = next(name for name, other in zip(common, now, strict=True) if name != other)
            changes.append(f"{moved!r} was moved")
        return changes

    def _taking_part(self, file: RuleSet, setting: Collection[str]) -> dict[str, str]:
        """Return the fingerprints of the rules that the same plan would apply now; of a review whatever their modes are."""
        hashes = file.fingerprints()
        if self.only_rules is not None:
            modes = {rule.name: rule.mode for rule in file.rules}
            return {
                name: hash_
                for name, hash_ in hashes.items()
                if name in self.only_rules and (self.all or modes[name] == "apply")
            }
        if not self.all:
            enabled = {rule.name for rule in file.select(self.when, preview=False, only=setting).rules}
            return {name: hash_ for name, hash_ in hashes.items() if name in enabled}
        off = {rule.name for rule in file.rules if rule.mode == "off"}
        return {
            name: hash_
            for name, hash_ in hashes.items()
            if name in self.rules or (name not in self.without and name not in off)
        }


def stale_reason(key: str, file: RuleSet, setting: Collection[str]) -> str | None:
    """Return why a plan with this key can't be applied: the rules that have changed; None if none has.

    setting: the names in the setting onlyRules.
    """
    saved = PlanKey.load(key)
    if saved is None:  # 0.2.0 bound a plan to the bytes of the file
        return (
            None if key.split(":", maxsplit=1)[0] == file.etag else "it was made by an older version, for other rules"
        )
    changes = saved.changed_rules(file, setting)
    if not changes:
        return "planning it again after answers to names ended too early" if saved.is_incomplete else None
    more = f" and {len(changes) - MAX_SHOWN} more" if len(changes) > MAX_SHOWN else ""
    return f"the rules have changed since: {', '.join(changes[:MAX_SHOWN])}{more}"
