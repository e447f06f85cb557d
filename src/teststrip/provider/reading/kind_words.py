"""What kind a parameter without a type has by its words: by the noun that its description begins with, by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from teststrip.provider.model import Kind

# Where the first noun of a description ends, with what belongs to it before it: "Input text | (required)".
_ENDS: Final = Pattern(
    r"[(（\[.,;:：。，、/–—\n]|\s-\s|\s(?:of|for|to|in|on|at|by|from|with|that|which|where|when|used|representing|containing|describing|specifying|is|are|will|must|can|should)\b"
)
_NOUNS: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        [
            "text", "string", "url", "uri", "link", "path", "prompt", "filename", "caption", "title", "description",
            "lyrics", "instructions", "query", "sentence", "transcript",
        ],
        "string",
    ),
    **dict.fromkeys(["array", "list"], "array"),
    **dict.fromkeys(["object", "dictionary"], "object"),
    **dict.fromkeys(["flag", "toggle", "boolean"], "boolean"),
    "integer": "integer",
    "float": "number",
}  # fmt: skip
_COUNT: Final = Pattern(
    r"(?:the\s)?(?:(?:total|maximum|minimum|max|min)\s)?(?:number|count) of\b|how many\b", re.IGNORECASE
)
_ENCODED: Final = Pattern(r"(?:an?\s|the\s)?base-?64\b|(?:an?\s|the\s)?(?:https?\s|public\s)?url\b", re.IGNORECASE)
# Several in one text: "comma-separated list of tags".
_JOINED: Final = Pattern(r"[\w-]{0,20}[\s-](?:separated|delimited)\b", re.IGNORECASE)
_SEVERAL: Final = Pattern(
    r"(?:an?\s|the\s)?(?:(?:optional|json|ordered)\s)?(?:array|list) of (?P<what>(?:[a-z][\w-]{0,20}\s){0,3}?[a-z][\w-]{0,20})(?=[.,;:()（]|\s(?:to|for|that|which|in|of|used|with)\b|$)"
    r"|(?P<said>[^\s。，,;；:：]{0,12}?)(?:の配列|のリスト|的?(?:数组|列表)|\s?(?:배열|목록))",
    re.IGNORECASE,
)
_ITEMS: Final[dict[str, Kind]] = {
    **dict.fromkeys(["id", "tag", "name", "keyword", "word", "phrase", "color", "colour", "code", "文字列", "字符串", "문자열"], "string"),
    **dict.fromkeys(["number"], "number"),
    "整数": "integer",
    "정수": "integer",
}  # fmt: skip
_MOST: Final = 80  # characters of a description that its first noun stands in
_PARTS: Final = Pattern(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_LAST: Final = frozenset({"prompt", "text", "url", "uri", "path", "filename", "caption", "lyrics", "title"})
_SWITCHES: Final = frozenset({"is", "has", "enable", "disable", "use", "allow", "should"})


def kind_by_description(text: str) -> Kind | None:
    """Return the kind that the first noun of a description has: "A string representing ...", "Reference file path"."""
    if _COUNT.match(text):
        return "integer"
    if _ENCODED.match(text):
        return "string"
    if _JOINED.match(text):
        return "string"
    if _SEVERAL.match(text):
        return "array"
    head = _ENDS.split(text[:_MOST])[0].split()
    return _NOUNS.get(head[-1].lower()) if head else None


def item_by_description(text: str) -> Kind | None:
    """Return the kind of what a description says an array holds: "Array of image URLs", "URL的数组"."""
    found = _SEVERAL.match(text)
    whole = found["what"] or found["said"] or "" if found is not None else ""
    said = re.findall(r"[a-z]+|[^\sA-Za-z]+", whole.lower())
    if not said:
        return None
    word = said[-1]
    return next(
        (known[one] for known in (_NOUNS, _ITEMS) for one in (word, word.removesuffix("s")) if one in known), None
    )


def kind_by_name(name: str) -> Kind | None:
    """Return the kind that a name's own words say: `image_url`, `enableFilter`, `num_steps`."""
    parts = [part.lower() for part in _PARTS.findall(name)]
    if not parts:
        return None
    if parts[-1] in _LAST:
        return "string"
    if len(parts) > 1 and parts[0] in _SWITCHES:
        return "boolean"
    return "integer" if len(parts) > 1 and parts[0] == "num" else None
