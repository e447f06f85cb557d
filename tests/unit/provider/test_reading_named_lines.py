"""Tables that only an example tells to be of parameters; lines that are a label and a name; marked defaults."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def read(page: str) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Return the parameters by path, and the problems by parameter."""
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    problems: dict[str, list[str]] = {}
    for flag in found["flags"]:
        problems.setdefault(flag["parameter"], []).append(flag["problem"])
    return {one["path"]: one for one in _flat(found["parameters"])}, problems


def _flat(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [two for one in parameters for two in (one, *_flat(list((one.get("properties") or {}).values())))]


# --- tables whose names an example sends ---------------------------------------------------------------------

BODY = '{"Canvas": {"Path": "a.png"}, "Folder": "out", "Knot": "reef", "Rope": 3}'
CALL = f"\n## cURL\n\n```bash\ncurl -X POST https://a.example/v1/knots -d '{BODY}'\n```\n"


@pytest.mark.parametrize(
    ("header", "needed"),
    [
        ("|#Name|#Description|#Comment\n|---|---|---", "Required"),
        ("| Name | Description | Notes |\n|---|---|---|", "Required."),
        ("| Key | Meaning | Remarks |\n|---|---|---|", "(required)"),
        ("| 名称 | 说明 | 备注 |\n|---|---|---|", "必填"),
        ("| Nombre | Descripción | Comentario |\n|---|---|---|", "Obligatorio"),
    ],
)
def test_a_table_most_of_whose_names_a_request_sends_is_one_of_parameters(header: str, needed: str) -> None:
    page = (
        f"# Tie a knot\n\nAll that it takes.\n\n{header}\n|Canvas.Path|Where the rope lies|{needed}|\n"
        '|Folder|Where the knot goes|"knots/done" is default|\n|Knot|Which one|Omit it for default knots|\n'
        "|Rope|How thick| |\n|Colour|Of which hue| |\n" + CALL
    )
    found, problems = read(page)
    assert {"Canvas.Path", "Folder", "Knot", "Rope", "Colour"} <= found.keys()
    assert [path for path, one in found.items() if one["required"] and path != "Canvas"] == ["Canvas.Path"]
    assert found["Folder"]["default"] == "knots/done"
    assert "default" not in found["Knot"]
    assert problems["Colour"] == ["no type is given"]  # nobody says it


@pytest.mark.parametrize(
    "rows",
    [
        "|reef|Two ends meet|Strong|\n|bowline|A loop|Safe|\n|Knot|Any|-|\n",  # values, and one word
        "|Anchor|Holds|-|\n|Buoy|Swims|-|\n|Chain|Binds|-|\n",
    ],
)
def test_a_table_of_other_names_stays_one_of_values(rows: str) -> None:
    found, _ = read(f"# Tie a knot\n\n| Name | Description | Notes |\n|---|---|---|\n{rows}{CALL}")
    assert not {"reef", "bowline", "Anchor", "Buoy", "Chain"} & found.keys()


# --- lines that are a label and a name -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "named", "title"),
    [
        ("**Parameter:** `{}`", "{} (int, range: 1-100)", "Value"),
        ("**Parameter**: `{}`", "{} (integer, 1-100)", "Value"),
        ("Parameter: `{}`", "{} (integer, range 1 to 100)", "Option"),
        ("**Field name:** `{}`", "{} (int, min 1, max 100)", "Setting"),
        ("**参数名**：`{}`", "{} (int, 范围 1-100)", "值"),
        ("**Parámetro:** `{}`", "{} (entero, 1-100)", "Valor"),
        ("**Parameter: `{}`**", "{}\n\n- Type: int\n- Range: 1-100", "Value"),
        ("- **Parameter:** `{}`", "{} (int, range: 1-100)", "Value"),
    ],
)
def test_a_line_that_names_a_parameter_stands_for_a_heading(label: str, named: str, title: str) -> None:
    knots = label.format("knots") + named.removeprefix("{}")
    page = (
        "# Kites\n\nPOST /v1/kites\n\n## More options\n\n"
        f"### Shape of the edge\n\n{label.format('edge')}\n\n| {title} | Effect |\n|---|---|\n"
        "| 0 | Soft edges |\n| 1 (default) | Torn ones |\n\n"
        f"### Knots in the tail\n\n{knots}\n\nHow many there are. Long tails need more.\n"
    )
    found, problems = read(page)
    assert list(found) == ["edge", "knots"]
    assert (found["edge"]["type"], found["edge"]["default"], found["edge"]["enum"]) == ("integer", 1, [0, 1])
    assert [found["knots"][key] for key in ("type", "minimum", "maximum")] == ["integer", 1, 100]
    assert not found["knots"]["required"]
    assert "knots" not in problems


def test_facts_below_such_a_line_are_of_it_and_an_answer_has_none() -> None:
    page = (
        "# Kites\n\n## Edge\n\n**Field:** `edge`\n\n- Type: string\n- Default: `soft`\n\n"
        "## Tail\n\n**Field:** `tail`\n\n- Type: integer\n\n"
        "## Response\n\n**Field:** `picture`\n\nWhat was drawn.\n"
    )
    found, _ = read(page)
    assert [(path, one["type"], one.get("default")) for path, one in found.items()] == [
        ("edge", "string", "soft"),
        ("tail", "integer", None),
    ]


def test_one_such_line_alone_is_running_text() -> None:
    page = (
        "# Kites\n\n| Parameter | Type |\n|---|---|\n| wish | string |\n\n## Tips\n\n**Key:** `up`\n\nFlies up.\n"
    )
    assert list(read(page)[0]) == ["wish"]


# --- a switch's marked default -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("Values: <br/>_**False** - Default, no tails._<br/>_**True** - tails._", False),
        ("Values: <br/>True: default. Tails.<br/>False: none.", True),
        ("Tails. <br/>`true` - tails<br/>false (默认) none", False),
        ("Tails. <br/>True - the tails of default kites<br/>False - none", None),
    ],
)
def test_a_switch_tells_its_default_behind_one_of_its_values(told: str, value: object) -> None:
    header = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
    found, _ = read(f"# Kites\n\n{header}| a | bool | no | {told} |\n")
    assert found["a"].get("default") is value


# --- what is missed is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        "Paroles (requis si plain=False)",
        "Letras, obligatorio cuando plain sea false",
        "Texto. Obrigatório se plain for false",
        "Text, erforderlich wenn plain aus ist",
        "Слова (обязательно если plain нет)",
    ],
)
def test_a_condition_of_any_language_is_none_that_goes_unsaid(told: str) -> None:
    header = "| Parameter | Type | Description |\n|---|---|---|\n"
    found, problems = read(f"# Kites\n\n{header}| wish | string | {told} |\n| plain | boolean | No words |\n")
    assert found["wish"].get("condition") or problems["wish"]
    assert not found["wish"]["required"]


@pytest.mark.parametrize(
    ("lead", "list_", "flagged"),
    [
        (
            "Fields:",
            "- `wish_text`\n- `edge_kind`\n- `tail_size`\n- `tail_url`\n- `knot_url`\n",
            ["tail_url", "knot_url"],
        ),
        (
            "可用字段：",
            "- `wish_text`\n- `edge_kind`\n- `tail_size`\n- `tail_url`\n- `knot_url`\n",
            ["tail_url", "knot_url"],
        ),
        (
            "Words:",
            "- `wish_text`\n- `tail_url`\n- `knot_url`\n- `rope_url`\n",
            [],
        ),  # hardly any of them has a row
    ],
)
def test_a_name_among_those_that_have_rows_is_flagged(lead: str, list_: str, flagged: list[str]) -> None:
    rows = "".join(f"| `{name}` | string | no | b |\n" for name in ("wish_text", "edge_kind", "tail_size"))
    header = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
    page = f"# Kites\n\n{header}{rows}\n## With a tail\n\n{lead}\n\n{list_}"
    _, problems = read(page)
    assert [name for name in problems if name] == flagged
