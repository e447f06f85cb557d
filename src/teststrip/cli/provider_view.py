"""A provider page as a person reads it in a terminal: facts, models, parameters, sizes, errors, notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from teststrip.cli.parameter_table import parameter_lines
from teststrip.cli.parameter_words import one_line
from teststrip.cli.report import plain
from teststrip.provider.model import ErrorMeaning, Model, Poll, Provider
from teststrip.provider.wire import Facts

_WIDEST: Final = 180  # longer lines are hard to follow
_WORDS: Final = {"exclusive": "at most one of", "any": "at least one of", "one": "exactly one of"}


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a provider, where its page is from, and some of its models."""

    provider: Provider
    source: str
    models: tuple[Model, ...]
    environ: Mapping[str, str]


def draw(view: View, width: int, *, styled: bool) -> str:
    """Return the page as text of at most `width` columns; without `styled`, free of terminal codes."""
    width = min(max(width, 40), _WIDEST)
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=styled,
        color_system="standard" if styled else None,
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        for part in _parts(view, width):
            console.print(part)
    # Tables are padded to their full width, which nobody wants in a pipe.
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def text(words: str, style: str = "") -> Text:
    """Return what a page says as text that is only that: one line, no markup, no control characters."""
    return Text(plain(one_line(words)), style=style, overflow="fold")


def _parts(view: View, width: int) -> Iterator[RenderableType]:
    provider = view.provider
    yield text(provider.title, "bold")
    yield text(f"{provider.name}, {view.source}: {provider.file}")
    yield ""
    yield _grid((text(label, "cyan"), text(words)) for label, words in _facts(view))
    yield from _under("Models", _grid(_models(view.models)))
    yield from _heading("Parameters" if len(view.models) != 1 else f"Parameters of {view.models[0].id}")
    yield from parameter_lines(provider, view.models, width)
    if provider.constraints:
        yield from _under("Between parameters", _grid([(text(_constraint(*c)),) for c in _constraints(provider)]))
    if provider.common_sizes:
        sizes = ((text(size.value), text(size.aspect), text(size.use)) for size in provider.common_sizes)
        yield from _under("Sizes", _grid(sizes))
    yield from _under("Errors", _grid(_error(meaning) for meaning in provider.errors))
    if provider.notes:
        yield from _under("Notes", _grid((text("-"), text(note)) for note in provider.notes))


def _facts(view: View) -> Iterator[tuple[str, str]]:
    provider = view.provider
    submit, poll, pace = provider.submit, provider.poll, provider.pace
    yield (
        "address",
        f"{provider.base_url}, unless there is another in {_variable(provider.base_url_env, view.environ)}",
    )
    auth = provider.auth
    form = auth.form.replace("{key}", "{key in base64}" if auth.encoding == "base64" else "{key}")
    kind = "if the server asks for one, from" if auth.optional else "from"
    yield "key", f"{kind} {_variable(auth.env, view.environ)}; sent as {auth.header}: {form}"
    others = [form for form in auth.accepted if form != auth.form]
    if others:
        yield "", f"also taken: {', '.join(others)}"
    yield "submit", f"{submit.method} {submit.path}"
    for scenario in submit.scenarios:
        when = " and ".join(map(str, scenario.when))
        yield "", f"{scenario.name}, {f'when {when}' if when else 'otherwise'}"
    if submit.idempotency is not None:
        once = f"once with the same {submit.idempotency.header} within {submit.idempotency.hours:g} hours"
        yield "", f"charged {once}"
    if provider.at_once:
        yield "", f"answers with the pictures, within {poll.deadline:g} s"
    else:
        yield "poll", f"{poll.method} {poll.path}"
        yield "", f"every {_waits(poll)}, for {poll.deadline:g} s at most"
    yield "pace", f"{pace.concurrency} at once, {pace.per_minute} a minute"
    yield from zip(("limits", "", ""), _limits(provider.facts), strict=False)
    price = provider.price
    if price is not None:
        yield "price", f"{price.expression} {price.unit}{' (an estimate)' if price.estimate else ''}"
        for name, term in price.terms:
            yield "", f"{name} = {term}"
        for name, assumed in price.assume.items():
            yield "", f"{name} is taken to be {str(assumed).lower()}"
        if price.note:
            yield "", price.note


def _waits(poll: Poll) -> str:
    if poll.interval == poll.max_interval:
        return f"{poll.interval:g} s"
    return f"{poll.interval:g} to {poll.max_interval:g} s"


def _limits(facts: Facts) -> Iterator[str]:
    rate, sizes = facts.rate, facts.sizes
    for what, told in (
        ("the API allows", ((rate.concurrency, "{} at once"), (rate.per_minute, "{} a minute"))),
        (
            "of a picture:",
            (
                (sizes.multiple_of, "sides are multiples of {}"),
                (sizes.min_pixels, "at least {} pixels"),
                (sizes.max_pixels, "at most {} pixels"),
            ),
        ),
        ("a picture's link", ((facts.links, "lives for {} s"),)),
    ):
        words = [form.format(number) for number, form in told if number is not None]
        if words:
            yield f"{what} {', '.join(words)}"


def _variable(name: str, environ: Mapping[str, str]) -> str:
    return f"{name} ({'set' if environ.get(name) else 'not set'})"


def _models(models: Iterable[Model]) -> Iterator[tuple[Text, ...]]:
    for model in models:
        also = f"also called {', '.join(model.aliases)}" if model.aliases else ""
        words = "; ".join(part for part in (model.title, also, model.notes) if part)
        yield text(model.id, "bold"), text(words)


def _constraints(provider: Provider) -> Iterator[tuple[str, Sequence[str]]]:
    for one in provider.constraints:
        yield one.kind, one.parameters


def _constraint(kind: str, parameters: Sequence[str]) -> str:
    names = ", ".join(parameters)
    return f"{_WORDS[kind]} {names}" if kind in _WORDS else f"all or none of {names}"


def _error(meaning: ErrorMeaning) -> tuple[Text, ...]:
    code = "" if meaning.code == str(meaning.status) else f" ({meaning.code})"
    words = [
        f"{meaning.name}: {meaning.meaning}"
        if meaning.name and meaning.meaning
        else meaning.name or meaning.meaning
    ]
    words += [meaning.advice] if meaning.advice else []
    words += ["May have cost money."] if meaning.may_have_cost else []
    sentences = " ".join(word if word.endswith((".", "?", "!")) else f"{word}." for word in words if word)
    return text(f"{meaning.status}{code}"), text(sentences)


def _heading(title: str) -> Iterator[RenderableType]:
    yield ""
    yield text(title, "bold cyan")


def _under(title: str, grid: RenderableType) -> Iterator[RenderableType]:
    yield from _heading(title)
    yield grid


def _grid(rows: Iterable[tuple[Text, ...]]) -> RenderableType:
    """Lay rows out in columns; the last takes what is left, the others are as wide as they need to be."""
    listed = list(rows)
    grid = Table.grid(padding=(0, 2))
    for column in range(len(listed[0]) if listed else 0):
        last = column == len(listed[0]) - 1
        widest = max(row[column].cell_len for row in listed)
        grid.add_column(overflow="fold", width=None if last else min(widest, 34))
    for row in listed:
        grid.add_row(*row)
    return Padding(grid, (0, 0, 0, 2))
