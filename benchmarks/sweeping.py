"""Prompts by seeds in the darkroom: every prompt's library made once, or by every process that needs it.

`python benchmarks/sweeping.py` measures memory instead: the most that a process holds, for several sizes.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from darkroom_quality import PROMPTS
from measure import Row

from teststrip.darkroom import Exposure
from teststrip.emulator.darkroom import DarkroomRenderer, draw
from teststrip.provider.wire import Roles

SEEDS = range(8)
_WORKERS = 2
Order = list[tuple[str, int]]


def sweeping_rows() -> list[Row]:
    """Time 24 prompts by 8 seeds as proofs by two processes; seconds are one picture's share of all processes'."""
    by_prompt = [(prompt, seed) for prompt in PROMPTS for seed in SEEDS]
    by_seed = [(prompt, seed) for seed in SEEDS for prompt in PROMPTS]
    ways: dict[str, Callable[[], None]] = {
        "libraries shared, a prompt's seeds in a row": lambda: _shared(by_prompt),
        "libraries shared, a seed's prompts in a row": lambda: _shared(by_seed),
        "a process makes its own, a prompt's seeds in a row": lambda: _alone(by_prompt),
        "a process makes its own, a seed's prompts in a row": lambda: _alone(by_seed),
    }
    return [Row(name, _spent(work) / len(by_prompt)) for name, work in ways.items()]


def _spent(work: Callable[[], None]) -> float:
    """Return the processor time of the processes that have ended meanwhile, their start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _shared(order: Order) -> None:
    async def render() -> None:
        renderer = DarkroomRenderer(_WORKERS, proof=True)
        hands = asyncio.Semaphore(2 * _WORKERS)  # as a run sends to the darkroom

        async def one(prompt: str, seed: int) -> None:
            async with hands:
                await renderer.render("m", {"prompt": prompt, "seed": seed, "sampler": "k_euler"})

        await asyncio.gather(*(one(prompt, seed) for prompt, seed in order))
        await renderer.close()

    asyncio.run(render())


def _alone(order: Order) -> None:
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_picture, order))


def _picture(of: tuple[str, int]) -> int:
    prompt, seed = of
    return len(draw("m", {}, Exposure(prompt, seed=seed, sampler="k_euler"), Roles(), True))


def peak_memory(side: int) -> int:
    """Return the most memory in MB that a process of its own holds while it draws a square picture."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_held, side, Path(folder)).result()


def _held(side: int, libraries: Path) -> int:
    draw("m", {}, Exposure("1girl, sea", width=side, height=side, steps=4), Roles(), False, libraries)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    for side in (1024, 2048, 4096, 8192):
        print(f"{side}x{side}: {peak_memory(side)} MB")
