"""Phrases that a file may still have. The numbers only ever go down; at the end this file goes away."""

ALLOWED: dict[str, int] = {
    "lib/metadata/fields.py": 3,
    "lib/planning/image_selection.py": 1,
    "lib/planning/rules.py": 4,
    "lib/planning/undo.py": 9,
    "lib/runs/apply.py": 8,
    "lib/runs/database.py": 8,
    "lib/runs/history.py": 13,
    "lib/runs/mutations.py": 6,
    "lib/runs/new_names.py": 6,
    "lib/runs/plans.py": 12,
    "lib/runs/retention.py": 2,
    "lib/runs/retries.py": 4,
    "lib/tasks/__init__.py": 4,
    "lib/tasks/process_new_images.py": 13,
    "lib/tasks/rules_apply.py": 5,
    "lib/tasks/rules_preview.py": 3,
    "lib/tasks/run.py": 2,
    "lib/tasks/undo_resume.py": 24,
}
