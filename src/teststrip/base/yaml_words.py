"""What a person can do about a text that is no YAML, for the mistakes that people make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import yaml

Said = tuple[str, tuple[int, int]]  # the sentence, and the line and column that it is about, from 1
_Mark = tuple[int, int]

_QUOTES: Final = {"'": "''", '"': '\\"'}
_FOLLOWS: Final = (
    "nothing can follow here; a text that begins with {, [ or a quote needs quotes round the whole of it, "
    "and names that belong together begin in one column"
)


def explain(error: yaml.MarkedYAMLError, text: str) -> Said:
    """Say what is wrong and where; in the parser's own words when it is no mistake that is known here."""
    began, met = _place(error.context_mark), _place(error.problem_mark)
    at = met or began or (1, 1)
    line = _line(text, at)
    explained = _BY_PROBLEM.get(error.problem or "")
    if explained is not None:
        return explained(line, at), at
    if began is not None and error.context in _BEGIN:
        return _BEGIN[error.context or ""], began
    if began is not None and error.context == "while scanning a quoted scalar":
        return "the quote that begins here has no end", began
    parts = (error.context, error.problem)
    return ", ".join(part for part in parts if part), at


def begins_wrongly(sign: str) -> str:
    """Say of a text's first character that YAML gives it a meaning."""
    return f"a text that begins with {sign} needs quotes"


def _no_token(line: str, at: _Mark) -> str:
    sign = line[at[1] - 1 : at[1]]
    return "a tab cannot indent; use spaces" if sign == "\t" else begins_wrongly(sign)


def _second_colon(line: str, at: _Mark) -> str:
    name = line[: at[1] - 1].strip().removeprefix("- ")
    if name and not set(name) & set(":'\"{[,"):
        return (
            "this line belongs to nothing: it is indented further than the one above, or that one lacks its `:`; "
            "names that belong together begin in one column"
        )
    return "a `: ` stands where no name can; a text that holds one needs quotes"


def _no_name(line: str, at: _Mark) -> str:
    before = line[: at[1] - 1].rstrip()
    quote = before[-1:]
    if quote in _QUOTES and line[at[1] - 1 : at[1]] not in ("", "#") and before.count(quote) > 1:
        return f"the text ends at this {quote}; inside of such quotes it is written {_QUOTES[quote]}"
    return _FOLLOWS


def _says(sentence: str) -> Callable[[str, _Mark], str]:
    return lambda _line, _at: sentence


_ESCAPE: Final = _says(
    "in double quotes a backslash begins an escape; write / in a path, or put the text in single quotes"
)
_BY_PROBLEM: Final[Mapping[str, Callable[[str, _Mark], str]]] = {
    "found character that cannot start any token": _no_token,
    "mapping values are not allowed in this context": _second_colon,
    "did not find expected key": _no_name,
    "could not find expected ':'": _says("a name needs a `:` after it"),
    "did not find expected hexdecimal number": _ESCAPE,
    "found unknown escape character": _ESCAPE,
    "did not find expected node content": _says(
        "a value is missing here; a list has one between every two commas, and ends with ]"
    ),
    "did not find expected ',' or ']'": _says("a , or the ] of a list is missing before this"),
    "did not find expected ',' or '}'": _says("a , or the } of a mapping is missing before this"),
}
_BEGIN: Final[Mapping[str, str]] = {
    "while scanning an alias": begins_wrongly("*"),
    "while scanning an anchor": begins_wrongly("&"),
}


def _place(mark: yaml.Mark | None) -> _Mark | None:
    return None if mark is None else (mark.line + 1, mark.column + 1)


def _line(text: str, at: _Mark) -> str:
    lines = text.splitlines()
    return lines[at[0] - 1] if at[0] <= len(lines) else ""
