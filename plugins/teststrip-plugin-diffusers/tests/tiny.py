"""A Stable Diffusion of a few thousand random weights, made here: nothing is downloaded.

`python tiny.py FOLDER` writes it to a folder, to try the renderer out with.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

WIDE = 8
SIDE = 64  # pixels; a latent is two of them wide


def make(folder: Path) -> Path:
    """Write the pipeline to a folder; the same bytes each time."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        block_out_channels=(4, WIDE),
        layers_per_block=1,
        sample_size=SIDE // 2,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDE,
        norm_num_groups=2,
        attention_head_dim=2,
    )
    vae = AutoencoderKL(
        block_out_channels=[4, WIDE],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D"],
        up_block_types=["UpDecoderBlock2D", "UpDecoderBlock2D"],
        latent_channels=4,
        norm_num_groups=2,
    )
    words = CLIPTextConfig(
        bos_token_id=512,
        eos_token_id=513,
        hidden_size=WIDE,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=2,
        pad_token_id=513,
        vocab_size=514,
    )
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(words),
        tokenizer=_tokenizer(folder.parent / f"{folder.name}-words"),
        unet=unet,
        # As Stable Diffusion 1.5 has it, with the spacing that its samplers do not use here.
        scheduler=PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def _tokenizer(folder: Path) -> Any:
    """A tokenizer that knows the letters: CLIP's alphabet of bytes, and nothing that is merged."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = _letters()
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=77, pad_token="<|endoftext|>")  # noqa: S106  a token of text


def _letters() -> list[str]:
    """Return the letters that byte-level tokenizers have for the 256 bytes: themselves where they can be seen."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in seen]
    return [chr(byte) for byte in seen] + [chr(256 + place) for place, _ in enumerate(others)]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
