"""Whatever breaks, whenever the run is killed: nothing is paid for twice, and all that was paid is accounted for.

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
    left = endure(tmp_path, seed, 12)
    assert left.complaints() == [], f"seed {seed}; {(tmp_path / 'faults.yaml').read_text()}"
    assert left.trials


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(FEW, ALL), ids=lambda seed: f"seed-{seed}-")
def test_the_same_holds_for_every_schedule(seed: int, tmp_path: Path) -> None:
    left = endure(tmp_path, seed, 40)
    assert left.complaints() == [], f"seed {seed}; {(tmp_path / 'faults.yaml').read_text()}"
    assert left.trials


@pytest.mark.chaos
def test_whoever_asks_for_what_is_uncertain_to_be_sent_again_pays_twice_and_the_harness_sees_it(
    tmp_path: Path,
) -> None:
    left = endure(tmp_path, 1, 20, "--resend-uncertain")
    assert any(complaint.startswith("charged 2 times") for complaint in left.complaints())
