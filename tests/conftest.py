"""What all tests share: how hypothesis goes about it, and that nobody's own folder is looked into."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
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


# Hundreds of thousands of objects of collected tests stay to the end. Looking through them for garbage, again and again
# while they grow and at every larger collection after that, was a tenth of the suite's time.
def pytest_collection() -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
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
