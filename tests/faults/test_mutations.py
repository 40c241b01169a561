"""Defects put in on purpose, each in a copy of the code: the test that is meant to catch it fails there, and not here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.conftest import WIDE
from tests.faults.mutate import Mutation, argument, branch, condition, keyword, pattern, result, returned
from tests.support.server import ROOT

pytestmark = pytest.mark.timeout(900)

COPIED = ("lib", "tests", "tools", "assets", "plugin.yml", "image_tools.py", "pyproject.toml", "requirements.txt")
LINKED = "node_modules"  # for the page's tests
FAULTS = "tests/faults/test_faults.py::test_a_request_that_fails"
KILLS = "tests/faults/test_kills.py::test_killed_at_a_request"
TRAPS = "tests/faults/test_malicious_library.py"


@dataclass(frozen=True)
class Defect:
    """A file, the change that makes it wrong, and the test that notices."""

    file: str
    mutate: Mutation
    caught_by: str


DEFECTS = {
    "an increment that is sent again": Defect(
        "lib/client/images.py",
        keyword("_o_counter", "execute", "idempotent", "True"),
        f"{FAULTS}[image_increment_o-reset after the server acted]",
    ),
    "the journal after the request": Defect(
        "lib/runs/apply.py",
        argument("_batch", "_mark", 1, "states"),
        f"{KILLS}[rules_apply-after the server acted]",
    ),
    "a batch that is not read again": Defect(
        "lib/runs/apply.py",
        result("_batch", "_changed_since", "None"),
        "tests/faults/test_faults.py::test_what_somebody_changes_meanwhile_stays",
    ),
    "a title that a spreadsheet runs": Defect(
        "lib/tables/cells.py",
        returned("escape_formula", "cell"),
        f"{TRAPS}::test_no_table_holds_a_formula",
    ),
    "a title that the page takes for HTML": Defect(
        "assets/page/dom.js",
        pattern(
            r"element\.append\((\.\.\.children.*)\);",
            r"for (const child of [\1]) "
            r'if (child instanceof Node) element.append(child); else element.insertAdjacentHTML("beforeend", child);',
        ),
        "tests/ui/test_hostile.py::test_rules_and_plans_show_text",
    ),
    "a plan that is resumed half": Defect(
        "lib/runs/run.py",
        branch("resume_blocker", 1, "False"),
        "tests/faults/test_faults.py::test_a_run_that_failed_while_it_was_planned_is_not_resumed[undo-1]",
    ),
    "an undo that clears": Defect(
        "lib/planning/undo.py",
        argument("_single", "FieldChange", 2, "None"),
        f"{FAULTS}[undo-401]",
    ),
    "a list that only grows": Defect(
        "lib/runs/apply.py",
        argument("_batch", "exclude", 0, "()"),
        f"{FAULTS}[rules_apply-401]",
    ),
    "a half that is lost": Defect(
        "lib/runs/mutations.py",
        argument("bisect", "slice", 1, "middle", of=1),
        f"{FAULTS}[rules_apply-an error on the last item]",
    ),
    "a new image that is passed by": Defect(
        "lib/tasks/process_new_images.py",
        condition("_save_batch", "state", "not state"),
        f"{FAULTS}[process_new_images-an error on the last item]",
    ),
    "credentials in an error": Defect(
        "lib/util/redact.py",
        result("redact", "replace", "text"),
        "tests/faults/test_secrets.py::test_no_credential_is_in[answers and logs]",
    ),
}
TRIED = DEFECTS if WIDE else dict(list(DEFECTS.items())[:1])


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_the_place_exists(defect: Defect) -> None:
    text = (ROOT / defect.file).read_text(encoding="utf-8")
    assert defect.mutate(text) != text


@pytest.mark.parametrize("defect", TRIED.values(), ids=TRIED)
def test_the_defect_is_caught(defect: Defect, tmp_path: Path, count_cases: Callable[[str, int], None]) -> None:
    for name in COPIED:
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    (tmp_path / LINKED).symlink_to(ROOT / LINKED)
    assert run(tmp_path, defect.caught_by) == pytest.ExitCode.OK
    file = tmp_path / defect.file
    file.write_text(defect.mutate(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert run(tmp_path, defect.caught_by) == pytest.ExitCode.TESTS_FAILED
    count_cases("defects put in", 1)


def run(folder: Path, test: str) -> int:
    """Pytest's exit code for one test of the copy, with every request and every moment. This test is skipped if that is."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", test]
    env = {**os.environ, "TORTURE": "1"}
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=400, check=False)
    if " skipped" in ended.stdout.splitlines()[-1]:
        pytest.skip(f"{test} is skipped here")
    return ended.returncode
