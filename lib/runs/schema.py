"""The tables of `runs.sqlite`. The SQL on each of them is in one module, named below; a test holds it there."""

from __future__ import annotations

SCHEMA_VERSION = 2
"""The version of these tables, kept in the file itself."""

TABLES = {
    # history.py
    "runs": """CREATE TABLE {name} (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mode TEXT NOT NULL,
  kind TEXT NOT NULL,
  phase TEXT NOT NULL,
  status TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0,
  started_by TEXT NOT NULL,
  held TEXT,
  is_part INTEGER NOT NULL DEFAULT 0,
  sample INTEGER,
  sequence INTEGER NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  plan INTEGER REFERENCES runs (id),
  part_of INTEGER REFERENCES runs (id) ON DELETE SET NULL,
  undoes INTEGER REFERENCES runs (id),
  key TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  counts TEXT NOT NULL DEFAULT '{{}}'
)""",
    # plans.py; a path is its folder, with the separator at the end, and its name
    "folders": """CREATE TABLE {name} (
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  UNIQUE (plan, path)
)""",
    "images": """CREATE TABLE {name} (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  name TEXT NOT NULL,
  md5 TEXT NOT NULL,
  organized INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'planned',
  reason TEXT NOT NULL DEFAULT '',
  sequence INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (plan, image)
) WITHOUT ROWID""",
    "changes": """CREATE TABLE {name} (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  field TEXT NOT NULL,
  previewed TEXT NOT NULL,
  rules TEXT NOT NULL,
  change TEXT NOT NULL,
  edited INTEGER NOT NULL DEFAULT 0,
  left_out TEXT,
  PRIMARY KEY (plan, image, field, previewed)
) WITHOUT ROWID""",
    # plan_items.py; a few groups a plan keep the rows of items short
    "item_groups": """CREATE TABLE {name} (
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,
  op TEXT NOT NULL,
  previewed TEXT NOT NULL,
  UNIQUE (plan, rule, field, op, previewed)
)""",
    "items": """CREATE TABLE {name} (
  item_group INTEGER NOT NULL REFERENCES item_groups (id) ON DELETE CASCADE,
  value TEXT NOT NULL,
  image INTEGER NOT NULL,
  state TEXT,
  PRIMARY KEY (item_group, value, image)
) WITHOUT ROWID""",
    # plan_names.py
    "names": """CREATE TABLE {name} (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  images INTEGER NOT NULL,
  id TEXT,
  state TEXT NOT NULL DEFAULT 'planned',
  PRIMARY KEY (plan, kind, name)
) WITHOUT ROWID""",
    # plan_missing.py; a few rows a name keep the rows of images short, and an outcome is that of many images
    "missing_names": """CREATE TABLE {name} (
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  folded TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  rules TEXT NOT NULL,
  candidates TEXT NOT NULL,
  nearest TEXT,
  UNIQUE (plan, kind, folded, state, rules)
)""",
    "missing_images": """CREATE TABLE {name} (
  name INTEGER NOT NULL REFERENCES missing_names (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  PRIMARY KEY (name, image)
) WITHOUT ROWID""",
    "outcomes": """CREATE TABLE {name} (
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  outcome TEXT NOT NULL,
  UNIQUE (plan, outcome)
)""",
    # plan_notes.py
    "notes": """CREATE TABLE {name} (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER,
  text TEXT NOT NULL
)""",
    # undone.py; `plan` is the one that was undone, `undone_by` the run that did it
    "undone": """CREATE TABLE {name} (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  field TEXT NOT NULL,
  item TEXT NOT NULL,
  undone_by INTEGER NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (plan, image, field, item)
) WITHOUT ROWID""",
    # retries.py
    "waiting": """CREATE TABLE {name} (
  image INTEGER PRIMARY KEY,
  since TEXT NOT NULL,
  lacks_sidecar INTEGER NOT NULL DEFAULT 0
)""",
    # database.py
    "marks": "CREATE TABLE {name} (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
}
INDEXES = (
    "CREATE INDEX images_by_state ON images (plan, state, image)",
    "CREATE INDEX images_by_folder ON images (plan, folder)",
    "CREATE INDEX notes_by_plan ON notes (plan)",
)


def statements() -> list[str]:
    """Return the statements that create an empty history."""
    created = [statement.format(name=name) for name, statement in TABLES.items()]
    return [*created, *INDEXES, f"PRAGMA user_version = {SCHEMA_VERSION}"]
