"""Read the prompt from ComfyUI's graph: the text that reaches the first sampler's `positive` input.

A graph is {id: {"class_type": …, "inputs": {name: value or [id, output]}}}, as ComfyUI writes it under `prompt`. The
editor's format, under `workflow`, is converted to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lib.metadata.generators.model import Generation, distinct, model_name

_Graph: TypeAlias = dict[str, dict[str, Any]]
_Inputs: TypeAlias = dict[str, Any]

_REROUTED = "*"  # the only input of the editor's Reroute node, of any type
# The inputs that are a text or lead to one, besides `positive` and `negative`. All others lead to images, models or
# masks, whose prompts belong to something else.
_TO_TEXT = (
    *("text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "string", "value"),
    *("conditioning", "conditioning_1", "conditioning_2", "conditioning_to", "conditioning_from", _REROUTED),
)
_MODELS = ("ckpt_name", "unet_name", "gguf_name", "model_name")
_NO_EFFECT = "ConditioningZeroOut"  # it discards its input
# Node type -> the name of its first value: the editor's values have no names.
_FIRST_VALUE = {
    "CLIPTextEncode": "text",
    "PrimitiveNode": "value",
    "CheckpointLoaderSimple": "ckpt_name",
    "UNETLoader": "unet_name",
    "LoraLoader": "lora_name",
    "LoraLoaderModelOnly": "lora_name",
}


def read_graph(data: dict[str, Any]) -> Generation | None:
    """Return the inputs of the first sampler in a graph or workflow; None if `data` is neither."""
    graph = _from_workflow(data) if isinstance(data.get("nodes"), list) else _nodes(data)
    if not graph:
        return None
    sampler = _first_sampler(graph)
    if sampler is None:
        return Generation()
    positive = sampler.get("positive", sampler.get("conditioning"))
    return Generation(
        _text(graph, positive, "positive"),
        _text(graph, sampler.get("negative"), "negative"),
        *_models(graph, sampler.get("model")),
    )


def _nodes(data: dict[str, Any]) -> _Graph:
    return {
        number: node
        for number, node in data.items()
        if isinstance(node, dict) and "class_type" in node and isinstance(node.get("inputs"), dict)
    }


def _from_workflow(data: dict[str, Any]) -> _Graph:
    """Convert the editor's format, in which links are in a separate table and values have no names."""
    links = {
        link[0]: [link[1], link[2]]
        for link in _list(data.get("links"))
        if isinstance(link, list) and len(link) > 2 and isinstance(link[0], int)
    }
    graph: _Graph = {}
    for node in filter(_is_object, data["nodes"]):
        kind = _word(node.get("type"))
        values = _list(node.get("widgets_values"))
        inputs = {_FIRST_VALUE[kind]: values[0]} if values and kind in _FIRST_VALUE else {}
        for entry in filter(_is_object, _list(node.get("inputs"))):
            if isinstance(entry.get("link"), int) and entry["link"] in links:
                inputs[_REROUTED if kind == "Reroute" else _word(entry.get("name"))] = links[entry["link"]]
        graph[_word(node.get("id"))] = {"class_type": kind, "inputs": inputs}
    return graph


def _word(value: object) -> str:
    """Return a name or a number as text; empty for other values: the text of nested lists could be endless."""
    return str(value) if isinstance(value, (str, int)) else ""


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_sampler(graph: _Graph) -> _Inputs | None:
    """Return the inputs of the first sampler with a text, or those of its guider if that has the text."""
    for node in graph.values():
        if "sampler" in _word(node["class_type"]).lower():
            for candidate in (node, _linked(graph, node["inputs"].get("guider"))):
                inputs: _Inputs = candidate["inputs"] if candidate else {}
                if "positive" in inputs or "conditioning" in inputs:
                    return inputs
    return None


def _linked(graph: _Graph, value: object) -> dict[str, Any] | None:
    """Return the node to which an input is linked; None if it isn't a link."""
    return graph.get(_word(value[0])) if isinstance(value, list) and len(value) == 2 else None


def _reached(graph: _Graph, value: object, names: tuple[str, ...]) -> Iterator[_Inputs]:
    """Yield the inputs of a linked node, and of all nodes that it reaches by inputs of these names, once and in order."""
    pending, seen = [value], set()
    while pending:
        node = _linked(graph, pending.pop())
        if node and id(node) not in seen and node["class_type"] != _NO_EFFECT:
            seen.add(id(node))
            yield node["inputs"]
            pending.extend(node["inputs"].get(name) for name in reversed(names))


def _text(graph: _Graph, start: object, side: str) -> str:
    names = (side, *_TO_TEXT)
    texts = [inputs[name] for inputs in _reached(graph, start, names) for name in names if name in inputs]
    return ", ".join(distinct([text.strip() for text in texts if isinstance(text, str)]))


def _models(graph: _Graph, start: object) -> tuple[str, tuple[str, ...]]:
    """Return the model at the root of the chain of loaders, and the LoRAs in the chain."""
    models, loras = [], []
    for inputs in _reached(graph, start, ("model", _REROUTED)):
        for name, value in inputs.items():
            if name in _MODELS:
                models.append(model_name(value))
            elif name.startswith("lora_name"):
                loras.append(model_name(value))
            elif name.startswith("lora_") and isinstance(value, dict) and value.get("on"):  # rgthree's loader of many
                loras.append(model_name(value.get("lora")))
    return next(iter(distinct(models)), ""), distinct(loras[::-1])
