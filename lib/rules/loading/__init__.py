"""Loads rules.yaml as a RuleSet or lists every error with its line; edits the text."""
