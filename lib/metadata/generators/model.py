"""How a picture was generated, as every program's notes are brought into."""

from __future__ import annotations

from typing import NamedTuple

_WEIGHTS = (".safetensors", ".ckpt", ".gguf", ".pth", ".pt", ".bin", ".sft")


class Generation(NamedTuple):
    """The prompts as typed; model and LoRAs by name, without folder and file type."""

    prompt: str = ""
    negative_prompt: str = ""
    model: str = ""
    loras: tuple[str, ...] = ()


def model_name(value: object) -> str:
    """The name of a file of weights, or nothing: the programs write "None" where none is chosen."""
    name = value.replace("\\", "/").rpartition("/")[2].strip() if isinstance(value, str) else ""
    for ending in _WEIGHTS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return "" if name.lower() == "none" else name


def distinct(names: list[str]) -> tuple[str, ...]:
    """The names that say something, each once, in their order."""
    return tuple(dict.fromkeys(name for name in names if name))
