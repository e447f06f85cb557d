"""A grid definition's text to its records; nothing is known here of any API.

The format is that of sd-infinity-grid-generator's README: `grid` with `params`, `variables` that are replaced in
every text, `axes` in a short form (`seed: 1, 2, 3`, or `a || b` where commas are part of the values) and a long
one (`values` by key, each `name=value` or `{title, description, params, skip, show}`). SwarmUI saves the short
form as a list of `{mode, vals}`, in which `SKIP:` before a value skips it. Names are compared without case.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.base.vocabulary import meaning_of
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Document, Marks, parse_yaml
from teststrip.exchange.grid.lists import has_dots, split_list
from teststrip.exchange.grid.model import Grid, GridAxis, GridValue, Setting

MOST_VALUES: Final = 10_000
MOST_PROSE: Final = 600
MOST_TEXT: Final = 1_000_000  # characters that one text may have after its variables are put in
_TRUE: Final = frozenset({"true", "yes", "on"})
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_SHOWN: Final = {"x axis": "cols", "y axis": "rows", "x super axis": "cols", "y super axis": "rows"}
_PAGE: Final = frozenset(
    {
        *("format", "author", "stylesheet", "outpath", "show descriptions", "autoscale", "sticky"),
        *("sticky labels", "skip_invalid", "description", "title", "params", *_SHOWN),
    }
)


def read_grid(text: str, file: str) -> tuple[Grid | None, list[Problem]]:
    """Read a grid definition; None, with every problem, when it is not one."""
    document, problems = parse_yaml(text, file)
    if document is None or problems:
        return None, problems
    return _Reader(document, file).grid()


class _Faulty(Exception):  # noqa: N818  it becomes a located problem in `grid`
    def __init__(self, path: Path, message: str) -> None:
        super().__init__()
        self.path = path
        self.message = message


class _Reader:
    """Reads one document; texts come out with their variables put in."""

    def __init__(self, document: Document, file: str) -> None:
        self.body = document.value
        self.marks: Marks = document.marks
        self.file = file
        self.variables: dict[str, str] = {}
        self.problems: list[Problem] = []

    def grid(self) -> tuple[Grid | None, list[Problem]]:
        body = _lower(self.body)
        grid, axes = body.get("grid", ("grid", {})), body.get("axes") or body.get("gridaxes")
        if axes is None or not isinstance(axes[1], Mapping | list) or not isinstance(grid[1], Mapping):
            said = "a grid definition has `grid:` with its title and params, and `axes:` with what varies"
            return None, [Problem(Where(self.file, 1, 1), "", said)]
        for name, value in _lower(body.get("variables", ("", {}))[1]).items():
            self.variables[name] = self._said(value[1], ("variables", value[0]))
        facts = _lower(grid[1])
        params = body.get("baseparams") or facts.get("params") or ("params", {})
        path: Path = (params[0],) if "baseparams" in body else (grid[0], params[0])
        made = Grid(
            file=self.file,
            title=self._title(facts.get("title") or body.get("output_folder_name"), grid[0]),
            params=tuple(self._settings(params[1], path)),
            axes=tuple(self._axes(axes[1], axes[0])),
            sheet=self._sheet(facts),
            notes=tuple(self._notes(facts)),
        )
        if not made.axes and not self.problems:
            self.problems.append(Problem(self.marks.key((axes[0],)), dotted((axes[0],)), "there are no axes here"))
        return (None if self.problems else made), self.problems

    def _axes(self, axes: Json, name: str) -> Iterator[GridAxis]:
        members: list[tuple[str, Json, Path]] = []
        if isinstance(axes, Mapping):
            members = [(key, value, (name, key)) for key, value in axes.items()]
        elif isinstance(axes, list):
            for index, axis in enumerate(axes):
                pair = _lower(axis)
                mode = self._said(pair.get("mode", ("", ""))[1], (name, index, "mode"))
                if mode:
                    members.append((mode, pair.get("vals", ("", ""))[1], (name, index, "vals")))
        for key, value, path in members:
            try:
                axis = self._axis(key, value, path)
            except _Faulty as fault:
                self.problems.append(Problem(self.marks.value(fault.path), dotted(fault.path), fault.message))
                continue
            if axis.values or axis.listed is not None:
                yield axis
            else:
                self.problems.append(Problem(self.marks.value(path), dotted(path), "this axis has no values"))

    def _axis(self, name: str, value: Json, path: Path) -> GridAxis:
        where = self.marks.key(path)
        if isinstance(value, list):
            return GridAxis(name, where, path, tuple(self._items(name, value, path)))
        if not isinstance(value, Mapping):
            return self._listed(name, Setting(name, self._said(value, path), self.marks.value(path), path), where)
        parts = _lower(value)
        note = self._prose(parts, "description", path)
        if "values" not in parts:
            raise _Faulty(path, "this axis has no `values`")
        at: Path = (*path, parts["values"][0])
        values = parts["values"][1]
        if isinstance(values, list):
            return GridAxis(name, where, path, tuple(self._items(name, values, at)), note=note)
        if not isinstance(values, Mapping):
            setting = Setting(name, self._said(values, at), self.marks.value(at), at)
            return self._listed(name, setting, where, note)
        if len(values) > MOST_VALUES:
            raise _Faulty(at, f"an axis has at most {MOST_VALUES:,} values, and this has {len(values):,}")
        made = tuple(self._value(key, each, (*at, key)) for key, each in values.items())
        return GridAxis(name, where, path, made, note=note)

    def _listed(self, name: str, setting: Setting, where: Where, note: str = "") -> GridAxis:
        if has_dots(setting.text):
            return GridAxis(name, where, setting.path, listed=setting, note=note)
        texts = split_list(setting.text)
        if len(texts) > MOST_VALUES:
            raise _Faulty(setting.path, f"an axis has at most {MOST_VALUES:,} values, and this has {len(texts):,}")
        whole = not any("=" in text for text, _ in texts) and meaning_of(name) == "replace"
        first = texts[0][0] if texts else ""
        values = tuple(
            GridValue(
                title=text,
                settings=(Setting(name, f"{first}={text}" if whole else text, setting.where, setting.path),),
                where=setting.where,
                path=setting.path,
                skip=skip,
                bare=True,
            )
            for text, skip in texts
        )
        return GridAxis(name, where, setting.path, values, note=note)

    def _items(self, name: str, items: list[Json], path: Path) -> Iterator[GridValue]:
        """Read a YAML list, which the tool itself refuses, in the one way that it can be meant."""
        for index, item in enumerate(items[: MOST_VALUES + 1]):
            at = (*path, index)
            if index == MOST_VALUES:
                raise _Faulty(path, f"an axis has at most {MOST_VALUES:,} values, and this has {len(items):,}")
            said = "" if isinstance(item, Mapping) else self._said(item, at)
            if isinstance(item, Mapping) or (meaning_of(name) != "replace" and "=" in said):
                yield self._value(str(index + 1), item, at)
            else:
                setting = Setting(name, said, self.marks.value(at), at)
                yield GridValue(said, (setting,), setting.where, at, bare=True)

    def _value(self, key: str, value: Json, path: Path) -> GridValue:
        where = self.marks.key(path)
        if not isinstance(value, Mapping):
            name, equals, text = self._said(value, path).partition("=")
            if not equals:
                raise _Faulty(path, "a value is `parameter=value`, or has a `title` and `params`")
            setting = Setting(name.strip(), text.strip(), self.marks.value(path), path)
            return GridValue(text.strip(), (setting,), where, path, bare=True)
        parts = _lower(value)
        params = parts.get("params")
        if params is None or not isinstance(params[1], Mapping):
            raise _Faulty(path, "this value has no `params`, so it sets nothing")
        title = parts.get("title")
        return GridValue(
            title=self._plain(title[1], (*path, title[0])) if title else key,
            settings=tuple(self._settings(params[1], (*path, params[0]))),
            where=where,
            path=path,
            note=self._prose(parts, "description", path),
            skip=self._flag(parts, "skip", path) in _TRUE,
            hide=self._flag(parts, "show", path) in {"false", "no", "off"},
        )

    def _settings(self, params: Json, path: Path) -> Iterator[Setting]:
        if isinstance(params, Mapping):
            for name, value in params.items():
                at = (*path, name)
                yield Setting(name, self._said(value, at), self.marks.key(at), at)

    def _said(self, value: Json, path: Path) -> str:
        """Return a value as it was written, with its variables put in."""
        if isinstance(value, Mapping | list):
            self.problems.append(
                Problem(self.marks.value(path), dotted(path), "a text or a number is expected here, not a list")
            )
            return ""
        if value is None:
            return ""
        text = self.marks.texts.get(path) or (str(value).lower() if isinstance(value, bool) else str(value))
        for name, replacement in self.variables.items():
            if name and len(text) + text.count(name) * len(replacement) > MOST_TEXT:
                said = f"the variables make this text longer than {MOST_TEXT:,} characters"
                self.problems.append(Problem(self.marks.value(path), dotted(path), said))
                return ""
            text = text.replace(name, replacement) if name else text
        return text

    def _plain(self, value: Json, path: Path) -> str:
        """Return a text that a web page would show, without its HTML."""
        return " ".join(html.unescape(_TAG.sub(" ", self._said(value, path))).split())

    def _prose(self, parts: Mapping[str, tuple[str, Json]], name: str, path: Path) -> str:
        return self._plain(parts[name][1], (*path, parts[name][0])) if name in parts else ""

    def _flag(self, parts: Mapping[str, tuple[str, Json]], name: str, path: Path) -> str:
        return self._said(parts[name][1], (*path, parts[name][0])).strip().lower() if name in parts else ""

    def _title(self, title: tuple[str, Json] | None, grid: str) -> str:
        said = self._plain(title[1], (grid, title[0])) if title else ""
        return said or re.split(r"[\\/]", self.file)[-1].split(".")[0] or "grid"

    def _sheet(self, facts: Mapping[str, tuple[str, Json]]) -> dict[str, tuple[str, ...]]:
        """Return the axes of rows and columns; a super-axis is the outer one."""
        sheet: dict[str, tuple[str, ...]] = {}
        for key in ("y super axis", "y axis", "x super axis", "x axis"):
            name = self._said(facts[key][1], ("grid", facts[key][0])).strip() if key in facts else ""
            if name and name.lower() != "none":
                sheet[_SHOWN[key]] = (*sheet.get(_SHOWN[key], ()), name)
        return sheet

    def _notes(self, facts: Mapping[str, tuple[str, Json]]) -> Iterator[str]:
        for name in ("description", "author"):
            if said := self._prose(facts, name, ("grid",)):
                yield _brief(said) if name == "description" else f"Author: {_brief(said)}"
        shown = [key for key in ("format", "stylesheet", "outpath") if key in facts]
        if shown:
            yield f"Not taken over, as it is about the web page only: {', '.join(shown)}."
        unknown = [written for key, (written, _) in facts.items() if key not in _PAGE]
        if unknown:
            yield f"Not known, and not taken over: {', '.join(unknown)}."


def _lower(value: Json) -> dict[str, tuple[str, Json]]:
    """Return a mapping by names in lower case, each with the name as it was written."""
    if not isinstance(value, Mapping):
        return {}
    return {name.lower(): (name, member) for name, member in value.items()}


def _brief(text: str) -> str:
    return text if len(text) <= MOST_PROSE else text[: MOST_PROSE - 1].rstrip() + "…"
