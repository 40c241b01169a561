"""The fingerprint of a rule: a hash of what it computes, from the YAML nodes of its conditions and the values of its actions.

Comments, formatting, the order of keys, `about`, `mode` and `when` don't change it. Its vocabulary does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from lib.changes import KINDS
from lib.rules.actions import Action, ValueTemplate
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode
from lib.rules.vocabulary import Vocabulary

_GROUP = re.compile(r"\(\?P<(\w+)>")


def fingerprint(meaning: Any) -> str:
    """Return the hash of a value that JSON can represent."""
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]


def match_meaning(node: Node | None) -> Any:
    """Return the meaning of a rule's conditions, or of a part of them: texts, lists, and the entries of maps.

    A map's entries are sorted, except where a condition reads the groups of an earlier one, or two define the same group.
    """
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [match_meaning(item) for item in node.items]
    if isinstance(node, MappingNode):
        entries = [(key.value, match_meaning(value)) for key, value in node.entries]
        return {"map": entries if _is_ordered(entries) else sorted(entries, key=lambda entry: entry[0])}
    return None


def actions_meaning(actions: Iterable[Action]) -> dict[str, Any]:
    """Return the meaning of actions by field; only the actions of one field depend on their order."""
    fields: dict[str, list[Any]] = {}
    for action in actions:
        is_constant = all(part.template.constant for part in action.parts)
        vocabulary = [] if is_constant or action.field not in KINDS else _vocabulary_meaning(action.vocabulary)
        parts = [_part_meaning(action, part) for part in action.parts]
        fields.setdefault(action.field, []).append([action.verb, parts, vocabulary])
    return fields


def _is_ordered(entries: list[tuple[str, Any]]) -> bool:
    texts = [json.dumps(entry) for entry in entries]
    groups = [group for text in texts for group in set(_GROUP.findall(text))]
    return len(groups) > len(set(groups)) or any('"re.' in text for text in texts)


def _part_meaning(action: Action, part: ValueTemplate) -> list[Any]:
    meaning: list[Any] = [part.template.text]
    if action.verb == "set":
        meaning.append(part.strategy)
    if action.field in KINDS and action.verb != "remove":
        policy = part.policy
        meaning += [policy.create, policy.min_words if policy.create else 0, sorted(policy.names.values())]
    return meaning


def _vocabulary_meaning(vocabulary: Vocabulary) -> list[Any]:
    patterns = sorted(pattern.pattern for pattern in vocabulary.patterns)
    return [sorted(vocabulary.map.items()), sorted(vocabulary.drop), patterns]
