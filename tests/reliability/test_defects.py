"""What these tests are worth: with a defect put in on purpose, the test that is named here must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reliability.conftest import WIDE
from tests.server import ROOT

pytestmark = pytest.mark.skipif(not WIDE, reason="a minute: part of make torture")

FAULTS = "tests/reliability/test_faults.py::test_a_request_that_fails"


@dataclass(frozen=True)
class Defect:
    """In `file`, `right` becomes `wrong`; `test` is what notices."""

    file: str
    right: str
    wrong: str
    test: str


DEFECTS = {
    "the journal is written after the request": Defect(
        "lib/apply.py",
        'self._note({**states, **{image.image_id: ("sent", "") for image in todo}})',
        "self._note(states)",
        "tests/reliability/test_kills.py::test_killed_at_a_request[rules_apply-after the server acted]",
    ),
    "an o-counter step is sent again": Defect(
        "lib/images.py",
        '{"id": values.id_("id", id_)}, repeatable=False',
        '{"id": values.id_("id", id_)}, repeatable=True',
        f"{FAULTS}[image_increment_o-reset after the server acted]",
    ),
    "a batch is not read again before it is sent": Defect(
        "lib/apply.py",
        "if (why := _changed_since(image, now))}",
        'if (why := "")}',
        "tests/writing/test_apply.py::test_what_somebody_changed_since_is_skipped",
    ),
    "a title is taken for HTML": Defect(
        "assets/page/dom.js",
        "element.append(...children.flat(Infinity).filter(isShown));\n  return element;",
        'for (const child of children.flat(Infinity).filter(isShown)) {\n    if (typeof child === "string") '
        'element.insertAdjacentHTML("beforeend", child);\n    else element.append(child);\n  }\n  return element;',
        "tests/page/test_hostile.py::test_rules_and_plans_show_text",
    ),
    "a change is journalled as done before its answer": Defect(
        "lib/apply.py",
        '("sent", "") for image in todo',
        '("changed", "") for image in todo',
        "tests/reliability/test_kills.py::test_killed_at_a_request[rules_apply-before the server acted]",
    ),
    "what failed while it was planned is resumed": Defect(
        "lib/runs.py",
        'if "changed" not in run.counts:',
        'if "nothing" in run.counts:',
        "tests/reliability/test_faults.py::test_a_run_that_failed_while_it_was_planned_is_not_resumed",
    ),
}
SHIPPED = ("image_tools.py", "plugin.yml", "lib", "assets")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The project, of which what ships may be changed."""
    for path in ROOT.iterdir():
        if path.name in SHIPPED and path.is_dir():
            shutil.copytree(path, tmp_path / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.name in SHIPPED:
            shutil.copy(path, tmp_path)
        elif path.name in ("tests", "pyproject.toml", "package", "docs"):
            copy: Callable[[Path, Path], object] = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, tmp_path / path.name)
    return tmp_path


@pytest.mark.timeout(300)
@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_noticed(copied: Path, tried: Callable[[str, int], None], defect: Defect) -> None:
    file = copied / defect.file
    text = file.read_text(encoding="utf-8")
    assert text.count(defect.right) == 1, "the code has changed: say here how it would be wrong now"
    assert run(copied, defect.test) == 0, "the test fails without the defect"
    file.write_text(text.replace(defect.right, defect.wrong), encoding="utf-8")
    assert run(copied, defect.test) == 1, "nobody notices"
    tried("defects put in on purpose", 1)


def run(folder: Path, test: str) -> int:
    """How pytest ends: 0 all passed, 1 some failed; anything else ran nothing."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "TORTURE": "", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode
