"""Files, locks, JSON and redaction: helpers that know neither Stash nor images."""
