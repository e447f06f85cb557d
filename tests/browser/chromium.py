"""A real Chromium for the tests of the page; without one they are skipped (in CI: fail)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class Seen:
    """A page with what its browser complained of, and every address that it asked for.

    One that is `refused` complains of that, whenever the browser comes to it.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: bool = False


Opens = Callable[..., Seen]


def until(page: Page, true: str) -> None:
    """Wait until an expression is true: Playwright's own waiting needs `eval`, which the page's policy refuses."""
    for _ in range(600):
        if page.evaluate(true):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never true: {true}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: it holds an event loop, which no other test may find."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: scripts/browser.sh installs it")
        pytest.skip("no Chromium here; scripts/browser.sh installs it")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Open a file or an address in a window of its own; at the end nothing may have been complained of."""
    contexts: list[BrowserContext] = []
    seen: list[Seen] = []

    def open_page(target: Path | str, part: str = "", **options: Any) -> Seen:
        context = browser.new_context(**({"viewport": DESKTOP, "reduced_motion": "reduce"} | options))
        contexts.append(context)
        one = Seen(context.new_page())
        one.page.on("console", lambda message: one.complaints.append(message.text))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on("dialog", lambda dialog: one.complaints.append(f"a dialog: {dialog.message}"))
        one.page.on("request", lambda request: one.asked.append(request.url))
        one.page.set_default_timeout(15_000)
        one.page.goto((target.resolve().as_uri() if isinstance(target, Path) else target) + part)
        seen.append(one)
        return one

    yield open_page
    said = [complaint for one in seen if not one.refused for complaint in one.complaints]
    for context in contexts:
        context.close()
    assert said == []
