"""The words that documentation uses, in the languages it is written in. Data, with the few functions that look it up.

A new word is one more entry. Words are compared in lower case, without white space, punctuation and decoration
around them. Languages: English, Chinese, Japanese, Korean, Spanish, Portuguese, French, German, Italian, Russian.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from teststrip.provider.model import Kind

Column = Literal[
    "name", "type", "required", "default", "range", "description", "example", "in", "models", "step", "min", "max"
]
Purpose = Literal["request", "response", "headers", "path", "poll", "errors", "sizes", "models", "prices"]


def _spread(table: Mapping[str, str]) -> dict[str, str]:
    """Turn {meaning: "a, b, c"} into {a: meaning, b: meaning, ...}."""
    return {word.strip(): meaning for meaning, listed in table.items() for word in listed.split(",")}


COLUMNS: Final[Mapping[str, str]] = _spread(
    {
        "name": "parameter, parameters, param, params, parameter name, param name, name, field, fields, field name, key, property,"
        " argument, arg, attribute, option, variable, input, flag, setting, parameter key, request parameter, body parameter,"
        " 参数, 参数名, 参数名称, 字段, 字段名, 字段名称, 名称, 属性, 变量, 变量名, 请求参数, 参数字段, 键, 英文名,"
        " パラメータ, パラメーター, パラメータ名, パラメーター名, フィールド, 名前, 項目, 項目名, キー,"
        " 매개변수, 파라미터, 파라미터명, 이름, 필드, 변수, 항목,"
        " parámetro, parametro, nombre, campo, propiedad, nome, parâmetro, propriedade,"
        " paramètre, nom, champ, propriété, parameter (name), feld, eigenschaft, параметр, имя, поле, название,"
        " parametro (nome), 參數, 參數名, 參數名稱, 欄位, 名稱, 屬性",
        "type": "type, types, data type, datatype, value type, param type, parameter type, field type, json type, kind,"
        " 类型, 数据类型, 参数类型, 字段类型, 值类型, 資料類型, 類型, 型別, 型, データ型, タイプ, 種類, 타입, 유형, 자료형, 데이터 타입, 형식,"
        " tipo, tipo de dato, tipo de dado, typ, datentyp, тип, тип данных, type de données",
        "required": "required, required?, is required, mandatory, req, req., necessity, optional/required, required/optional, presence,"
        " 必填, 是否必填, 必选, 是否必选, 必需, 是否必需, 必须, 是否必须, 必传, 是否必传, 必要, 必填项, 可选, 可选/必选, 必选/可选, 必填/可选, 是否必要, 必須, 必須/任意,"
        " 필수, 필수 여부, 필수여부, requerido, obligatorio, obrigatório, obrigatorio, requis, obligatoire, erforderlich,"
        " pflicht, pflichtfeld, обязательный, обязательность, обязательно, обязательное, richiesto, obbligatorio",
        "default": "default, defaults, default value, default values, default setting, 默认, 默认值, 缺省值, 缺省, 預設值, 預設, 默認值, デフォルト, デフォルト値, 既定値, 初期値,"
        " 기본값, 기본, predeterminado, por defecto, valor por defecto, valor predeterminado, padrão, valor padrão, padrao,"
        " par défaut, défaut, valeur par défaut, standard, standardwert, standardwert (default), по умолчанию, значение по умолчанию, predefinito, default (valore)",
        "range": "range, ranges, value range, valid range, allowed range, values, allowed values, possible values, valid values,"
        " accepted values, supported values, options, choices, enum, enums, enumeration, constraints, constraint, limits, limit, restrictions,"
        " validation, range/options, range / options, options/range, options / range, value, range / values, range/values, available values, allowed, bounds, rules, rule,"
        " 范围, 取值范围, 取值, 可选值, 枚举值, 枚举, 值范围, 取值说明, 限制, 约束, 有效值, 值域, 可用值, 参数范围, 取值约束, 範圍, 取值範圍, 可選值,"
        " 範囲, 値, 値の範囲, 有効範囲, 設定可能な値, 選択肢, 制約, 범위, 값, 허용값, 가능한 값, 허용 값, 제약, rango, valores, valores permitidos, intervalo, faixa, plage,"
        " valeurs, valeurs possibles, valeurs autorisées, bereich, wertebereich, werte, erlaubte werte, диапазон, значения, допустимые значения, intervallo, valori",
        "description": "description, descriptions, desc, desc., details, detail, notes, note, meaning, explanation, remarks, remark, comment, comments,"
        " info, information, definition, purpose, usage, summary, about, effect, what it does, function,"
        " 描述, 说明, 参数说明, 备注, 解释, 含义, 参数描述, 字段说明, 字段描述, 释义, 注释, 用途, 功能, 作用, 描述说明, 說明, 備註,"
        " 説明, 備考, 概要, 内容, 설명, 비고, 내용, descripción, descrição, descrizione, beschreibung, bemerkung, hinweis, erläuterung,"
        " описание, комментарий, примечание, descripcion, descricao, remarque, remarques",
        "example": "example, examples, example value, sample, sample value, e.g., 示例, 示例值, 样例, 例子, 举例, 参考值, 例, 예시, 예, ejemplo, exemplo, exemple, beispiel, пример, esempio, サンプル, 例示",
        "in": "in, location, position, param in, located in, where, parameter type (in), 位置, 参数位置, 传参方式, 请求位置, 위치",
        "models": "models, model, supported models, applies to, applicable models, supported by, availability, model support, 适用模型, 支持模型, 支持的模型, 适用模型版本",
        "step": "step, increment, step size, 步长",
        "min": "min, minimum, min., min value, 最小值, 最小, 下限",
        "max": "max, maximum, max., max value, max length, 最大值, 最大, 最大长度, 上限",
    }
)

# Words that name a column of names so surely that a table with it is one of parameters, also without types.
_SURE_NAMES: Final = re.compile(
    r"param|argument|参数|參數|パラメ|매개변수|파라미터|parámetro|parâmetro|paramètre|parametro|параметр|请求字段|^field|^字段|^property$|^campo|^feld"
)
_MARKS: Final = re.compile(r"^[\s*_`~:：#\-]+|[\s*_`~:：#]+$")


def plain(text: str) -> str:
    """Return a word as the tables here have it."""
    return " ".join(_MARKS.sub("", text).lower().split())


def column(text: str) -> str:
    """Return what a column with this header is; "" when that is not known.

    A header of two words that are columns, such as `Type / Required`, is the first of them.
    """
    word = plain(text)
    if word in COLUMNS:
        return COLUMNS[word]
    bare = plain(re.sub(r"[((][^()()]*[))]", "", word))
    if bare in COLUMNS:
        return COLUMNS[bare]
    return next(iter(columns(bare)), "")


def columns(text: str) -> tuple[str, ...]:
    """Return everything that a column is whose header names several, such as `Default / Range`; () else."""
    parts = [plain(part) for part in re.split(r"[/&,+|、与和]| and | or ", plain(text))]
    if len(parts) > 1 and all(part in COLUMNS for part in parts):
        return tuple(dict.fromkeys(COLUMNS[part] for part in parts))
    return ()


def is_sure_name(text: str) -> bool:
    """Tell whether a header means parameters by its own word."""
    return bool(_SURE_NAMES.search(plain(text)))


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


_KIND_WORDS: Final[Mapping[Kind, str]] = {
    "string": "string, str, text, varchar, char, chars, character, characters, password, guid, uuid, datetime, date, date-time,"
    " 字符串, 字符, 文本, 字符串类型, 字符型, 字串, 文字列, 文字, テキスト, ストリング, 문자열, 텍스트, cadena, texto, cadena de texto, string texto, chaîne, chaine, chaîne de caractères, texte,"
    " zeichenkette, zeichenfolge, text (string), строка, текст, stringa, testo, string literal, plain text, markdown",
    "integer": "integer, int, int32, int64, int8, int16, uint, uint8, uint16, uint32, uint64, long, short, bigint, integer number, whole number, integer (int), integer (int32),"
    " unsigned integer, positive integer, non-negative integer, 整数, 整型, 整形, 整数型, 长整型, 整數, 정수, 정수형, entero, inteiro, entier, ganzzahl, целое, целое число, intero, número entero, numero intero, nombre entier, número inteiro",
    "number": "number, numeric, float, float32, float64, double, decimal, real, num, floating point, floating-point, floating point number,"
    " 浮点数, 浮点, 浮点型, 数字, 数值, 小数, 双精度, 数值型, 数值类型, 數字, 浮點數, 数値, 浮動小数点, 浮動小数点数, 小数点, 실수, 숫자, 부동소수점, 부동 소수점, número, numero, número decimal, decimal number,"
    " flotante, nombre, nombre décimal, flottant, réel, zahl, gleitkommazahl, dezimalzahl, kommazahl, число, число с плавающей точкой, дробное, вещественное, numero decimale, flutuante, ponto flutuante",
    "boolean": "boolean, bool, flag, true/false, 布尔, 布尔值, 布尔型, 布尔类型, 布林, 布林值, 真偽値, ブール, ブール値, ブーリアン, 論理値, 불리언, 부울, 불린, booleano, lógico, booléen, booleen, boolesch, wahrheitswert, boolescher wert, булево, логический, булевый, boolean value, бул",
    "array": "array, list, arr, sequence, tuple, set, vector, 数组, 列表, 数组类型, 陣列, 列陣, 集合, 配列, リスト, アレイ, 배열, 리스트, 목록, arreglo, lista, matriz, tableau, liste, feld (array), массив, список, array (list), vetor, elenco",
    "object": "object, dict, dictionary, map, json, json object, struct, hash, record, obj, mapping, object (json), 对象, 字典, 结构体, 物件, 对象类型, json对象, json 对象, オブジェクト, 辞書, 객체, 오브젝트, 딕셔너리, objeto, objet, dictionnaire, objekt, объект, словарь, oggetto, objeto json",
    "file": "file, binary, blob, bytes, upload, multipart file, image file, video file, audio file, file upload, uploadfile, 文件, 二进制, 文件流, 檔案, ファイル, バイナリ, 파일, archivo, fichier, datei, файл, arquivo, multipartfile, file (binary)",
}
KINDS: Final[Mapping[str, Kind]] = {
    word.strip(): kind for kind, listed in _KIND_WORDS.items() for word in listed.split(",")
}
# Types that are texts, and say that a picture (or sound, or film) travels as an address or as Base64.
MEDIA: Final = frozenset(
    word.strip()
    for word in [
        "url",
        " uri",
        " image url",
        " image_url",
        " link",
        " http url",
        " https url",
        " base64",
        " base64 string",
        " image",
        " image (url)",
        " url string",
        " string url",
        " image url or base64",
        " image/base64",
        " video url",
        " audio url",
        " url/base64",
        " base64/url",
        " data uri",
        " data url",
        " 链接",
        " 图片",
        " 图片链接",
        " 图片url",
        " url链接",
        " 地址",
        " url地址",
        " base64字符串",
    ]
)
NULLS: Final = frozenset({"null", "none", "nil", "nullable", "undefined", "空"})

YES: Final = frozenset(
    word.strip()
    for word in [
        "yes",
        " y",
        " true",
        " required",
        " mandatory",
        " must",
        " ✅",
        " ✓",
        " ✔",
        " ✔️",
        " ☑",
        " ☑️",
        " √",
        " ●",
        " ○ (必須)",
        " x (required)",
        " always",
        " 是",
        " 必填",
        " 必选",
        " 必需",
        " 必须",
        " 必传",
        " 必須",
        " はい",
        " ◯",
        " 〇",
        " 필수",
        " 예",
        " o",
        " sí",
        " si",
        " requerido",
        " obligatorio",
        " obrigatório",
        " obrigatorio",
        " sim",
        " oui",
        " requis",
        " obligatoire",
        " ja",
        " erforderlich",
        " pflicht",
        " да",
        " обязательно",
        " обязательный",
        " обязательное",
        " sì",
        " obbligatorio",
        " richiesto",
        " ⭕",
        " 🔴",
        " req",
        " not null",
        " 需要",
    ]
)
NO: Final = frozenset(
    word.strip()
    for word in [
        "no",
        " n",
        " false",
        " optional",
        " not required",
        " ❌",
        " ✗",
        " ✘",
        " ✖",
        " ×",
        " ☐",
        " ⬜",
        " ○",
        " 🔵",
        " never",
        " opt",
        " 否",
        " 可选",
        " 选填",
        " 非必填",
        " 非必选",
        " 不必填",
        " 非必须",
        " 非必需",
        " 可不填",
        " 可選",
        " 選填",
        " いいえ",
        " 任意",
        " オプション",
        " 省略可",
        " 선택",
        " 아니오",
        " 아니요",
        " x",
        " 不需要",
        " 非必传",
        " 不是",
        " opcional",
        " não",
        " nao",
        " non",
        " optionnel",
        " facultatif",
        " nein",
        " нет",
        " необязательно",
        " необязательный",
        " опционально",
        " facoltativo",
        " opzionale",
        " -",
        " –",
        " —",
        " /",
        " n/a",
        " na",
        " none",
        " 无",
        " ",
    ]
) | {""}
NOTHING: Final = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        "--",
        "---",
        "−",
        "/",
        "\\",
        "n/a",
        "na",
        "n.a.",
        "不适用",
        "tbd",
        "·",
        "…",
        "...",
        "－",
        "ー",
    }
)
"""What a cell says to say nothing."""
NO_DEFAULT: Final = NOTHING | {
    "无",
    "無",
    "なし",
    "없음",
    "ninguno",
    "ninguna",
    "nenhum",
    "aucun",
    "aucune",
    "keine",
    "keiner",
    "нет",
    "nessuno",
    "no default",
    "none (required)",
    "not set",
    "unset",
    "omitted",
    "undefined",
    "required",
    "必填",
    "optional",
    "no",
    "varies",
    "varies by model",
    "model default",
    "model-dependent",
    "depends on model",
    "model dependent",
    "depends on the model",
    "无默认值",
    "不填",
    "未设置",
    "see description",
    "see below",
    "auto-generated",
    "自动生成",
    "自動",
    "未指定",
    "not specified",
    "unspecified",
    "server default",
    "system default",
    "provider default",
}
RANDOM: Final = frozenset(
    {
        "random",
        "randomly generated",
        "random seed",
        "random value",
        "random number",
        "random integer",
        "random int",
        "<random>",
        "(random)",
        "randomized",
        "random if omitted",
        "auto (random)",
        "随机",
        "随机值",
        "随机数",
        "随机生成",
        "隨機",
        "ランダム",
        "乱数",
        "랜덤",
        "무작위",
        "aleatorio",
        "aleatório",
        "aléatoire",
        "zufällig",
        "случайно",
        "случайное",
        "случайный",
        "casuale",
    }
)

_PURPOSES: Final[tuple[tuple[Purpose, re.Pattern[str]], ...]] = (
    (
        "response",
        re.compile(
            r"\brespon[sd]|\breturn(?:s|ed)?\b|\bcallback (?:payload|body|data|parameters)|webhook (?:payload|body|data|event)"
            r"|^outputs?(?: (?:schema|parameters?|fields?|format|object|structure|data|type))?$|^results?(?: (?:object|fields?|schema|structure))?$|output schema"
            r"|响应|返回|输出参数|^输出$|^输出结果|出参|回调|应答|響應|回傳|レスポンス|応答|戻り値|응답|반환|respuesta|résponse|réponse|antwort|rückgabe|ответ|resposta|risposta",
        ),
    ),
    (
        "errors",
        re.compile(
            r"\berrors?\b|error code|status codes?|错误码|错误|状态码|異常|エラー|오류|에러|códigos? de error|erreur|fehler|ошибк|erro\b|codici di errore"
        ),
    ),
    ("headers", re.compile(r"\bheaders?\b|请求头|头部|ヘッダ|헤더|cabecera|cabeçalho|en-tête|kopfzeile|заголов")),
    (
        "path",
        re.compile(
            r"\bpath (?:param|variable)|\burl param|\buri param|路径参数|パスパラメ|경로 (?:매개변수|파라미터)"
        ),
    ),
    (
        "poll",
        re.compile(
            r"\bquery (?:the )?(?:result|task|status|job)|\bget (?:the )?(?:\w+ )?(?:result|task|status|prediction|job)|\bretriev|\bfetch(?:ing)? (?:the )?(?:result|task)|\bpoll|\bcheck (?:the )?(?:status|task|result)"
            r"|\btask (?:status|query|result)|查询(?:任务|结果|接口|状态|视频|图片)|任务查询|任务状态|获取(?:任务|结果|视频|图片)|取消任务|删除任务|タスク(?:の)?(?:照会|取得|状態)|작업 (?:조회|상태)"
        ),
    ),
    (
        "prices",
        re.compile(
            r"\bpric(?:e|es|ing)\b|\bcosts?\b|\bcredits?\b|计费|价格|定价|料金|요금|\bbilling\b|rate limits?|\bquotas?\b|限流"
        ),
    ),
    (
        "request",
        re.compile(
            r"\brequests?\b|\bparam(?:eter)?s?\b|\bbody\b|\binputs?\b|\barguments?\b|\bpayload\b|请求|参数|入参|輸入|输入|リクエスト|パラメ|요청|매개변수|파라미터|solicitud|parámetro|parâmetro|requête|paramètre|anfrage|parameter|запрос|параметр|richiesta|parametri"
        ),
    ),
)


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


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
