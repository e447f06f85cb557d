from __future__ import annotations

import json

from exchange_pictures import INFOTEXT
from hypothesis import given
from hypothesis import strategies as st

from pace import in_loops
from teststrip.exchange.picture.infotext import Infotext, parse_infotext


def settings(line: str) -> dict[str, str]:
    found = parse_infotext(f"a prompt\n{line}")
    assert found is not None
    return dict(found.settings)


def test_a_usual_text_is_parted_into_prompts_and_settings() -> None:
    assert parse_infotext(INFOTEXT) == Infotext(
        "a night sky, stars",
        "blurry, lowres",
        (
            ("Steps", "20"),
            ("Sampler", "Euler a"),
            ("CFG scale", "7.0"),
            ("Seed", "965400086"),
            ("Size", "832x1216"),
            ("Clip skip", "1"),
            ("Version", "v1.10.1"),
        ),
    )


def test_prompts_may_have_several_lines_and_empty_ones() -> None:
    found = parse_infotext(
        "one\n\n  two, Seed: 3\nNegative prompt: bad\nworse\nSteps: 20, Sampler: Euler, Seed: 1"
    )
    assert found is not None
    assert (found.prompt, found.negative) == ("one\n\n  two, Seed: 3", "bad\nworse")


def test_quoted_values_keep_their_commas_colons_and_line_breaks() -> None:
    said = settings(r'Steps: 20, Lora hashes: "a: 1, b: 2", Template: "x\ny", Seed: 1')
    assert said == {"Steps": "20", "Lora hashes": "a: 1, b: 2", "Template": "x\ny", "Seed": "1"}


def test_a_comma_without_a_name_after_it_belongs_to_the_value() -> None:
    assert settings("Steps: 20, Model: photo, v2, Seed: 1")["Model"] == "photo, v2"


def test_a_list_in_brackets_is_one_value() -> None:
    line = 'Steps: 9, Civitai resources: [{"type":"checkpoint","weight":1},{"a":"b, c: d"}], Seed: 1'
    assert settings(line)["Civitai resources"].startswith('[{"type"')
    assert settings(line)["Seed"] == "1"


def test_a_text_without_settings_is_none() -> None:
    assert parse_infotext("just words, nothing: else") is None
    assert parse_infotext("") is None


def test_quotes_that_never_close_do_not_take_long() -> None:
    line = "Steps: 1, " + 'a: "x, ' * 200_000
    found, took = in_loops(lambda: parse_infotext(line))
    assert took < 150
    assert found is not None


def holds_what_it_says(text: str) -> bool:
    """Tell whether everything that was read of a text stands in it."""
    found = parse_infotext(text)
    whole = text.replace("\r\n", "\n")
    if found is None:
        return True
    return found.prompt in whole and found.negative in whole and all(name in whole for name, _ in found.settings)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert holds_what_it_says(text)


@given(st.text(alphabet='Steps: ,20\n"[]{}\\Ngativ promt', max_size=200))
def test_text_of_the_format_s_own_signs_is_read_without_a_crash(text: str) -> None:
    assert holds_what_it_says(text)


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9 /-]{0,20}[A-Za-z0-9]", fullmatch=True).filter(
    lambda name: name != "Steps"
)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def quoted(value: str) -> str:
    """Write a value as AUTOMATIC1111 does: in quotes when it has a comma, a colon or a line break."""
    plain = value == value.strip() and not set(value) & set(',:\n\r"[{') and value.isprintable()
    return value if plain else json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(NAMES, VALUES, max_size=8), st.integers(1, 150))
def test_settings_come_back_as_they_were_written(said: dict[str, str], steps: int) -> None:
    line = ", ".join(f"{name}: {quoted(value)}" for name, value in {"Steps": str(steps), **said}.items())
    found = parse_infotext(f"words\nNegative prompt: others\n{line}")
    assert found is not None
    assert (found.prompt, found.negative) == ("words", "others")
    assert found.settings == (("Steps", str(steps)), *said.items())
