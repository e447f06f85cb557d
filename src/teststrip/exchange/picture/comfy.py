"""ComfyUI's `prompt`: a graph of nodes, `{id: {class_type, inputs}}`; an input is a value or `[id, output]`.

The walk starts at the node that samples and follows its inputs: to the texts, to the empty latent for the size, to
the nodes that hold the seed or the steps where they are parted from the sampler. Custom nodes call things
otherwise; what is not found by the usual names is not made up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json
from teststrip.exchange.picture.model import Found, as_text, is_nothing, load_json

_MOST_HOPS: Final = 200  # links that one walk follows
_MOST_SAMPLERS: Final = 50  # that are looked at for the first pass
_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "seed": ("seed", "noise_seed"),
    "steps": ("steps",),
    "cfg": ("cfg",),
    "sampler_name": ("sampler_name", "sampler"),
    "scheduler": ("scheduler",),
    "denoise": ("denoise",),
}
_PARTS: Final = ("noise", "guider", "sampler", "sigmas")  # where SamplerCustom keeps what KSampler has itself
_TEXTS: Final = (
    "text",
    "text_g",
    "text_l",
    "clip_l",
    "t5xxl",
    "prompt",
    "string",
    "value",
    "positive",
    "negative",
)
_VALUES: Final = ("value", "int", "float", "number", "string", "text", "seed", "noise_seed", "Number")
_LATENTS: Final = ("latent_image", "latent", "samples", "latents")
_MODELS: Final = ("ckpt_name", "unet_name", "model_name")
_SIZES: Final = ("width", "height")

_Node = Mapping[str, Json]


@dataclass(slots=True)
class _Graph:
    """The nodes by id; `hops` counts what the walks have followed."""

    nodes: Mapping[str, _Node]
    hops: int = 0
    lost: dict[str, str] = field(default_factory=dict)

    def at(self, link: Json) -> _Node | None:
        """Follow a link; None when it is none, leads nowhere, or too many were followed."""
        if not isinstance(link, list) or len(link) != 2 or self.hops >= _MOST_HOPS:
            return None
        self.hops += 1
        return self.nodes.get(str(link[0]))


def parse_comfy(text: str, place: str) -> Found | None:
    """Read a graph; None when it is none, or nothing in it samples."""
    try:
        document = load_json(text)
    except ValueError:
        return None
    if not isinstance(document, Mapping):
        return None
    nodes = {
        str(name): node
        for name, node in document.items()
        if isinstance(node, Mapping) and isinstance(node.get("inputs"), Mapping)
    }
    samplers = [node for node in nodes.values() if _samples(node)]
    if not samplers:
        return None
    graph = _Graph(nodes)
    sampler = next((node for node in samplers[:_MOST_SAMPLERS] if _first_pass(graph, node)), samplers[0])
    if len(samplers) > 1:
        graph.lost["samplers"] = (
            f"{len(samplers)} nodes sample, and a recipe does only what the first of them does"
        )
    return _found(graph, sampler, place)


def _found(graph: _Graph, sampler: _Node, place: str) -> Found:
    settings: list[tuple[str, str]] = []
    for name, names in _SETTINGS.items():
        value = _setting(graph, sampler, names, 0)
        if value is not None and not (name == "denoise" and value == 1):
            settings.append((name, as_text(value)))
    settings += _size(graph, sampler)
    return Found(
        tool="ComfyUI",
        place=place,
        model=_model(graph, sampler),
        prompt=_prompt(graph, sampler, "positive"),
        negative=_prompt(graph, sampler, "negative"),
        settings=tuple(settings),
        lost=tuple(graph.lost.items()),
    )


def _inputs(node: _Node) -> Mapping[str, Json]:
    inputs = node.get("inputs")
    return inputs if isinstance(inputs, Mapping) else {}


def _kind(node: _Node) -> str:
    return str(node.get("class_type", ""))


def _samples(node: _Node) -> bool:
    inputs = _inputs(node)
    sampling = "KSampler" in _kind(node) or "SamplerCustom" in _kind(node)
    return sampling and any(name in inputs for name in ("positive", "guider", "latent_image"))


def _setting(graph: _Graph, node: _Node, names: Sequence[str], depth: int) -> Json:
    """Look for a scalar under one of the names, in a node and in the parts that it takes from others."""
    graph.hops = 0
    inputs = _inputs(node)
    for name in names:
        value = _scalar(graph, inputs.get(name))
        if value is not None:
            return value
    if depth < 4:
        for part in _PARTS:
            linked = graph.at(inputs.get(part))
            value = _setting(graph, linked, names, depth + 1) if linked is not None else None
            if value is not None:
                return value
    return None


def _scalar(graph: _Graph, value: Json) -> Json:
    """Return a scalar, followed through nodes that hold nothing else."""
    for _ in range(8):
        if value is None or not isinstance(value, list | Mapping):
            return value
        node = graph.at(value)
        if node is None:
            return None
        inputs = _inputs(node)
        value = next((inputs[name] for name in _VALUES if name in inputs), None)
    return None


def _size(graph: _Graph, sampler: _Node) -> Iterator[tuple[str, str]]:
    graph.hops = 0
    node: _Node | None = sampler
    while node is not None:
        inputs = _inputs(node)
        sides = [(side, _scalar(graph, inputs.get(side))) for side in _SIZES]
        if node is not sampler and all(isinstance(value, int) for _, value in sides):
            yield from ((side, as_text(value)) for side, value in sides)
            return
        if "pixels" in inputs or "image" in inputs:
            graph.lost["image"] = "it starts from a picture, which is not in the file"
            return
        node = graph.at(next((inputs[name] for name in _LATENTS if name in inputs), None))


def _first_pass(graph: _Graph, sampler: _Node) -> bool:
    """Tell whether no other sampling comes before this one."""
    graph.hops = 0
    node = graph.at(next((_inputs(sampler)[name] for name in _LATENTS if name in _inputs(sampler)), None))
    while node is not None:
        if _samples(node):
            return False
        node = graph.at(next((_inputs(node)[name] for name in _LATENTS if name in _inputs(node)), None))
    return True


def _prompt(graph: _Graph, sampler: _Node, side: str) -> str:
    """Gather the texts that lead to one side of the guidance, in the order of the inputs."""
    graph.hops = 0
    texts: list[str] = []
    waiting: deque[Json] = deque([_inputs(sampler).get(side)])
    guider = graph.at(_inputs(sampler).get("guider"))
    if guider is not None:
        plain = _inputs(guider).get("conditioning") if side == "positive" else None
        waiting = deque([_inputs(guider).get(side, plain)])
    while waiting and graph.hops < _MOST_HOPS:
        node = graph.at(waiting.popleft())
        if node is None or "ZeroOut" in _kind(node):
            continue
        inputs = _inputs(node)
        said = [
            _scalar(graph, inputs[name]) for name in _TEXTS if name in inputs and not _is_conditioning(name, node)
        ]
        texts += [text for text in said if isinstance(text, str) and text.strip() and text not in texts]
        if not said:
            waiting += [
                value
                for name, value in inputs.items()
                if isinstance(value, list) and (name == side or name.startswith("conditioning"))
            ]
    if len(texts) > 1:
        graph.lost[f"{side} prompt"] = "several texts are combined there; they stand one after another here"
    return ", ".join(texts)


def _is_conditioning(name: str, node: _Node) -> bool:
    """Tell an input that is the side of a conditioning from one that is a text of that name."""
    return name in ("positive", "negative") and isinstance(_inputs(node).get(name), list)


def _model(graph: _Graph, sampler: _Node) -> str:
    graph.hops = 0
    guider = graph.at(_inputs(sampler).get("guider"))
    node: _Node | None = sampler if guider is None else guider
    while node is not None:
        inputs = _inputs(node)
        lora = inputs.get("lora_name")
        if isinstance(lora, str) and not is_nothing(lora):
            graph.lost[f"LoRA {lora}"] = "the API loads no LoRAs"
        name = next((inputs[key] for key in _MODELS if isinstance(inputs.get(key), str)), None)
        if name is not None:
            return str(name)
        node = graph.at(inputs.get("model"))
    return ""
