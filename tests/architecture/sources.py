"""Our own source, parsed once for the tests that look at it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.server import ROOT

FILES = [ROOT / "image_tools.py", *sorted((ROOT / "lib").rglob("*.py"))]


def name_of(path: Path) -> str:
    """The module's name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES: dict[str, ast.Module] = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
"""Every module of ours by name, as a tree."""
TESTS = sorted(
    path for path in (ROOT / "tests").rglob("*.py") if "bench" not in path.parts and "fake_stash" not in path.parts
)
"""Our tests, without the bench, which measures, and the fake server."""
