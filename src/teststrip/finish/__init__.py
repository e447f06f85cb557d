"""Finishing: the steps on pictures, once a run has them."""

from typing import Final

THREADS: Final = "teststrip-step"
"""What the names of threads begin with in which steps work."""
