"""The parameters of an AI-generated image, in the same form for all programs."""

from __future__ import annotations

from typing import NamedTuple

_WEIGHTS = (".safetensors", ".ckpt", ".gguf", ".pth", ".pt", ".bin", ".sft")


class Generation(NamedTuple):
    """The prompts as typed; the names of the model and LoRAs, without folder and file extension."""

    prompt: str = ""
    negative_prompt: str = ""
    model: str = ""
    loras: tuple[str, ...] = ()


def model_name(value: object) -> str:
    """Return the name of a weights file; empty for "None", which programs write if no model is selected."""
    name = value.replace("\\", "/").rpartition("/")[2].strip() if isinstance(value, str) else ""
    for extension in _WEIGHTS:
        if name.lower().endswith(extension):
            name = name[: -len(extension)]
    return "" if name.lower() == "none" else name


def distinct(names: list[str]) -> tuple[str, ...]:
    """Return the names in their order, without empty ones and duplicates."""
    return tuple(dict.fromkeys(name for name in names if name))
