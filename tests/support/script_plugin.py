"""Plugins of a few lines, for tests of what a server makes of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

START = """\
import json, os, sys, time
given = json.load(sys.stdin)
args = given["args"]
HERE = os.path.dirname(os.path.abspath(__file__))
"""


def write_plugin(folder: Path, code: str, name: str = "script", **manifest: Any) -> str:
    """A plugin whose process runs the code, with its input in `given` and `args`; answers the plugin's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(START + dedent(code), encoding="utf-8")
    described = {
        "name": name.capitalize(),
        "exec": ["python", "-S", f"{{pluginDir}}/{name}.py"],
        "interface": "raw",
        **manifest,
    }
    (folder / f"{name}.yml").write_text(yaml.safe_dump(described), encoding="utf-8")
    return str(folder)
