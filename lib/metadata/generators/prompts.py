"""What programs that generate pictures note in them: PNG texts, or the same in a JPEG's or WebP's UserComment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lib.metadata.generators.comfyui import read_graph
from lib.metadata.generators.model import Generation, distinct, model_name
from lib.metadata.model import Metadata
from lib.util.lenient_json import DECODER

# The PNG keywords, the surest first: AUTOMATIC1111, Forge and Fooocus; ComfyUI; InvokeAI; NovelAI.
_KEYWORDS = ("parameters", "prompt", "workflow", "invokeai_metadata", "Comment")
# ComfyUI's own WebP node writes its graph into tags that are a camera's.
EXIF_PREFIXES = {"Model": "prompt:", "Make": "workflow:"}

# AUTOMATIC1111: the prompt; "Negative prompt: …"; "Steps: 28, Sampler: …, Model: …", each on lines of its own.
_SETTINGS = re.compile(r"^Steps: \d+", re.MULTILINE)
_NEGATIVE = re.compile(r"^Negative prompt:", re.MULTILINE)
_MAX_SETTINGS = 8192  # the longest seen has 2,000 characters; beyond it patterns would grow slow
_MAX_JSON = 2 << 20  # as objects it takes up to 25 times the memory; the largest graphs seen have half a megabyte
_MODEL = re.compile(r'(?:^|, )Model: ("[^"]*"|[^,\n]*)')
_LORA_HASHES = re.compile(r'(?:^|, )Lora hashes: "([^"]*)"')
_LORA = re.compile(r"<(?:lora|lyco):([^:<>]+)")


def is_generated(metadata: Metadata, text: str) -> bool:
    """Whether this text of a UserComment is a generator's notes, and no description."""
    return _from_text(text, metadata.png) is not None


@lru_cache(maxsize=1)  # four fields ask for the same picture, one after the other
def read_generation(metadata: Metadata) -> Generation:
    """How the picture was generated; all empty where nothing says so. The first text that says it counts."""
    for text in _texts(metadata):
        found = _from_text(text, metadata.png)
        if found and any(found):
            return found
    return Generation()


def _texts(metadata: Metadata) -> Iterator[str]:
    for keyword in _KEYWORDS:
        if keyword in metadata.png:
            yield metadata.png[keyword]
    comment = metadata.exif.get("UserComment")
    if isinstance(comment, str):
        yield comment
    for tag, prefix in EXIF_PREFIXES.items():
        text = metadata.exif.get(tag)
        if isinstance(text, str) and text.startswith(prefix):
            yield text[len(prefix) :]


def _from_text(text: str, png: dict[str, str]) -> Generation | None:
    if text.lstrip().startswith("{"):
        return _from_json(text, png)
    settings = [found.start() for found in _SETTINGS.finditer(text)]
    return _from_lines(text, settings[-1]) if settings else None


def _from_lines(text: str, settings_at: int) -> Generation:
    """AUTOMATIC1111's lines; LoRAs stand in the prompt as <lora:name:weight>, and in the settings with their hashes."""
    prompts, settings = text[:settings_at], text[settings_at : settings_at + _MAX_SETTINGS]
    negative_at = _NEGATIVE.search(prompts)
    prompt = prompts[: negative_at.start()] if negative_at else prompts
    negative = prompts[negative_at.end() :] if negative_at else ""
    model, hashes = _MODEL.search(settings), _LORA_HASHES.search(settings)
    hashed = [entry.partition(":")[0] for entry in hashes[1].split(",")] if hashes else []
    return Generation(
        prompt.strip(),
        negative.strip(),
        model_name(model[1].strip('"')) if model else "",
        distinct([model_name(name) for name in [*_LORA.findall(prompt), *hashed]]),
    )


def _from_json(text: str, png: dict[str, str]) -> Generation | None:
    if len(text) > _MAX_JSON:
        return None
    try:
        data = DECODER.decode(text)
    except (ValueError, RecursionError):  # not JSON; or brackets in brackets, which is no graph either
        return None
    if isinstance(data, dict) and isinstance(data.get("prompt"), dict):  # both of ComfyUI's graphs in one text
        data = data["prompt"]
    if not isinstance(data, dict):
        return None
    return read_graph(data) or _from_settings(data, png)


def _from_settings(data: dict[str, Any], png: dict[str, str]) -> Generation | None:
    """Settings by name: those of Fooocus, InvokeAI or NovelAI, whose older versions keep the prompt in `Description`."""
    older_novelai = "uc" in data and "prompt" not in data
    prompt = png.get("Description") if older_novelai else _first(data, ("prompt", "positive_prompt"))
    negative = _first(data, ("negative_prompt", "uc"))
    if not (prompt or negative):
        return None
    model = data.get("base_model") or data.get("model") or (png.get("Source") if "uc" in data else None)
    loras = data.get("loras")
    return Generation(
        (prompt or "").strip(),
        (negative or "").strip(),
        _name(model),
        distinct([_name(lora) for lora in loras] if isinstance(loras, list) else []),
    )


def _first(data: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((data[name] for name in names if isinstance(data.get(name), str)), None)


def _name(value: object) -> str:
    """The name in "a.safetensors", [name, weight], {"model_name": …}, or an object that holds one of these."""
    for _ in range(3):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = next((value[key] for key in ("model_name", "name", "lora", "model") if value.get(key)), None)
    return model_name(value)
