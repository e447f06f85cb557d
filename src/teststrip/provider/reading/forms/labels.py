"""Items of a list that are no parameters, but words over those nested below them: "Parameters:", "One of these:"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.forms.bullet_items import Item, bare_item, parsed_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Text

_ASKED: Final = Pattern(
    r"(?:(?:request|body|query|form|input|required|optional)\s)*(?:parameters?|params|body|arguments?|fields|inputs?|payload)(?:\s?\([^()]*\))?\s?[:：]?"
    r"|(?:请求|输入|必填|可选)?(?:参数|字段|请求体)\s?[:：]?",
    re.IGNORECASE,
)
# Of such words, those that are over something else than what a request takes.
_SHOWS: Final = Pattern(
    r"exampl|ejempl|exempl|beispiel|пример|esempi|contoh|ví dụ|示例|例|예시|header|url|format|method",
    re.IGNORECASE,
)
_ONE_OF: Final = Pattern(
    r"\b(?:(?:exactly |any |only )?one (?:of|from)\b|either\b|l'un (?:des|de)|un[oa] (?:de|tra|dei|delle)|um(?:a)? d(?:e|os|as)|ein(?:e[rs]?)? (?:von|der)|salah satu|pilih satu|một trong|chọn một|jed(?:en|no|na) z|een van|biri(?:ni|si)?\b|один из|одно из|одну из)"
    r"|二选一|二擇一|任选其一|其中之一|其一|いずれか|どちらか|중 하나",
    re.IGNORECASE,
)
_LEAST: Final = Pattern(
    r"at least|au moins|al menos|pelo menos|mindestens|almeno|ít nhất|setidaknya|minimal|minstens|co najmniej|en az|хотя бы|至少|少なくとも|최소",
    re.IGNORECASE,
)
_HEADED: Final = Pattern(r"(?P<label>(?:[^\Wa-z_]|[a-z]+ )[^:：\n`]{1,40}(?::\s|：))\s?\S")
_LONGEST: Final = 60  # characters of such words
_MOST_WORDS: Final = 6
_FEWEST: Final = 2  # items of a part of a list


def label_of(text: str) -> str:
    """Return the words that announce parameters, without what follows: "Query parameters: all may be left out."."""
    headed = _HEADED.match(text)
    label = text if headed is None else headed["label"].strip()
    return label if _ASKED.fullmatch(label) and words.purpose(label) in {None, "request"} else text


def asks(text: str) -> bool:
    """Tell whether an item announces the parameters below it, in any of the languages: "**Paramètres** :"."""
    if label_of(text) != text:
        return True
    if words.purpose(text) not in {None, "request"} or len(text) > _LONGEST:
        return False
    if _ASKED.fullmatch(text):
        return True
    label = re.sub(r"[(（][^()（）]*[)）]", "", text).strip(" :：*")
    if not text.rstrip().endswith((":", "：")) or len(label.split()) > _MOST_WORDS or _SHOWS.search(label):
        return False
    need = words.required_by(label)
    return words.purpose(label if need is None else need[1]) == "request" or words.column(label) == "name"


def without_labels(run: Sequence[Text], base: int) -> tuple[list[Text], dict[int, str]]:
    """Return a list without the items that are only words over parameters nested below them, which take their places.

    With it what is said of having to give these, by line: one of several, or what the words are where the list is of
    what is required.
    """
    edges = [at for at, text in enumerate(run) if text.is_item and text.indent == base]
    opened: list[Text] = list(run[: edges[0]]) if edges else list(run)
    said: dict[int, str] = {}
    title = run[0].headings[-1].cell.text if run and run[0].headings else ""
    need = words.required_by(title)
    for at, end in zip(edges, [*edges[1:], len(run)], strict=True):
        if is_over(run, at) and _SHOWS.search(run[at].cell.text):
            continue  # examples are no values
        inner = [text for text in run[at + 1 : end] if text.is_item]
        depth = min((text.indent for text in inner), default=base)
        members = [parsed_item(text.cell) for text in inner if text.indent == depth]
        held = [item for item in members if item is not None]
        if depth == base or not _is_label(run[at]) or len(held) < len(members) or not held:
            opened += run[at:end]
            continue
        told = _told(run[at].cell.text, held, required=need is not None and need[0])
        for text in run[at + 1 : end]:
            if told and text.is_item and text.indent == depth:
                said[text.cell.where.line] = told
            opened.append(replace(text, indent=text.indent - depth + base) if text.is_item else text)
    return opened, said


def at_cases(run: Sequence[Text], base: int) -> list[tuple[Text | None, Sequence[Text]]]:
    """Part a list at labels that tell when the parameters below them count: "For PDF only (when `kind=pdf`):".

    Each comes with those; what is below none comes without one. One part where no label is such.
    """
    edges = [at for at, text in enumerate(run) if text.is_item and text.indent == base]
    parts: list[tuple[Text | None, list[Text]]] = [(None, list(run[: edges[0]] if edges else run))]
    for at, end in zip(edges, [*edges[1:], len(run)], strict=True):
        below = run[at + 1 : end]
        inner = _outermost(below)
        if _is_label(run[at]) and find_conditions(run[at].cell) and inner and all(map(_is_typed, inner)):
            parts += [(run[at], list(below)), (None, [])]
        else:
            parts[-1][1].extend(run[at:end])
    parts = [(label, held) for label, held in parts if held]
    few = any(len(_outermost(held)) < _FEWEST for _, held in parts)
    return [(None, run)] if few or len(parts) < _FEWEST else [*parts]


def _outermost(run: Sequence[Text]) -> list[Text]:
    """Return the items of a run that are indented least."""
    depth = min((text.indent for text in run if text.is_item), default=-1)
    return [text for text in run if text.is_item and text.indent == depth]


def _is_typed(text: Text) -> bool:
    return parsed_item(text.cell) is not None


def is_over(run: Sequence[Text], at: int) -> bool:
    """Tell whether an item is no parameter, but words over items nested below it: "Examples:", "Body (JSON):"."""
    text = run[at]
    deeper = at + 1 < len(run) and run[at + 1].is_item and run[at + 1].indent > text.indent
    if not deeper or not text.cell.text.rstrip().endswith((":", "：")) or len(text.cell.text) > _LONGEST:
        return False
    return asks(text.cell.text) or (parsed_item(text.cell) is None and bare_item(text.cell) is None)


def _is_label(text: Text) -> bool:
    label = text.cell.text.rstrip()
    if not label.endswith((":", "：")) or len(label) > _LONGEST or asks(label):
        return False
    if words.purpose(label) not in {None, "request"} or _SHOWS.search(label):
        return False
    return parsed_item(text.cell) is None and (bare_item(text.cell) is None or not text.cell.codes)


def _told(label: str, held: Sequence[Item], *, required: bool) -> str:
    names = ", ".join(item.name for item in held)
    if len(held) > 1 and _LEAST.search(label):
        return f"at least one of {names} is required"
    if len(held) > 1 and _ONE_OF.search(label):
        return f"exactly one of {names} is required"
    return label.rstrip(" :：") if required else ""
