"""What AUTOMATIC1111, ComfyUI, InvokeAI, Fooocus and NovelAI note in their pictures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.metadata import FIELDS, Metadata
from tests.metadata import factories

NAMES = ("prompt", "negative_prompt", "model", "loras")
LINES = (
    "a duck, (red hat:1.2) <lora:ducks:0.8>\nin a pond\nNegative prompt: lowres,\nbad hands\n"
    'Steps: 28, Sampler: Euler a, Size: 512x768, Model hash: c0d1, Model: duckModel_v5, Lora hashes: "ducks: a1, ponds: b2"'
)
DUCK = ("a duck, (red hat:1.2) <lora:ducks:0.8>\nin a pond", "lowres,\nbad hands", "duckModel_v5", ["ducks", "ponds"])


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def text(words: str) -> dict[str, Any]:
    return node("CLIPTextEncode", text=words, clip=["4", 1])


LOADERS = {
    "4": node("CheckpointLoaderSimple", ckpt_name="sdxl\\duck.safetensors"),
    "5": node("LoraLoader", model=["4", 0], clip=["4", 1], lora_name="pond.safetensors", strength_model=1),
    "6": node(
        "Power Lora Loader (rgthree)",
        model=["5", 0],
        lora_1={"on": True, "lora": "hat.pt"},
        lora_2={"on": False, "lora": "off.pt"},
    ),
}
SAMPLER = node("KSampler", seed=1, model=["6", 0], positive=["7", 0], negative=["8", 0], latent_image=["9", 0])
WORDS = {"7": text("a castle"), "8": text("lowres")}
CASTLE = ("a castle", "lowres", "duck", ["pond", "hat"])

GRAPHS: dict[str, tuple[dict[str, Any], tuple[str | None, str | None, str | None, list[str] | None]]] = {
    "a sampler": ({"3": SAMPLER, **LOADERS, **WORDS}, CASTLE),
    "the first of two": (
        {"3": SAMPLER, **LOADERS, **WORDS, "10": node("KSampler", positive=["11", 0]), "11": text("a moat")},
        CASTLE,
    ),
    "a node that is no sampler before it": (
        {"1": node("KSamplerSelect", sampler_name="x"), "3": SAMPLER, **LOADERS, **WORDS},
        CASTLE,
    ),
    "a text that is linked": (
        {
            "3": SAMPLER,
            **LOADERS,
            **WORDS,
            "7": node("CLIPTextEncode", text=["12", 0]),
            "12": node("Text", string="a castle"),
        },
        CASTLE,
    ),
    "a ControlNet between": (
        {
            "3": node("KSampler", model=["6", 0], positive=["7", 0], negative=["7", 1]),
            **LOADERS,
            "7": node("ControlNetApplyAdvanced", positive=["20", 0], negative=["21", 0], image=["22", 0]),
            "20": text("a castle"),
            "21": text("lowres"),
            "22": text("of the image"),
        },
        CASTLE,
    ),
    "texts that are combined": (
        {
            "3": SAMPLER,
            **LOADERS,
            **WORDS,
            "7": node("ConditioningCombine", conditioning_1=["20", 0], conditioning_2=["21", 0]),
            "20": text("a castle"),
            "21": text("sunset"),
        },
        ("a castle, sunset", *CASTLE[1:]),
    ),
    "both texts of SDXL": (
        {"3": SAMPLER, **LOADERS, **WORDS, "7": node("CLIPTextEncodeSDXL", text_g="a castle", text_l="a castle")},
        CASTLE,
    ),
    "a guider": (
        {
            "3": node("SamplerCustomAdvanced", guider=["13", 0]),
            "13": node("BasicGuider", conditioning=["7", 0], model=["6", 0]),
            **LOADERS,
            **WORDS,
        },
        ("a castle", None, *CASTLE[2:]),
    ),
    "a text without effect": (
        {"3": SAMPLER, **LOADERS, **WORDS, "8": node("ConditioningZeroOut", conditioning=["7", 0])},
        ("a castle", None, *CASTLE[2:]),
    ),
    "nothing that leads to a text": (
        {"3": SAMPLER, **WORDS, "7": node("ImageToPrompt", image=["8", 0])},
        (None, "lowres", None, None),
    ),
    "a circle": ({"3": SAMPLER, "7": node("ConditioningSetArea", conditioning=["7", 0])}, (None, None, None, None)),
    "no sampler": ({**LOADERS, **WORDS}, (None, None, None, None)),
    "links that are lists": ({"3": node("KSampler", positive=[[["7"]], 0]), **WORDS}, (None, None, None, None)),
    "links to nowhere": ({"3": SAMPLER}, (None, None, None, None)),
}
EDITORS = {
    "nodes": [
        {
            "id": 3,
            "type": "KSampler",
            "inputs": [{"name": "model", "link": 4}, {"name": "positive", "link": 1}, {"name": "negative", "link": 2}],
        },
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["a castle"], "inputs": [{"name": "clip", "link": 3}]},
        {"id": 8, "type": "CLIPTextEncode", "widgets_values": ["lowres"]},
        {"id": 9, "type": "Reroute", "inputs": [{"name": "", "link": 5}]},
        {
            "id": 5,
            "type": "LoraLoader",
            "widgets_values": ["pond.safetensors", 1, 1],
            "inputs": [{"name": "model", "link": 6}],
        },
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["duck.safetensors"]},
    ],
    "links": [
        [1, 9, 0, 3, 1, "C"],
        [2, 8, 0, 3, 2, "C"],
        [5, 7, 0, 9, 0, "C"],
        [4, 5, 0, 3, 0, "M"],
        [6, 4, 0, 5, 0, "M"],
    ],
}
FOOOCUS = {
    "prompt": "a duck",
    "negative_prompt": "",
    "base_model": "duckXL.safetensors",
    "loras": [["pond.safetensors", 0.5, "a1"]],
}
INVOKE = {
    "positive_prompt": "a duck",
    "negative_prompt": "lowres",
    "model": {"model_name": "duckXL", "base_model": "sdxl"},
    "loras": [{"model": {"name": "pond"}, "weight": 1}],
}
NOVEL = {"prompt": "a duck", "uc": "lowres", "steps": 28}
OTHERS: dict[str, tuple[dict[str, str], tuple[str | None, str | None, str | None, list[str] | None]]] = {
    "AUTOMATIC1111": ({"parameters": LINES}, DUCK),
    "AUTOMATIC1111, no negative": ({"parameters": "a duck\nSteps: 1, Model: x"}, ("a duck", None, "x", None)),
    "AUTOMATIC1111, steps in the prompt": (
        {"parameters": "Steps: 9 of them\nSteps: 1"},
        ("Steps: 9 of them", None, None, None),
    ),
    "Fooocus": ({"parameters": json.dumps(FOOOCUS), "fooocus_scheme": "fooocus"}, ("a duck", None, "duckXL", ["pond"])),
    "InvokeAI": ({"invokeai_metadata": json.dumps(INVOKE)}, ("a duck", "lowres", "duckXL", ["pond"])),
    "NovelAI": ({"Comment": json.dumps(NOVEL), "Source": "NAI V4"}, ("a duck", "lowres", "NAI V4", None)),
    "NovelAI, older": ({"Comment": '{"uc": "lowres"}', "Description": "a duck"}, ("a duck", "lowres", None, None)),
    "ComfyUI's editor": ({"workflow": json.dumps(EDITORS)}, ("a castle", "lowres", "duck", ["pond"])),
    "the workflow where the graph says nothing": (
        {"prompt": "{}", "workflow": json.dumps(EDITORS)},
        ("a castle", "lowres", "duck", ["pond"]),
    ),
}
NOTHING = {
    "a comment": {"Comment": "Created with GIMP"},
    "other JSON": {"parameters": '{"a": 1}', "prompt": "[1, 2]", "Comment": "{"},
    "a prompt in words": {"prompt": "what a program asks"},
    "brackets in brackets": {"prompt": '{"a":' + "[" * 100_000},
    "another program's keyword": {"Software": LINES},
}


def generated(found: Metadata) -> tuple[object, ...]:
    return tuple(FIELDS[name](found) for name in NAMES)


@pytest.mark.parametrize(("graph", "values"), GRAPHS.values(), ids=GRAPHS)
def test_graphs(graph: dict[str, Any], values: tuple[object, ...]) -> None:
    assert generated(Metadata(png={"prompt": json.dumps(graph)})) == values


@pytest.mark.parametrize(("texts", "values"), OTHERS.values(), ids=OTHERS)
def test_other_programs(texts: dict[str, str], values: tuple[object, ...]) -> None:
    assert generated(Metadata(png=texts)) == values


@pytest.mark.parametrize("texts", NOTHING.values(), ids=NOTHING)
def test_other_texts_are_no_prompts(texts: dict[str, str]) -> None:
    assert generated(Metadata(png=texts)) == (None, None, None, None)


COMMENTS = {
    "AUTOMATIC1111": (LINES, DUCK),
    "Fooocus": (json.dumps(FOOOCUS), ("a duck", None, "duckXL", ["pond"])),
    "ComfyUI": (json.dumps({"prompt": {"3": SAMPLER, **LOADERS, **WORDS}, "workflow": EDITORS}), CASTLE),
}


@pytest.mark.parametrize(
    "wrap",
    [lambda block: factories.jpeg((0xE1, b"Exif\0\0" + block)), lambda block: factories.webp((b"EXIF", block))],
    ids=["jpeg", "webp"],
)
@pytest.mark.parametrize(("comment", "values"), COMMENTS.values(), ids=COMMENTS)
def test_user_comments(comment: str, values: tuple[object, ...], wrap: Any) -> None:
    block = factories.exif([], [(0x9286, b"UNICODE\0" + comment.encode("utf-16-be"))])
    assert generated(factories.read_valid(wrap(block))) == values


def test_a_user_comment_stays_in_exif() -> None:
    assert factories.read_valid(factories.jpeg_exif([], [(0x9286, b"ASCII\0\0\0" + LINES.encode())])).png == {}


def test_the_graph_in_a_webp_of_comfyui() -> None:
    graph = json.dumps({"3": SAMPLER, **LOADERS, **WORDS})
    assert (
        generated(factories.read_valid(factories.webp((b"EXIF", factories.exif([(0x0110, f"prompt:{graph}")])))))
        == CASTLE
    )
