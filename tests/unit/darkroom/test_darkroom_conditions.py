"""Each condition by what it must do: changed one way, the picture changes that way."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from darkroom_bench import SMALL, changed, distance, mean_share, picture, png, sameness, scene_shares
from PIL import Image

from teststrip.darkroom import Character, Control, DarkroomError, Exposure, Reference, Start, Vibe, render
from teststrip.darkroom.arrays import Pixels
from teststrip.darkroom.conditioning import SMEA_ABOVE, Wishes, library_for, structure_maps
from teststrip.darkroom.exposure import taken_steps, wishes_of
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.sources import opened
from teststrip.darkroom.structure import MEASURED, levels_of
from teststrip.darkroom.tags import read

GIRL = "1girl, blonde hair, sea, day, blue dress"


@pytest.fixture(scope="module")
def girl() -> bytes:
    return picture(GIRL)


@pytest.fixture(scope="module")
def pixels() -> Pixels:
    return changed(prompt=GIRL, steps=12)


# --------------------------------------------------------------------------- img2img


def started(image: bytes, strength: float, noise: float = 0.0, seed: int = 3) -> Pixels:
    start = Start(image, strength, noise)
    return changed(prompt="1boy, black hair, night, city", start=start, steps=20, seed=seed)


def test_the_stronger_the_further_from_the_picture(girl: bytes, pixels: Pixels) -> None:
    far = [distance(started(girl, strength), pixels) for strength in (0.1, 0.4, 0.95)]
    assert far[0] < 6
    assert far == sorted(far)
    assert far[2] > 4 * far[1] or far[1] > 20


def test_full_strength_is_a_picture_of_the_prompt(girl: bytes) -> None:
    prompt = "1boy, black hair, night, city"
    assert mean_share(4, "subject", "boy", prompt=prompt, start=Start(girl, 1.0)) > 0.8


def test_noise_makes_seeds_differ_more(girl: bytes) -> None:
    plain, noisy = ([started(girl, 0.2, noise, seed) for seed in range(3)] for noise in (0.0, 0.9))
    apart = [distance(one[0], one[1]) + distance(one[1], one[2]) for one in (plain, noisy)]
    assert apart[1] > 1.2 * apart[0]


def test_a_picture_that_is_no_toy_is_kept_at_low_strength() -> None:
    """What no program draws (a checked cloth) is still there, to a level or two."""
    rows, columns = np.mgrid[:192, :128]
    cloth = np.stack([(rows // 9 + columns // 9) % 2 * 90 + 80] * 3, axis=2).astype(np.uint8)
    assert distance(started(png(cloth), 0.1), cloth) < 12
    assert distance(started(png(cloth), 0.9), cloth) > 30


@pytest.mark.parametrize(
    ("strength", "steps", "taken"), [(0.01, 28, 1), (0.5, 28, 14), (0.99, 28, 28), (0.7, 1, 1)]
)
def test_strength_is_a_share_of_the_steps(strength: float, steps: int, taken: int) -> None:
    assert taken_steps(strength, steps) == taken


def test_a_picture_of_another_shape_is_cut_to_fit() -> None:
    wide = np.zeros((60, 300, 3), np.uint8)
    wide[:, 100:200] = 200  # what is left of it after cutting
    assert started(png(wide), 0.05)[:, 20:-20].min() > 150


# --------------------------------------------------------------------------- infill


def masked(top: int = 0, bottom: int = 80) -> bytes:
    mask = np.zeros((192, 128, 3), np.uint8)
    mask[top:bottom, 24:104] = 255
    return png(mask)


def filled(
    image: bytes, mask: bytes | None, prompt: str = "1girl, blonde hair, witch hat, day", seed: int = 3
) -> Pixels:
    return changed(prompt=prompt, start=Start(image, 1.0, infill=True, mask=mask), seed=seed)


def test_infill_changes_nothing_outside_the_mask(girl: bytes, pixels: Pixels) -> None:
    found = filled(girl, masked())
    outside = np.ones((192, 128), np.bool_)
    outside[0:80, 24:104] = False
    assert np.array_equal(found[outside], pixels[outside])
    assert distance(found[:80, 24:104], pixels[:80, 24:104]) > 10


def test_infill_meets_the_picture_at_the_seam(girl: bytes) -> None:
    """The step over the mask's edge is about as large as the steps on either side of it."""
    ratios = []
    for seed in range(4):
        found = filled(girl, masked(), "1girl, blonde hair, day, sea", seed).astype(float)
        steps = np.abs(np.diff(found[4:40], axis=1)).mean(axis=(0, 2))  # in the sky
        seam = max(steps[23], steps[103])
        ratios.append(seam - float(np.mean(steps)))
    assert np.median(ratios) < 4


def test_infill_draws_the_prompt(girl: bytes) -> None:
    start = Start(girl, 1.0, infill=True, mask=masked())
    hat = mean_share(4, "hat", "witch", prompt="1girl, witch hat", start=start)
    assert hat > mean_share(4, "hat", "witch", prompt="1girl", start=start)


def test_what_is_left_of_the_picture_tells_what_belongs_in_the_hole(girl: bytes) -> None:
    """Nobody asks for blonde hair; it goes on where it is seen to begin."""
    start = Start(girl, 1.0, infill=True, mask=masked())
    assert mean_share(3, "hair_color", "blonde", start=start) > 0.4
    assert mean_share(6, "hair_color", "blonde") < 0.3


def test_without_a_mask_what_is_transparent_is_painted(pixels: Pixels) -> None:
    alpha = np.zeros((192, 128), np.uint8)
    alpha[40:150, 30:100] = 255
    held = io.BytesIO()
    Image.fromarray(np.dstack([pixels, alpha])).save(held, "PNG")
    found = filled(held.getvalue(), None, GIRL)
    assert np.array_equal(found[40:150, 30:100], pixels[40:150, 30:100])
    assert found[:30].std() > 5  # and beyond it a picture goes on


# --------------------------------------------------------------------------- vibe transfer


def test_a_vibe_draws_towards_its_picture() -> None:
    night = picture("1girl, night, black hoodie")
    ways = [
        mean_share(4, "background", "night", vibes=(Vibe(night, 1.0, strength),)) for strength in (0.01, 0.5, 1.0)
    ]
    assert ways[0] < 0.5 < ways[2]
    assert ways[1] > ways[0]


def test_little_information_takes_the_colours_and_leaves_the_things() -> None:
    """At 0.01 one mean colour is all that is read, so a sky and a dress of one blue are alike."""
    seen = picture("1girl, night, city, witch hat")
    little, all_of_it = (
        mean_share(6, "hat", "witch", vibes=(Vibe(seen, information, 1.0),)) for information in (0.01, 1.0)
    )
    assert all_of_it > little


def test_vibes_add_up() -> None:
    night = Vibe(picture("1girl, night, black hoodie"), 1.0, 0.2)
    once, twice = (mean_share(5, "background", "night", vibes=vibes) for vibes in ((night,), (night, night)))
    assert twice > once


def test_a_vibe_lends_its_colours() -> None:
    red = png(np.full((64, 64, 3), (200, 40, 40), np.uint8))
    plain, tinted = (
        changed(vibes=vibes).astype(float).mean(axis=(0, 1)) for vibes in ((), (Vibe(red, 0.01, 0.6),))
    )
    assert tinted[0] - tinted[2] > plain[0] - plain[2]


# --------------------------------------------------------------------------- characters

WIDE = {"width": 192, "height": 128}
RED, AQUA = "1girl, red hair, white dress, no hat", "1boy, aqua hair, white shirt, no hat"


def hair_at(found: Pixels, *, red: bool) -> float:
    """Where red, or aqua, is across the picture: its centre, 0..1."""
    values = found.astype(float)
    like = values[..., 0] - values[..., 1:].max(axis=2) if red else values[..., 1:].min(axis=2) - values[..., 0]
    weight = np.clip(like - 50, 0, None)[:90].sum(axis=0)
    return float((weight * np.arange(len(weight))).sum() / max(weight.sum(), 1e-9) / len(weight))


def both(first: Character, second: Character, *, use_coords: bool = True, seed: int = 3) -> Pixels:
    return changed(
        prompt="simple background, grey background",
        characters=(first, second),
        use_coords=use_coords,
        seed=seed,
        **WIDE,
    )


def test_characters_stand_where_they_are_put() -> None:
    left = both(Character(RED, center=(0.25, 0.5)), Character(AQUA, center=(0.75, 0.5)))
    right = both(Character(RED, center=(0.75, 0.5)), Character(AQUA, center=(0.25, 0.5)))
    assert hair_at(left, red=True) + 0.2 < hair_at(left, red=False)
    assert hair_at(right, red=False) + 0.2 < hair_at(right, red=True)


def test_moving_a_centre_moves_the_character() -> None:
    places = [
        np.median(
            [
                hair_at(
                    both(
                        Character(RED, center=(x, 0.5)),
                        Character("1boy, black hair", center=(0.9, 0.5)),
                        seed=seed,
                    ),
                    red=True,
                )
                for seed in range(3)
            ]
        )
        for x in (0.15, 0.4, 0.65)
    ]
    assert places == sorted(places)
    assert places[2] - places[0] > 0.3


def test_a_lower_centre_moves_the_character_down() -> None:
    def top(y: float) -> int:
        found = both(Character(RED, center=(0.3, y)), Character(AQUA, center=(0.8, 0.5))).astype(float)
        red = found[..., 0] - found[..., 1:].max(axis=2) > 60
        return int(np.nonzero(red.any(axis=1))[0][0])

    assert top(0.3) < top(0.5) < top(0.7)


def test_without_coordinates_they_stand_side_by_side() -> None:
    first, second = Character(RED, center=(0.9, 0.1)), Character(AQUA, center=(0.1, 0.1))
    found = both(first, second, use_coords=False)
    assert hair_at(found, red=True) < 0.5 < hair_at(found, red=False)


def test_uc_keeps_a_thing_from_one_character_only() -> None:
    change = {"characters": (Character("1girl, hat", uc="witch hat"), Character("1girl, hat")), **WIDE}
    first, second = (mean_share(6, "hat", "witch", person=person, **change) for person in (0, 1))
    assert first < second


def test_the_prompt_speaks_for_what_a_character_leaves_open() -> None:
    change = {"prompt": "laughing", "characters": (Character("1girl"), Character("1boy, sad")), **WIDE}
    assert mean_share(3, "expression", "laugh", person=0, **change) > 0.8
    assert mean_share(3, "expression", "sad", person=1, **change) > 0.8


# --------------------------------------------------------------------------- control


def agreement(kind: str, strength: float, image: bytes) -> float:
    """How alike the structures of the condition and of what was drawn are: their correlation."""
    control = Control(kind, image, strength)
    exposure = replace(SMALL, prompt="pink hair, day", control=control)
    ours, asked = structure_maps(library_for(wishes_of(exposure)), control)
    found = []
    for seed in range(3):
        shares = scene_shares(replace(exposure, seed=seed))
        drawn_map = np.tensordot(shares, ours.astype(float), axes=1)
        found.append(float(np.corrcoef(asked.ravel(), drawn_map.ravel())[0, 1]))
    return float(np.mean(found))


@pytest.mark.parametrize("kind", ["hed", "fake_scribble", "midas", "uniformer"])
def test_a_stronger_control_is_followed_more_closely(kind: str) -> None:
    condition = picture("1girl, witch hat, twintails, night")
    weak, strong = (agreement(kind, strength, condition) for strength in (0.1, 2.0))
    assert strong > weak + 0.03


def test_control_of_lines_follows_a_horizon() -> None:
    def horizon(row: int) -> float:
        """How low the scenes' own horizon is, 0..1, where the condition has one at a row."""
        condition = np.full((192, 128, 3), 230, np.uint8)
        condition[row:] = 60
        control = Control("mlsd", png(condition), 2.0)
        exposure = replace(SMALL, prompt="no humans, sea, day", control=control)
        lows = library_for(wishes_of(exposure)).scenes.trait("horizon")
        return float(np.mean([scene_shares(replace(exposure, seed=seed)) @ lows for seed in range(2)]))

    assert horizon(121) + 0.1 < horizon(127) < horizon(133) - 0.1


def test_control_leaves_the_colours_to_the_prompt() -> None:
    condition = picture("1girl, blue hair, night, witch hat")
    for kind in ("hed", "midas"):
        control = Control(kind, condition, 1.0)
        assert mean_share(2, "hair_color", "pink", prompt="1girl, pink hair, day", control=control) > 0.7


def line_picture(kind: str) -> npt.NDArray[np.int32]:
    rows, columns = np.mgrid[:40, :40]
    inside = (rows - 20) ** 2 + (columns - 20) ** 2 < 144 if kind == "disc" else (rows > 10) & (columns > 14)
    return np.where(inside, 220, 30)[None, :, :, None].repeat(3, axis=3).astype(np.int32)


def test_lines_are_straight_edges_only() -> None:
    lines, edges = MEASURED["mlsd"], MEASURED["hed"]
    assert (lines(line_picture("box")) > 0).sum() > 80
    assert (lines(line_picture("disc")) > 0).sum() < 0.25 * (edges(line_picture("disc")) > 100).sum()


def test_a_scribble_is_wider_than_its_edge_and_there_or_not_there() -> None:
    scribble, edges = MEASURED["fake_scribble"](line_picture("disc")), MEASURED["hed"](line_picture("disc"))
    assert set(np.unique(scribble)) == {0, 255}
    assert (scribble > 0).sum() > 1.3 * (edges > 110).sum()


def test_edges_hardly_tell_strong_contrasts_from_stronger_ones() -> None:
    strong = MEASURED["hed"](line_picture("box")).max()
    weaker = MEASURED["hed"](line_picture("box") // 2).max()
    assert weaker > 0.8 * strong


def test_nearness_and_segments_of_a_toy_picture_are_read_well() -> None:
    """Sky and chest of a person are far apart in both maps."""
    for kind in ("midas", "uniformer"):
        image = picture("1girl, red hair, long hair, sea, day")
        control = Control(kind, image, 1.0)
        library = library_for(Wishes("", "", Lattice.of(128, 192), control=control))
        _, guessed = structure_maps(library, control)
        sky, chest = guessed[4:8, 4:12].mean(axis=(0, 1)), guessed[66:72, 24:28].mean(axis=(0, 1))
        assert np.abs(sky - chest).max() > 120


def test_levels_are_whole_numbers() -> None:
    assert levels_of(np.full((1, 3, 2, 2), 0.5, np.float32)).dtype == np.int32


# --------------------------------------------------------------------------- references


def test_a_reference_of_a_character_lends_the_person_and_one_of_a_style_the_light() -> None:
    person, light = (
        (
            mean_share(3, "hair_color", "silver", references=(Reference(caption),)),
            mean_share(3, "time", "night", references=(Reference(caption),)),
        )
        for caption in ("character", "style")
    )
    both_ = (
        mean_share(3, "hair_color", "silver", references=(Reference("character&style"),)),
        mean_share(3, "time", "night", references=(Reference("character&style"),)),
    )
    assert min(person[0], light[1]) > 0.8
    assert max(person[1], light[0]) < 0.6
    assert min(both_) > 0.8


def test_a_references_strength_counts() -> None:
    shares = [
        mean_share(5, "hair_color", "silver", references=(Reference("character", strength=s),))
        for s in (0, 0.35, 1)
    ]
    assert shares[0] < shares[1] <= shares[2]


def test_less_information_reads_less_of_a_reference_and_details_can_be_let_go() -> None:
    glance = (Reference("character", information_extracted=0.2),)
    loose = (Reference("character", secondary=1.0),)
    assert mean_share(4, "hat", "witch", references=(Reference("character"),)) > 0.8
    assert mean_share(4, "hat", "witch", references=glance) < 0.6
    assert mean_share(4, "hat", "witch", references=loose) < 0.6
    assert mean_share(4, "hair_color", "silver", references=loose) > 0.8


def test_the_number_and_the_words_of_a_reference_tell_which() -> None:
    assert mean_share(3, "hair_color", "orange", references=(Reference("character", number=1),)) > 0.8
    assert mean_share(3, "hair_color", "pink", references=(Reference("character: pink hair"),)) > 0.2


def test_a_reference_may_bring_a_picture() -> None:
    sheet = picture("1girl, green hair, twintails, red sweater")
    seen = (Reference("character", image=sheet),)
    assert mean_share(3, "hair_style", "twintails", references=seen) > mean_share(3, "hair_style", "twintails")


def test_the_style_of_a_picture_by_night_is_the_night() -> None:
    seen = (Reference("style", image=picture("1girl, night, clear sky")),)
    assert mean_share(3, "time", "night", prompt="1girl, sea", references=seen) > 0.8
    assert mean_share(3, "time", "night", prompt="1girl, sea") < 0.6


# --------------------------------------------------------------------------- the rest


def test_smea_makes_large_pictures_of_fewer_scenes_and_leaves_small_ones_alone() -> None:
    assert np.array_equal(changed(auto_smea=True), changed())
    large = Lattice.of(1216, 1216)
    assert large.width * large.height > SMEA_ABOVE
    plain, coherent = (
        np.mean(
            [scenes_in(replace(SMALL, width=1216, height=1216, auto_smea=smea, seed=seed)) for seed in range(6)]
        )
        for smea in (False, True)
    )
    assert coherent < plain


def scenes_in(exposure: Exposure) -> float:
    """How many scenes a picture is put together from: the inverse of their summed squared shares."""
    return float(1 / (scene_shares(exposure) ** 2).sum())


def test_legacy_prompts_know_braces_and_no_numbers() -> None:
    numbered = "1girl, -2::red hair::, 2::blue hair::"
    assert mean_share(3, "hair_color", "blue", prompt=numbered) > 0.9
    assert mean_share(6, "hair_color", "red", prompt=numbered, legacy=True) > 0.05
    assert np.array_equal(changed(prompt="{{1girl}}", legacy=True), changed(prompt="{{1girl}}"))


def test_quality_words_make_pictures_finer_and_unwanted_ones_keep_them_from_being_rough() -> None:
    plain = mean_share(6, "finish", "fine")
    assert mean_share(6, "finish", "fine", quality="masterpiece, very aesthetic") > plain
    assert mean_share(6, "finish", "rough", prompt="1girl, worst quality, lowres") > mean_share(
        6, "finish", "rough", prompt="1girl, worst quality, lowres", unwanted="worst quality, lowres"
    )


def test_added_words_are_not_told_as_unknown() -> None:
    assert render(replace(SMALL, steps=1, quality="strange word", unwanted="another")).ignored_tags == ()


def test_rescaling_lowers_contrast_at_a_high_scale() -> None:
    burnt, repaired = (changed(scale=10.0, cfg_rescale=share).astype(float).std() for share in (0.0, 1.0))
    assert repaired < burnt


def test_thresholding_lowers_saturation_at_a_high_scale() -> None:
    def clipped(found: Pixels) -> float:
        return float(((found == 0) | (found == 255)).mean())

    assert clipped(changed(scale=10.0, dynamic_thresholding=True)) <= clipped(changed(scale=10.0))


def test_skipping_guidance_at_high_noise_makes_seeds_differ_more() -> None:
    """How often the pictures of two seeds show the same, with guidance at all levels and from 1 down."""

    def alike(prompt: str, skip: float | None) -> float:
        exposure = replace(SMALL, prompt=prompt, scale=8.0, steps=16, skip_cfg_above_sigma=skip)
        return sameness([replace(exposure, seed=seed) for seed in range(12)])

    prompts = ("1girl, sea", "1girl, red hair, glasses, night, city")
    assert sum(alike(prompt, 1.0) for prompt in prompts) < sum(alike(prompt, None) for prompt in prompts) - 0.02


def test_broken_and_oversized_pictures_are_refused() -> None:
    for image in (b"", b"no picture", png(np.zeros((4, 4, 3), np.uint8))[:45]):
        with pytest.raises(DarkroomError, match="a picture cannot be opened"):
            started(image, 0.5)
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 32_000, 32_000, 8, 2, 0, 0, 0)  # 3 GB
    claim = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    claim += struct.pack(">I", 9) + b"IDAT" + bytes(9)
    with pytest.raises(DarkroomError, match="a picture is too large: the darkroom opens at most 67108864 pixels"):
        started(claim, 0.5)


@pytest.mark.parametrize(("order", "kind"), [("<u2", "PNG"), ("<u2", "TIFF"), (">u2", "TIFF")])
def test_pictures_of_16_bits_keep_their_greys(order: str, kind: str) -> None:
    """A depth map that is all white, as Pillow makes of it, controls nothing."""
    file = io.BytesIO()
    Image.fromarray(np.array([[0, 256, 32_768, 65_535]], order)).save(file, kind)
    assert np.asarray(opened(file.getvalue()))[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(
    "prompt", ["1girl, red hair, glasses, night, city", "black cat, night", "tea cup, sunset"]
)
def test_pictures_keep_to_their_prompt_and_seeds_differ(prompt: str) -> None:
    """Loosely, what benchmarks/darkroom_quality.py measures."""
    exposure = replace(SMALL, prompt=prompt, scale=6.0)
    asked = {attribute: value for meaning, _ in read(prompt).known for attribute, value in meaning}
    asked.pop("background", None)
    for attribute, value in asked.items():
        assert mean_share(5, attribute, value, prompt=prompt, scale=6.0) > 0.75, attribute
    shares = [scene_shares(replace(exposure, seed=seed)) for seed in range(5)]
    assert np.mean([np.minimum(a, b).sum() for k, a in enumerate(shares) for b in shares[:k]]) < 0.3
