"""The words around the values of a list: what stands between them, says that they are all, or that they are not."""

from __future__ import annotations

import re
from typing import Final

from teststrip.base.pattern import Pattern

# All that may stand between two values of one list.
SEPARATORS: Final = Pattern(
    r"[\s,，、;；|/·•&]*(?:\b(?:or|and|and/or|either|to|o|y|e|et|und|и|lub|veya)\b|或者|或|和|及|以及|与|또는|及び|または|oder|ou|или)?[\s,，、;；|/·•\"'“”‘’]*|\s*\n\s*[-*•]\s*",
    re.IGNORECASE,
)
# "Default", as a remark behind a value.
DEFAULT_WORDS: Final = "默认|预设|預設|缺省|デフォルト|既定|기본|по умолчанию|por defecto|predeterminad[oa]|padrão|défaut|predefinit[oa]|standaard|voreinstellung|vorgabewert|varsayılan|mặc định|bawaan|domyśln|初期値"
# There are more than are listed.
OPEN: Final = Pattern(
    r"\betc\b|\.\.\.|…|\band (?:more|others|so on)\b|\bor (?:an?\s+|any\s+)?(?:custom|other|another|arbitrary|your own)\b|等等?(?:[。.)）\s]|$)|など|등(?:\s|$)|и т\.\s?д|among others",
    re.IGNORECASE,
)
# Ends a text that examples follow.
EXAMPLE: Final = Pattern(
    r"(?:\be\.g\.?,?|\beg\b\.?|\bfor example[,:]?|\bfor instance,?|\bsuch as|\blike|\bexamples?\s*[:：]?|(?<!\bof )(?<!\bper )(?<!\beach )\bsample\s*[:：]|例如|比如|譬如|如[:：]?|示例(?:如下)?[:：]?|(?<!比)例[:：]|たとえば|예[:：)]|ejemplo|par exemple|z\. ?b\.|например)[\s:：,(（\"'“]*$",
    re.IGNORECASE,
)
# Ends a text that all the values follow.
MARKER: Final = Pattern(
    r"(?:\b(?:(?:must|can|may|should|could|has to|needs to)(?: only)? be|(?:is|are)|takes?|accepts?)?\s*(?:either|(?:any )?one of(?: the following)?(?: values)?|exactly one of)"
    r"|\b(?:(?:currently|only|all|the)\s+)?(?:supported|allowed|possible|valid|accepted|available|acceptable|permitted|optional|enum(?:erated)?)\s*(?:values?|options?|formats?|types?|ratios?|resolutions?|sizes?|choices?|modes?|styles?|qualities|durations?|aspect ratios?|settings?|levels?|presets?|samplers?|schedulers?|voices?|file types?|image formats?|output formats?|inputs?|lengths?)?(?: are| is| include[sd]?)?\s*(?=[:：(\"'“`]|$)"
    r"|\b(?:supported|allowed|possible|valid|accepted|available|permitted)\s(?:[a-z]{2,15}\s){1,2}(?:values|options|formats|types|ratios|resolutions|sizes|modes|styles)(?: are| include)?(?=\s?[:：])"
    r"|(?:\b|(?<=[a-z]))(?:Options?|Choices|Values?|Enums?|(?<![a-z])(?:options?|choices|values?|enums?|modes?))(?: are| include| is|\s?\([a-z ,-]{1,40}\))?\s*[:：]"
    r"|\bchoose (?:from|between|one of|either)|\bselect (?:from|between|one of)|\bpick (?:from|one of)"
    r"|可选值?(?:有|为|是|包括)?\s*[:：]?|(?:此处|可)可?填(?:写)?\s*[:：]|可选(?:项|范围|参数|类型)?\s*[:：]|取值(?:范围|有|为|包括|可为)?\s*[:：]?|枚举值?\s*[:：]?|支持(?:的)?(?:值|格式|类型|比例|分辨率|尺寸|模式|选项)?(?:有|为|包括)?\s*[:：]|可以(?:是|为)|可为|可取(?:值)?\s*[:：]?|有效值\s*[:：]?|选项\s*[:：]|只能(?:是|为)|仅支持"
    r"|選択肢\s*[:：]|指定可能な値\s*[:：]?|値\s*[:：]|いずれか|가능한 값\s*[:：]?|옵션\s*[:：]|valores(?: posibles| permitidos)?\s*[:：]|opciones\s*[:：]|opções\s*[:：]|valeurs(?: possibles| autorisées)?\s*[:：]|mögliche werte\s*[:：]|erlaubte werte\s*[:：]|допустимые значения\s*[:：]|варианты\s*[:：]|(?:pilihan|opsi|nilai(?: yang)? (?:mungkin|valid|tersedia|diizinkan|didukung)|(?:các )?(?:giá trị|lựa chọn|tùy chọn)(?: (?:hợp lệ|có thể|cho phép))?|seçenekler|(?:olası |geçerli )?değerler|opties|(?:mogelijke |toegestane )?waarden|opcje|(?:możliwe |dozwolone )?wartości|optionen|opzioni|valori(?: possibili| ammessi)?)(?:\s?\([^():\n]{1,40}\))?\s*[:：]"
    # "Solo acepta los valores", "può essere"
    r"|\b(?:s[oó]lo|únicamente|somente|apenas|só|soltanto|uniquement|seulement|nur)\s(?:se\s)?(?:acepta|admite|permite|aceita|accetta|accepte|erlaubt|ammette)n?(?:\s(?:los|os|i|les))?(?:\s(?:valores|valori|valeurs|werte))?"
    r"|\b(?:acepta|admite|aceita|accetta|accepte|ammette)n?(?:\s(?:s[oó]lo|solamente|apenas|somente|só|uniquement|seulement))?(?:\s(?:los|os|i|les))?\s(?:valores|valori|valeurs)(?:\s(?:posibles|possíveis|possibles|possibili))?"
    r"|\b(?:s[oó]lo\s)?(?:puede|pode|può|peut|deve|debe|doit)\s(?:ser|essere|être)(?:\s(?:s[oó]lo|apenas|uno de|um de|uno tra|l'un de))?)"
    r"[\s:：(（\"'“`\[-]*$",
    re.IGNORECASE,
)
