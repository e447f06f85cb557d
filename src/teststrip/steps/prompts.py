"""Put words before a prompt, after it, or in the place of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.errors import StepError
from teststrip.steps.matching import Expression, Groups, expression, plainly
from teststrip.steps.model import BeforeStep, Options, Request
from teststrip.steps.options import chosen, flag, option, schema_of, text

MOST_PROMPT: Final = 100_000  # characters, as many as a template may make
_UNFOUND: Final = ("refuse", "keep")

PARAMETER: Final[Mapping[str, Json]] = option(
    "string",
    "parameter",
    "The parameter that has the prompt, such as negative_prompt.",
    minLength=1,
    default="prompt",
)
_SEPARATOR: Final = option("string", "separator", "What stands between, unless one side is empty.", default=", ")
_TEXT: Final = option("string", "text", "The words to add.")


def touched(options: Options) -> tuple[str, ...]:
    """Return the one parameter that these steps read and write."""
    return (text(options, "parameter") or "prompt",)


def prompt_of(request: Request, options: Options) -> str:
    """Return the prompt. Raises StepError when there is none, or it is no text."""
    (name,) = touched(options)
    value = request.get(name)
    if isinstance(value, str):
        return value
    if value is None:
        raise StepError(f"the request has no {name}; `parameter` names the one that has the prompt")
    raise StepError(f"{name} is no text, and this step changes text only")


def changed(request: Request, options: Options, prompt: str) -> Request:
    """Return the request with another prompt. Raises StepError for one that is too long."""
    (name,) = touched(options)
    if len(prompt) > MOST_PROMPT:
        raise StepError(f"{name} would have {len(prompt):,} characters; at most {MOST_PROMPT:,} are made")
    return {**request, name: prompt}


def prefix(request: Request, options: Options) -> Request:
    """Put words before the prompt; where there is none, they are the prompt."""
    return changed(request, options, _joined(text(options, "text"), _some_prompt(request, options), options))


def suffix(request: Request, options: Options) -> Request:
    """Put words after the prompt; where there is none, they are the prompt."""
    return changed(request, options, _joined(_some_prompt(request, options), text(options, "text"), options))


def _some_prompt(request: Request, options: Options) -> str:
    (name,) = touched(options)
    return "" if request.get(name) is None else prompt_of(request, options)


def _joined(first: str, second: str, options: Options) -> str:
    return f"{first}{text(options, 'separator')}{second}" if first and second else first or second


def replace(request: Request, options: Options) -> Request:
    """Put words in the place of others, everywhere or at the first place."""
    prompt = prompt_of(request, options)
    sought = text(options, "find")
    if not sought:
        raise StepError("find: there is nothing to look for")
    regex = flag(options, "regex")
    found = (expression if regex else plainly)(sought, ignore_case=flag(options, "ignore_case"))
    replacement = _replacement(text(options, "with"), found, regex=regex)
    parts, end, count = [], 0, 0
    for match in found.matches(prompt):
        parts += [prompt[end : match.start], replacement(prompt, match.groups)]
        end, count = match.end, count + 1
        if not flag(options, "all"):
            break
    if not count and chosen(options, "unfound", _UNFOUND) == "refuse":
        (name,) = touched(options)
        raise StepError(f"find: {sought!r} is not in {name}; `unfound: keep` leaves such a prompt as it is")
    return changed(request, options, "".join([*parts, prompt[end:]]))


def _replacement(words: str, found: Expression, *, regex: bool) -> Callable[[str, Groups], str]:
    r"""Return what makes a replacement of what was matched: `\1` to `\9` are groups, `\0` all of it."""
    if not regex:
        return lambda _prompt, _groups: words
    parts: list[str | int] = []
    at = 0
    while at < len(words):
        if words[at] != "\\":
            parts.append(words[at])
            at += 1
            continue
        sign = words[at + 1 : at + 2]
        if sign.isdecimal() and sign.isascii():
            if int(sign) > found.groups:
                raise StepError(f"with: \\{sign} names a group, and `find` has {found.groups}")
            parts.append(int(sign))
        elif sign == "\\":
            parts.append("\\")
        else:
            raise StepError(f"with: a backslash stands before a digit or another backslash, not before {sign!r}")
        at += 2

    def made(prompt: str, groups: Groups) -> str:
        spans = [groups[part] if isinstance(part, int) else None for part in parts]
        return "".join(
            part if isinstance(part, str) else (prompt[slice(*span)] if span else "")
            for part, span in zip(parts, spans, strict=True)
        )

    return made


PREFIX: Final = BeforeStep(
    name="prompt-prefix",
    change=prefix,
    summary="Puts words before the prompt.",
    options=schema_of({"text": _TEXT, "separator": _SEPARATOR, "parameter": PARAMETER}, required=("text",)),
    touches=touched,
)

SUFFIX: Final = BeforeStep(
    name="prompt-suffix",
    change=suffix,
    summary="Puts words after the prompt.",
    options=schema_of({"text": _TEXT, "separator": _SEPARATOR, "parameter": PARAMETER}, required=("text",)),
    touches=touched,
)

REPLACE: Final = BeforeStep(
    name="prompt-replace",
    change=replace,
    summary="Puts words in a prompt in the place of others.",
    options=schema_of(
        {
            "find": option("string", "find", "What to look for.", minLength=1, maxLength=1000),
            "with": option(
                "string",
                "with",
                "What to put there; with `regex`, `\\1` is what the first group found, `\\0` all of it.",
                default="",
            ),
            "regex": option(
                "boolean",
                "regular expression",
                "Whether `find` is a regular expression. It has no references back and no looking around, so"
                " that none takes long.",
                default=False,
            ),
            "ignore_case": option("boolean", "ignore case", "Whether A and a are the same.", default=False),
            "all": option("boolean", "all", "Whether every place is meant, or only the first.", default=True),
            "unfound": option(
                "string",
                "not found",
                "What to do with a prompt that has nothing of the kind: `refuse`, so that a slip is noticed, or"
                " `keep` it as it is.",
                enum=list(_UNFOUND),
                default="refuse",
            ),
            "parameter": PARAMETER,
        },
        required=("find",),
    ),
    touches=touched,
)
