"""Titles of tables that list what one parameter may be: "Possible values of `mode`:", `mode` 的可选值."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.inline import Cell

_VALUES: Final = Pattern(
    r"\b(?:possible|allowed|valid|accepted|available|supported|permitted|known) (?:values?|options|choices|modes|types)\b"
    r"|\bvalues? (?:of|for)\b|\b(?:value|option)s?\s*[:：]?$|возможные (?:значения|варианты)|допустимые значения|значения (?:параметра|поля)"
    r"|(?:可选|取|枚举|可用|可能的?|支持的?)值|取值(?:范围|说明|如下)|可选项|(?:設定|指定|選択)(?:可能|できる)な?値|取りうる値|の値(?:の一覧)?|가능한 ?값|허용 ?값"
    r"|valores (?:posibles|permitidos|válidos|possíveis|aceitos)|valeurs (?:possibles|autorisées|acceptées)|(?:mögliche|erlaubte|zulässige) werte"
    r"|valori (?:possibili|ammessi|consentiti)",
    re.IGNORECASE,
)
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_MOST: Final = 100  # characters of a title


def values_of_what(group: Group) -> str:
    """Return the parameter whose values a table's title, or the line above it, says it lists; "" when none."""
    titles = [group.lead[-1]] if group.lead and group.lead[-1].text.rstrip().endswith((":", "：")) else []
    titles += [group.headings[-1].cell] if group.headings and not titles else []
    return next((name for cell in titles if (name := _named(cell))), "")


def _named(cell: Cell) -> str:
    if len(cell.text) > _MOST or len(cell.codes) != 1 or not _NAME.fullmatch(cell.codes[0]):
        return ""
    return cell.codes[0] if _VALUES.search(cell.text.rstrip(" :：")) else ""
