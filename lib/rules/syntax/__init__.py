"""The syntax of a rules file without its meaning: YAML tree, diagnostics, globs, regular expressions."""
