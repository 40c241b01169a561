"""The three producers of a plan: rules, a table, undo. Nothing here writes to Stash."""
