"""What each group of rows is: parameters of a request, or one of the other things that documentation has tables of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import may_be_kind
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.values_titles import values_of_what

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group, Heading

Role = Literal[
    "parameters", "response", "headers", "path", "poll", "errors", "sizes", "models", "prices", "options", "other"
]

Said = Role | Literal["request"] | None

_SIZES: Final = Pattern(
    r"(?:image |output |common )?(?:size|resolution|dimension)s?(?: format)?|尺寸|分辨率|大小|サイズ|해상도",
    re.IGNORECASE,
)
_ERRORS: Final = Pattern(
    r"(?:http )?(?:error|status|response|err)[ _]?(?:code|status)?s?|code|http(?: status)?(?: code)?|错误码|状态码|错误代码|错误|http状态码|エラー(?:コード)?|오류(?: ?코드)?|에러 ?코드|código|error type|message",
    re.IGNORECASE,
)
_MODELS: Final = Pattern(
    r"models?(?: ?(?:name|id|string|version))?|模型(?:名称?|id|版本)?|モデル(?:名)?|모델|modelo|modèle|modell",
    re.IGNORECASE,
)
_FIRST_COLUMNS: Final[tuple[tuple[Pattern, Role], ...]] = (
    (_SIZES, "sizes"),
    (_ERRORS, "errors"),
    (_MODELS, "models"),
)
_REQUEST: Final = Pattern(
    r"\brequest|\bbody\b|\binputs?\b|\bpayload\b|请求|入参|输入|リクエスト|입력|요청|solicitud|requête|anfrage|запрос|richiesta",
    re.IGNORECASE,
)
_OUTPUT_COLUMN: Final = Pattern(r"(?:output|出力|输出|출력)(?:\s?(?:name|名|参数|字段))?")
HEADER: Final = Pattern(
    r"authorization|content-type|content-length|accept|api-key|user-agent|idempotency-key|x(?:-[a-z0-9]+)+"
)  # names of headers of HTTP
_IDENTIFIER: Final = Pattern(r"[a-z]{1,40}(?:_[a-z]{1,40}){1,8}")
_ANSWER: Final = Pattern(
    r"respon|return|callback|webhook|响应|返回|回调|レスポンス|응답|respuesta|réponse|antwort|ответ|resposta|risposta",
    re.IGNORECASE,
)
_OF_OUTPUT: Final = Pattern(
    r"(?:the )?(?:outputs?|results?)(?: and \w+)? (?:formats?|type|options?|settings?|details?)", re.IGNORECASE
)
_FUNCTION: Final = Pattern(
    r"(?:(?:async|def|class|function)\s+)?[A-Za-z_][\w.]*\([\w\s,=*.\"':\[\]|]*\)(?:\s*->.*)?"
)
_FEW_COLUMNS: Final = 4
_TITLE: Final = 80  # characters of a line above a table that may be its title


def role_of(group: Group) -> Role:
    """Tell what a group is, by its columns, its headings, and the line above it."""
    said = said_of(group)
    if group.form != "table":
        return _listed_role(group, said)
    columns = columns_of(group)
    if _OUTPUT_COLUMN.fullmatch(words.plain(group.header[0].text)):
        return "response"
    plain = _plain_role(group, columns, said)
    if plain is not None:
        return plain
    names = {row.cells[0].text.lower() for row in group.rows if row.cells}
    if names and all(HEADER.fullmatch(name) for name in names):
        return "headers"
    if "name" not in columns or not _is_typed(group, columns):
        return "options" if columns[:1] == [""] or columns[:1] == ["name"] else "other"
    said = _weighed(group, columns, said)
    if said is not None and said != "request":
        return said
    return "parameters" if _is_parameters(group, columns) or said == "request" else "options"


def _weighed(group: Group, columns: Sequence[str], said: Said) -> Said:
    """Let columns that only parameters have outweigh what a heading says."""
    if said in {"prices", "request"} and {"type", "required"} & set(columns):
        return None
    if said == "errors" and {"required", "default"} & set(columns):
        return None
    if said == "response" and "default" in columns and not _ANSWER.search(group.title):
        return None  # "Output format": an answer has no defaults
    return said


def _lists_values(group: Group, columns: Sequence[str]) -> bool:
    """Tell whether the title says that these are the values of one parameter, and no column says otherwise."""
    return bool(values_of_what(group)) and "required" not in columns and not _has_types(group, columns)


def _is_sheet(names: Sequence[str]) -> bool:
    """Tell whether a table is about one parameter: its rows are called `Type`, `Required`, `Default`."""
    facts = {words.column(name) for name in names}
    return len(facts & {"type", "required", "default", "range", "description"}) > 1


def _is_typed(group: Group, columns: Sequence[str]) -> bool:
    """Tell whether the rows are parameters at all: not variables of an environment, and with types for types."""
    name = columns.index("name")
    names = [row.cells[name].text for row in group.rows if len(row.cells) > name]
    if _is_sheet(names) and not {"type", "required"} <= set(columns):
        return False
    shouted = [one for one in names if re.fullmatch(r"[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*", one)]
    if len(shouted) * 2 > len(names) and any("_" in one for one in shouted):
        return False
    if "type" not in columns or words.column(group.header[name].text) == "name":
        return True
    return _has_types(group, columns)


def _has_types(group: Group, columns: Sequence[str]) -> bool:
    """Tell whether most of what stands in the column of types is a type."""
    at = columns.index("type") if "type" in columns else -1
    kinds = [row.cells[at] for row in group.rows if len(row.cells) == len(columns)] if at >= 0 else []
    return sum(may_be_kind(cell.text, cell.codes) for cell in kinds) * 2 > len(kinds)


def _listed_role(group: Group, said: Said) -> Role:
    """Tell what components are, which may name their place, or a list of parameters."""
    if group.form == "fields":
        places = {row.cells[4].text for row in group.rows if len(row.cells) > 4}
        only = next(iter(places)) if len(places) == 1 else "body"
        by_place: dict[str, Role] = {"response": "response", "header": "headers", "path": "path"}
        if only in by_place:
            return by_place[only]
    return "parameters" if said is None or said == "request" else said


def _plain_role(group: Group, columns: Sequence[str], said: Said) -> Role | None:
    """Recognise a table of values, or one without types: sizes, errors, models; None when it may be one of parameters."""
    if _lists_values(group, columns):
        return "options"
    if {"type", "required", "default"} & set(columns):
        return None
    first = words.plain(group.header[0].text)
    for pattern, role in _FIRST_COLUMNS:
        if pattern.fullmatch(first):
            return role
    described = {"description", "range"} & set(columns)
    if words.is_sure_name(group.header[0].text) and described and len(group.header) <= _FEW_COLUMNS:
        return None
    if said is not None and said != "request":
        return said
    told = columns[:1] == ["name"] and "description" in columns and len(group.header) <= _FEW_COLUMNS
    bare = told and set(columns) <= {"name", "description", "example"}
    return None if bare and said == "request" and "options" not in group.title.lower() else "options"


def _is_parameters(group: Group, columns: Sequence[str]) -> bool:
    return bool({"type", "required", "default"} & set(columns)) or words.is_sure_name(group.header[0].text)


def said_of(group: Group) -> Said:
    """Let the nearest words that say something decide: the line above, then the headings, the innermost first."""
    lead = group.lead[-1].text if group.lead else ""
    if lead and len(lead) <= _TITLE and lead.rstrip().endswith((":", "：")):
        said = _said(lead)
        if said == "request" and not _REQUEST.search(lead) and _is_of_answer(group):
            said = "response"  # "Parameters of `label`:", below a heading "Response"
        if said is not None:
            return said
    for heading in reversed(group.headings):
        if words.is_reading_endpoint(heading.cell.text):
            return "poll"
        said = _said(heading.cell.text)
        if said == "response" and _asks_for_output(group, heading):
            continue
        if said == "request":
            # `GET /tasks/{id}` > `Parameters`: what is above still says which endpoint this is.
            return (
                "poll" if any(_reads(above) for above in group.headings if above.level < heading.level) else said
            )
        if said is not None:
            return said
    return None


def _is_of_answer(group: Group) -> bool:
    """Tell whether the nearest heading that says something says "response"."""
    told = (_said(heading.cell.text) for heading in reversed(group.headings))
    return next((said for said in told if said is not None), None) == "response"


def _asks_for_output(group: Group, heading: Heading) -> bool:
    """Tell whether "Output format", below "Parameters", is over those that ask for one: they have defaults."""
    asked = any(_said(above.cell.text) == "request" for above in group.headings if above.level < heading.level)
    telling = {"default", "required"} & set(columns_of(group)) if group.form == "table" else set()
    return bool(asked and telling) and _OF_OUTPUT.fullmatch(heading.cell.text) is not None


def is_below_answer(group: Group) -> bool:
    """Tell whether a heading further out says "response", and no nearer one speaks of a request by its own word."""
    return any(
        1 < above.level < group.headings[-1].level and _said(above.cell.text) == "response"
        for above in group.headings[:-1]
    ) and not _REQUEST.search(group.headings[-1].cell.text)


def is_in_answer(group: Group) -> bool:
    """Tell whether a heading around a group's own one says "response"."""
    return any(_said(above.cell.text) == "response" for above in group.headings[:-1])


def is_of_function(group: Group) -> bool:
    """Tell whether a group stands under `name(a, b)`: a function of a client library."""
    return any(_FUNCTION.fullmatch(heading.cell.text) for heading in group.headings)


def _reads(heading: Heading) -> bool:
    return words.is_reading_endpoint(heading.cell.text) or words.purpose(heading.cell.text) == "poll"


def _said(text: str) -> Said:
    purpose = words.purpose(text)
    if purpose == "response" and "_" in text and words.purpose(_IDENTIFIER.sub(" ", text)) != "response":
        return None  # "response_format object" is about a parameter
    if purpose == "response" and re.search(r"\brequest|请求|リクエスト", text, re.IGNORECASE):
        return "request"
    if purpose in {"errors", "prices"} and re.search(r"param|参数|request body", text, re.IGNORECASE):
        return "request"
    return purpose
