"""Where `teststrip` and `python -m teststrip` begin: `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys

from teststrip import __version__


def main() -> None:
    """Run the program."""
    if len(sys.argv) == 2 and sys.argv[1] in ("--version", "-V") and _told_version():
        return
    from teststrip.cli.main import main as program  # noqa: PLC0415  click takes four times as long as Python itself

    program()


def _told_version() -> bool:
    """Write the version as click would; False when it cannot be written, which the program knows how to tell."""
    try:
        sys.stdout.write(f"teststrip, version {__version__}\n")
        sys.stdout.flush()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
