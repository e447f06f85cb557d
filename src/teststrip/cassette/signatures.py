"""Where signatures, tokens and passwords stand in addresses, in JSON and in running text.

A pattern has `lead`, `name` and `is`, which stay, and `value`, which does not. All take time linear in a text.
"""

from __future__ import annotations

import re
from typing import Final

# Parameters of an address that prove something: of S3 and its kin, Google, Azure, Aliyun, Tencent, CloudFront; and
# what many call their own.
_CLOUD: Final = "x-(?:amz|goog|oss|cos|tos|obs|bce)-[a-z0-9-]+"
_ID: Final = "ossaccesskeyid|awsaccesskeyid|googleaccessid|accesskeyid|key-pair-id"
_TOKENS: Final = "(?:x-)?(?:security|access|auth|session|download|refresh|id|csrf|xsrf|bearer)[-_]?(?:token|key)"
_NAMES: Final = (
    rf"{_CLOUD}|{_ID}|{_TOKENS}|q-[a-z-]+|(?:x-)?signature|signed|sign|sig|upsig|hmac|hdnts|hdnea|hm|"
    "policy|(?:x-)?expires?|expir(?:y|es_?in)|_{0,2}token_{0,2}|code|ticket|"
    "auth|authorization|bearer|jwt|credentials?|session[-_]?(?:id)?|sid|(?:x-)?api[-_]?key|key|"
    "(?:client[-_]?|ws)?secret|wstime|password|passwd|st|se|sp|sv|sr|spr|sks|ske|skt|skv|skoid|sktid|verify"
)
_PLAIN: Final = re.compile(
    rf"(?P<lead>[?&;#]|\\{{1,4}}u00(?:26|3f)|&amp;)(?P<name>{_NAMES})(?P<is>=|\\{{1,4}}u003d)"
    rf"(?P<value>(?:(?!&amp;)[^&\s\"'<>\\#])+)",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(  # an address within another's query
    rf"(?P<lead>%(?:25){{0,3}}(?:3F|26|23))(?P<name>{_NAMES})(?P<is>%(?:25){{0,3}}3D)"
    rf"(?P<value>(?:(?!%(?:25){{0,3}}(?:26|23))[^&\s\"'<>\\#])+)",
    re.IGNORECASE,
)
# In a path: /token=.../, ~hmac=..., as Akamai writes it; /sig/...; and /s--...--/, as Cloudinary does.
_SLASH: Final = r"(?:\\{0,4}/|%(?:25){0,3}2F)"
_STEP: Final = re.compile(
    rf"(?P<lead>{_SLASH}|~)(?P<name>{_NAMES})(?P<is>=|%(?:25){{0,3}}3D)(?P<value>[^/~&?%\s\"'<>\\#]+)",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    rf"(?P<lead>{_SLASH})(?P<name>(?:x-)?signature|signed|sign|sig|hmac|token|auth|jwt|{_TOKENS})"
    rf"(?P<is>{_SLASH}|[:,]|--)(?P<value>(?=[A-Za-z_~.=-]{{0,200}}[0-9])[A-Za-z0-9_~.=-]{{16,}})",
    re.IGNORECASE,
)
_DASHES: Final = re.compile(rf"(?P<lead>{_SLASH})(?P<name>s)(?P<is>--)(?P<value>[A-Za-z0-9_-]{{8,64}}?)(?=--)")
_JWT: Final = re.compile(
    r"(?P<lead>)(?P<name>)(?P<is>)\b(?P<value>eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,})"
)
_BEARER: Final = re.compile(
    r"(?P<lead>)\b(?P<name>bearer|basic)(?P<is>[ +]|%20)"
    r"(?P<value>(?=[A-Za-z._~+/-]{0,200}[0-9])[A-Za-z0-9._~+/-]{16,}=*)",
    re.IGNORECASE,
)
# Where it begins a line, or a form's only field; names that cannot be anything else.
_FIELD: Final = re.compile(
    rf"(?P<lead>(?<![A-Za-z0-9_-]))(?P<name>{_CLOUD}|{_ID}|{_TOKENS}|"
    r"(?:x-)?api[-_]?key|(?:client|app|webhook)[-_]?secret)"
    rf"(?P<is>=)(?P<value>[^&\s\"'<>\\#,;]+)",
    re.IGNORECASE,
)
PATTERNS: Final = (
    (_QUOTED, 2),
    (_PLAIN, 1),
    (_STEP, 1),
    (_NEXT, 1),
    (_DASHES, 0),
    (_JWT, 0),
    (_BEARER, 0),
    (_FIELD, 1),
)
"""Each with how often its value is percent-encoded."""

_QUOTE: Final = r"\\{0,7}\""  # also of JSON within JSON
_SECRETS: Final = (
    rf"{_CLOUD}|{_ID}|{_TOKENS}|q-sign[a-z-]*|(?:x-)?signature|sig|hmac|policy|token|(?:x-)?api[-_]?key|"
    "(?:[a-z]{1,20}[-_]?)?secret(?:[-_]?(?:access)?[-_]?key)?|private[-_]?key|access[-_]?key(?:[-_]?id)?|password|"
    "passwd|(?:proxy-)?authorization|bearer|jwt|credentials?|session(?:[-_]?(?:id|key))?|(?:set-)?cookies?|sid"
)
MEMBER: Final = re.compile(
    rf"(?P<lead>{_QUOTE})(?P<name>{_SECRETS})(?P<is>{_QUOTE}\s{{0,64}}:\s{{0,64}}(?:\[\s{{0,64}})?{_QUOTE})"
    r"(?P<value>(?:[^\"\\]|\\+[^\"\\])+)",
    re.IGNORECASE,
)
"""A member of JSON, also of JSON within JSON."""

WORDS: Final = frozenset(
    [
        "policy",
        "token",
        "bearer",
        "session",
        "session_id",
        "session-id",
        "sessionid",
        "credential",
        "credentials",
        "sid",
        "sig",
    ]
)
"""Names of members that may also hold something that people read."""
PASSWORD: Final = re.compile(r"(?<=://)[^/\s\"'<>@:]*:[^/\s\"'<>@]+(?=@)")
COOKIE: Final = re.compile(
    r"(?:^|[;,]\s*)(?!(?:expires|path|domain|max-age|samesite|priority)=)([^=;,\s]+)=\"?([^;,\s\"]+)",
    re.IGNORECASE,
)
"""A cookie's name and value, in either of its headers."""
