"""Objects that sections of their own describe, one below the other: by titles, and by examples."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def read(text: str) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    found: dict[str, Any] = report(adopt(text, "page.md").reading)
    flat: dict[str, dict[str, Any]] = {}

    def walk(several: list[dict[str, Any]]) -> None:
        for one in several:
            flat[one["path"]] = one
            inner = one.get("items") or {}
            walk([*one.get("properties", {}).values(), *inner.get("properties", {}).values()])

    walk(found["parameters"])
    return flat, found["flags"]


BOOK = """\
## How a book is described

### Root Object

```json
{"book": { ... }, "output": { ... }}
```

1.  **`book` (Object):** What is bound.
2.  **`output` (Object):** How it leaves the press.

### `book` Object

```json
"book": {"cloth": "#402010", "parts": [ ... ]}
```

1.  **`cloth` (String - Hex Color):**
    *   **Purpose:** The colour of the cover.
    *   **Value:** `"#402010"`, `"#000000"` and the like.
2.  **`parts` (Array of Objects):**
    *   **Content:** Each object has a `leaves` array.

### PART

```json
{"leaves": [ ... ]}
```

1.  **`leaves` (Array of Objects):**
    *   **Purpose:** What is printed.

### LEAF

1.  **`weight` (Number):**
    *   **Value:** Grams for a square metre.
2.  **`print` (Object):**
    *   **Content:** See below.

### `print` Object Details

What it has depends on its `kind`.

**Common Property:**

*   **`kind` (String):** `"ink"` or `"foil"`.

**Kind of print: `ink`**

*   **`tone` (String):** Of the ink.
*   **`depth` (Number, Optional):** How far it is pressed in around the letters (0-255).

**Kind of print: `foil`**

```json
{"kind": "foil", "heat": 120}
```

*   **`heat` (Number):** In degrees.

### `output` Object

```json
"output": {"boxed": true, "copies": 3}
```

1.  **`boxed` (Boolean):**
    *   **Purpose:** Whether there is a box.
2.  **`copies` (Number):**
    *   **Purpose:** How many.
"""


@pytest.mark.parametrize(
    ("part", "leaf"),
    [
        ("`part` Object (within `book.parts`)", "`leaf` Object (within `part.leaves`)"),
        ("The `parts` objects", "The `leaves` objects"),
        ("`book.parts[]` items", "`book.parts[].leaves[]` items"),
        ("A part (each of `book.parts`)", "A leaf (in the `parts.leaves` array)"),
        ("`parts` array items", "`leaves` array items"),
    ],
)
def test_sections_of_objects_nest_as_their_titles_say(part: str, leaf: str) -> None:
    found, _ = read(BOOK.replace("PART", part).replace("LEAF", leaf))
    leaves = "book.parts[].leaves[]"
    assert list(found) == [
        "book", "book.cloth", "book.parts", "book.parts[].leaves", f"{leaves}.weight", f"{leaves}.print",
        f"{leaves}.print.kind", f"{leaves}.print.tone", f"{leaves}.print.depth", f"{leaves}.print.heat",
        "output", "output.boxed", "output.copies",
    ]  # fmt: skip
    assert found["book.parts"]["items"]["type"] == "object"
    assert (found[f"{leaves}.print.depth"]["minimum"], found[f"{leaves}.print.depth"]["maximum"]) == (0, 255)


SIBLINGS = """\
## Request

```json
{"prompt": "a heron", "tuning": {"heat": 0.5, "paper": {"grain": "fine"}}}
```

## What can be tuned

### tuning

| Parameter | Type | Default | Description |
|---|---|---|---|
| `heat` | float | `0.5` | How bold |
| `steps` | integer | `20` | How many |

### paper

| Parameter | Type | Options | Description |
|---|---|---|---|
| `grain` | string | `fine`, `rough` | Of its face |
| `tint` | string | `warm`, `cold` | Of its colour |
"""


def test_sections_beside_each_other_nest_as_the_example_shows() -> None:
    found, _ = read(SIBLINGS)
    assert {"tuning.heat", "tuning.paper.grain", "tuning.paper.tint"} <= set(found)


def test_the_order_of_such_sections_does_not_matter() -> None:
    head, first, second = (
        SIBLINGS.partition("### tuning")[0],
        *SIBLINGS.partition("### tuning")[2].split("### paper"),
    )
    found, _ = read(f"{head}### paper{second}\n### tuning{first}")
    assert {"tuning.heat", "tuning.paper.grain", "tuning.paper.tint"} <= set(found)


def test_an_object_that_examples_show_in_two_places_stays_where_its_heading_stands() -> None:
    page = SIBLINGS.replace('"a heron"', '"a heron", "frame": {"paper": {"grain": "rough"}}')
    found, _ = read(page)
    assert "paper.grain" in found


@pytest.mark.parametrize("title", ["Objects of this museum", "Structure of the team", "`curl` and objects"])
def test_one_item_is_no_parameter_for_words_in_its_title(title: str) -> None:
    found, _ = read(f"## {title}\n\n- Vase (string): of clay\n\nMore of them come.\n")
    assert not found


def test_words_around_a_number_are_advice_and_around_a_thing_are_none() -> None:
    page = (
        "## Request parameters\n\n- `edge` (number): the glow around the subject (0-255).\n"
        "- `heat` (number): works at around 5-9.\n"
    )
    found, _ = read(page)
    assert found["edge"]["maximum"] == 255
    assert "maximum" not in found["heat"]
