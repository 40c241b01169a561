"""rules.yaml to a RuleSet, or every error with its line; edits of the text."""
