"""The rules: each image's values computed from what it carries. Knows no server, changes nothing.

load_rules / check_rules    a rules file -> RuleSet, or what is wrong with it, to the line
Engine.plan / .explain      an image -> what the rules want of it, and why
NameBook, Found             how the engine learns what a name stands for
set_rule_mode               the text with one rule switched, comments and all
Files                       how it reads pictures and what lies beside them
"""

from __future__ import annotations

from lib.changes import NameMatch
from lib.rules.engine import Engine, Planned, Previewed
from lib.rules.image.files import Files
from lib.rules.loading.edit_mode import set_rule_mode
from lib.rules.loading.loader import Check, check_rules, load_rules
from lib.rules.names import NameLookup
from lib.rules.ruleset import NamedUse, Rule, RuleSet
from lib.rules.selection import FILES
from lib.rules.syntax.diagnostics import Problem, RulesError

__all__ = [
    "FILES",
    "Check",
    "Engine",
    "Files",
    "NameLookup",
    "NameMatch",
    "NamedUse",
    "Planned",
    "Previewed",
    "Problem",
    "Rule",
    "RuleSet",
    "RulesError",
    "check_rules",
    "load_rules",
    "set_rule_mode",
]
