"""`python -m teststrip` is `teststrip`."""

from teststrip.cli.main import main

if __name__ == "__main__":
    main()
