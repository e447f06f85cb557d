"""Documentation adopted: its reading, and the draft of a provider page that keeps what it proves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.adopt.front import draft_front, model_member
from teststrip.provider.adopt.tables import code, text, write_tables
from teststrip.provider.front import TODO
from teststrip.provider.reading.constraints import RULE_WORDS
from teststrip.provider.reading.read import Reading, read_documentation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.reading.document import Group

_FENCE: Final = "---"
_MEMBER: Final = re.compile(r"([A-Za-z_][\w-]*):\s*(.*)")
_STATUS: Final = re.compile(r"[45]\d\d")


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting gives: the reading, and the text of the drafted page."""

    reading: Reading
    page: str

    @property
    def todos(self) -> int:
        """How many places of the draft a person has to fill in."""
        return len(re.findall(rf"(?<![A-Za-z]){TODO}(?![A-Za-z:])", self.page))


def adopt(documentation: str, file: str) -> Adoption:
    """Read documentation, and draft a provider page of it; `file` is its name in places. Never fails."""
    plain = documentation.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    matter, body, first = split_front(plain)
    reading = read_documentation(body, file, first)
    front = draft_front(reading, file, matter)
    title = text(
        matter.get("title", "") or next((h.cell.text for h in reading.document.headings), "") or "An adopted API"
    )
    named = model_member(reading)
    # A field that is `image[]` in a form, beside `image`, is flagged: a page has no name for it.
    entries = [entry for entry in reading.entries if entry.path != named and not entry.path.endswith("[]")]
    parts = [f"{_FENCE}\n{front}\n{_FENCE}\n", f"# {title}\n", write_tables(entries)]
    parts += [part for part in (_rules(reading), _sizes(reading), _errors(reading), _open(reading)) if part]
    return Adoption(reading, "\n".join(parts))


def split_front(plain: str) -> tuple[Mapping[str, str], str, int]:
    """Cut documentation into the plain members of its own front matter, its body, and the body's first line."""
    lines = plain.split("\n")
    if lines[0].rstrip() != _FENCE:
        return {}, plain, 1
    end = next((index for index, line in enumerate(lines[1:200], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        return {}, plain, 1
    members = (_MEMBER.fullmatch(line.rstrip()) for line in lines[1:end])
    found = {match[1]: match[2].strip().strip("\"'") for match in members if match is not None}
    return found, "\n".join(lines[end + 1 :]), end + 2


def _open(reading: Reading) -> str:
    """List what could not be decided, as a comment: it is for the page's author, and gone when it is settled."""
    if not reading.flags:
        return ""
    lines = [f"{flag.where}  {flag.path}  {flag.problem}".replace("--", "- -") for flag in reading.flags]
    return "<!-- What the documentation leaves open, by its own lines:\n" + "\n".join(lines) + "\n-->\n"


def _rules(reading: Reading) -> str:
    """Write the rules between parameters as the list items that a page has them in."""
    rules = [
        f"- {RULE_WORDS[one.kind]} {', '.join(code(path) for path in one.parameters)}"
        for one in reading.constraints
        if not any(path.endswith("[]") for path in one.parameters)
    ]
    return "## Rules\n\n" + "\n".join(rules) + "\n" if rules else ""


def _sizes(reading: Reading) -> str:
    """Keep the sizes that a size parameter of the page takes; of others nothing says what they are of."""
    sized = [entry.facts.size for entry in reading.entries if entry.facts.size is not None]
    rows: list[str] = []
    for group in reading.groups("sizes") if sized else ():
        for row in group.rows:
            cells = [cell.text for cell in row.cells[:3]]
            if re.fullmatch(r"\d+[x*]\d+", cells[0]):
                rows.append(
                    f"| {code(cells[0])} | {' | '.join(text(cell) for cell in [*cells[1:], '', ''][:2])} |"
                )
    return (
        "## Common sizes\n\n| Size | Aspect ratio | Use |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        if rows
        else ""
    )


def _errors(reading: Reading) -> str:
    """Keep the rows of error tables that are HTTP statuses; what others mean is for the front matter to say."""
    rows: dict[str, str] = {}
    for group in reading.groups("errors"):
        for row in group.rows:
            status = _STATUS.search(row.cells[0].text)
            if status is not None:
                rows.setdefault(status[0], _error_row(status[0], group, [cell.text for cell in row.cells[1:]]))
    return (
        "## Errors\n\n| Code | Name | Meaning |\n|---|---|---|\n" + "\n".join(rows.values()) + "\n" if rows else ""
    )


def _error_row(status: str, group: Group, cells: list[str]) -> str:
    name, meaning = (
        (cells[0], cells[1]) if len(group.header) > 2 and len(cells) > 1 else ("", cells[0] if cells else "")
    )
    return f"| {status} | {text(name)} | {text(meaning)} |"
