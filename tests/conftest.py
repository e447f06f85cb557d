"""What all tests share: how hypothesis goes about it, and that nobody's own folder is looked into."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import warm
from teststrip.provider.places import HOME_VARIABLE

# Whoever starts the tests in the background of a script has Ctrl-C ignored, by them and all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline and no health check of speed: on a loaded machine they tell of the machine. In CI the same examples
# every time, so that a change is judged by what it changes; elsewhere new ones at each run.
settings.register_profile(
    "suite",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without looking for garbage: of them, 400,000 objects stay to the end of the suite.

    Looking through these takes a quarter of a second, and was done again and again: while they grew, and around
    whatever is measured.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _no_persons_own_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Point the user folder to an empty one for the whole suite, and for the programs that it starts."""
    home: Path = tmp_path_factory.mktemp("teststrip-home")
    os.environ[HOME_VARIABLE] = str(home)


@pytest.fixture(autouse=True, scope="session")
def _warm_starts_end() -> Iterator[None]:
    """End the process that copies of the program are made of; it began if one was wanted."""
    yield
    warm.close()
