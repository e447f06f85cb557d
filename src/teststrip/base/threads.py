"""Names of threads that others look for."""

from __future__ import annotations

from typing import Final

STEPS: Final = "teststrip-step"
"""What the names of threads begin with in which steps work."""
