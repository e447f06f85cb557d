"""A provider page to a Provider: front matter and body read, held against each other, and told all at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import sha256
from teststrip.base.where import Where, dotted
from teststrip.errors import FaultKind, PageError
from teststrip.provider.drafts import ErrorDraft, Front
from teststrip.provider.findings import Findings
from teststrip.provider.front import read_front, split_page
from teststrip.provider.model import CommonSize, Condition, ErrorMeaning, Provider, Scenario, Submit
from teststrip.provider.parameters import parameters_of
from teststrip.provider.reading.read import read_documentation
from teststrip.provider.rules import read_rules
from teststrip.provider.strict import check_headings, check_tables
from teststrip.provider.values import is_size
from teststrip.provider.wiring import check_wiring, drawn_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Parameter
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.inline import Cell

_SURROGATE: Final = re.compile("[\ud800-\udfff]+")
_STATUS: Final = re.compile(r"[45][0-9]{2}")


def read_page(text: str, file: str) -> Provider:
    """Read a provider page; `file` is its name in messages.

    Raises PageError with every problem of the page, each at its line and column.
    """
    findings = Findings()
    matter, body, first_line = split_page(_plain(text, file, findings), file, findings)
    front = read_front(matter, file, findings) if matter else None
    models = front.models if front else ()
    reading = read_documentation(body, file, first_line, models=models, lenient=False)
    for flag in reading.flags:
        findings.flag(flag)
    parameters = parameters_of(reading.entries)
    if not parameters and not findings.problems:
        findings.add(Where(file, first_line, 1), "", "the page has no parameter table")
    check_tables(reading, models, findings)
    scenarios: tuple[Scenario, ...] = ()
    if front is not None:
        check_headings(reading, parameters, models, findings)
        check_wiring(front, [parameter.name for parameter in parameters], findings)
        scenarios = _scenarios(front, parameters, findings)
    errors = _errors(front.errors if front else (), reading.groups("errors"), findings)
    sizes = _common_sizes(reading.groups("sizes"), parameters, findings)
    constraints = read_rules(reading.document, parameters, findings)
    if front is None or findings.problems:
        raise PageError(findings.problems)
    return Provider(
        name=front.name,
        title=front.title,
        file=file,
        base_url=front.base_url,
        base_url_env=front.base_url_env,
        auth=front.auth,
        models=front.models,
        parameters=drawn_seed(parameters, front.roles),
        common_sizes=sizes,
        submit=Submit(front.submit_method, front.submit_path, scenarios, front.submit_headers, front.idempotency),
        poll=front.poll,
        reply=front.reply,
        errors=errors,
        pace=front.pace,
        notes=_notes(reading.document),
        digest=sha256(text.encode("utf-8", "surrogatepass")),
        constraints=constraints,
        headers=front.headers,
        body=front.body,
        roles=front.roles,
        facts=front.facts,
        price=front.price,
    )


def _plain(text: str, file: str, findings: Findings) -> str:
    """Return text with plain line ends; half a surrogate pair, which no UTF-8 file can hold, is noted."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for found in _SURROGATE.finditer(plain):
        line, before = plain.count("\n", 0, found.start()) + 1, plain.rfind("\n", 0, found.start())
        findings.add(Where(file, line, found.start() - before), "", "half a surrogate pair is not a character")
    return _SURROGATE.sub("\ufffd", plain)


def _scenarios(front: Front, parameters: Sequence[Parameter], findings: Findings) -> tuple[Scenario, ...]:
    known = {parameter.path: parameter for parameter in parameters}
    if "{scenario}" not in front.submit_path and "{scenario}" not in front.body.fixed.values():
        return tuple(Scenario(draft.name) for draft in front.scenarios[:1])
    scenarios = []
    for draft in front.scenarios:
        path = (*draft.path, "when" if draft.when or not draft.given else "given")
        where = front.marks.value(path)
        wanted = [Condition(name, (value,)) for name, value in draft.when.items()]
        wanted += [Condition(name) for name in draft.given]
        read = [_checked(one, known, where, findings, dotted(path)) for one in wanted]
        scenarios.append(Scenario(draft.name, tuple(one for one in read if one is not None)))
    if not front.scenarios or front.scenarios[-1].when or front.scenarios[-1].given:
        where = front.marks.value(("submit", "scenarios"))
        wrong = "given" if front.scenarios and front.scenarios[-1].given else "when"
        message = f"the last scenario must hold for every request: give it no `{wrong}`"
        findings.add(where, "submit.scenarios", message)
    return tuple(scenarios)


def _checked(
    wanted: Condition, known: Mapping[str, Parameter], where: Where, findings: Findings, path: str
) -> Condition | None:
    """Return a condition that can come true; None, noted, when its parameter never has that value."""
    parameter = known.get(wanted.parameter)
    if parameter is None:
        findings.add(where, path, f'the condition speaks of "{wanted.parameter}", which has no row')
        return None
    values = [choice.value for choice in parameter.choices]
    for value in wanted.values:
        if values and value not in values:
            findings.add(where, path, f'{wanted.parameter} is never "{value}"')
            return None
    return wanted


def _errors(drafts: Sequence[ErrorDraft], tables: Sequence[Group], findings: Findings) -> tuple[ErrorMeaning, ...]:
    """Join the front matter's meanings and the error table's words; a row it is silent of means what HTTP does."""
    rows: dict[str, tuple[Cell, ...]] = {}
    for row in (row.cells for table in tables for row in table.rows if len(row.cells) >= 3):
        if rows.setdefault(row[0].text, row) is not row:
            findings.add(row[0].where, "", f'"{row[0].text}" has a row already')
    meanings = [_meaning(draft, rows.get(draft.code)) for draft in drafts]
    explained = {draft.code for draft in drafts}
    for code, row in rows.items():
        if code in explained:
            continue
        if not _STATUS.fullmatch(code):
            message = f'"{code}" is not an HTTP status, and no entry of `errors` in the front matter explains it'
            findings.add(row[0].where, "", message)
            continue
        kind = http_kind(int(code))
        draft = ErrorDraft(int(code), code, kind, None, None, kind == "server", (), "")
        meanings.append(_meaning(draft, row))
    return tuple(meanings)


def _meaning(draft: ErrorDraft, row: tuple[Cell, ...] | None) -> ErrorMeaning:
    name, meaning = (row[1].text, row[2].text) if row is not None else ("", "")
    return ErrorMeaning(
        status=draft.status,
        code=draft.code,
        name=name if draft.name is None else draft.name,
        meaning=meaning if draft.meaning is None else draft.meaning,
        kind=cast("FaultKind", draft.kind),
        may_have_cost=draft.may_have_cost,
        words=draft.words,
        advice=draft.advice,
    )


def http_kind(status: int) -> FaultKind:
    """Return what an HTTP status means where a page says nothing else (RFC 9110, section 15)."""
    kinds: Mapping[int, FaultKind] = {
        401: "auth",
        402: "balance",
        403: "auth",
        404: "not_found",
        410: "not_found",
        429: "rate_limited",
    }
    return kinds.get(status, "server" if status >= 500 else "invalid")


def _common_sizes(
    tables: Sequence[Group], parameters: Sequence[Parameter], findings: Findings
) -> tuple[CommonSize, ...]:
    bounds = [parameter.size for parameter in parameters if parameter.size is not None]
    sizes = []
    for row in (row.cells for table in tables for row in table.rows):
        words = [cell.text for cell in row[:3]]
        if not any(is_size(words[0], size) for size in bounds):
            findings.add(row[0].where, "", f'"{words[0]}" is not a size that a parameter of the page takes')
        sizes.append(CommonSize(*words))
    return tuple(sizes)


def _notes(document: Document) -> tuple[str, ...]:
    """Return the list items under a heading Notes."""
    return tuple(
        item.cell.text
        for item in document.texts
        if item.is_item and item.headings and item.headings[-1].cell.text.lower() == "notes"
    )
