"""`teststrip a1111 options` and `teststrip a1111 page`: what a running server has, shown or as a provider page."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from teststrip.base.files import write_whole
from teststrip.cli.report import counted, plain, say, say_json
from teststrip.errors import ExchangeError, UsageError
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.run.target import Target, live_key, live_target
from teststrip_plugin_a1111.page import page_of
from teststrip_plugin_a1111.server import Offer, ask

_FILE: Final = Path("providers") / "a1111.md"


@click.group("a1111")
def a1111() -> None:
    """Stable Diffusion web UIs: what a running one has to choose from."""


@a1111.command("options")
@click.option("--url", help="The server's address; else A1111_BASE_URL, else http://127.0.0.1:7860.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def options(url: str | None, *, as_json: bool) -> None:
    """List a running server's samplers, schedules, checkpoints and VAEs."""
    offer, target = _asked(_template(), url)
    if as_json:
        say_json({"url": target.base_url, **asdict(offer)})
        return
    say(f"{target.base_url}: {offer.kind}")
    for heading, names in (
        ("samplers", offer.samplers),
        ("schedules", offer.schedulers),
        ("checkpoints", offer.checkpoints),
        ("VAEs", offer.vaes),
    ):
        say(f"\n{heading}" if names else f"\n{heading}: none")
        for name in names:
            say(f"  {plain(name)}{'  (loaded)' if name == offer.checkpoint and heading == 'checkpoints' else ''}")
    _say_left_out(offer)


@a1111.command("page")
@click.option("--url", help="The server's address; else A1111_BASE_URL, else http://127.0.0.1:7860.")
@click.option("--force", is_flag=True, help="Write over a page that is there already.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=_FILE)
def page(url: str | None, file: Path, *, force: bool) -> None:
    """Write the provider page of a running server to FILE, with its own samplers, schedules and checkpoints.

    In providers/ of your project it goes before the plugin's.
    """
    if file.exists() and not force:
        raise UsageError(f"{file} is there already; --force writes over it")
    offer, target = _asked(_template(), url)
    text = page_of(_text(), offer)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, text.encode())
    what = ", ".join(
        counted(len(names), thing)
        for names, thing in (
            (offer.samplers, "sampler"),
            (offer.schedulers, "schedule"),
            (offer.checkpoints, "checkpoint"),
        )
    )
    say(f"{file}: {offer.kind}, {what}")
    if target != live_target(_template(), os.environ):
        say(f"A run asks there with A1111_BASE_URL={target.base_url}")
    _say_left_out(offer)


def _asked(template: Provider, url: str | None) -> tuple[Offer, Target]:
    environ = {**os.environ, **({template.base_url_env: url} if url is not None else {})}
    target, key = live_target(template, environ), live_key(template, environ)
    try:
        return asyncio.run(ask(target.base_url, key, template.auth)), target
    except ExchangeError as error:
        advice = f"; set {template.auth.env} to user:password" if error.kind == "auth" else ""
        raise UsageError(f"{target.base_url}: {error}{advice}") from error


def _say_left_out(offer: Offer) -> None:
    for what, number in offer.left_out.items():
        say(f"{number} of the {what} left out: a name that no page can hold")


def _text() -> str:
    return Path(__file__).with_name("a1111.md").read_text("utf-8")


def _template() -> Provider:
    return read_page(_text(), "a1111.md")
