"""Parameters made up by hypothesis, and printed as documentation in many styles and spellings."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NAMES = ["alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "yew"]
VALUES = ["red", "green", "blue", "soft-light", "dots_2", "v1.5", "16:9"]
HEADER = ("Parameter", "Type", "Required", "Default", "Range", "Description")
CHINESE = ("参数名", "类型", "是否必填", "默认值", "取值范围", "说明")
ABOUT = "What is drawn"


@dataclass(frozen=True)
class Spec:
    """One parameter as it is meant; `spell` picks among the spellings that mean the same."""

    name: str
    kind: str
    spell: int
    item: str = ""
    nullable: bool = False
    required: bool = False
    when: str = ""  # the value of `mode` with which it has to be given
    default: Any = None  # none; null cannot be told from it here
    choices: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    least: Any = None
    most: Any = None
    open_least: bool = False
    open_most: bool = False
    step: int = 0
    length: tuple[int | None, int] | None = None
    size: bool = False
    children: tuple[Spec, ...] = field(default=())


@st.composite
def specs(draw: st.DrawFn, names: Sequence[str] = NAMES, depth: int = 0) -> tuple[Spec, ...]:
    picked = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4 - depth, unique=True))
    return tuple(draw(spec(name, depth)) for name in picked)


@st.composite
def spec(draw: st.DrawFn, name: str, depth: int) -> Spec:
    kinds = ["string", "integer", "number", "boolean", "array", *(["object"] if depth < 2 else [])]
    kind = draw(st.sampled_from(kinds))
    found: dict[str, Any] = {"required": draw(st.booleans()), "nullable": draw(st.booleans())}
    if not found["required"] and depth == 0 and draw(st.booleans()):
        found["when"] = draw(st.sampled_from(["draw", "edit"]))
    found |= draw(_MORE[kind](depth)) if kind in _MORE else {}
    if kind == "boolean" and draw(st.booleans()):
        found["default"] = draw(st.booleans())
    if found["required"]:
        found.pop("default", None)
    return Spec(name, kind, draw(st.integers(0, 999)), **found)


@st.composite
def _text(draw: st.DrawFn, depth: int) -> dict[str, Any]:  # noqa: ARG001  as its siblings
    form = draw(st.sampled_from(["plain", "choices", "length", "size"]))
    if form == "choices":
        choices = tuple(draw(st.lists(st.sampled_from(VALUES), min_size=2, max_size=4, unique=True)))
        return {"choices": choices, "default": draw(st.sampled_from([None, *choices]))}
    if form == "length":
        return {"length": (draw(st.sampled_from([None, 1, 3])), draw(st.integers(60, 9000)))}
    if form == "size":
        return {"size": True, "default": draw(st.sampled_from([None, "512x768"]))}
    return {"default": draw(st.sampled_from([None, "", "plain", "two words"]))}


@st.composite
def _number(draw: st.DrawFn, depth: int, *, whole: bool = True) -> dict[str, Any]:  # noqa: ARG001  as its siblings
    if whole and draw(st.integers(0, 4)) == 0:
        labels = draw(st.lists(st.sampled_from(["Heavy", "Light", "Half on", "Off"]), min_size=2, unique=True))
        return {"choices": tuple(range(len(labels))), "labels": tuple(labels)}
    edge = st.integers(-40, 40) if whole else st.integers(-400, 400).map(lambda one: one / 100)
    least, most = sorted((draw(edge), draw(edge.map(lambda one: one + 1))))
    found: dict[str, Any] = {"least": least, "most": most}
    match draw(st.sampled_from(["both", "least", "most", "none", "open"])):
        case "least":
            found = {"least": least}
        case "most":
            found = {"most": most}
        case "none":
            found = {}
        case "open" if not whole and most > least:
            found |= {"open_least": draw(st.booleans()), "open_most": draw(st.booleans())}
    if whole and {"least", "most"} <= set(found) and draw(st.booleans()):
        found["step"] = draw(st.sampled_from([2, 8]))
    if draw(st.booleans()) and not found.get("open_least"):
        found["default"] = found.get("least", found.get("most", 3))
        if found.get("open_most") and found["default"] == most:
            del found["default"]
    return found


@st.composite
def _array(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    item = draw(st.sampled_from(["string", "integer", "number", *(["object"] if depth < 2 else [])]))
    found: dict[str, Any] = {"item": item}
    if draw(st.booleans()):
        found["length"] = (draw(st.sampled_from([None, 1])), draw(st.integers(2, 20)))
    if item == "object":
        found["children"] = draw(specs(depth=depth + 1))
    return found


@st.composite
def _object(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    return {"children": draw(specs(depth=depth + 1))}


_MORE: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "string": _text,
    "integer": _number,
    "number": lambda depth: _number(depth, whole=False),
    "array": _array,
    "object": _object,
}

# --- spellings: lists of ways to write one thing; the first is the plainest -------------------------------------

TYPES = {
    "string": ["string", "String", "str"],
    "integer": ["integer", "int", "int32", "Integer"],
    "number": ["number", "float", "double"],
    "boolean": ["boolean", "bool", "Boolean"],
    "object": ["object", "Object", "dict"],
}


def pick(one: Spec, ways: Sequence[str], salt: int) -> str:
    return ways[(one.spell // (salt + 1)) % len(ways)]


def type_of(one: Spec) -> str:
    if one.kind == "array":
        named = pick(one, TYPES[one.item], 1)
        forms = [f"array({named})", f"array<{named}>", f"{named}[]", f"array of {one.item}s", f"List[{named}]"]
        said = pick(one, forms, 2)
    else:
        said = pick(one, TYPES[one.kind], 1)
    return pick(one, [f"{said} or null", f"{said} | null", f"{said}, null"], 3) if one.nullable else said


def required_of(one: Spec) -> str:
    if one.when:
        forms = [
            f"yes (when `mode` is `{one.when}`)",
            f"✅ Yes (when mode={one.when})",
            f"required if mode is {one.when}",
        ]
        return pick(one, forms, 1)
    return pick(
        one, ["yes", "✅ Yes", "required", "true"] if one.required else ["no", "❌ No", "optional", "-"], 1
    )


def shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def default_of(one: Spec) -> str:
    if one.default is None:
        return pick(one, ["-", "", "N/A", "—"], 1)
    if one.default == "":
        return pick(one, ['`""`', '""'], 1)
    return pick(one, [f"`{shown(one.default)}`", shown(one.default)], 1)


def range_of(one: Spec) -> str:
    if one.size:
        return "64x64 - 2048x4096"
    if one.labels:
        return pick(one, [", ", "; "], 1).join(f"{v} = {s}" for v, s in zip(one.choices, one.labels, strict=True))
    if one.choices:
        codes, words = [f"`{v}`" for v in one.choices], list(one.choices)
        quoted = [f'"{v}"' for v in one.choices]
        ways = [", ".join(codes), " / ".join(codes), " | ".join(codes), ", ".join(words), ", ".join(quoted)]
        return pick(one, [*ways, f"{', '.join(codes[:-1])} or {codes[-1]}", "`" + " | ".join(words) + "`"], 1)
    if one.length is not None:
        return length_of(one)
    return bounds_of(one)


def length_of(one: Spec) -> str:
    least, most = one.length or (None, 0)
    unit = "items" if one.kind == "array" else "characters"
    if least is not None:
        return pick(one, [f"{least} - {most} {unit}", f"{least}-{most} {unit}", f"{least} to {most} {unit}"], 1)
    return pick(one, [f"<= {most} {unit}", f"max {most} {unit}", f"up to {most} {unit}"], 1)


def bounds_of(one: Spec) -> str:
    a, b = one.least, one.most
    if a is None and b is None:
        return "-"
    if b is None:
        return pick(one, [f">= {a}", f"≥ {a}", f"at least {a}", f"min {a}", f"minimum: {a}", f"≥{a}"], 1)
    if a is None:
        return pick(one, [f"<= {b}", f"≤ {b}", f"at most {b}", f"max: {b}", f"up to {b}"], 1)
    if one.open_least or one.open_most:
        return f"{'[('[one.open_least]}{a}, {b}{'])'[one.open_most]}"
    ways = [
        f"{a} - {b}",
        f"[{a}, {b}]",
        f"{a} ~ {b}",
        f"{a} to {b}",
        f"min: {a}, max: {b}",
        f"between {a} and {b}",
    ]
    said = pick(one, [*ways, f">= {a}, <= {b}", f"{a} – {b}", f"{a}..{b}"], 1)
    return f"{said}, multiple of {one.step}" if one.step else said


# --- styles ------------------------------------------------------------------------------------------------------


def rows(found: Sequence[Spec], prefix: str = "", depth: int = 0) -> list[tuple[str, int, Spec]]:
    """Give every parameter with its full name and its depth, parents first."""
    told = []
    for one in found:
        told.append((prefix + one.name, depth, one))
        told += rows(one.children, f"{prefix}{one.name}{'[]' if one.kind == 'array' else ''}.", depth + 1)
    return told


def cells(name: str, one: Spec) -> list[str]:
    return [name, type_of(one), required_of(one), default_of(one), range_of(one), ABOUT]


def escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def table(
    found: Sequence[Spec], *, outer: bool = True, header: Sequence[str] = HEADER, signs: bool = False
) -> str:
    left, right = ("| ", " |") if outer else ("", "")
    lines = [f"{left}{' | '.join(header)}{right}", f"{left}{' | '.join(['---'] * 6)}{right}"]
    for path, depth, one in rows(found):
        name = f"{'>' * depth} {one.name}".strip() if signs else f"`{path}`"
        told = [escaped(cell) for cell in cells(name, one)]
        lines.append(f"{left}{' | '.join(told)}{right}")
    return "\n".join(lines) + "\n"


def chinese(found: Sequence[Spec]) -> str:
    text = table(found, header=CHINESE)
    for old, new in {
        "✅ Yes |": "是 |",
        "| yes |": "| 是 |",
        "| required |": "| 必填 |",
        "| no |": "| 否 |",
    }.items():
        text = text.replace(old, new)
    return text


def html_table(found: Sequence[Spec]) -> str:
    lines = ["<table>", "<tr>" + "".join(f"<th>{one}</th>" for one in HEADER) + "</tr>"]
    for path, _, one in rows(found):
        told = [html.escape(cell.replace("`", "\0"), quote=False) for cell in cells(path, one)]
        parts = [cell.split("\0") for cell in told]
        shown_cells = ["".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(part)) for part in parts]
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in shown_cells) + "</tr>")
    return "\n".join([*lines, "</table>"]) + "\n"


def said(one: Spec) -> str:
    """Say in a description what has no column."""
    limits = range_of(one)
    if limits == "-":
        return f"{ABOUT}."
    if one.choices and not one.labels:
        return f"{ABOUT}. Options: {', '.join(f'`{v}`' for v in one.choices)}."
    return f"{ABOUT}. {limits}." if one.labels else f"{ABOUT}. Range: {limits}."


def fields(found: Sequence[Spec], indent: str = "") -> str:
    text = ""
    for one in found:
        given = [f'body="{one.name}"', f'type="{type_of(one)}"', *(["required"] if one.required else [])]
        if one.default is not None:
            value = one.default if isinstance(one.default, str) else json.dumps(one.default)
            given.append(f'default="{value}"' if isinstance(one.default, str) else f"default={{{value}}}")
        when = f" Required when `mode` is `{one.when}`." if one.when else ""
        limits = said(one)
        text += f"{indent}<ParamField {' '.join(given)}>\n{indent}  {limits}{when}\n"
        if one.children:
            text += f'{indent}  <Expandable title="more">\n{fields(one.children, indent + "    ")}'
            text += f"{indent}  </Expandable>\n"
        text += f"{indent}</ParamField>\n\n"
    return text


def bullets(found: Sequence[Spec], indent: str = "") -> str:
    text = ""
    for one in found:
        need = "required" if one.required else "optional"
        text += f"{indent}- `{one.name}` ({type_of(one)}, {need}): {ABOUT}\n"
        if one.default is not None:
            text += (
                f"{indent}  - Default: `{json.dumps(one.default) if one.default == '' else shown(one.default)}`\n"
            )
        if range_of(one) != "-":
            text += f"{indent}  - Range: {range_of(one)}\n"
        if one.when:
            text += f"{indent}  - Description: Required when `mode` is `{one.when}`.\n"
        text += bullets(one.children, indent + "  ")
    return text


STYLES: dict[str, Callable[[Sequence[Spec]], str]] = {
    "table": table,
    "no outer pipes": lambda found: table(found, outer=False),
    "signs": lambda found: table(found, signs=True),
    "Chinese": chinese,
    "HTML": html_table,
    "fields": fields,
    "bullets": bullets,
}
