"""The words that documentation uses, in the languages it is written in. Data, with the few functions that look it up.

A new word is one more entry. Words are compared in lower case, without white space, punctuation and decoration
around them. They stand in `words.toml`; what is a pattern stands here.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Kind

Column = Literal[
    "name", "type", "required", "default", "range", "description", "example", "in", "models", "step", "min", "max"
]
Purpose = Literal["request", "response", "headers", "path", "poll", "errors", "sizes", "models", "prices"]


_TABLES: Final = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def _spread(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Turn {meaning: [a, b]} into {a: meaning, b: meaning}; of a word that is there twice, the first counts."""
    spread: dict[str, str] = {}
    for meaning, listed in table.items():
        for word in listed:
            spread.setdefault(word, meaning)
    return spread


COLUMNS: Final[Mapping[str, str]] = _spread(_TABLES["columns"])
KINDS: Final = cast("Mapping[str, Kind]", _spread(_TABLES["kinds"]))
MEDIA: Final = frozenset(_TABLES["words"]["media"])
"""Types that are texts, and say that a picture (or sound, or film) travels as an address or as Base64."""
FORMATS: Final = frozenset(_TABLES["words"]["formats"])
PLAIN_TYPES: Final = frozenset(_TABLES["words"]["plain_types"])
"""Words for types that a sentence may begin with as well."""
NULLS: Final = frozenset(_TABLES["words"]["null"])
YES: Final = frozenset(_TABLES["words"]["yes"])
NO: Final = frozenset(_TABLES["words"]["no"]) | {""}
NOTHING: Final = frozenset(_TABLES["words"]["nothing"]) | {""}
"""What a cell says to say nothing."""
NO_DEFAULT: Final = NOTHING | frozenset(_TABLES["words"]["no_default"])
CARRIERS: Final = frozenset(_TABLES["words"]["carriers"])
"""What carries the parameters of a request, in a label over them."""
BESIDE_CARRIERS: Final = frozenset(_TABLES["words"]["beside_carriers"])
RANDOM: Final = frozenset(_TABLES["words"]["random"])

# Words that name a column of names so surely that a table with it is one of parameters, also without types.
_SURE_NAMES: Final = Pattern(
    r"param|argument|参数|參數|パラメ|매개변수|파라미터|parámetro|parâmetro|paramètre|parametro|параметр|请求字段|^field|^字段|^property$|^campo|^feld"
)
# Looking behind keeps a run of them from being tried from each of its marks.
_MARKS: Final = Pattern(r"^[\s*_`~:：#¿\-]+|(?<![\s*_`~:：#?？])[\s*_`~:：#?？]+$")
# What a header of several words is, by the words that it has: "Nombre del campo", "是否为必填". The first that holds.
_STEMS: Final[tuple[tuple[str, Pattern], ...]] = (
    (
        "required",
        Pattern(
            r"必填|必选|必選|必需|必须|必須|必传|필수|\b(?:required|mandatory|requerid[oa]s?|obligatori[oa]s?|obrigatóri[oa]s?|obbligatori[oa]|requise?s?|obligatoires?|erforderlich|pflicht\w*|обязател\w*|verplicht|zorunlu|wajib|wymagan[ey])\b"
        ),
    ),
    (
        "default",
        Pattern(
            r"默认|默認|預設|缺省|デフォルト|既定|初期値|기본|\b(?:defaults?|fallback|if omitted|if not set|when omitted|por defecto|predeterminad[oa]|padrão|par défaut|standardwert|voreinstellung|vorgabe(?:wert)?|умолчанию|predefinit[oa]|standaard\w*|varsayılan|mặc định|bawaan|domyślna)\b"
        ),
    ),
    (
        "type",
        Pattern(
            r"(?:类型|類型|型別|データ型|の型|타입|자료형)$|^(?:data|value|field|json|param(?:eter)?|argument|property|schema) ?(?:type|format)s?$|\b(?:tipo|typ|тип|tipe|kiểu) (?:de |di |of )?(?:datos?|dados?|dati|данных|danych|data|dữ liệu)\b|\btype (?:de |des )?(?:données?|valeurs?)\b"
        ),
    ),
    (
        "range",
        Pattern(
            r"取值|范围|範圍|範囲|枚举|列舉|可选值|可選值|允许值|允許值|허용|범위|\b(?:allowed|possible|valid|accepted|supported|permitted|legal) (?:values?|range|options?|input)\b|\b(?:valores|valeurs|werte|значения|valori|waarden|değerler|giá trị|wartości|nilai)\b"
        ),
    ),
    (
        "name",
        Pattern(
            r"^(?:请求|請求|输入|輸入|接口|入|リクエスト|入力|요청|입력)?\s?(?:参数|參數|字段|欄位|变量|属性|パラメータ|パラメーター|項目|フィールド|파라미터|매개변수|필드|변수)\s?(?:的?名(?:称|稱)?|이름|명)?$|\b(?:nombre|nom|nome|name|название|имя|наименование|naam|nazwa)\b.*\b(?:param\w*|camp[oi]s?|champs?|fields?|поля|параметра|argument\w*|veld|pola|propert\w+|propi\w+)\b|^(?:body|query|request|input|form|json|api|optional|required) (?:param(?:eter)?|field|argument|property|key|attribute)s?$"
        ),
    ),
    (
        "description",
        Pattern(
            r"(?:说明|描述|含义|备注|解释|說明|備註|説明|設明|설명)$|\b(?:description|descripción|descrição|beschreibung|bedeutung|описание|пояснение|descrizione|explication|signification|significado|omschrijving|açıklama|mô tả|deskripsi|penjelasan|keterangan|opis|meaning)\b"
        ),
    ),
)
# Of the words for yes and no, those that by themselves are about having to be given.
_NEED: Final = Pattern(
    r"requ|richiest|oblig|obrigat|obblig|opt|opc|opz|ops[iy]|facult|facolt|mandat|pflicht|erforder|verplicht|vereist"
    r"|обязательн|опцион|wajib|zorunlu|wymagan|bắt buộc|tùy chọn|isteğe|必[须須填选選传需要]|任意|オプション|[可选選省]|필수|선택"
)
# The same in any number and gender, and before a noun that is written with it: Pflichtparameter
_NEED_STEM: Final = Pattern(
    r"(?P<no>option(?:al|nel|eel|ele)\w{0,3}|op[cz]ional\w{0,3}|opzional\w{0,2}|opsion?al|facultati\w{1,4}|facoltativ\w|необязательн\w{1,3}|опциональн\w{1,3}|opcjonaln\w)"
    r"|(?:required|requis\w{0,2}|requer\w{1,4}|obligatori\w{1,3}|obligatoire\w?|obrigatóri\w{1,2}|obbligatori\w?|richiest\w|mandatory|pflicht|erforderlich\w{0,2}|verplicht\w?|vereist\w?"
    r"|обязательн\w{1,3}|wymagan\w)"
)
_ANSWERS: Final = Pattern(
    r"respon|return|output|error|result|status|返回|响应|輸出|输出|出参|错误|レスポンス|応答|出力|응답|ответ|antwort|réponse|respuesta|resposta"
)
_JOINED: Final = Pattern(r"[/&,+|、与和]| (?:and|or|und|oder|et|ou|y|e|o|en|dan|atau|và|ve|oraz|i|и|или) ")
_LONGEST: Final = 40  # characters of a header
_KEPT: Final = 2_048  # a page has few headers and headings, and asks of each of them dozens of times


@lru_cache(_KEPT)
def plain(text: str) -> str:
    """Return a word as the tables here have it."""
    return " ".join(_MARKS.sub("", text).lower().split())


@lru_cache(_KEPT)
def column(text: str) -> str:
    """Return what a column with this header is; "" when that is not known.

    A header of two words that are columns, such as `Type / Required`, is the first of them.
    """
    word = plain(text)
    if word in COLUMNS:
        return COLUMNS[word]
    if word.endswith("s") and word[:-1] in COLUMNS:
        return COLUMNS[word[:-1]]
    bare = plain(re.sub(r"[((][^()()]*[))]", "", word))
    if bare in COLUMNS:
        return COLUMNS[bare]
    return next(iter(columns(bare)), "") or _by_words(bare)


def _by_words(word: str) -> str:
    """Return what a header is of which only some words are known; "" for those of answers."""
    if not word or len(word) > _LONGEST or _ANSWERS.search(word):
        return ""
    parts = [plain(part) for part in re.split(r"[/&+、＆]", word)]
    known = [COLUMNS[part] for part in parts if part in COLUMNS] if len(parts) > 1 else []
    if known:
        return known[0]
    return _stem(word)


def _stem(word: str) -> str:
    return next((meaning for meaning, pattern in _STEMS if pattern.search(word)), "")


@lru_cache(_KEPT)
def columns(text: str) -> tuple[str, ...]:
    """Return everything that a column is whose header names several, such as `Default / Range`; () else."""
    parts = [plain(part) for part in _JOINED.split(plain(text))]
    if len(parts) < 2 or not any(part in COLUMNS for part in parts) or _ANSWERS.search(plain(text)):
        return ()
    known = [COLUMNS.get(part) or _stem(part) for part in parts]
    return tuple(dict.fromkeys(known)) if all(known) else ()


def is_sure_name(text: str) -> bool:
    """Tell whether a header means parameters by its own word."""
    return bool(_SURE_NAMES.search(plain(text)))


@lru_cache(_KEPT)
def says_required(text: str) -> bool:
    """Tell whether a word by itself says that something has to be given, or need not be: `opcional`, `必填`."""
    word = plain(text.strip(" *_`."))
    return word in YES | NO and _NEED.search(word) is not None


def required_by(text: str) -> tuple[bool, str] | None:
    """Find, in a title, the word that says whether what it is over has to be given; return that, and the rest of it.

    "Parameter Wajib": yes, and "Parameter".
    """
    parts = re.findall(r"[^\W\d_]+", text.lower()[:_LONGEST])
    for size in (3, 2, 1):
        for at in range(len(parts) - size + 1):
            word = " ".join(parts[at : at + size])
            stem = _NEED_STEM.match(word) if size == 1 else None
            if stem is not None:
                return stem["no"] is None, " ".join([*parts[:at], word[stem.end() :], *parts[at + 1 :]]).strip()
            if word in YES | NO and _NEED.search(word) is not None:
                return word in YES, " ".join(parts[:at] + parts[at + size :])
    return None


def is_header(texts: Sequence[str]) -> bool:
    """Tell whether the cells of a line are surely the header of a parameter table, even without a rule below."""
    found = [column(text) for text in texts]
    known = {meaning for meaning in found if meaning}
    return {"name", "type"} <= known and len(known) >= 3 and len(known) >= len(texts) - 1


def glued_column(text: str) -> tuple[str, str] | None:
    """Part running text that ends with the name of a name column, with nothing between; None when it does not."""
    for word in ("Parameter", "Parameters", "Param", "Name", "Field", "Property", "参数", "参数名", "字段"):
        if text.endswith(word) and len(text) > len(word) + 3:
            return text[: -len(word)], word
    return None


_PURPOSES: Final[tuple[tuple[Purpose, Pattern], ...]] = (
    (
        "response",
        Pattern(
            r"\brespon[sd]|\breturn(?:s|ed)?\b|\bcallback (?:payload|body|data|parameters)|webhook (?:payload|body|data|event)"
            r"|^outputs?(?: (?:schema|parameters?|fields?|format|object|structure|data|type))?$|^results?(?: (?:object|fields?|schema|structure))?$|output schema"
            r"|响应|返回|结果(?:字段|说明|参数|结构)|输出参数|^输出$|^输出结果|出参|回调|应答|響應|回傳|レスポンス|応答|^出力$|^出力結果|^출력$|^ausgabe$|^salidas?$|^sorties?$|戻り値|응답|반환|respuesta|résponse|réponse|antwort|rückgabe|ответ|resposta|risposta|antwoord|phản hồi|yanıt"
            r"|\bretornad[oa]s?\b|\bdevuelt[oa]s?\b|\bdevolvid[oa]s?\b|\b(?:renvoy|retourn)ée?s?\b|zurückgegeben|возвращ|\brestituit[ioae]\b",
        ),
    ),
    (
        "errors",
        Pattern(
            r"\berrors?\b|error code|status codes?|错误码|错误|状态码|異常|エラー|오류|에러|códigos? de error|erreur|fehler|ошибк|erro\b|codici di errore"
        ),
    ),
    (
        "headers",
        Pattern(
            r"\bheaders?\b|^authori[sz]ations?$|^authentication$|^认证$|^鉴权$|请求头|头部|ヘッダ|헤더|cabecera|encabezado|cabeçalho|en-tête|kopfzeile|заголов"
        ),
    ),
    (
        "path",
        Pattern(
            r"\bpath (?:param|variable)|\burl param|\buri param|路径参数|^path\s?参数|パスパラメ|경로 (?:매개변수|파라미터)"
        ),
    ),
    (
        "poll",
        Pattern(
            r"^(?:price )?quote\b|^(?:cancel|delete)(?: (?:an?|the))?(?: \w+)? (?:tasks?|jobs?|requests?|predictions?|generations?|voices?|files?)$|\bquery (?:the )?(?:result|task|status|job)|\bget (?:the )?(?:\w+ )?(?:result|task|status|prediction|job)|\bretriev|\bfetch(?:ing)? (?:the )?(?:result|task)|\bpoll|\bcheck (?:the )?(?:status|task|result)"
            r"|\btask (?:status|query|result)|查询(?:任务|结果|接口|状态|视频|图片)|任务查询|任务状态|获取(?:任务|结果|视频|图片)|取消任务|删除任务|タスク(?:の)?(?:照会|取得|状態)|작업 (?:조회|상태)"
        ),
    ),
    (
        "prices",
        Pattern(
            r"\bpric(?:e|es|ing)\b|\bcosts?\b|\bcredits?\b|计费|价格|定价|料金|요금|\bbilling\b|rate limits?|\bquotas?\b|限流"
        ),
    ),
    (
        "request",
        Pattern(
            r"\brequests?\b|\bparam(?:eter)?s?\b|\bbody\b|\binputs?\b|\barguments?\b|\bpayload\b|请求|参数|入参|輸入|输入|リクエスト|パラメ|요청|매개변수|파라미터|solicitud|parámetro|parâmetro|requête|paramètre|anfrage|parameter|запрос|параметр|richiesta|parametri|verzoek|tham số|parametre|permintaan"
        ),
    ),
)


@lru_cache(_KEPT)
def purpose(text: str) -> Purpose | None:
    """Return what the words of a heading say of the tables below it, or None when they say nothing of the kind."""
    word = plain(text)
    for name, pattern in _PURPOSES:
        if pattern.search(word):
            return name
    return None


def is_reading_endpoint(text: str) -> bool:
    """Tell whether a heading names an endpoint that only reads, such as `GET /v1/tasks/{id}`."""
    return re.search(r"(?:^|[\s`(])(?:GET|DELETE)[\s`]+(?:https?://|/)", text) is not None
