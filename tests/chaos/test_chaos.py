"""Whatever breaks and whenever the run is killed: nothing is paid for twice, and everything paid for is accounted for.

A few schedules are part of every test run; `make chaos` goes through all of them. One alone, by its seed:
`pytest tests/chaos -m '' -k 'seed-17-'`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from chaos_bench import endure

FEW, ALL = 3, 200

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills with POSIX signals")


@pytest.mark.parametrize("seed", range(FEW), ids=lambda seed: f"seed-{seed}-")
def test_nothing_is_paid_for_twice_and_all_that_is_paid_for_is_accounted_for(seed: int, tmp_path: Path) -> None:
    left = endure(tmp_path, seed, cells=20)
    assert left.complaints() == [], f"seed {seed}; {(tmp_path / 'faults.yaml').read_text()}"
    assert left.trials


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(FEW, ALL), ids=lambda seed: f"seed-{seed}-")
def test_the_same_holds_for_every_schedule(seed: int, tmp_path: Path) -> None:
    left = endure(tmp_path, seed, cells=40)
    assert left.complaints() == [], f"seed {seed}; {(tmp_path / 'faults.yaml').read_text()}"
    assert left.trials
