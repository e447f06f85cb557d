"""What a person reads of a plan: axes, counts, price, time, and the sheet in miniature."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_outlooks import outlook
from rich.cells import cell_len

from teststrip.cli.assume import read_assumptions
from teststrip.cli.columns import WIDTH, cut, cut_middle, filled, listed, shown
from teststrip.cli.miniature import miniature
from teststrip.cli.plan_price import amount, seconds
from teststrip.cli.plan_text import cell_lines, plan_lines
from teststrip.cli.report import plain
from teststrip.errors import UsageError
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.model import SheetSpec
from teststrip.run.state import State

STEPS = "params: {prompt: x, size: 1024x1024}\naxes: {steps: [1, 28], scale: [4, 5, 6]}\n"
EVERY_STATE = dict(enumerate((State.DONE, State.FAILED, State.MODERATED, State.UNCERTAIN, State.SUBMITTED)))


def lines(text: str, runs: Path, **settings: Any) -> list[str]:
    return list(plan_lines(outlook(text, runs, **settings)))


def test_a_plan_of_one_cell_is_told_in_a_few_lines(tmp_path: Path) -> None:
    told = lines("params: {prompt: x, size: 1024x1024}\n", tmp_path)
    assert told[:5] == [
        "A strip",
        "gptproto/nai-diffusion-4-5-full on darkroom/1",
        "",
        "1 cell, 1 distinct request",
        "1 request to send",
    ]
    assert told[6] == "live:  about 20 Anlas, an estimate; at least 2 s"
    assert told[-1].startswith("plan ")
    assert not any("·" in line for line in told)


def test_axes_counts_price_by_value_and_the_sheet_are_told(tmp_path: Path) -> None:
    assert (
        "\n".join(lines(STEPS, tmp_path)[3:-2])
        == """\
  steps  2  1, 28
  scale  3  4, 5, 6

6 cells, 6 distinct requests
6 requests to send
price: nothing, in the darkroom
live:  about 72 Anlas, an estimate; at least 17 s
       4 to 20 Anlas a request
       assuming free_tier=false, cached_vibes=0 (see --assume)
       What the vendor's own clients reckon with; the gateway says nothing of
       prices.

  steps  requests  Anlas
  1             3     12
  28            3     60

         scale
  steps  4  5  6
  1      ·  ·  ·
  28     ·  ·  ·
  · to send"""
    )


def test_the_paid_api_is_told_what_is_still_to_pay_and_how_long_it_takes(tmp_path: Path) -> None:
    told = lines(STEPS, tmp_path, live=True, states={3: State.DONE, 4: State.DONE})
    assert "price: about 32 Anlas to send, about 72 Anlas in all, an estimate" in told
    assert any(line.startswith("time:  about ") and line.endswith("by the last 2 requests") for line in told)


def test_the_pace_of_the_page_is_the_least_time_where_nothing_was_measured(tmp_path: Path) -> None:
    told = lines(STEPS, tmp_path, live=True)
    assert "time:  at least 17 s, at this pace: 1 at once, 20 a minute" in told


@pytest.mark.parametrize(
    ("text", "budget", "line"),
    [
        ("", "40", "budget 40 Anlas: would stop before 2 of 6 requests"),
        ("limits: {budget: 4.5}\n", None, "budget 4.5 Anlas: would stop before 5 of 6 requests"),
        ("limits: {budget: 4.5}\n", "72", "budget 72 Anlas: enough for all of them"),
        ("limits: {budget: 4.5}\n", "none", None),
    ],
)
@pytest.mark.parametrize("live", [False, True])
def test_a_budget_says_how_far_it_goes(
    text: str, budget: str | None, line: str | None, tmp_path: Path, *, live: bool
) -> None:
    said = Decimal(budget) if budget not in {None, "none"} else budget
    told = [one for one in lines(STEPS + text, tmp_path, live=live, budget=said) if one.startswith("budget")]
    assert told == ([] if line is None else [line])


def test_a_budget_says_that_it_cannot_be_kept(tmp_path: Path) -> None:
    told = lines(
        "params: {prompt: x, size: 2048x2048, steps: 50, auto_smea: true}\n",
        tmp_path,
        live=True,
        budget=Decimal(9),
    )
    assert "budget 9 Anlas: it cannot be kept, since 1 request would have no price" in told


def test_a_rate_is_in_the_time_that_a_plan_takes(tmp_path: Path) -> None:
    told = lines(STEPS + "limits: {rate: 4/min}\n", tmp_path, live=True)
    assert "time:  at least 1 min 17 s, at this pace: 1 at once, 4 a minute" in told


def test_every_state_has_its_sign_and_what_is_left_its_advice(tmp_path: Path) -> None:
    told = "\n".join(lines(STEPS, tmp_path, live=True, states=EVERY_STATE))
    assert "1 request to send, 1 done, 1 under way, 1 failed, 1 refused for content, 1 uncertain" in told
    assert "run --retry-failed" in told
    assert "run --uncertain resend" in told
    assert "  1      #  !  !\n  28     ?  ~  ·" in told
    assert "· to send   # done   ~ under way   ! failed   ? uncertain" in told


def test_what_failed_without_cost_is_to_send_again_and_said(tmp_path: Path) -> None:
    told = lines(STEPS, tmp_path, live=True, states={0: State.FAILED}, cost=False)
    assert "6 requests to send (1 failed before)" in told


def test_cells_that_share_a_request_are_counted(tmp_path: Path) -> None:
    text = "params: {prompt: x}\naxes: {finish: [{title: a, set: {steps: 1}}, {title: b, set: {steps: 1}}]}\n"
    told = lines(text, tmp_path)
    assert "2 cells, 1 distinct request; 1 cell repeats another's" in told
    assert "1 request to send" in told


def test_an_axis_by_which_the_price_does_not_differ_has_no_table(tmp_path: Path) -> None:
    assert not any(line.startswith("  scale  requests") for line in lines(STEPS, tmp_path))


def test_a_long_axis_shows_its_first_and_its_last_values(tmp_path: Path) -> None:
    told = lines("params: {prompt: x}\naxes: {steps: '1, 2, ..., 50'}\n", tmp_path)
    table = told.index("  steps  requests  Anlas")
    assert [line.split()[0] for line in told[table + 1 : table + 10]] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "…",
        "48",
        "49",
        "50",
    ]
    assert "  … 42 more values" in told
    assert any(line.endswith(", and 17 more") for line in told)


def test_what_has_no_price_says_why(tmp_path: Path) -> None:
    told = "\n".join(
        lines("params: {prompt: x}\naxes: {size: [64x64, 4096x4096], steps: [1, 28, 50]}\n", tmp_path)
    )
    assert "live:  about 66 Anlas for 4 of 6 requests, an estimate" in told
    assert (
        "2 requests without a price: the page has none for size 4096x4096, steps\n       28 (and 1 more)" in told
    )
    assert "  4096x4096         3  60 + ?\n" in told


def test_the_free_tier_is_said_where_it_is_assumed(tmp_path: Path) -> None:
    told = lines(STEPS, tmp_path, live=True, assume={"free_tier": True})
    assert "price: 0 Anlas, an estimate" in told
    assert "       assuming free_tier=true, cached_vibes=0 (see --assume)" in told


def test_pages_are_summarised(tmp_path: Path) -> None:
    text = STEPS.replace("[4, 5, 6]", "[4, 5, 6], n: [1, 2, 3, 4], uc_preset: [0, 1, 2]")
    told = lines(text + "sheets: [{rows: steps, cols: scale}]\n", tmp_path, states={0: State.DONE, 12: State.DONE})
    assert "  page 1 of 12: n 1, uc_preset 0" in told
    assert "  page 2: n 1, uc_preset 1 (6 to send)" in told
    assert "  and 5 more pages" in told


def test_a_sheet_of_pages_only_shows_its_first_cell(tmp_path: Path) -> None:
    told = lines(STEPS + "sheets: [{pages: [steps, scale]}]\n", tmp_path)
    at = told.index("  page 1 of 6: steps 1, scale 4")
    assert told[at + 1 : at + 4] == ["  ·", "  · to send", "  page 2: steps 1, scale 5 (1 to send)"]


def test_a_place_without_a_cell_stays_empty(tmp_path: Path) -> None:
    seen = outlook(STEPS, tmp_path)
    cells = tuple(cell for number, cell in enumerate(seen.plan.cells) if number != 1)
    told = "\n".join(plan_lines(replace(seen, plan=replace(seen.plan, cells=cells))))
    assert "  1      ·     ·\n  28     ·  ·  ·" in told


def test_every_sheet_but_the_first_is_counted(tmp_path: Path) -> None:
    seen = outlook(STEPS, tmp_path)
    sheets = (SheetSpec(rows=("steps",)), SheetSpec(cols=("steps",)))
    told = list(plan_lines(replace(seen, plan=replace(seen.plan, sheets=sheets))))
    assert "  and 1 more sheet of the same cells" in told


def test_one_long_axis_runs_line_after_line_as_on_the_sheet(tmp_path: Path) -> None:
    told = lines("params: {prompt: x}\naxes: {seed: {count: 18, from: 1}}\n", tmp_path)
    at = told.index("  seed")
    assert told[at + 1 : at + 7] == [
        "  1   2   3   4   5   6",
        "  ·   ·   ·   ·   ·   ·",
        "  7   8   9   10  11  12",
        "  ·   ·   ·   ·   ·   ·",
        "  13  14  15  16  17  18",
        "  ·   ·   ·   ·   ·   ·",
    ]


def test_a_big_grid_is_cut_and_says_by_how_much(tmp_path: Path) -> None:
    text = "params: {prompt: x}\naxes: {steps: '1, 2, ..., 50', scale: '0, 0.1, ..., 10'}\n"
    told = lines(text + "sheets: [{rows: steps, cols: scale}]\n", tmp_path)
    assert "  and 26 more rows" in told
    assert "  and 30 more columns" in told
    assert "  steps  0 … 7.0" in told
    assert max(map(cell_len, told[:-1])) <= WIDTH


def test_nested_columns_stand_under_the_label_that_they_share(tmp_path: Path) -> None:
    text = "params: {prompt: x}\naxes: {size: [64x64, 832x1216], steps: [1, 28], scale: [4, 5]}\n"
    told = lines(text + "sheets: [{rows: scale, cols: [size, steps]}]\n", tmp_path)
    at = told.index("         size / steps")
    assert told[at + 1 : at + 4] == [
        "         64x64   832…216",
        "  scale  1   28  1   28",
        "  4      ·   ·   ·   ·",
    ]


LONG = (
    "masterpiece, best quality, 1girl, silver hair, night city, neon signs, rain, reflections on wet asphalt, "
    "looking at the viewer, upper body, detailed eyes, cinematic lighting, depth of field, in "
)
LABELS = [
    f"{LONG}ink",
    f"{LONG}watercolour",
    "少女、銀髪、夜の街、ネオンサイン、雨、濡れたアスファルトの反射、こちらを見る、上半身、詳細な目、映画的な照明",
    "a family 👨‍👩‍👧‍👦 at the beach 🏖️ with a red\nballoon 🎈 and ice cream 🍦🍦🍦🍦🍦🍦🍦🍦🍦",
    "\x1b[31mred\u202eevil",
    "   ",
]


def test_no_label_is_too_long_too_wide_or_a_command_for_the_terminal(tmp_path: Path) -> None:
    text = f"params: {{size: 64x64}}\naxes: {{prompt: {json.dumps(LABELS, ensure_ascii=False)}, seed: [1, 2]}}\n"
    told = lines(text, tmp_path)
    assert max(map(cell_len, told[:-1])) <= WIDTH
    assert any("in ink" in line for line in told)
    assert any("watercolour" in line for line in told)
    signs = [line for line in told if line.endswith("·  ·")]
    assert len(signs) == len(LABELS)
    assert len({cell_len(line) for line in signs}) == 1
    assert "\x1b" not in "".join(told)
    assert "\u202e" not in "".join(told)


def test_cells_are_listed_with_number_digest_state_price_and_labels(tmp_path: Path) -> None:
    seen = outlook(STEPS, tmp_path, states={0: State.DONE})
    told = list(cell_lines(seen))
    assert told[0] == f"0  {seen.plan.cells[0].digest[:8]}  done        4  steps 1, scale 4"
    assert told[5] == f"5  {seen.plan.cells[5].digest[:8]}  planned    20  steps 28, scale 6"


def test_assumptions_are_of_the_pages_names_and_kinds() -> None:
    page = find_provider("gptproto")
    assert page is not None
    assert read_assumptions(["free_tier=true", "cached_vibes = 2.5"], page) == {
        "free_tier": True,
        "cached_vibes": Decimal("2.5"),
    }
    with pytest.raises(UsageError) as caught:
        read_assumptions(
            ["fre_tier=true", "cached_vibes=many", "free_tier", "free_tier=false", "free_tier=true", "x=1"], page
        )
    only = "only free_tier, cached_vibes"
    assert str(caught.value).splitlines() == [
        f"--assume fre_tier=true: the price assumes no 'fre_tier', {only}; did you mean free_tier?",
        "--assume cached_vibes=many: write cached_vibes=VALUE, where the value is a number",
        "--assume free_tier: write free_tier=VALUE, where the value is true or false",
        "--assume free_tier=true: free_tier is given twice, with two values",
        f"--assume x=1: the price assumes no 'x', {only}",
    ]


def test_a_page_that_assumes_nothing_says_so() -> None:
    page = find_provider("dashscope")
    assert page is not None
    with pytest.raises(UsageError, match="the price on the page of dashscope assumes nothing"):
        read_assumptions(["free_tier=true"], page)


@pytest.mark.parametrize(
    ("price", "text"),
    [
        *(("0", "0"), ("20", "20"), ("1240", "1,240"), ("40.0", "40"), ("0.1", "0.1"), ("0.30000", "0.3")),
        *(("1.23456789", "1.2346"), ("0.00001234", "0.000012"), ("1E+3", "1,000"), ("-2.50", "-2.5")),
    ],
)
def test_an_amount_is_written_without_what_says_nothing(price: str, text: str) -> None:
    assert amount(Decimal(price)) == text
    assert amount(None) == "?"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        *((0, "1 s"), (0.2, "1 s"), (59.5, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (3661, "1 h 1 min")),
        *((86400 * 3 + 7300, "3 d 2 h"), (86460, "1 d")),
    ],
)
def test_a_time_is_told_in_two_units(count: float, text: str) -> None:
    assert seconds(count) == text


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_text_that_is_cut_fits_and_one_that_fits_is_whole(text: str, width: int) -> None:
    line = shown(text)
    for shortened in (cut(line, width), cut_middle(line, width)):
        assert cell_len(shortened) <= width
        assert shortened == line or "…" in shortened
    assert cell_len(filled(line, width)) == width
    assert "\n" not in line


@given(
    st.lists(st.text("ab日", min_size=1, max_size=12), min_size=1, max_size=30),
    st.integers(40, 60),
    st.integers(1, 3),
)
def test_a_list_fits_its_lines_and_counts_what_it_leaves_out(items: list[str], width: int, most: int) -> None:
    told = listed(items, width, most)
    assert len(told) <= most
    assert all(cell_len(line) <= width for line in told)
    joined = " ".join(told)
    if joined.endswith(" more"):
        head, _, count = joined.removesuffix(" more").rpartition(", and ")
        assert len(head.split(", ")) + int(count) == len(items)
    else:
        assert joined.split(", ") == items


def test_spaces_of_all_kinds_and_joined_emoji_are_shown_as_they_are() -> None:
    assert plain("a\u3000b\u00a0c 👨‍👩‍👧") == "a\u3000b\u00a0c 👨‍👩‍👧"
    assert plain("\u202e\u200b\x9b\ue000") == "\\x202e\\x200b\\x9b\\xe000"


def test_the_miniature_has_no_place_for_hidden_values_and_one_for_skipped_ones(tmp_path: Path) -> None:
    text = "params: {prompt: x}\naxes: {steps: [1, {value: 2, hide: true}, {value: 3, skip: true}, 4], "
    text += "scale: [5, 6]}\n"
    plan = outlook(text, tmp_path).plan
    assert [line.split() for line in miniature(plan, lambda _: "send")] == [
        ["steps"],
        ["scale", "1", "3", "4"],
        ["5", "·", "·"],
        ["6", "·", "·"],
        ["·", "to", "send"],
    ]


def test_a_miniature_of_hidden_cells_alone_says_so(tmp_path: Path) -> None:
    text = "params: {prompt: x}\naxes: {steps: [1, {value: 2, hide: true}]}\nwhere: steps == 2\n"
    assert list(miniature(outlook(text, tmp_path).plan, lambda _: "send")) == [
        "  nothing: every cell has a value that is hidden"
    ]
