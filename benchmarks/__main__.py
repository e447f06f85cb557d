"""Run every benchmark: `make bench`. Each prints ratios measured in this one process, never a verdict."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from checking import checking_rows
from dispatching import dispatching_rows
from measure import Row, table
from picture import picture_rows
from planning import planning_rows
from reading import reading_rows
from replaying import replaying_table
from resuming import resuming_rows
from running import running_table
from sheets import sheets_table
from starting import starting_rows
from sweeping import sweeping_rows


def main() -> None:
    """Print one table for each benchmark that is asked for."""
    benchmarks: dict[str, Callable[[], list[Row] | str]] = {
        "checking": checking_rows,
        "dispatching": dispatching_rows,
        "planning": planning_rows,
        "picture": picture_rows,
        "reading": reading_rows,
        "replaying": replaying_table,
        "resuming": resuming_rows,
        "running": running_table,
        "sheets": sheets_table,
        "starting": starting_rows,
        "sweeping": sweeping_rows,
    }
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*benchmarks, []], help="all when none is named")
    for name in parser.parse_args().names or benchmarks:
        found = benchmarks[name]()
        print(f"\n{name}\n{found if isinstance(found, str) else table(found)}")


if __name__ == "__main__":
    main()
