"""Lists, tables and headings whose section says what they are: the body above them, a title, the line before."""

from __future__ import annotations

from typing import Any

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

Flat = dict[str, dict[str, Any]]


def read(text: str) -> tuple[Flat, list[dict[str, Any]]]:
    """Return the parameters by their full names (`a.b`), each name once, and the flags."""
    found: dict[str, Any] = report(adopt(text, "page.md").reading)
    flat: Flat = {}

    def walk(several: list[dict[str, Any]], above: str) -> None:
        for one in several:
            name = f"{above}{one['name']}"
            assert name not in flat, name
            flat[name] = one
            inner = one.get("items") or {}
            walk([*one.get("properties", {}).values(), *inner.get("properties", {}).values()], f"{name}.")

    walk(found["parameters"], "")
    return flat, found["flags"]


BAKED = """\
## Baking a loaf

### Request

`POST /v1/loaves`

**Payload**

```json
{
  "dough": {"flour": "rye"},
  "crust": "thin", // optional
  "sliced": false // optional
}
```

**Description**

- `dough`: What it is made of.
- `crust`: How it is. Can be chosen as `thin`, `thick` and `none`. Default is `thin`
- `sliced`: Whether it is cut. The default value is `false`
"""


def test_a_list_below_the_body_that_it_explains_is_read_with_it() -> None:
    found, _ = read(BAKED)
    assert list(found) == ["dough", "dough.flour", "crust", "sliced"]
    assert found["crust"]["enum"] == ["thin", "thick", "none"]
    assert (found["crust"]["default"], found["sliced"]["default"]) == ("thin", False)
    assert found["dough"]["type"] == "object"


def test_a_list_below_an_answer_is_none_of_parameters() -> None:
    told = "- `crust`: How it is\n- `sliced`: Whether it is cut\n"
    answer = '### Response\n\n```json\n{"loaf": "a", "weight": 3}\n```\n\n**Description**\n\n'
    found, _ = read(BAKED + "\n" + answer + "- `loaf`: Its name\n- `weight`: How heavy it is\n")
    assert "loaf" not in found
    assert "crust" in read(BAKED.replace("POST", "PUT") + told)[0]


BREWED = """\
## POST /brew

```json
{"leaf": "oolong", "extras": {"steep": 90, "milk": true}}
```

#### Parameters

- `leaf` (required): Which tea
- `extras` (optional): Brewing extras

#### Brewing Extras

- `steep`: Seconds (30-300, default: 90)
- `stirs`: Turns per second (1-9, default: 2)
- `leaf`: Another one for the second cup
"""


def test_members_stand_below_the_parameter_whose_words_are_their_title() -> None:
    found, _ = read(BREWED)
    assert list(found) == ["leaf", "extras", "extras.steep", "extras.stirs", "extras.leaf"]
    assert (found["extras.steep"]["minimum"], found["extras.steep"]["maximum"]) == (30, 300)
    assert (found["extras.stirs"]["minimum"], found["extras.stirs"]["maximum"]) == (1, 9)


WRAPPED = """\
## Common Request Structure

```json
{
  "task": "optional",
  "mode": "slow|fast",
  "input": {
    // depends on the task
  }
}
```

## Kneading

```json
{"task": "knead", "input": {"weight": 3, "turns": 40}}
```

**Parameters**:
- `weight` (required): How much of it
- `turns`: How often (default: 40)
- `rest`: Minutes between (default: 5)

```javascript
knead({ weight: 4, turns: 20 })
```

```json
{"input": {"oil": "olive"}}
```
"""


def test_a_section_s_own_example_says_what_its_parameters_stand_below() -> None:
    found, flags = read(WRAPPED)
    assert {"task", "mode", "input", "input.weight", "input.turns", "input.rest"} == set(found)
    assert found["mode"]["enum"] == ["slow", "fast"]
    assert [one["parameter"] for one in flags if "no row describes it" in one["problem"]] == ["input.oil"]


ROWS = """\
# Bakery

### Parameters

| **loaves** | **kotlin.collections.List&lt;kotlin.String&gt;**| Which ones | |
| **heat** | **kotlin.Int**| How hot | [optional] [default to 220] |
| **steam** | **kotlin.Boolean**| Whether it is damp | [optional] [default to false] |
| Name | Type | Description  | Notes |
| ------------- | ------------- | ------------- | ------------- |
| **sign** | **java.net.URI**| Where its name is | [optional] |

## Tasting

### Parameters

| Name | Type | Description  | Notes |
| ------------- | ------------- | ------------- | ------------- |
| **slice** | **java.util.UUID**| Which one | |
"""


NEIGHBOURS = """\
# Baking

## POST /v1/loaves

```json
{"dough": "rye", "oven": {"heat": 220, "minutes": 40}}
```

| Parameter | Type | Required | Description |
|---|---|---|---|
| dough | string | Yes | What it is made of |
| oven | object | No | How it is baked |

### More

| Parameter | Type | Default | Description |
|---|---|---|---|
| heat | integer | 220 | Degrees |
| minutes | integer | 40 | How long |
| steam | number | 0.5 | How damp it is |
"""


def test_a_row_that_no_example_shows_may_be_where_its_neighbours_are_and_is_flagged() -> None:
    found, flags = read(NEIGHBOURS)
    assert list(found) == ["dough", "oven", "oven.heat", "oven.minutes", "oven.steam"]
    of_places = [flag for flag in flags if "examples" in flag["problem"]]
    assert [(flag["parameter"], flag["line"], flag["candidates"]) for flag in of_places] == [
        ("steam", 20, ["oven.steam", "steam"])
    ]


def test_rows_right_above_a_header_are_of_its_table() -> None:
    found, flags = read(ROWS)
    assert [(name, one["type"], one["required"]) for name, one in found.items()] == [
        ("loaves", "array", True),
        ("heat", "integer", False),
        ("steam", "boolean", False),
        ("sign", "string", False),
        ("slice", "string", True),
    ]
    assert (found["heat"]["default"], flags) == (220, [])


def test_a_header_of_two_lines_is_no_row() -> None:
    header = "| Field | Type | Required |\n| Parameter | Type | Required |\n|---|---|---|\n"
    assert list(read(f"## Body\n\n{header}| a | string | yes |\n")[0]) == ["a"]


def test_the_line_above_a_list_says_what_it_is_of() -> None:
    asked = "inputs:\n\n    - grain(str): which\n    - salt(int): how much\n    - shape(basketshape): how\n\n"
    text = f"# API\n\n## /loaf\n\n{asked}outputs:\n\n    - loaf(str): its name\n"
    found, flags = read(text)
    assert list(found) == ["grain", "salt", "shape"]
    assert [one["parameter"] for one in flags if "is not a type" in one["problem"]] == ["shape"]


def test_names_alone_in_a_list_of_parameters_are_parameters() -> None:
    items = "- `grain` (required)\n- `salt` (optional)\n- `oil`, `yeast`, `sugar`\n"
    text = f"# API\n\n## POST /x\n\n**Parameters:**\n{items}"
    assert list(read(text)[0]) == ["grain", "salt", "oil", "yeast", "sugar"]


def test_a_declared_event_is_no_body() -> None:
    asked = "interface BakeRequest {\n  grain: string;\n}\n"
    told = "interface BakedWebhook {\n  event: string; // one of two\n  at?: string; // optional\n}\n"
    text = f"## Bake\n\n```typescript\n{asked}```\n\n## Webhook notice\n\n```typescript\n{told}```\n"
    assert list(read(text)[0]) == ["grain"]


CALLS = """\
## POST `/ovens`

- Accepted: `.yaml` `.json`
- Form field: `plan`
- Optional fields: `note` (string), `tag`

```bash
curl -F "plan=@a.yaml" https://bakery.example/ovens
```

## GET `/loaves`

| Parameter | Type | Default | Description |
|---|---|---|---|
| `most` | int | 20 | How many |
"""


def test_a_line_may_name_the_fields_of_a_call() -> None:
    found, flags = read(CALLS)
    assert list(found) == ["plan", "note", "tag", "most"]
    assert (found["plan"]["type"], found["note"]["type"]) == ("file", "string")
    assert [one["parameter"] for one in flags if "call that only reads" in one["problem"]] == ["most"]


def test_headings_with_a_name_in_brackets_are_parameters_where_the_text_below_uses_it() -> None:
    said = "### Heat - (h)\n\nHow hot it is. **Default value** - `220`\n\nWritten as `h-220`\n\n"
    said += (
        "### Steam level (sl)\n\nHow damp it is, `sl-1` to `sl-3`.\n\n### Dark crust - (dc)\n\nUse `dc-true`.\n\n"
    )
    found, _ = read(f"# Loaves\n\n{said}")
    assert list(found) == ["h", "sl", "dc"]
    assert found["h"]["default"] == 220
    assert (
        read("# Loaves\n\n## Baking (beta)\n\nA\n\n## Tasting (preview)\n\nB\n\n## Eating (soon)\n\nC\n")[0] == {}
    )


def test_a_star_says_what_may_be_given_instead() -> None:
    rows = "| `flour` | string | required* | Which (* or use `mix`) |\n| `mix` | string | - | Ready made |\n"
    header = "| Parameter | Type | Default | Description |\n|---|---|---|---|\n"
    found, flags = read(f"## Body\n\n{header}{rows}")
    assert found["flour"]["condition"] == {"if": {"not": {"required": ["mix"]}}, "then": {"required": ["flour"]}}
    assert "default" not in found["flour"]
    assert [one["parameter"] for one in flags] == [""]
    needed = (
        "| `flour` | string | Yes (or `mix`) | Which |\n| `mix` | string | Either `flour` or `mix` | Other |\n"
    )
    found, flags = read(f"## Body\n\n{header.replace('Default', 'Required')}{needed}")
    assert [one["condition"]["then"]["required"] for one in found.values()] == [["flour"], ["mix"]]
    assert flags == []


def test_a_default_in_words_of_another_language_is_none() -> None:
    header = "| Champ | Type | Défaut | Description |\n|---|---|---|---|\n"
    assert (
        "default" not in read(f"## Body\n\n{header}| `four` | string | Défaut du modèle | Lequel |\n")[0]["four"]
    )


def test_a_type_that_a_heading_declares_is_no_parameter() -> None:
    states = "#### LoafState (enum)\n\n| Value | Description |\n|---|---|\n| `RISING` | Not baked |\n"
    assert list(read(f"## Body\n\n- `flour` (string, required): Which\n\n{states}")[0]) == ["flour"]


def test_words_say_the_kind_where_nothing_else_does() -> None:
    items = (
        "- `recipe`: A string representing the loaf\n- `oven`: Reference oven file path (for gas)\n"
        "- `slices`: Number of slices\n- `label_text`: What it bears\n- `enable_fan`: Moves the air\n"
        "- `other`: Anything\n"
    )
    found, flags = read(f"## Parameters\n\n{items}")
    kinds = [one.get("type") for one in found.values()]
    assert kinds == ["string", "string", "integer", "string", "boolean", None]
    assert sum("no type is given" in one["problem"] for one in flags) == len(found)
