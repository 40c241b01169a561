"""The sample library, laid out with true names: some of them no checkout on Windows could hold."""

from __future__ import annotations

import os
import shutil

KEPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "library")
TRUE_NAMES = {"misc/new_line.png": "misc/new\nline.png"}
TRUTH = "truth.json"


def lay_out(target: str) -> None:
    """Copy the sample library's pictures into the folder `target`, which is made if need be; truth.json stays out."""
    shutil.copytree(KEPT, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(TRUTH))
    for kept, true in TRUE_NAMES.items():
        os.replace(os.path.join(target, kept), os.path.join(target, true))


def truth_file() -> str:
    """The path of truth.json: what is in each picture, by its path below the library."""
    return os.path.join(KEPT, TRUTH)
