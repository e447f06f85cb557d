"""What the cells of a row say together, with the rest of the page to help: enumerations, bounds, the default."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import ABSENT, Absent, Json, Scalar
from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds, Choice, SizeBounds
from teststrip.provider.reading import glued, words
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.defaults import NO_DEFAULT_READ, DefaultReading, mine_default, read_default
from teststrip.provider.reading.flags import CellError, Flags
from teststrip.provider.reading.kinds import says_media
from teststrip.provider.reading.limit_text import mine_limits
from teststrip.provider.reading.limits import Limits, read_limits
from teststrip.provider.reading.listing_spans import read_examples
from teststrip.provider.reading.listing_text import labelled_run, marked_tokens, mine_listing
from teststrip.provider.reading.listings import Listing, Value, read_listing
from teststrip.provider.reading.sections import row_models
from teststrip.provider.reading.typed import typed_any
from teststrip.provider.values import is_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.page_words import PageWords
    from teststrip.provider.reading.rows import Parsed

_FREE: Final = Pattern(
    r"(?:any|valid|free|arbitrary|a|an|the)?\s*(?:any|text|string|strings|url|urls|uri|url or base64|base64|base64 or url|integer|int|number|float|value|values|prompt|json|object|array|positive|boolean|bool|true ?/ ?false|true or false|true, ?false|format|image|file|varies|model[- ]dependent|depends on (?:the )?model|任意|任意值|不限|无限制|无|字符串|文本)(?:\s+(?:string|text|url|value|integer|number|address|json|image|file|uri))*",
    re.IGNORECASE,
)
_SEE: Final = Pattern(
    r"(?:see|refer to|check|per|as in|cf\.|参见|见|参考|详见|查看|siehe|ver|voir|см\.)\s*(?:the\s+)?(.+?)(?:\s+(?:table|section|list|above))?[.。]?",
    re.IGNORECASE,
)
_SEE_INSIDE: Final = Pattern(
    r"\b[Ss]ee\s+(?:the\s+)?(?:(?P<title>\w[\w -]{2,40}?)\s+(?:below|table|section|above)\b|(?P<name>[A-Z][\w -]{2,40}?)(?:\s+for\b|[.,;)]|$))"
)
_COUNT: Final = Pattern(
    r"\b(?:up to|max(?:imum)?(?: of)?|at most|no more than)\s+(\d{1,5})\s+(?!(?:MB|KB|GB|px|pixels?|characters?|chars?|seconds?|tokens?|words?|bytes?|per)\b)[A-Za-z]{2,}",
    re.IGNORECASE,
)
_EACH: Final = Pattern(
    r"\b(?:each|every)(?:\s+(?:one|item|value|element|number|weight))?(?:\s+(?:is|must be|from|in|in the range))?\s*[:：]?\s*([^;；。,，()（）]{1,60}?)\s*(?:[.;；。,，()（）](?:\s|$)|$)",
    re.IGNORECASE,
)
_SHOWN_OBJECT: Final = Pattern(r"\[\s*\{|\b(?:array|list|lista)\s+(?:of|de)\s*\{", re.IGNORECASE)
_FORMS: Final = "write LEAST - MOST, or `a`, `b`, `c`, or see [Table](#table), or - for none"
_FILE_FORMATS: Final = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "webp",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "heic",
        "heif",
        "avif",
        "svg",
        "mp4",
        "mov",
        "webm",
        "avi",
        "mkv",
        "m4v",
        "mp3",
        "wav",
        "flac",
        "ogg",
        "m4a",
        "aac",
        "opus",
        "pdf",
        "jfif",
    ]
)
_LONG_TEXT: Final = 50  # a range of numbers up to here or beyond, said of a text, counts its characters


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the values of one parameter; an array's choices, bounds and step are those of its items."""

    choices: tuple[Choice, ...] = ()
    bounds: Bounds | None = None
    length: Bounds | None = None
    item_length: Bounds | None = None
    step: Decimal | None = None
    size: SizeBounds | None = None
    default: DefaultReading = NO_DEFAULT_READ
    examples: tuple[Json, ...] = ()
    media: bool = False
    item: Kind | None = None
    models: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # what the parting of a glued enumeration was believed for


def gather(parsed: Parsed, page: PageWords, flags: Flags) -> Facts:
    """Read a row's range, type details, description and default together."""
    return _Gatherer(parsed, page, flags).facts()


class _Gatherer:
    """One row; what cannot be decided is flagged, and the rest is gathered."""

    def __init__(self, parsed: Parsed, page: PageWords, flags: Flags) -> None:
        self._row = parsed
        self._page = page
        self._flags = flags
        kind = parsed.kind
        self._kinds: tuple[Kind, ...] = tuple(k for k in (kind.kind, *kind.or_kinds) if k is not None)
        self._array = kind.kind == "array"
        self._found = Facts(item=kind.item)
        self._about = parsed.cell("description")

    # The kinds that a listed value, or a bound, is of: those of the items where the parameter is an array.
    @property
    def _scalars(self) -> tuple[Kind, ...]:
        if not self._array:
            return self._kinds
        return (self._found.item,) if self._found.item is not None else ()

    def facts(self) -> Facts:
        self._from_type()
        cell = self._row.cell("range")
        if cell.text not in words.NOTHING:
            self._from_range(cell)
        self._from_description()
        self._from_example()
        self._default()
        media = self._row.kind.media or (
            says_media(self._about.text) and bool({"string", "array"} & set(self._kinds))
        )
        samples = (typed_any(text, self._scalars) for text in read_examples(self._about))
        self._found = replace(
            self._found,
            media=media,
            examples=(*self._found.examples, *(one for one in samples if not isinstance(one, Absent))),
        )
        self._check()
        return self._found

    def _flag(self, cell: Cell, problem: str, candidates: Sequence[str] = ()) -> None:
        self._flags.add(cell.where, self._row.path, cell.text, problem, candidates)

    # --- type cell --------------------------------------------------------------------------------------------

    def _from_type(self) -> None:
        kind = self._row.kind
        if kind.values:
            self._take_values(Listing(tuple(Value(text) for text in kind.values)), self._row.cell("type"))
        if not kind.detail:
            return
        cell = self._row.cell("type")
        limits = read_limits(kind.detail)
        if limits is not None:
            self._take_limits(limits, cell)
            return
        inner = type(cell)(((kind.detail, False),), cell.where, kind.detail)
        listing = read_listing(inner)
        if listing is not None and len(listing.values) > 1:
            self._take_values(listing, cell)
        elif not self._page.lenient or re.search(r"\d", kind.detail):
            self._flag(cell, f'it is not known what "({kind.detail})" says of the type {kind.kind}')

    # --- range cell -------------------------------------------------------------------------------------------

    def _from_range(self, cell: Cell) -> None:
        text = cell.text
        if cell is self._row.cells.get("default"):
            self._from_shared(cell)
            return
        if _FREE.fullmatch(text) or (
            self._kinds == ("boolean",) and re.fullmatch(r"(?i)(?:true|false|yes|no|[\s/,|`]|or)+", text)
        ):
            return
        see = _SEE.fullmatch(text)
        if see is not None and len(text) < 80:
            self._from_elsewhere(see[1], cell)
            return
        limits = read_limits(text)
        if limits is not None:
            self._take_limits(limits, cell)
            return
        listing = read_listing(cell)
        if listing is not None and (
            len(listing.values) > 1 or cell.codes or self._is_default(listing.values[0].text)
        ):
            self._take_values(listing, cell)
            return
        if self._from_glued(cell):
            return
        self._from_words(cell)

    def _from_shared(self, cell: Cell) -> None:
        """Take what a column for both default and range says of the range, if anything."""
        listing, limits = mine_listing(cell), read_limits(cell.text)
        if (
            limits is not None
            and limits.bounds is not None
            and None not in (limits.bounds.minimum, limits.bounds.maximum)
        ):
            self._take_limits(limits, cell)
        elif listing is not None and not listing.open and listing.strength == 2 and len(listing.values) > 1:
            self._take_values(listing, cell)

    def _is_default(self, text: str) -> bool:
        return text == self._row.cell("default").text

    def _from_words(self, cell: Cell) -> None:
        """Take what can be found in a range cell that is running text; what is left over with a number is flagged."""
        limits, listing = mine_limits(cell.text), mine_listing(cell)
        for one in limits:
            if one.disputed:
                self._flag(cell, "the text gives several limits")
            self._take_limits(one, cell)
        if listing is not None:
            advised = re.search(r"推荐|建议|recommended|おすすめ|추천", cell.text, re.IGNORECASE) is not None
            self._take_values(replace(listing, open=listing.open or advised), cell)
        if not limits and listing is None:
            single = re.fullmatch(r"[\w.:+-]+", cell.text)
            if single is not None and self._kinds == ("string",):
                self._flag(
                    cell,
                    f'"{cell.text}" may be the only value, or several without separators, or no value at all',
                    (f'the value "{cell.text}"', "no enumeration"),
                )
            else:
                self._flag(cell, f'the range "{cell.text}" cannot be read; {_FORMS}')

    def _from_elsewhere(self, title: str, cell: Cell) -> None:
        found = self._page.values_of(title, self._row)
        if found is None:
            self._flag(cell, f'no table or list of values stands under a heading "{title}"')
            return
        listing, unsure = found
        self._take_values(listing, cell)
        if unsure:
            self._flag(cell, "the values below run together", [f"... {one} ..." for one in unsure])

    def _from_glued(self, cell: Cell) -> bool:
        if not {"string", "integer", "number"} & set(self._scalars):
            return False
        default = self._row.cell("default").text
        parting = glued.part(cell.text, None if default in words.NO_DEFAULT else default, self._page.words)
        if parting is None:
            return False
        if parting.sources:
            self._take_values(Listing(tuple(Value(text) for text in parting.readings[0])), cell)
            self._found = replace(self._found, sources=parting.sources)
            return True
        self._flag(
            cell,
            "values run together, and can be parted in several ways",
            [", ".join(reading) for reading in parting.readings],
        )
        if len(parting.readings[0]) > 1:
            self._take_values(Listing(tuple(Value(text) for text in parting.readings[0])), cell)
        return True

    # --- description ------------------------------------------------------------------------------------------

    def _from_description(self) -> None:
        about, found = self._about, self._found
        if not about.text:
            return
        if not self._page.lenient:
            self._labels(about)
            return
        self._found = found = replace(found, models=row_models(about, self._page.models))
        if not found.choices and re.fullmatch(
            r"(?i)model(?:[_ ]?(?:id|name|version))?", self._row.path.rpartition(".")[2]
        ):
            self._model_values()
            found = self._found
        if not found.choices and found.size is None and self._kinds not in {("boolean",), ("object",)}:
            self._mine_values(about)
        for limits in mine_limits(about.text):
            self._mine_limits(limits, about)
        if self._array:
            self._mine_items(about)

    def _labels(self, about: Cell) -> None:
        """Take labelled values, all that a page of ours may say of them in a description."""
        listing = labelled_run(about)
        if not self._found.choices and listing is not None and self._fit(listing):
            self._take_values(listing, about)

    def _mine_items(self, about: Cell) -> None:
        """Find how many items an array may have, and that they are objects when the text shows one."""
        counted = _COUNT.search(about.text)
        if counted is not None and self._found.length is None:
            self._found = replace(self._found, length=Bounds(None, Decimal(counted[1])))
        each = _EACH.search(about.text)
        if each is not None and self._found.bounds is None and self._found.item in {"integer", "number"}:
            limits = read_limits(each[1])
            if limits is not None and limits.what == "value":
                self._found = replace(self._found, bounds=limits.bounds)
        if self._found.item is None and _SHOWN_OBJECT.search(about.text):
            self._found = replace(self._found, item="object")

    def _mine_limits(self, limits: Limits, about: Cell) -> None:
        found = self._found
        has_kind = limits.what != "value" or {"integer", "number"} & set(self._kinds)
        if limits.disputed and has_kind and found.bounds is None:
            self._flag(about, "the text gives several limits")
        has_range = found.bounds is not None or found.size is not None
        if not has_range or limits.what != "value":
            self._take_limits(limits, about, mined=True)
        elif limits.step is not None:
            self._take_limits(Limits(step=limits.step), about, mined=True)

    def _model_values(self) -> None:
        """Take the values of the parameter that names a model from the page's table of models."""
        mined = mine_listing(self._about)
        default = self._row.cell("default").text.strip("\"'`")
        if (
            (mined is None or mined.open)
            and self._page.model_table
            and (default in words.NO_DEFAULT or default in self._page.model_table)
        ):
            self._take_values(Listing(tuple(Value(name) for name in self._page.model_table)), self._about)

    def _mine_values(self, about: Cell) -> None:
        listing = mine_listing(about)
        if listing is None and self._from_marked(about):
            return
        if listing is None:
            inside = _SEE_INSIDE.search(about.text)
            title = (inside["title"] or inside["name"]) if inside else None
            elsewhere = self._page.values_of(title, self._row) if title else None
            if elsewhere is not None and not elsewhere[1] and self._fit(elsewhere[0]):
                self._take_values(elsewhere[0], about)
            return
        if listing.open and listing.default is not None and self._fit(listing) and not self._array:
            told = typed_any(listing.default, self._scalars)
            self._found = replace(self._found, default=DefaultReading(told))
        if listing.open or not self._fit(listing) or not self._believable(listing):
            return
        if listing.integral and "number" in self._scalars:
            return
        if listing.several:
            self._flag(
                about, "the text gives several lists of values; all of them are taken", [", ".join(listing.texts)]
            )
        self._take_values(listing, about)

    def _from_marked(self, about: Cell) -> bool:
        """Part values that run together behind a phrase like `Options:`."""
        default = self._row.cell("default").text.strip("\"'`")
        for token in marked_tokens(about) if {"string", "integer", "number"} & set(self._scalars) else ():
            parting = glued.part(token, None if default in words.NO_DEFAULT else default, self._page.words)
            if parting is not None and parting.sources:
                self._take_values(Listing(tuple(Value(text) for text in parting.readings[0])), about)
                self._found = replace(self._found, sources=parting.sources)
                return True
            if parting is not None:
                self._flag(
                    about,
                    "values run together, and can be parted in several ways",
                    [", ".join(reading) for reading in parting.readings],
                )
                return True
        return False

    def _fit(self, listing: Listing) -> bool:
        """Tell whether every value is one of the parameter's kinds, and none is markup or a way to send a file."""
        if all(text.lower() in words.MEDIA for text in listing.texts) or any(
            "<" in text for text in listing.texts
        ):
            return False
        return all(not isinstance(typed_any(text, self._scalars), Absent) for text in listing.texts) and bool(
            self._scalars
        )

    def _believable(self, listing: Listing) -> bool:
        """Tell whether values in running text are an enumeration: with the default, and without other parameters."""
        default = self._row.cell("default").text.strip("\"'`")
        if any(text in self._page.parameters for text in listing.texts) and default not in listing.texts:
            return False
        # "Required when `task` is `a` or `b`" lists values of the other parameter.
        if listing.texts in {condition.values for condition in find_conditions(self._about)}:
            return False
        if listing.strength == 2:
            return True
        if not default or default in words.NO_DEFAULT:
            told = mine_default(self._about, self._kinds, ())
            default = str(told) if isinstance(told, str | int | float) else ""
        if default:
            return default in listing.texts
        return listing.strength == 1 and "string" in self._scalars

    def _from_example(self) -> None:
        """Several values, or a range, in a column of examples may be all that there is: a person has to say."""
        cell, found = self._row.cell("example"), self._found
        if not cell.text or found.choices or found.bounds is not None:
            return
        limits = read_limits(cell.text)
        if (
            limits is not None
            and limits.bounds is not None
            and None not in (limits.bounds.minimum, limits.bounds.maximum)
            and {"integer", "number"} & set(self._kinds)
        ):
            self._flag(cell, "the example reads like a range", (f"the range {cell.text}", "an example"))
            return
        listing = read_listing(cell) if "string" in self._scalars else None
        default = self._row.cell("default").text.strip("\"'`")
        if listing is not None and len(listing.values) > 2 and default in listing.texts:
            self._flag(cell, "the examples read like an enumeration", (", ".join(listing.texts), "examples"))

    # --- taking -----------------------------------------------------------------------------------------------

    def _take_values(self, listing: Listing, cell: Cell) -> None:
        if listing.open:
            if cell is self._row.cells.get("range"):
                self._flag(cell, "the list of values goes on", (", ".join(listing.texts), "more values"))
            samples = (typed_any(text, self._scalars) for text in listing.texts)
            self._found = replace(
                self._found, examples=tuple(one for one in samples if not isinstance(one, Absent))
            )
            return
        if self._kinds in {("boolean",), ("object",), ("file",)} or self._formats(listing):
            return
        kinds = self._scalars or ("string",)
        choices: list[Choice] = []
        for value in listing.values:
            if value.text.lower() in words.NULLS and self._row.kind.nullable:
                continue
            read = typed_any(value.text, kinds)
            if isinstance(read, Absent):
                self._flag(
                    cell,
                    f'"{value.text}" is listed as a value but is not of the type {" or ".join(kinds)}',
                    ("the type is wrong", "the value is wrong"),
                )
                return
            if any(choice.value == read for choice in choices):
                if not self._page.lenient:
                    self._flag(cell, f'"{value.text}" is listed twice')
                continue
            choices.append(Choice(cast("Scalar", read), " ".join(value.label.split())))
        marked = listing.default
        default = self._found.default
        if marked is not None and isinstance(default.value, Absent):
            told = typed_any(marked, kinds)
            default = default if isinstance(told, Absent) or self._array else DefaultReading(told)
        self._found = replace(self._found, choices=tuple(choices), default=default)

    def _formats(self, listing: Listing) -> bool:
        """Tell whether the values are formats of the file that is given, and no values of the parameter itself."""
        name = self._row.path.rpartition(".")[2].lower()
        formats = all(
            text.lower().lstrip(".").removeprefix("image/").removeprefix("video/").removeprefix("audio/")
            in _FILE_FORMATS
            for text in listing.texts
        )
        if not formats or re.search(r"format|type|ext|mime|codec|encoding|container", name) is not None:
            return False
        # A format that is the default is a value after all.
        default = self._row.cell("default").text.strip("\"'`")
        if not default or default in words.NO_DEFAULT:
            told = mine_default(self._about, self._kinds, ())
            default = told if isinstance(told, str) else ""
        return default not in listing.texts

    def _take_limits(self, limits: Limits, cell: Cell, *, mined: bool = False) -> None:
        if limits.size is not None:
            self._take_size(limits.size, cell)
        if limits.step is not None and self._found.step is None and {"integer", "number"} & set(self._scalars):
            self._found = replace(self._found, step=limits.step)
        bounds = limits.bounds
        if bounds is None or limits.what == "other":
            return
        if limits.what == "characters":
            self._take_length(bounds)
        elif limits.what == "items":
            if self._array:
                self._found = replace(self._found, length=bounds)
            elif {"integer", "number"} & set(self._kinds):
                self._take_bounds(bounds, cell, mined=mined)
        elif self._array:
            self._take_for_array(bounds, cell, mined=mined)
        else:
            self._take_bounds(bounds, cell, mined=mined)

    def _take_length(self, bounds: Bounds) -> None:
        if self._array:
            counted = re.search(r"数组长度|array length|list length", self._about.text, re.IGNORECASE)
            if counted:
                self._found = replace(self._found, length=bounds)
            elif self._found.item == "string":
                self._found = replace(self._found, item_length=bounds)
        elif "string" in self._kinds and self._found.length is None:
            self._found = replace(self._found, length=bounds)

    def _take_for_array(self, bounds: Bounds, cell: Cell, *, mined: bool) -> None:
        """Bounds of an array are those of its numbers, else they count its items."""
        if self._found.item in {"integer", "number"}:
            if not mined:
                self._found = replace(self._found, bounds=bounds)
        elif mined and (bounds.minimum is not None or bounds.maximum is None):
            return
        elif mined or self._found.item is not None:
            self._found = replace(self._found, length=bounds)
        elif re.search(r"\d\.\d", cell.text):
            self._found = replace(self._found, bounds=bounds, item="number")
        else:
            self._flag(cell, "the range may bound the items or count them", ("each item", "the number of items"))

    def _take_bounds(self, bounds: Bounds, cell: Cell, *, mined: bool) -> None:
        kinds = set(self._kinds)
        if not kinds & {"integer", "number"}:
            if (
                kinds == {"string"}
                and not self._found.choices
                and bounds.maximum is not None
                and bounds.maximum >= _LONG_TEXT
                and not self._is_link()
            ):
                self._take_length(bounds)
            elif (not mined and self._kinds) or (
                kinds == {"string"}
                and not self._found.choices
                and bounds.minimum is not None
                and bounds.maximum is not None
            ):
                self._misfit(bounds, cell)
            return
        if bounds.minimum is not None and bounds.maximum is not None and bounds.minimum > bounds.maximum:
            if not mined:
                self._flag(cell, f'the range "{cell.text}" is upside down')
            return
        if kinds == {"integer"} and any(
            end is not None and end != end.to_integral_value() for end in (bounds.minimum, bounds.maximum)
        ):
            if not mined:
                self._flag(
                    cell,
                    f'"{cell.text}" has fractions, and the type is integer',
                    ("the type is number", "the range is wrong"),
                )
            return
        if self._found.bounds is None:
            self._found = replace(self._found, bounds=bounds)

    def _is_link(self) -> bool:
        """Tell whether the text is a file's address or its Base64: numbers said of it are the file's own."""
        name = self._row.path.rpartition(".")[2].lower()
        return (
            self._row.kind.media
            or says_media(self._about.text)
            or re.search(r"ur[li]|image|video|audio|mask", name) is not None
        )

    def _misfit(self, bounds: Bounds, cell: Cell) -> None:
        """Flag a range of numbers that is said of a text, a list of pictures, a yes or no: it may mean several things."""
        kind = " or ".join(self._kinds)
        ends = [f"{end}" for end in (bounds.minimum, bounds.maximum) if end is not None]
        candidates = (
            [f"{' to '.join(ends)} characters", f"numbers {' to '.join(ends)} as text"] if kind == "string" else []
        )
        self._flag(cell, f"a range of numbers does not go with the type {kind}", candidates)

    def _take_size(self, size: SizeBounds, cell: Cell) -> None:
        if "string" not in self._kinds:
            self._flag(cell, f"a range of sizes does not go with the type {' or '.join(self._kinds)}")
            return
        if size.minimum[0] > size.maximum[0] or size.minimum[1] > size.maximum[1]:
            self._flag(cell, f'the range "{cell.text}" is upside down')
            return
        if "*" in self._row.cell("default").text:
            size = replace(size, separator="*")
        self._found = replace(self._found, size=size)

    # --- default ----------------------------------------------------------------------------------------------

    def _default(self) -> None:
        cell, row = self._row.cell("default"), self._row
        values = [choice.value for choice in self._found.choices] if not self._array else []
        reading = DefaultReading()
        if cell.text:
            try:
                reading = read_default(cell, self._kinds, values, required=row.required.required is True)
            except CellError as error:
                self._flag(cell, error.problem, error.candidates)
                return
        if (
            self._page.lenient
            and isinstance(reading.value, Absent)
            and not reading.random
            and (cell.text in words.NOTHING or not cell.text)
        ):
            told = mine_default(self._about, self._kinds, values) if self._kinds else ABSENT
            if isinstance(told, Absent):
                reading = self._found.default if not isinstance(self._found.default.value, Absent) else reading
            else:
                reading = DefaultReading(told)
        if not isinstance(reading.example, Absent):
            self._found = replace(self._found, examples=(*self._found.examples, reading.example))
        self._found = replace(self._found, default=reading)

    def _check(self) -> None:
        """Flag a default that its own row does not allow: a defect of the page."""
        value, found = self._found.default.value, self._found
        cell = self._row.cell("default") if self._row.cell("default").text else self._about
        values = [choice.value for choice in found.choices]
        for choice in values:
            if found.bounds is not None and not within(choice, found.bounds):
                self._flag(
                    self._row.cell("range") if self._row.cell("range").text else self._about,
                    f'the value "{choice}" is outside the range of its own row',
                )
        if value is None or isinstance(value, Absent) or self._array:
            return
        if values and value not in values:
            self._flag(
                cell,
                f'the default "{value}" is not one of the values',
                ("the enumeration lacks it", "the default is wrong"),
            )
        if found.bounds is not None and not within(value, found.bounds):
            self._flag(
                cell, f'the default "{value}" is outside the range', ("the range is wrong", "the default is wrong")
            )
        if found.size is not None and not is_size(str(value), found.size):
            self._flag(cell, f'the default "{value}" is not a size within the range')


def within(value: Json, bounds: Bounds) -> bool:
    """Tell whether a number is within bounds; what is no number is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    exact = Decimal(str(value))
    above = bounds.minimum is None or (
        exact > bounds.minimum if bounds.exclusive_minimum else exact >= bounds.minimum
    )
    below = bounds.maximum is None or (
        exact < bounds.maximum if bounds.exclusive_maximum else exact <= bounds.maximum
    )
    return above and below
