"""Manifests read as the server reads them: an unknown key or a value of the wrong kind refuses the whole plugin."""

from __future__ import annotations

from typing import Any

import yaml

TEXT, LIST, MAP = "string", "[]string", "map[string]string"
OPERATION = {"name": TEXT, "description": TEXT, "execArgs": LIST, "defaultArgs": MAP}
CSP = {"script-src": LIST, "style-src": LIST, "connect-src": LIST}
MANIFEST: dict[str, Any] = {
    "name": TEXT,
    "description": TEXT,
    "url": TEXT,
    "version": TEXT,
    "interface": TEXT,
    "exec": LIST,
    "errLog": TEXT,
    "tasks": ("[]*plugin.OperationConfig", ("plugin.OperationConfig", OPERATION)),
    "hooks": ("[]*plugin.HookConfig", ("plugin.HookConfig", {**OPERATION, "triggeredBy": LIST})),
    "ui": (
        "plugin.UIConfig",
        {"requires": LIST, "csp": ("plugin.PluginCSP", CSP), "javascript": LIST, "css": LIST, "assets": MAP},
    ),
    "settings": (
        "map[string]plugin.SettingConfig",
        {"*": ("plugin.SettingConfig", {"type": TEXT, "displayName": TEXT, "description": TEXT})},
    ),
}
INTERFACES = ("raw", "rpc", "js")
SETTING_TYPES = ("STRING", "NUMBER", "BOOLEAN")


def load_manifest(path: str) -> dict[str, Any]:
    """The manifest; a ValueError or YAMLError with the server's words if it would not load it."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ValueError("EOF")
    problems: list[str] = []
    _check(node, ("plugin.Config", MANIFEST), problems)
    if problems:
        raise ValueError("yaml: unmarshal errors:\n" + "\n".join(f"  {problem}" for problem in problems))
    manifest: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader) or {}
    _check_values(manifest)
    return manifest


def _check_values(manifest: dict[str, Any]) -> None:
    interface = manifest.get("interface")
    if interface and interface not in INTERFACES:
        raise ValueError(f"invalid interface type {interface}")
    for name, setting in (manifest.get("settings") or {}).items():
        if setting and setting.get("type") and setting["type"] not in SETTING_TYPES:
            raise ValueError(f"invalid type {name} for setting {setting['type']}")


def _check(node: yaml.Node, shape: Any, problems: list[str]) -> None:
    if node.tag == "tag:yaml.org,2002:null":
        return
    if isinstance(shape, str):
        _check_plain(node, shape, problems)
    elif isinstance(shape[1], tuple):
        for item in _items(node, shape[0], problems):
            _check(item, shape[1], problems)
    else:
        _check_map(node, shape, problems)


def _check_map(node: yaml.Node, shape: tuple[str, dict[str, Any]], problems: list[str]) -> None:
    kind, known = shape
    if not isinstance(node, yaml.MappingNode):
        _wrong(node, kind, problems)
        return
    seen: set[str] = set()
    for key, value in node.value:
        wanted = known.get("*") or known.get(key.value)
        line = key.start_mark.line + 1
        if key.value in seen:
            problems.append(f"line {line}: field {key.value} already set in type {kind}")
        seen.add(key.value)
        if wanted is None:
            problems.append(f"line {line}: field {key.value} not found in type {kind}")
        else:
            _check(value, wanted, problems)


def _check_plain(node: yaml.Node, kind: str, problems: list[str]) -> None:
    if kind == TEXT:
        if not isinstance(node, yaml.ScalarNode):
            _wrong(node, kind, problems)
    elif kind == LIST:
        for item in _items(node, kind, problems):
            _check(item, TEXT, problems)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _check(value, TEXT, problems)
    else:
        _wrong(node, kind, problems)


def _items(node: yaml.Node, kind: str, problems: list[str]) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    _wrong(node, kind, problems)
    return []


def _wrong(node: yaml.Node, kind: str, problems: list[str]) -> None:
    tags: dict[type[yaml.Node], str] = {yaml.MappingNode: "!!map", yaml.SequenceNode: "!!seq"}
    tag = tags.get(type(node)) or node.tag.replace("tag:yaml.org,2002:", "!!")
    shown = f" `{node.value}`" if isinstance(node, yaml.ScalarNode) else ""
    problems.append(f"line {node.start_mark.line + 1}: cannot unmarshal {tag}{shown} into {kind}")
