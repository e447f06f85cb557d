"""What all tests share: how hypothesis goes about it."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

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
