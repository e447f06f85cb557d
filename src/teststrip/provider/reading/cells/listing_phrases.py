"""The phrases by which running text lists values, as patterns; `listing_text` reads what they find."""

from __future__ import annotations

import re
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS, MARKER

LABELLED: Final = Pattern(
    r"(?:^|(?<=[\s:：(（,，;；、|/\n]))[\"'“`]?(?P<value>\d+:\d+|[A-Za-z0-9-][\w.+%*-]*?)[\"'”`]?\s*(?:=|＝|:(?!\d)|：|\s[-–—]\s|->|→)\s*(?P<label>[^,;=，；|\n]+?)(?=[,;，；|\n]|$|\.(?:\s|$)|\s+\d+\s*[=:：]|。)"
)
PAREN_LABELLED: Final = Pattern(r"[\"'“`]?(?P<value>[\w.+:%*×-]+)[\"'”`]?\s*[(（](?P<label>[^()（）]{0,60})[)）]")
# A clause of Chinese or Japanese running text, and no value.
CLAUSE: Final = Pattern(r"[将会被请不可需时则为的了]|[\u3040-\u9fff]{7}|\d\s*[张个次秒]")
MOST_LISTED: Final = 1500  # characters that values behind a phrase may take
# Parts of a text that may each begin with a value and its label; behind a full stop or a dash, it does not begin large.
SENTENCES: Final = Pattern(r"\n|。|(?:(?<=[\w)])\.\s{1,4}|\s[-•*]\s)(?=[\"'“]?[a-z0-9][\w.+-]{0,40}[\"'”]?\s?:\s)")
LABELLED_LINE: Final = Pattern(
    r"[-*•·\s]*[\"'“]?([A-Za-z0-9][\w.+-]*|\d+:\d+)[\"'”]?\s*(?:[:：](?!\d)|\s[-–—]\s)\s*(.+)"
)
# Words before a colon that are no values.
NO_LABELS: Final = frozenset(
    {
        *(
            "note",
            "notes",
            "example",
            "examples",
            "default",
            "defaults",
            "range",
            "type",
            "types",
            "required",
            "tip",
        ),
        *("optional", "warning", "min", "max", "minimum", "maximum", "format", "see", "values", "options", "unit"),
        *("usage", "units", "description", "enum", "limit", "limits", "important", "supported", "allowed", "e.g"),
    }
)
WHOLE: Final = Pattern(
    r"([a-z0-9][A-Za-z0-9_.:-]*(?:\s*(?:,|/|\||、|または|又は|或者?|또는)\s*[a-z0-9][A-Za-z0-9_.:-]*)+)\s*(?:[.。]|$|[(（])"
)
BULLET_WORD: Final = Pattern(
    r"(?:[-*•·]\s{0,4}){1,3}(?P<value>[\"'“]?[A-Za-z0-9-][\w.:+/%*×-]{0,40}?[\"'”]?)\s?(?:[(（](?P<note>[^()（）]{1,60})[)）])?(?:(?:\s?[:：](?!\d)|\s[-–—]|\s?->)\s*(?P<label>.*)|[。.,;，；]?)"
)
FOLLOWING: Final = Pattern(
    r"\bthe following (?:[a-z-]{1,20} ){0,3}[a-z-]{1,20}s\s?[:：]$|(?:以下|下列)[^。，,]{0,12}[:：]$",
    re.IGNORECASE,
)
ONLY_WORD: Final = Pattern(
    r"(?:(?:取值|可选值|固定(?:值|填)?)(?:为|是)?|(?:^|(?<=[.(])\s?)(?i:options|choices|pilihan|opsi|opciones|opções|opzioni|(?:allowed|supported|valid|possible|available) values))\s?[:：]\s?(?!(?i:none|any|all|see|auto|varies|various)\b)([A-Za-z](?:[\w.-]{0,60}\w)?)\s?[。.]?$"
)
# 540P, 720P, or 1080P.
WHOLE_OR: Final = Pattern(
    r"((?:[A-Za-z]*\d[\w.:-]{0,20},\s?){1,12}(?:or\s)?[A-Za-z]*\d[\w:-]{0,20}|[a-z]*\d[\w:-]{0,20}\sor\s[a-z]*\d[\w:-]{0,20})\s*(?:\.(?:\s|$)|$|[(（;])"
)
WRITTEN: Final = Pattern(r"\[enum:\s{0,4}([^\[\]]{1,3000})\]", re.IGNORECASE)
APOSTROPHES: Final = Pattern(r"(?<!\w)'[^'|\n]{1,40}'(?:\s*\|\s*'[^'|\n]{1,40}')+(?!\w)")
BOXED: Final = Pattern(
    r"[:：]\s{0,4}\[[\w.:+-]{1,60}\](?:\s?[,、/|]?\s?\[[\w.:+-]{1,60}\]){1,60}(?=\s*(?:[.。;；\n]|$))"
)
ONLY_THESE: Final = Pattern(
    r"\bonly\s(\d{1,6}(?:,\s?\d{1,6})*,?\s(?:and|or)\s\d{1,6})\s?(?:s|seconds)?\s(?:are|is)\s(?:supported|allowed|accepted|valid|available)|(?<![\w.])(\d{1,6}(?:\s?\|\s?\d{1,6})+)(?![\w.])"
    r"|[(（](\d{1,6}(?:,\s?\d{1,6})*,?\s(?:or|或|または)\s\d{1,6})\s?(?:s|secs?|seconds?|秒)?[)）]",
    re.IGNORECASE,
)
MUST_BE: Final = Pattern(
    r"\b(?:must|can|may|should|has to)\s+(?:only\s+)?be\s+(?:set to\s+)?([\w.:+-]+(?:\s*,\s*[\w.:+-]+)*\s*,?\s+or\s+[\w:+-]+(?:\.\d+)?)\s*(?:[.;)]|$)",
    re.IGNORECASE,
)
LOOSE_FORMS: Final[tuple[tuple[Pattern, str], ...]] = (
    # soft 或 torn 或 burnt
    (
        Pattern(r"(?<![\w-])([A-Za-z0-9_-]{1,30}(?:\s?(?:或者?|、)\s?[A-Za-z0-9_-]{1,30}){1,20})(?![\w-])"),
        r"\s?(?:或者?|、)\s?",
    ),
    # calm or wild
    (
        Pattern(r"(?:^|[.:;：]\s)([a-z0-9_-]{1,30}\s(?:or|oder|ou)\s[a-z0-9_-]{1,30})(?=\s?(?:[.,;)(（]|$))"),
        r"\s(?:or|oder|ou)\s",
    ),
    # a list in braces or brackets
    (Pattern(r"[\[{]\s?([A-Za-z][\w-]{0,30}(?:\s?[,|]\s?[A-Za-z][\w-]{0,30}){1,20})\s?[\]}]"), r"\s?[,|]\s?"),
    # accepts soft, torn or burnt
    (
        Pattern(
            r"\b(?i:are|be|is|includes?|accepts?|supports?|specify|use|to|choose|select|pick|between)\s((?:[a-z0-9_-]{1,30},\s){1,20}(?:[a-z0-9_-]{1,30},?\s)?(?:(?:or|and)\s)?[a-z0-9_-]{1,30})\s?(?=[.;)]|$)"
        ),
        r",\s(?:or\s|and\s)?|\s(?:or|and)\s",
    ),
    # (32, 64, 128): three numbers or more are no interval
    (
        Pattern(r"[(（:：]\s*(\d+(?:\.\d+)?(?:\s*[,/、]\s*(?:or\s+)?\d+(?:\.\d+)?){2,})\s*(?:[)）.。;]|$)"),
        r"[,/、]\s*(?:or\s+)?",
    ),
    # How it moves (slow, steady, fast): believed only with a value that is shown, or the default
    (
        Pattern(
            r"[(（]\s?(?![a-z]{2}\W)([a-z0-9][a-z0-9_-]{0,30}(?:\s?[,、|]\s?(?:or\s)?[a-z0-9][a-z0-9_-]{0,30}){1,20})\s?[)）]"
        ),
        r"\s?[,、|]\s?(?:or\s)?",
    ),
    # words between slashes in brackets
    (Pattern(r"[(（]\s*([a-z0-9_]+(?:\s*/\s*[a-z0-9_]+)+)\s*[)）]"), r"\s*/\s*"),
    # on/off
    (Pattern(r"(?<![\w/.:-])([a-z0-9_]+(?:/[a-z0-9_]+)+)(?![\w/-]|\.\w)"), "/"),
    # (5 or 10 seconds)
    (
        Pattern(
            r"(?<![\w.])(?<!\d,)(?<!\d, )(\d{1,24}(?:\.\d{1,24})?(?:\s*,\s*\d{1,24}(?:\.\d{1,24})?){0,60}\s*,?\s+or\s+\d+(?:\.\d+)?)\s*(?:seconds?|secs?|s|fps|px)?\s*(?:[)）.;]|$)"
        ),
        r"\s*,\s*(?:or\s+)?|\s+or\s+",
    ),
    # quality: low, medium or high
    (
        Pattern(
            r"[:：]\s*((?:[a-z0-9_]+\s*[,、]\s*)+(?:or\s+|and\s+)?[a-z0-9_]+)\s*(?:[.。;；]|$|\s(?=默认|default))"
        ),
        r"[,、]\s*(?:or\s+|and\s+)?",
    ),
)
CONSTANTS: Final = Pattern(r"[(（]([A-Z][A-Z0-9_]{2,30}(?:\s?[,/|]\s?(?:or\s)?[A-Z][A-Z0-9_]{2,30}){2,20})[)）]")
PAREN_RUN: Final = Pattern(
    r"(?:^|[:：]\s*)((?:[\w.+:*×-]{1,40}\s{0,4}[(（][^()（）]{0,60}[)）]\s*[,，、/;]?\s*(?:or\s+|and\s+)?){2,})"
)
PAIR: Final = Pattern(r"\s*[-+]?[\d.]+\s*[,，~-]\s*[-+]?[\d.]+\s*\]")
COUNTING: Final = Pattern(r"(?<!\w)([A-Za-z]{2,20}|方式|方法|步骤|场景)\s?\d{1,2}\s*[:：]")
MARKED_DEFAULT: Final = Pattern(
    rf"([\w.:+-]+)[\"'”]?\s*[(（](?:the\s+)?(?:default|{DEFAULT_WORDS})[)）]", re.IGNORECASE
)
MARKERS: Final = Pattern(
    MARKER.pattern.removesuffix(r"[\s:：(（\"'“`\[-]*$").replace(
        r"(?=[:：(\"'“`]|$)", r"(?:(?=[:：])|(?<=\sare)|(?<=include)|(?<=includes)|(?<=included))"
    ),
    re.IGNORECASE,
)
# The only other thing that a short text says: `How it is written (json, text, srt)`.
IN_BRACKETS: Final = Pattern(
    r"[^()（）.。\n]{2,60}[(（](?P<words>[a-z0-9][\w-]{0,30}(?:\s?[,/|、，]\s?(?:or\s)?[a-z0-9][\w-]{0,30}){1,20})[)）]\s?[.。]?"
)
