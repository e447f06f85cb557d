"""A parser's complaint about a template as a sentence for people: what is wrong, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

_INSIDE: Final = re.compile(r"\$\{\{(.*?)(?:\}\}|\Z)", re.DOTALL)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_LONGEST: Final = 2_000  # characters that are looked at
_OPEN: Final = "a ${{ has no }}"
_END: Final = r"'end of (?:print statement|template)'"

# By the parser's words: what is said then, if the pattern is in the expression. The first that fits is said.
_WAYS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"'&'", r"&&", "write `and` for &&"),
    (r"'\|'", r"\|\|", "write `or` for ||"),
    (r"'='", r"===", "write == for ==="),
    (r"'='", r"(?<![=!<>])=(?!=)", "two things are compared with ==, not with ="),
    (r"'>'", r"<>", "write != for <>"),
    (r"'!'", r"!(?!=)", "write `not` for !"),
    (r"'\?'", r"\?", "write `a if condition else b` for condition ? a : b"),
    (r"'[“”„‘’]'", r"[“”„‘’]", "write straight quotes, ' or \""),
    (r"'\$'|token ':', got '\}'", r"[${]", "inside of ${{ }} a name stands as it is, without $ and braces"),
    (r"char [\"']{2,3}", r"['\"]", "a quote has no end"),
    (r"unexpected '\}'\Z|expected " + _END + r"\.\Z", r"", _OPEN),
    (r"unexpected (?:end of template|'.'), expected '[)\]},]'", r"", "a bracket has no end"),
    (r"unexpected '[)\]}]'", r"", "a bracket has no beginning"),
    (r"(?:unexpected|got) " + _END, r"\A\s*\Z", "there is no expression in it"),
    (
        r"(?:unexpected|got) " + _END + r"|expected name or number|template, expected 'name'",
        r"",
        "it breaks off at its end",
    ),
)
_REST: Final = re.compile(r"expected token " + _END + r", got (.*)", re.DOTALL)


def in_words(complaint: str, source: str, *, whole: bool) -> str:
    """Say what is wrong; in the parser's own words when it is nothing that is known here.

    `whole` tells that the source is an expression by itself, without `${{`.
    """
    if not whole and "end of template" in complaint:
        return _OPEN
    inside = [source[:_LONGEST]] if whole else _INSIDE.findall(source[:_LONGEST])
    plain = [_QUOTED.sub("''", one) for one in inside]
    for words, sign, said in _WAYS:
        if re.search(words, complaint) and any(re.search(sign, one) for one in plain):
            return said
    rest = _REST.fullmatch(complaint)
    if rest:
        return f"{rest[1]} stands where the expression should end; a text inside of it needs quotes"
    return complaint
