"""Groups that only the examples tell to be of an answer: "Parameters" once for the request, and once more below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.provider.reading import words
from teststrip.provider.reading.cells.names import key_of, structure_of
from teststrip.provider.reading.document import Code, Heading
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

_REQUIRED: Final = 2  # the cell of a list's row that says whether a parameter has to be given
_FEWEST: Final = 2  # names that only answers show
_MOST_BLOCKS: Final = 200


def without_answers(
    roles: Sequence[tuple[Group, Role]], document: Document, flags: Flags
) -> list[tuple[Group, Role]]:
    """Take groups for answers whose names are those of an example of an answer, and flag them.

    Such a group marks nothing as required, where one before it does, and no example of a request has what is only in
    the answer.
    """
    named = {
        key_of(row.cells[0].text)
        for group, role in roles
        if role == "parameters"
        for row in group.rows
        if row.cells
    }
    sent, answered = _shown(document, named)
    found: list[tuple[Group, Role]] = []
    marked = False
    for group, role in roles:
        if role == "parameters":
            marks = _marks(group)
            if marked and not marks and _is_answer(group, sent, answered):
                problem = f'"{group.title}" is read as what is answered, as the example of an answer has its names'
                flags.add(group.where, "", group.title, problem, ("the answer", "parameters of a request"))
                role = "response"  # noqa: PLW2901
            marked = marked or marks
        found.append((group, role))
    return found


def _shown(document: Document, named: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names at the top of the page's examples: those of requests, and those of answers.

    "`output` object" is over no answer where `named`, the keys of the page's parameters, have that.
    """
    sent: set[str] = set()
    answered: set[str] = set()
    above: tuple[Heading, ...] = ()
    blocks = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            above = block.below(above)
        elif isinstance(block, Code) and blocks < _MOST_BLOCKS:
            blocks += 1
            titles = (one.cell for one in reversed(above) if not _is_of_parameter(one.cell, named))
            said = next((told for cell in titles if (told := words.purpose(cell.text))), None)
            (answered if said == "response" else sent).update(_top(block.text))
    return frozenset(sent), frozenset(answered)


def _is_of_parameter(title: Cell, named: Collection[str]) -> bool:
    structure = structure_of(title.text)
    return structure != title.text and title.codes[:1] == (structure,) and key_of(structure) in named


def _top(text: str) -> Iterator[str]:
    return (name for name, above in read_examples_of([text]).parents.items() if "" in above)


def _marks(group: Group) -> bool:
    """Tell whether a group says of any of its rows whether it has to be given."""
    if group.form == "table":
        return "required" in columns_of(group)
    return any(len(row.cells) > _REQUIRED and row.cells[_REQUIRED].text for row in group.rows)


def _is_answer(group: Group, sent: frozenset[str], answered: frozenset[str]) -> bool:
    names = {row.cells[0].text.strip("`* ") for row in group.rows if row.cells and not row.depth}
    only = names & answered - sent
    return len(only) >= _FEWEST and 2 * len(names & answered) >= len(names) and not names & sent - answered
