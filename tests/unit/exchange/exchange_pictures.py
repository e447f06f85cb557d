"""Pictures that say how they were made, written as the tools write them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from teststrip.base.json import Json

SIGNATURE = b"\x89PNG\r\n\x1a\n"

INFOTEXT = """a night sky, stars
Negative prompt: blurry, lowres
Steps: 20, Sampler: Euler a, CFG scale: 7.0, Seed: 965400086, Size: 832x1216, Clip skip: 1, Version: v1.10.1"""

NOVELAI: dict[str, Json] = {
    "prompt": "1girl, {silver hair}, best quality",
    "steps": 23,
    "height": 1216,
    "width": 832,
    "scale": 5.5,
    "uncond_scale": 1.0,
    "cfg_rescale": 0.2,
    "seed": 1234567890,
    "n_samples": 1,
    "noise_schedule": "karras",
    "sampler": "k_dpmpp_2m",
    "skip_cfg_above_sigma": None,
    "dynamic_thresholding": False,
    "v4_prompt": {
        "caption": {
            "base_caption": "1girl, {silver hair}, best quality",
            "char_captions": [{"char_caption": "girl, umbrella", "centers": [{"x": 0.3, "y": 0.5}]}],
        },
        "use_coords": True,
    },
    "v4_negative_prompt": {
        "caption": {"base_caption": "lowres", "char_captions": [{"char_caption": "hat", "centers": []}]}
    },
    "uc": "lowres",
    "request_type": "PromptGenerateRequest",
    "signed_hash": "abc=",
}

COMFY: dict[str, Json] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 42,
            "steps": 20,
            "cfg": 7.5,
            "sampler_name": "dpmpp_2m",
            "scheduler": "karras",
            "denoise": 1,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl_base.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 768, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lighthouse", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
}


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write one PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, width: int = 8, height: int = 8) -> bytes:
    """Write a PNG of one colour with further chunks before its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * ((width + 1) * height))
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(parts)


def text(keyword: str, value: str) -> bytes:
    """Write a tEXt chunk."""
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + value.encode("utf-8"))


def packed(keyword: str, value: bytes) -> bytes:
    """Write a zTXt chunk."""
    return chunk(b"zTXt", keyword.encode("latin-1") + b"\0\0" + zlib.compress(value))


def international(keyword: str, value: str, *, compressed: bool = False) -> bytes:
    """Write an iTXt chunk."""
    data = value.encode("utf-8")
    head = keyword.encode("latin-1") + (b"\0\1\0" if compressed else b"\0\0\0") + b"en\0\0"
    return chunk(b"iTXt", head + (zlib.compress(data) if compressed else data))


def a1111(infotext: str = INFOTEXT) -> bytes:
    return png(text("parameters", infotext))


def novelai(comment: Mapping[str, Json] = NOVELAI, source: str = "NovelAI Diffusion V4.5 4BDE2A90") -> bytes:
    return png(
        text("Title", "NovelAI generated image"),
        text("Description", str(comment.get("prompt", ""))),
        text("Software", "NovelAI"),
        text("Source", source),
        text("Comment", json.dumps(comment)),
        width=16,
    )


def comfy(graph: Json = COMFY) -> bytes:
    return png(text("prompt", json.dumps(graph)), text("workflow", "{}"))


def own(request: Mapping[str, Json], model: str = "gptproto/nai-diffusion-4-5-full") -> bytes:
    return png(international("teststrip", json.dumps({"teststrip": 1, "model": model, "request": request})))


def with_exif(path: Path, tags: Mapping[int, str | bytes], comment: bytes | None = None) -> Path:
    """Write a JPEG or WebP (by the path's end) with EXIF tags and a UserComment."""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    if comment is not None:
        exif.get_ifd(0x8769)[0x9286] = comment
    Image.new("RGB", (12, 8)).save(path, exif=exif)
    return path


def user_comment(value: str) -> bytes:
    """Write a UserComment as AUTOMATIC1111 does."""
    return b"UNICODE\0" + value.encode("utf-16-be")
