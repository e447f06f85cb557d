"""The toy world: distance fields, boxes, light, and how layers are drawn."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.darkroom.arrays import Floats
from teststrip.darkroom.blend import Blender
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import thumbnails
from teststrip.darkroom.noise import uniform
from teststrip.darkroom.prior import odds_of
from teststrip.darkroom.raster import Grid, evaluate
from teststrip.darkroom.resample import enlarge, linear, smooth
from teststrip.darkroom.scene import ATTRIBUTES, Scenes, Stand, View, layers, realise, uniforms_per_scene
from teststrip.darkroom.scene.fields import angle, box, circle, ellipse, rotate, smooth_min, triangle, wave, zigzag
from teststrip.darkroom.scene.ink import OUTLINED
from teststrip.darkroom.scene.layer import SEGMENTS, Layer, layer
from teststrip.darkroom.tags import read


def row(values: list[float]) -> Floats:
    return np.array(values, np.float32)


def some_scenes(prompt: str = "", count: int = 60) -> Scenes:
    return realise(uniform((count, uniforms_per_scene()), 77), odds_of(read(prompt), 8.0))


@pytest.mark.parametrize("size", [(832, 1216), (1216, 832), (64, 64), (1400, 300)])
def test_no_layer_reaches_beyond_its_box(size: tuple[int, int]) -> None:
    """A box that is too small cuts a shape off with a straight edge."""
    view = View.of(*size)
    grid = Grid.of(view, 60, 60)
    cut = set()
    for prompt in (
        "",
        "no humans",
        "1girl, {{{{witch hat}}}}, rain",
        "1boy, spiky hair, scarf, suit",
        "1girl, kimono, straw hat, necklace, cat, autumn",
        "old man, cap, dog, lantern, ink, fog",
        "no humans, bird, tea cup, room",
        "no humans, rabbit, house, snow",
        "no humans, cat, flower",
        "no humans, book, cloudy",
    ):
        for one in layers((some_scenes(prompt, 24),), view):
            whole = evaluate(dataclasses.replace(one, box=None), grid)
            if whole is None:
                continue
            rows, columns = grid.span(one)
            beyond = np.ones((60, 60), np.bool_)
            beyond[rows, columns] = False
            outside = whole.values[:, beyond]
            if outside.size and (outside.max() > 0.02 if one.glow else outside.min() < 0):
                cut.add(one.name)
    assert cut <= {"stars"}  # they end at the horizon


def test_fields_stay_float32() -> None:
    """Float64 in one field would double the time of every layer that uses it."""
    view = View.of(300, 400)
    x, y = np.linspace(-0.4, 0.4, 9, dtype=np.float32)[None, None], np.zeros((1, 5, 1), np.float32)
    for prompt in ("", "no humans", "snow, night"):
        for one in layers((some_scenes(prompt),), view):
            index = np.nonzero(one.present)[0]
            if index.size:
                assert one.field(index, x, y).dtype == np.float32, one.name


def test_colours_lie_between_black_and_white() -> None:
    for prompt in ("", "sepia", "pastel", "monochrome"):
        for one in layers((some_scenes(prompt),), View.of(300, 400)):
            assert one.color.min() >= 0
            assert one.color.max() <= 1
            assert one.opacity.min() >= 0
            assert one.opacity.max() <= 1


def test_monochrome_scenes_are_grey() -> None:
    scenes = some_scenes("{{{monochrome}}}")
    pictures = thumbnails(
        (scenes.take(np.nonzero(scenes.are("tone", "mono"))[0]),), (Stand(),), Lattice.of(128, 128)
    )
    assert np.abs(pictures - pictures[:, :1]).max() < 1e-5


def layers_of(prompts: tuple[str, ...]) -> list[Layer]:
    return [one for prompt in prompts for one in layers((some_scenes(prompt, 12),), View.of(300, 400))]


def test_outlines_belong_to_layers_that_there_are() -> None:
    drawn = layers_of(
        ("1girl, ink", "no humans, cat", "no humans, tea cup", "1boy, lantern, house", "1girl, book, flower")
    )
    assert {one.name for one in drawn} >= OUTLINED


def test_every_layer_is_a_part_of_something_known() -> None:
    for one in layers_of(("", "no humans, cat, house", "1girl, ink, room, lantern")):
        assert one.segment in SEGMENTS, one.name


def test_ink_draws_outlines_and_flat_does_not() -> None:
    scenes = some_scenes("1girl, {{{ink}}}", 40)
    inked = scenes.take(np.nonzero(scenes.are("style", "ink"))[0][:1])
    names = [one.name for one in layers((inked,), View.of(300, 400)) if one.present.any()]
    assert "face_ink" in names
    assert names.index("face_ink") == names.index("face") - 1
    assert not any(
        one.name.endswith("_ink") and one.present.any() for one in layers_of(("1girl, {{{flat}}}, {{{vivid}}}",))
    )


def test_animals_and_things_are_alone_unless_somebody_is_asked_for() -> None:
    for word, attribute in (("cat", "animal"), ("tea cup", "item")):
        alone, beside = odds_of(read(word), 5.8), odds_of(read(f"1girl, {word}"), 5.8)
        assert alone["subject"][2] > 0.8
        assert beside["subject"][0] > 0.9
        assert max(beside[attribute]) > 0.5 > beside[attribute][0]


def test_changing_one_attribute_keeps_the_others() -> None:
    red, blue = some_scenes("red hair"), some_scenes("blue hair")
    for name in ATTRIBUTES:
        same = np.array_equal(red.codes[name], blue.codes[name])
        assert same == (name != "hair_color")


angles = st.floats(min_value=-30, max_value=30, width=32)


@given(angles)
def test_wave_is_nearly_sine(t: float) -> None:
    assert wave(row([t]))[0] == pytest.approx(np.sin(t), abs=3e-4)


@given(st.floats(-5, 5, width=32), st.floats(-5, 5, width=32))
def test_angle_is_nearly_atan2(x: float, y: float) -> None:
    if abs(x) + abs(y) > 1e-3:
        found = angle(row([y]), row([x]))[0]
        turn = found - np.arctan2(y, x)
        assert abs(turn - 2 * np.pi * round(turn / (2 * np.pi))) < 2e-4


def test_zigzag_runs_from_minus_one_to_one_and_back() -> None:
    assert zigzag(row([0, 0.25, 0.5, 0.75, 1, -0.5])).tolist() == [1, 0, -1, 0, 1, -1]


def test_distances_are_negative_inside_and_right_on_the_axes() -> None:
    x, y = row([0, 2, 3]), row([0, 0, 0])
    np.testing.assert_allclose(circle(x, y, 2), [-2, 0, 1])
    np.testing.assert_allclose(box(x, y, 2, 1, 0.5), [-1, 0, 1])
    np.testing.assert_allclose(ellipse(x, y, 2, 2)[1:], [0, 1], atol=1e-5)
    assert ellipse(x, y, 2, 1)[0] < 0
    assert triangle(row([0]), row([-0.5]), 1, 1)[0] < 0
    assert triangle(row([0]), row([-1.5]), 1, 1)[0] > 0


def test_smooth_union_only_adds() -> None:
    a, b = row([-1, 0, 0.01, 3]), row([1, 0, 0, 5])
    assert (smooth_min(a, b, 0.1) <= np.minimum(a, b) + 1e-7).all()
    assert smooth_min(a, b, 0.1)[3] == 3


def test_rotation_keeps_lengths() -> None:
    x, y = rotate(row([3]), row([4]), 0.7)
    assert np.hypot(x, y)[0] == pytest.approx(5)


def test_a_layer_that_all_scenes_share_is_drawn_with_a_crisp_edge() -> None:
    """Blending equal fields gives that field: colour inside, canvas outside, a pixel or two between."""
    view, factor = View.of(400, 400), 4
    weights = np.full((3, 100, 100), 1 / 3, np.float32)
    blender = Blender(Grid.of(view, 100, 100), weights, factor)
    white = np.ones((3, 3), np.float32)
    disc = layer("disc", np.ones(3, np.bool_), lambda _, x, y: circle(x, y, 0.25), white)
    blender.draw(disc)
    row = np.asarray(blender.image)[200, :, 0]
    assert (row[105:295] == 255).all()
    assert (row[:95] == 0).all()
    assert ((row > 0) & (row < 255)).sum() <= 8


def test_a_layer_of_few_scenes_shows_only_where_they_have_weight() -> None:
    view = View.of(256, 256)
    weights = np.zeros((2, 64, 64), np.float32)
    weights[0, :, :32], weights[1, :, 32:] = 1, 1
    blender = Blender(Grid.of(view, 64, 64), weights, 4)
    everywhere = layer(
        "sheet", np.array([True, False]), lambda _, x, y: x * 0 + y * 0 - 1, np.ones((2, 3), np.float32)
    )
    blender.draw(everywhere)
    row = np.asarray(blender.image)[128, :, 0]
    assert (row[:120] == 255).all()
    assert (row[136:] == 0).all()


def test_enlarging_keeps_constants_and_ramps() -> None:
    flat = np.full((5, 4, 3), 800, np.int16)
    assert (enlarge(enlarge(flat, 4, 0), 4, 1) == 800).all()
    ramp = np.arange(0, 800, 80, dtype=np.int16)[:, None, None]
    grown = enlarge(ramp, 4, 0)[:, 0, 0]
    assert (np.diff(grown)[2:-2] == 20).all()
    assert np.array_equal(enlarge(ramp, 1, 0), ramp)


def test_smooth_and_linear_keep_straight_lines() -> None:
    line = np.arange(6.0)[:, None]
    np.testing.assert_allclose(linear(line, np.array([-1, 0.5, 4.75, 9]), 0)[:, 0], [0, 0.5, 4.75, 5])
    stretched = smooth(line, 24, 0)[:, 0]
    np.testing.assert_allclose(np.diff(stretched)[5:-5], 0.25)
