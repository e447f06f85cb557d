"""Rules between parameters, as a provider page has them: list items under a heading `Rules`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.provider.model import Constraint
from teststrip.provider.reading.constraints import RULE_WORDS, RuleKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from teststrip.provider.findings import Findings
    from teststrip.provider.model import Parameter
    from teststrip.provider.reading.document import Document, Text

_TITLE: Final = "rules"
_FORM: Final = "write one of: " + ", ".join(f"{words} `a`, `b`" for words in RULE_WORDS.values())
_KINDS: Final[Mapping[str, RuleKind]] = {words: kind for kind, words in RULE_WORDS.items()}


def read_rules(document: Document, parameters: Iterable[Parameter], findings: Findings) -> tuple[Constraint, ...]:
    """Read the rules of a page; what is no rule, or speaks of what has no row, is noted."""
    known = {parameter.path for parameter in _all(parameters)}
    rules = (
        _rule(text, known, findings)
        for text in document.texts
        if text.is_item and text.headings and text.headings[-1].cell.text.lower() == _TITLE
    )
    return tuple(rule for rule in rules if rule is not None)


def _rule(text: Text, known: set[str], findings: Findings) -> Constraint | None:
    cell = text.cell
    words = "".join(piece for piece, code in cell.pieces if not code)
    kind = _KINDS.get(re.sub(r"[\s,.]+", " ", words).strip().lower())
    paths = cell.codes
    if kind is None or len(paths) < 2:
        findings.add(cell.where, "", f'"{cell.text}" is no rule between parameters; {_FORM}')
        return None
    unknown = next((path for path in paths if path not in known), None)
    if unknown is not None:
        findings.add(cell.where, "", f'the rule speaks of "{unknown}", which has no row')
        return None
    if len(set(paths)) < len(paths):
        findings.add(cell.where, "", "the rule names a parameter twice")
        return None
    if len({path.rpartition(".")[0] for path in paths}) > 1:
        findings.add(cell.where, "", "the parameters of a rule have to be members of one object")
        return None
    return Constraint(kind, paths, cell.where)


def _all(parameters: Iterable[Parameter]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from _all(parameter.children)
