"""What the renderer refuses, and why."""


class DarkroomError(ValueError):
    """An exposure that cannot be drawn; the message says what to change."""
