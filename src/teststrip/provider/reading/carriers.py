"""Words for what carries a request's parameters: "Form data:", "Query string (optional):", 上传表单内容.

Each word of such a label is one of these, and one at least is what travels. They are ordinary words of other lists as
well ("Files:"), so that they count only where a request is at hand.
"""

from __future__ import annotations

import re
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

_GLYPHS: Final = Pattern(
    r"(?:上传|上傳|提交|发送|發送|传入|請求|请求|接口|アップロード|送信|リクエスト|업로드|요청|전송)?(?:的|の)?"
    r"(?:form|json|multipart|query|body|post)?(?:表单|表單|フォーム|폼|文件|ファイル|파일|请求体|請求體|ボディ|본문|查询|クエリ|쿼리|数据|データ|데이터)"
    r"(?:内容|內容|字段|欄位|参数|參數|数据|資料|データ|項目|フィールド|部分|体|パラメータ|필드|항목|데이터)?",
    re.IGNORECASE,
)
_FORM: Final = Pattern(r"formul[a-z]{2,20}|form-?[a-z]{4,12}")  # Formulardaten, form-fields
_LONGEST: Final = 60  # characters of a label
_BRACKETS: Final = Pattern(r"[(（\[][^()（）\[\]]*[)）\]]")
# "Method: POST", 请求方法：`POST`; and the kinds of body that only a request of parameters has
_METHOD: Final = Pattern(r"[^:：\n]{1,24}[:：][\s`*_]{0,6}(?:POST|PUT|PATCH)\b[\s`*_.。]{0,6}")
_CONTENT: Final = Pattern(
    r"\W{0,4}content-type\W{1,6}(?:multipart/form-data|application/(?:json|x-www-form-urlencoded))", re.IGNORECASE
)

# What a request has besides parameters, and lists in the same way.
_OF_CALLS: Final = frozenset(
    {
        "method",
        "url",
        "endpoint",
        "path",
        "headers",
        "header",
        "auth",
        "authentication",
        "authorization",
        "host",
        "body",
        "content-type",
        "accept",
        "base_url",
        "example",
        "note",
        "response",
        "returns",
    }
)


def is_of_call(name: str) -> bool:
    """Tell whether a name is that of a part of every request, such as its method or its headers."""
    return name in _OF_CALLS


def carries(label: str) -> bool:
    """Tell whether a label, without what its brackets say, is made of words for what carries parameters."""
    if len(label) > _LONGEST:
        return False
    bare = words.plain(_BRACKETS.sub(" ", label))
    need = words.required_by(bare)
    bare = words.plain(need[1]) if need is not None else bare
    if _GLYPHS.fullmatch(bare.replace(" ", "")):
        return True
    parts = bare.split()
    carriers = [part in words.CARRIERS or _FORM.fullmatch(part) is not None for part in parts]
    return any(carriers) and all(
        known or part in words.BESIDE_CARRIERS for known, part in zip(carriers, parts, strict=True)
    )


def says_method(text: str) -> bool:
    """Tell whether a line gives the method of a request that sends something, and nothing else."""
    return _METHOD.fullmatch(text) is not None


def says_content(text: str) -> bool:
    """Tell whether a line gives the type of a body that is made of parameters."""
    return _CONTENT.match(text) is not None
