"""The rules: compute an image's fields from its path, sidecars and metadata. They know no server and change nothing.

load_rules / check_rules    a rules file -> RuleSet, or its errors with their lines
Engine.plan / .explain      an image -> its planned changes, and the reasons
NameLookup, NameMatch       how the engine looks up tags, performers, studios and galleries
set_rule_mode               the text of a rules file with the mode of one rule changed
answer_names                the text of a rules file with answers to missing tags, performers and studios
Files                       reads image files and sidecars
"""

from __future__ import annotations

from lib.changes import NameMatch
from lib.rules.engine import Engine
from lib.rules.image.files import Files
from lib.rules.loading.edit_mode import set_rule_mode
from lib.rules.loading.loader import Check, check_rules, load_rules
from lib.rules.loading.name_answers import NameAnswer, answer_names
from lib.rules.names import NameLookup
from lib.rules.planned import Planned, Previewed
from lib.rules.ruleset import NamedUse, Rule, RuleSet
from lib.rules.selection import FILES
from lib.rules.syntax.diagnostics import Problem, RulesError

__all__ = [
    "FILES",
    "Check",
    "Engine",
    "Files",
    "NameAnswer",
    "NameLookup",
    "NameMatch",
    "NamedUse",
    "Planned",
    "Previewed",
    "Problem",
    "Rule",
    "RuleSet",
    "RulesError",
    "answer_names",
    "check_rules",
    "load_rules",
    "set_rule_mode",
]
