"""Where no cell gives a type: what is guessed, and that it is flagged. Columns of what is optional."""

from __future__ import annotations

import pytest

from teststrip.provider.reading.read import Reading, read_documentation

EXAMPLE = """
```json
{"prompt": "a lamp", "strict": false, "seed": 7, "ratio": 1.5, "count": "<count>", "kept": "boolean"}
```
"""


def _read(rows: str, after: str = "", header: str = "| Field | Required | Description |") -> Reading:
    rule = "|---" * (header.count("|") - 1) + "|"
    page = f"# Make\n\n## Request body\n\n{header}\n{rule}\n{rows}\n{after}"
    return read_documentation(page, "page.md")


@pytest.mark.parametrize(
    ("row", "kind", "because"),
    [
        ("| `format` | no | `png` or `webp` |", "string", "the list of values shows a string"),
        ("| `channels` | no | One of `1`, `2` |", "integer", "the list of values shows an integer"),
        ("| `tone` | no | Default: `warm`. |", "string", "the default shows a string"),
        ("| `noise` | no | Default: 0.5. |", "number", "the default shows a number"),
        (
            "| `text` | no | What is read out (1-300 characters) |",
            "string",
            "a limit of its length shows a string",
        ),
        ("| `urls` | no | Addresses (1-5 items) |", "array", "a limit of its items shows an array"),
        ("| `n` | no | How many pictures (1-10) |", "integer", "its range shows an integer"),
        ("| `share` | no | How much is kept, from 0 to 1 |", "number", "its range shows a number"),
        ("| `seed` | no | A seed |", "integer", "an example shows an integer"),
        ("| `strict` | no | Look twice |", "boolean", "an example shows a boolean"),
        ('| `wind` | no | As in `{"wind": {"pull": 3}}` |', "object", "an example shows an object"),
        ("| `kept` | no | Keep it |", "boolean", "an example shows a boolean"),
        ("| `hd` | no | Whether it is drawn large |", "boolean", "the description shows a boolean"),
    ],
)
def test_a_missing_type_is_guessed_from_what_else_there_is_and_flagged(row: str, kind: str, because: str) -> None:
    reading = _read(row, EXAMPLE)
    (entry,) = reading.entries
    assert entry.kind.kind == kind
    by = because.partition(" shows ")[0]
    joined = f"{entry.path} (line {entry.row.where.line}): {kind}, by {by}"
    rowwise = f"no type is given; {because}" in {flag.problem for flag in reading.flags if flag.path == entry.path}
    assert rowwise != (joined in {one for flag in reading.flags for one in flag.candidates})


@pytest.mark.parametrize(
    "row",
    [
        "| `count` | no | As many as you like |",  # the example only holds its place
        "| `ratio` | no | One of `wide`, `tall` |",  # the values are texts, the example is a number
        "| `other` | no | Something else |",
    ],
)
def test_nothing_is_guessed_without_grounds_or_against_others(row: str) -> None:
    reading = _read(row, EXAMPLE)
    (entry,) = reading.entries
    assert entry.kind.kind is None
    assert "no type is given" in {flag.problem for flag in reading.flags if flag.path == entry.path}


def test_a_guess_gives_way_to_members() -> None:
    reading = _read("| `style` | no | Default: `warm`. |\n| `style.tone` | no | `warm` or `cold` |")
    (entry,) = reading.entries
    assert (entry.kind.kind, [child.path for child in entry.children]) == ("object", ["style.tone"])


@pytest.mark.parametrize("word", ["Optional", "可选", "是否可空", "Opcional?"])
def test_a_column_may_ask_what_is_optional(word: str) -> None:
    header = f"| Name | Type | {word} | Description |"
    reading = _read("| prompt | string | No | words |\n| seed | integer | Yes | a seed |", header=header)
    assert [entry.required for entry in reading.entries] == [True, False]


def test_such_a_column_may_also_answer_in_words() -> None:
    header = "| Name | Type | Optional | Description |"
    reading = _read(
        "| prompt | string | required | words |\n| seed | integer | optional | a seed |", header=header
    )
    assert [entry.required for entry in reading.entries] == [True, False]


SHOWN = """| Field | Required | Description |
|---|---|---|
| `tone` | yes | How it sounds. Default: `warm`. |
| `loud` | no | Louder. Default: `true`. |
| `pace` | no | `slow` or `fast` |
| `steps` | no | The number of steps. Default: 4. |
| `span` | no | How long. Default: 4. |
"""
SENT = """
```
curl -X POST https://api.example.com/v1/hums -d '{"tone": "cool", "loud": true, "pace": "slow"}'
```
"""
SEEN = "no type is given; what the page shows decides it for these rows"


def _flags(page: str) -> dict[str, set[str]]:
    """Return the parameters that each problem is told of at their own rows; joined flags by their rows' names."""
    found: dict[str, set[str]] = {}
    for flag in read_documentation(page, "page.md").flags:
        names = {one.partition(" ")[0] for one in flag.candidates} if flag.joined else {flag.path}
        found.setdefault(flag.problem, set()).update(names)
    return found


@pytest.mark.parametrize("after", ["", SENT])
def test_what_the_page_shows_beyond_doubt_is_one_flag_for_the_table(after: str) -> None:
    found = _flags(f"# Hums\n\n## Request parameters\n\n{SHOWN}{after}")
    assert found[SEEN] == {"tone", "loud", "pace", "steps"}
    # A whole number that counts nothing may stand for any number.
    assert found["no type is given; the default shows an integer"] == {"span"}


UNSAID = SHOWN.replace("Required", "Note").replace("yes", "a").replace("no |", "b |")


@pytest.mark.parametrize(
    "page",
    [
        # Nothing says that these are sent at all.
        f"# Hums\n\n## The file hums.conf\n\n{SHOWN}",
        # The call sends other things.
        f"# Hums\n\n## Request parameters\n\n{SHOWN}"
        + SENT.replace("tone", "x").replace("loud", "y").replace("pace", "z"),
        # It sends some of them elsewhere.
        f"# Hums\n\n## Request parameters\n\n{SHOWN}"
        + SENT.replace('"pace": "slow"', '"voice": {"pace": "slow"}'),
        # Nobody knows what has to be given.
        f"# Hums\n\n## Request parameters\n\n{UNSAID}",
    ],
)
def test_rows_that_may_be_no_parameters_keep_a_flag_each(page: str) -> None:
    found = _flags(page)
    assert SEEN not in found
    assert found["no type is given; the list of values shows a string"] >= {"pace"}


@pytest.mark.parametrize(
    "about",
    [
        "String. No. What it is called. Default: `warm`.",  # a row that fell apart
        "Size of the thing. Default: `auto`.",  # may be a number otherwise
        "One or several files, `a.png` or `b.png`",
    ],
)
def test_what_leaves_a_doubt_is_flagged_at_its_row(about: str) -> None:
    found = _flags(f"# Hums\n\n## Request parameters\n\n{SHOWN}| `odd` | no | {about} |\n")
    assert "odd" not in found[SEEN]
