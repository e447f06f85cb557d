"""`teststrip emulate`: an API's emulator on a local port, for any client."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import click

from teststrip.base.serving import LOOPBACK
from teststrip.cli.largest import largest_area
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.report import say, say_json, where_from_here
from teststrip.cli.stages import provider_named
from teststrip.emulator.app import create_app
from teststrip.emulator.darkroom import DarkroomRenderer
from teststrip.emulator.faults import POINTS, FaultPlan, Point, read_faults
from teststrip.emulator.renderer import Renderer
from teststrip.emulator.serve import serve
from teststrip.emulator.settings import EmulatorSettings
from teststrip.errors import UsageError
from teststrip.provider.catalogue import page_at
from teststrip.provider.model import Provider

_SPAN: Final = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,6})?)(?:-([0-9]{1,4}(?:\.[0-9]{1,6})?))?")


class _Amount(click.ParamType[Decimal]):
    """An amount of money: a plain decimal number that is not negative."""

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read it exactly."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is not an amount, such as 500 or 12.5", param, ctx)
        return amount


AMOUNT = _Amount()


@click.command("emulate")
@click.option("--provider", "name", default="gptproto", show_default=True, help="Whose API to emulate.")
@click.option(
    "--page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A provider page of your own to answer like, instead of --provider.",
)
@click.option(
    "--renderer", "drawn_by", default="darkroom", show_default=True, help="What draws: the darkroom or a plugin's."
)
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--key", "keys", multiple=True, help="A key to accept; any key when none is given.")
@click.option("--rate", type=click.IntRange(1), help="Submits a minute before 429.")
@click.option("--delay", type=click.FloatRange(0), default=0.0, help="Seconds that a prediction takes at least.")
@click.option(
    "--latency",
    "latencies",
    multiple=True,
    metavar="[MOMENT=]SECONDS[-SECONDS]",
    help="How long an answer waits: to all, or to a submit, poll, result or picture; drawn from the plan's seed.",
)
@click.option(
    "--faults",
    "fault_plan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A plan of what goes wrong, in YAML; see docs/emulator.md.",
)
@click.option("--balance", type=AMOUNT, help="Pretend money that there is; without it none is ever short.")
@click.option(
    "--price", type=AMOUNT, default="1", show_default=True, help="For requests of which the page has no price."
)
@click.option(
    "--charges",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that remembers what was charged, also over restarts.",
)
@json_option
def command(  # noqa: PLR0913, PLR0917  click hands over each option by name
    name: str,
    page: Path | None,
    drawn_by: str,
    host: str,
    port: int,
    keys: tuple[str, ...],
    rate: int | None,
    delay: float,
    latencies: tuple[str, ...],
    fault_plan: Path | None,
    balance: Decimal | None,
    price: Decimal,
    charges: Path | None,
    *,
    as_json: bool,
) -> None:
    """Serve an emulator of a provider's API until Ctrl-C."""
    loaded = load()
    provider = page_at(page).read() if page is not None else provider_named(name, loaded.catalogue)
    factories: dict[str, Callable[[Provider], Renderer]] = {
        DarkroomRenderer.name: lambda page: DarkroomRenderer(roles=page.roles, largest=largest_area(os.environ)),
        **loaded.extensions.renderers,
    }
    if drawn_by not in factories:
        raise UsageError(f"no renderer is named {drawn_by!r}; there are: {', '.join(sorted(factories))}")
    settings = EmulatorSettings(
        keys=frozenset(keys) or None,
        rate=rate,
        delay=delay,
        balance=balance,
        unpriced=price,
        charges=charges,
        faults=_faults(fault_plan, provider) if fault_plan is not None else None,
        latency=_latency(latencies),
    )

    def on_ready(url: str) -> None:
        if as_json:
            say_json({"event": "ready", "url": url})
        else:
            say(f"{provider.title} is emulated at {url} (Ctrl-C ends it)")
            say(f"Use it: teststrip run RECIPE.yaml --target {url}")

    # Ctrl-C is how it ends: nothing to complain about, and nothing to go on with.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(provider, factories[drawn_by](provider), settings, (host, port), on_ready))


async def _serve(
    provider: Provider,
    renderer: Renderer,
    settings: EmulatorSettings,
    address: tuple[str, int],
    on_ready: Callable[[str], None],
) -> None:
    try:
        await serve(create_app(provider, renderer, settings), *address, on_ready=on_ready)
    finally:
        await renderer.close()


def _faults(file: Path, provider: Provider) -> FaultPlan:
    name = where_from_here(file)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: the fault plan cannot be read ({error})") from error
    return read_faults(text, name, provider)


def _latency(options: tuple[str, ...]) -> dict[Point, tuple[float, float]]:
    """Read `0.1`, `0.1-0.5` and `poll=2`; what is said of one moment goes before what is said of all."""
    spans: dict[str, tuple[float, float]] = {}
    for option in options:
        moment, _, span = option.rpartition("=")
        found = _SPAN.fullmatch(span)
        if found is None or (moment or "submit") not in POINTS:
            raise UsageError(
                f"--latency {option}: say seconds, as 0.2 or 0.1-0.5, or for one of {', '.join(POINTS)}: poll=2"
            )
        least = float(found[1])
        spans[moment] = (least, float(found[2] or least))
        if spans[moment][1] < least:
            raise UsageError(f"--latency {option}: the second number is the larger one")
    known: dict[Point, tuple[float, float] | None] = {point: spans.get(point, spans.get("")) for point in POINTS}
    return {point: span for point, span in known.items() if span is not None}
