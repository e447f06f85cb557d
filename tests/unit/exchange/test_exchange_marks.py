from __future__ import annotations

import json
from pathlib import Path

import pytest

from teststrip.errors import MarksError
from teststrip.exchange.marks import Vote, load_marks, parse_marks

DIGESTS = [letter * 64 for letter in "abc"]
NUMBERS = {digest: number for number, digest in enumerate(DIGESTS)}


def written(**members: object) -> str:
    return json.dumps({"teststrip_marks": 1, "plan": "p", "title": "t", **members}, indent=1)


def test_marks_and_votes_are_read_by_the_cells_numbers() -> None:
    text = written(
        marks=[
            {"cell": DIGESTS[2], "mark": "pick", "note": "good"},
            {"cell": DIGESTS[0], "mark": "reject"},
            {"cell": DIGESTS[1], "note": "<b>"},
        ],
        votes=[
            {"winner": DIGESTS[0], "loser": DIGESTS[1]},
            {"winner": DIGESTS[1], "loser": DIGESTS[2], "tie": True},
            {"winner": DIGESTS[1], "loser": DIGESTS[2], "id": "x-1"},
            {"winner": DIGESTS[1], "loser": DIGESTS[2], "id": "x-1"},  # two files in one
        ],
    )
    marks = parse_marks(text, "m.json", NUMBERS, 3)
    assert marks.of("pick") == [2]
    assert marks.of("reject") == [0]
    assert {number: mark.note for number, mark in marks.cells.items()} == {2: "good", 0: "", 1: "<b>"}
    assert marks.votes == (Vote(0, 1), Vote(1, 2, tie=True), Vote(1, 2, id="x-1"))
    assert marks.strange == ()


def test_cells_of_a_redacted_page_are_named_by_their_numbers() -> None:
    marks = parse_marks(
        written(marks=[{"cell": "n1", "mark": "pick"}, {"cell": "n3", "mark": "pick"}]), "m", {}, 3
    )
    assert marks.of("pick") == [1]
    assert len(marks.strange) == 1


def test_marks_of_no_cell_of_the_run_are_told_with_their_place() -> None:
    marks = parse_marks(written(marks=[{"cell": "f" * 64, "mark": "pick"}]), "m.json", NUMBERS, 3)
    assert marks.cells == {}
    problem = marks.strange[0]
    assert (problem.path, problem.where.line) == ("marks[0].cell", 7)
    assert "another, or of an earlier plan" in problem.message


def test_every_problem_is_told_at_once() -> None:
    text = written(
        marks=[{"cell": 5}, {"cell": DIGESTS[0], "mark": "burn"}, {"cell": DIGESTS[0], "note": 3}, "x"],
        votes=[{"winner": DIGESTS[0]}, {"winner": DIGESTS[0], "loser": DIGESTS[1], "tie": "no"}, {"id": 5}],
    )
    with pytest.raises(MarksError) as caught:
        parse_marks(text, "m.json", NUMBERS, 3)
    assert [problem.path for problem in caught.value.problems] == [
        "marks[0].cell",
        "marks[1].mark",
        "marks[2].note",
        "marks[3]",
        "votes[0].loser",
        "votes[1]",
        "votes[2].id",
    ]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "this is no file of marks"),
        ("{", "this is not YAML"),
        ('{"teststrip_marks": 2}', "of format 2"),
        (written(marks={}), "it is no list"),
        (written(marks=[{"cell": DIGESTS[0], "note": "x" * 4001}]), "at most 4,000"),
    ],
)
def test_what_is_no_file_of_marks_is_refused(text: str, said: str) -> None:
    with pytest.raises(MarksError, match=said):
        parse_marks(text, "m.json", NUMBERS, 3)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(MarksError, match="No such file"):
        load_marks(tmp_path / "none.json", NUMBERS, 3)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MarksError, match="not UTF-8"):
        load_marks(tmp_path / "binary", NUMBERS, 3)


def test_no_more_of_a_file_is_read_than_is_taken() -> None:
    with pytest.raises(MarksError, match="larger than 8 MiB"):
        load_marks(Path("/dev/zero"), {}, 1)
