"""Test files are named after the code that they test, so that a reader finds them."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.sources import FILES
from tests.support.server import ROOT

LIB, TESTS = ROOT / "lib", ROOT / "tests"
SHORT = 30
"""Lines up to which a module needs no test file."""
ACROSS_MODULES: dict[str, str] = {
    # a test file below a package of lib that isn't named after a module -> the reason
    "client/create/test_create_image.py": "the package's method, with all its modules",
    "client/test_typing.py": "types, as mypy sees them in a user's program",
    "metadata/test_library.py": "the sample library, with every module",
    "metadata/test_malformed.py": "malformed files, with every module",
    "rules/test_hostile.py": "malicious rules, templates, sidecars and images",
    "tables/test_limits.py": "the limits on time and memory, of reading and importing",
    "tasks/test_older_server.py": "every task, on older releases",
    "tasks/test_review.py": "preview, exclusions, apply and undo of generated rules, compared with the library",
    "tasks/test_sessions.py": "every task, with a cookie that expires",
}
TESTED_IN: dict[str, str] = {
    # a module without a test file of its name -> the file that tests it
    "changes.py": "rules/test_engine.py",
    "client/__init__.py": "client/test_client.py",
    "client/create/__init__.py": "client/create/test_create_image.py",
    "client/create/folders.py": "client/create/test_create_image.py",
    "client/create/references.py": "client/create/test_create_image.py",
    "dispatch.py": "plugin/test_entrypoint.py",
    "errors.py": "stash/test_connection.py",
    "metadata/blocks/exif_tags.py": "metadata/blocks/test_exif.py",
    "metadata/blocks/xmp_namespaces.py": "metadata/blocks/test_xmp.py",
    "metadata/generators/comfyui.py": "metadata/generators/test_prompts.py",
    "metadata/model.py": "metadata/test_fields.py",
    "metadata/read.py": "metadata/test_containers.py",
    "metadata/text.py": "metadata/blocks/test_exif.py",
    "planning/image_selection.py": "tasks/test_rules_apply.py",
    "planning/rules.py": "tasks/test_rules_apply.py",
    "rules/__init__.py": "rules/test_engine.py",
    "rules/dates.py": "rules/test_conditions.py",
    "rules/evaluate.py": "rules/test_engine.py",
    "rules/fields.py": "rules/test_engine.py",
    "rules/image/context.py": "rules/test_sources.py",
    "rules/image/draft.py": "rules/test_engine.py",
    "rules/loading/rule_parser.py": "rules/loading/test_loader.py",
    "rules/loading/rules_file.py": "tasks/test_rules_file.py",
    "rules/syntax/diagnostics.py": "rules/loading/test_loader.py",
    "rules/syntax/globs.py": "rules/test_conditions.py",
    "rules/syntax/suggestions.py": "rules/loading/test_loader.py",
    "rules/syntax/yaml_places.py": "rules/syntax/test_yaml_edit.py",
    "rules/values.py": "rules/test_prefilter.py",
    "runs/counts.py": "runs/test_history.py",
    "runs/database.py": "runs/test_history.py",
    "runs/image_states.py": "runs/test_apply.py",
    "runs/mutations.py": "runs/test_apply.py",
    "runs/new_names.py": "runs/test_apply.py",
    "runs/opening.py": "runs/test_migration.py",
    "runs/plan_filter.py": "runs/test_plan_pages.py",
    "runs/plan_items.py": "runs/test_history.py",
    "runs/plan_names.py": "runs/test_apply.py",
    "rules/action_trace.py": "rules/test_explain.py",
    "rules/fingerprint.py": "planning/test_plan_key.py",
    "rules/planned.py": "planning/test_tally.py",
    "runs/planned_change.py": "runs/test_plan_pages.py",
    "runs/plan_notes.py": "tasks/test_rules_apply.py",
    "runs/plan_renewal.py": "tasks/test_names_answer.py",
    "runs/plans.py": "runs/test_history.py",
    "runs/retention.py": "runs/test_history.py",
    "runs/retries.py": "tasks/test_process_new_images.py",
    "runs/run.py": "runs/test_history.py",
    "runs/schema.py": "runs/test_migration.py",
    "runs/undone.py": "planning/test_undo.py",
    "stash/name_usage.py": "planning/test_undo.py",
    "stash/names.py": "tasks/test_rules_apply.py",
    "stash/other_plugins.py": "runs/test_apply.py",
    "tables/images.py": "tasks/test_export_images.py",
    "tables/preview.py": "tasks/test_rules_apply.py",
    "tasks/__init__.py": "plugin/test_entrypoint.py",
    "tasks/create_image.py": "plugin/test_operations.py",
    "tasks/execute.py": "tasks/test_rules_apply.py",
    "tasks/image_methods.py": "plugin/test_operations.py",
    "tasks/summary.py": "tasks/test_rules_apply.py",
    "util/lenient_json.py": "rules/test_hostile.py",
    "util/lock.py": "faults/test_disks.py",
}
MODULES = {path.relative_to(LIB).as_posix(): path for path in FILES if path.is_relative_to(LIB)}


def own_tests(module: str) -> list[Path]:
    """Return the test files of lib/a/b.py: tests/a/test_b.py, those in tests/a/b/, or that of its package, tests/test_a.py."""
    path = TESTS / module.removesuffix("/__init__.py").removesuffix(".py")
    folder = () if module.endswith("/__init__.py") else path.glob("test_*.py")
    package = path.parent.with_name(f"test_{path.parent.name}.py")
    return [test for test in (path.with_name(f"test_{path.name}.py"), *folder, package) if test.is_file()]


def test_test_files_are_named_after_modules() -> None:
    packages = [path.parent.name for path in LIB.glob("*/__init__.py")]
    files = {path for package in packages for path in (TESTS / package).rglob("test_*.py")}
    named = {path for module in MODULES for path in own_tests(module)}
    assert {path.relative_to(TESTS).as_posix() for path in files - named} == set(ACROSS_MODULES)


def test_modules_have_a_test_file() -> None:
    long = {module for module, path in MODULES.items() if len(path.read_text(encoding="utf-8").splitlines()) > SHORT}
    assert {module for module in long if not own_tests(module)} - set(TESTED_IN) == set()


def test_listed_modules_exist_without_a_test_file() -> None:
    assert [module for module in TESTED_IN if module not in MODULES or own_tests(module)] == []


def test_listed_test_files_exist() -> None:
    assert [file for file in TESTED_IN.values() if not (TESTS / file).is_file()] == []
