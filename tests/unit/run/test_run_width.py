"""How many trials are under way at once: slow start, half on a refusal, recovery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.run.width import Width


def test_the_room_doubles_with_each_round_that_is_taken() -> None:
    width = Width(16, 1)
    rooms = []
    for _ in range(6):
        rooms.append(width.room)
        for _ in range(width.room):
            width.kept_up()
    assert rooms == [1, 2, 4, 8, 16, 16]


def test_a_refusal_halves_it_and_it_recovers_one_a_round() -> None:
    width = Width(16, 16)
    width.crowded(width.cuts)
    rooms = []
    for _ in range(4):
        rooms.append(width.room)
        for _ in range(width.room + 1):
            width.kept_up()
    assert rooms == [8, 9, 10, 11]


def test_one_round_of_refusals_counts_once() -> None:
    width = Width(16, 16)
    left_at = width.cuts
    for _ in range(16):
        width.crowded(left_at)
    assert width.room == 8
    width.crowded(width.cuts)
    assert width.room == 4


@given(st.integers(1, 64), st.integers(1, 64), st.lists(st.booleans(), max_size=300))
def test_there_is_always_room_for_one_and_never_for_more_than_the_most(
    most: int, first: int, taken: list[bool]
) -> None:
    width = Width(most, first)
    for took in taken:
        if took:
            width.kept_up()
        else:
            width.crowded(width.cuts)
        assert 1 <= width.room <= most


async def test_no_more_are_under_way_than_there_is_room_for_and_all_get_their_turn() -> None:
    width = Width(8, 1)
    under_way = 0
    most = 0
    order: list[int] = []

    async def one(number: int) -> None:
        nonlocal under_way, most
        async with width.place():
            under_way += 1
            most = max(most, under_way)
            assert under_way <= max(width.room, 1)
            order.append(number)
            await asyncio.sleep(0)
            under_way -= 1
            width.kept_up()

    await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(60))), 10)
    assert order == sorted(order)
    assert most == 8


async def test_a_cut_lets_those_under_way_end_and_admits_nobody_until_then() -> None:
    width = Width(4, 4)
    places = [width.place() for _ in range(4)]
    for place in places:
        await place.__aenter__()
    width.crowded(width.cuts)
    late = asyncio.create_task(width.place().__aenter__())
    for place in places[:2]:
        await place.__aexit__(None, None, None)
        await asyncio.sleep(0)
        assert not late.done()
    await places[2].__aexit__(None, None, None)
    await asyncio.wait_for(late, 1)


@pytest.mark.parametrize("given", [False, True])
async def test_who_is_cancelled_while_waiting_takes_no_place(*, given: bool) -> None:
    width = Width(1, 1)
    first = width.place()
    await first.__aenter__()
    waiting = asyncio.create_task(width.place().__aenter__())
    await asyncio.sleep(0)
    if given:
        await first.__aexit__(None, None, None)  # the place is its own before it runs again
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    if not given:
        await first.__aexit__(None, None, None)
    async with asyncio.timeout(1):
        await width.place().__aenter__()


async def _work(width: Width, how: str) -> None:
    async with width.place() as leave:
        await asyncio.sleep(0)
        if how == "leave":
            leave()
            leave()
            await asyncio.sleep(0)
        if how == "break off":
            raise RuntimeError


_STEPS = st.sampled_from(["stay", "leave", "break off", "cancel", "keep up", "crowd", "turn"])


@given(st.integers(1, 5), st.lists(st.tuples(_STEPS, st.integers(0, 9)), max_size=60))
def test_whatever_is_cancelled_left_early_or_broken_off_no_place_is_lost(
    most: int, steps: list[tuple[str, int]]
) -> None:
    async def all_of_it() -> None:
        width = Width(most, 1)
        tasks: list[asyncio.Task[None]] = []
        acts: dict[str, Callable[[], None]] = {
            "keep up": width.kept_up,
            "crowd": lambda: width.crowded(width.cuts),
        }
        for step, number in steps:
            if step in acts:
                acts[step]()
            elif step == "turn":
                await asyncio.sleep(0)
            elif step != "cancel":
                tasks.append(asyncio.create_task(_work(width, step)))
            elif tasks:
                tasks[number % len(tasks)].cancel()
        async with asyncio.timeout(1):
            await asyncio.gather(*tasks, return_exceptions=True)
            places = [width.place() for _ in range(width.room)]
            for place in places:
                await place.__aenter__()
            late = asyncio.create_task(width.place().__aenter__())
            await asyncio.sleep(0)
            assert not late.done()
            late.cancel()

    asyncio.run(all_of_it())
