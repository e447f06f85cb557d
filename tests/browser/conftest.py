"""The fixtures of this folder: they are in `chromium`, since mypy takes one conftest only."""

from chromium import browser, opens

__all__ = ["browser", "opens"]
