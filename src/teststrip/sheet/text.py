"""Text for paper; see `teststrip.base.text`."""

from teststrip.base.text import Width, longest_word, visible, wrap

__all__ = ["Width", "longest_word", "visible", "wrap"]
