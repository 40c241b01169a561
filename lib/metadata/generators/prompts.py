"""Read the parameters of AI image generators from PNG texts, or from the UserComment of a JPEG or WebP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lib.metadata.generators.comfyui import read_graph
from lib.metadata.generators.model import Generation, distinct, model_name
from lib.metadata.model import Metadata
from lib.util.lenient_json import DECODER

# The PNG keywords, the most reliable first: AUTOMATIC1111, Forge and Fooocus; ComfyUI; InvokeAI; NovelAI.
_KEYWORDS = ("parameters", "prompt", "workflow", "invokeai_metadata", "Comment")
# ComfyUI's WebP node writes its graph to tags for cameras.
EXIF_PREFIXES = {"Model": "prompt:", "Make": "workflow:"}

# AUTOMATIC1111: the prompt; "Negative prompt: …"; "Steps: 28, Sampler: …, Model: …", each starts a new line.
_SETTINGS = re.compile(r"^Steps: \d+", re.MULTILINE)
_NEGATIVE = re.compile(r"^Negative prompt:", re.MULTILINE)
_MAX_SETTINGS = 8192  # the longest known text has 2,000 characters; with more, the patterns get slow
_MAX_JSON = 2 << 20  # as objects it takes up to 25 times the memory; the largest known graphs have half a megabyte
_MODEL = re.compile(r'(?:^|, )Model: ("[^"]*"|[^,\n]*)')
_LORA_HASHES = re.compile(r'(?:^|, )Lora hashes: "([^"]*)"')
_LORA = re.compile(r"<(?:lora|lyco):([^:<>]+)")


def is_generated(metadata: Metadata, text: str) -> bool:
    """Return whether the text of a UserComment has a generator's parameters, and isn't a description."""
    return _from_text(text, metadata.png) is not None


@lru_cache(maxsize=1)  # four fields in a row read the same image
def read_generation(metadata: Metadata) -> Generation:
    """Return the parameters from the first text that has them; all empty for an image without them."""
    for text in _texts(metadata):
        generation = _from_text(text, metadata.png)
        if generation and any(generation):
            return generation
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
    settings = [match.start() for match in _SETTINGS.finditer(text)]
    return _from_lines(text, settings[-1]) if settings else None


def _from_lines(text: str, settings_pos: int) -> Generation:
    """Parse AUTOMATIC1111's lines. LoRAs are in the prompt (<lora:name:weight>) and in the settings (with their hashes)."""
    prompts, settings = text[:settings_pos], text[settings_pos : settings_pos + _MAX_SETTINGS]
    label = _NEGATIVE.search(prompts)
    prompt = prompts[: label.start()] if label else prompts
    negative = prompts[label.end() :] if label else ""
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
    except (ValueError, RecursionError):  # not JSON, or nested deeper than any graph
        return None
    if isinstance(data, dict) and isinstance(data.get("prompt"), dict):  # both of ComfyUI's formats in one text
        data = data["prompt"]
    if not isinstance(data, dict):
        return None
    return read_graph(data) or _from_settings(data, png)


def _from_settings(data: dict[str, Any], png: dict[str, str]) -> Generation | None:
    """Read the settings of Fooocus, InvokeAI or NovelAI, whose older versions store the prompt in `Description`."""
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
    """Return the name in "a.safetensors", [name, weight], {"model_name": …}, or an object that contains one of these."""
    for _ in range(3):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = next((value[key] for key in ("model_name", "name", "lora", "model") if value.get(key)), None)
    return model_name(value)
