"""Pretend money: what is charged, when it runs out, and what is left of it after a crash."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from emulator_bench import (
    BASE,
    KEY,
    MODEL,
    REQUEST,
    SUBMIT,
    BenchClock,
    BenchRenderer,
    emulated,
    error_of,
    gptproto,
    other_provider,
)

from teststrip.emulator.app import create_app
from teststrip.emulator.money import Account, request_digest
from teststrip.emulator.settings import EmulatorSettings
from teststrip.errors import InputError, StorageError
from teststrip.provider.request import resolve_defaults

SMALL = {**REQUEST, "size": "64x64", "steps": 1}  # 2 Anlas


async def charges(client: httpx.AsyncClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await client.get("/teststrip/charges")).json()["charges"]
    return found


async def test_an_accepted_request_is_charged_the_pages_price_and_a_refused_one_nothing() -> None:
    async with emulated(settings=EmulatorSettings(balance=Decimal(100))) as client:
        accepted = (await client.post(SUBMIT, json=REQUEST)).json()["data"]["id"]
        assert (await client.post(SUBMIT, json={**REQUEST, "steps": 99})).status_code == 400
        assert (await client.post(SUBMIT, json={"prompt": "teststrip:refuse"})).status_code == 400
        (charge,) = await charges(client)
        resolved = resolve_defaults(gptproto(), MODEL, REQUEST)
        assert charge == {
            "number": 1,
            "time": charge["time"],
            "prediction": accepted,
            "model": MODEL,
            "request": request_digest(MODEL, resolved),
            "amount": "20",
            "unit": "Anlas",
            "priced": True,
        }
        account = (await client.get("/teststrip/account")).json()
        assert account == {"unit": "Anlas", "balance": "80", "spent": "20", "charges": 1}


async def test_a_balance_that_does_not_cover_a_request_refuses_it_in_the_pages_words_and_keeps_the_rest() -> None:
    async with emulated(settings=EmulatorSettings(balance=Decimal(5))) as client:
        for seed in (1, 2):
            assert (await client.post(SUBMIT, json={**SMALL, "seed": seed})).status_code == 200
        refused = await client.post(SUBMIT, json={**SMALL, "seed": 3})
        assert refused.status_code == 402
        assert "costs 2 Anlas, and the balance is 1 Anlas" in error_of(refused)["message"]
        assert (await client.get("/teststrip/account")).json()["balance"] == "1"


async def test_a_page_with_one_403_for_an_empty_account_says_that() -> None:
    page = gptproto()
    page = replace(page, errors=tuple(error for error in page.errors if error.status != 402))
    async with emulated(settings=EmulatorSettings(balance=Decimal(1)), provider=page) as client:
        refused = await client.post(SUBMIT, json=REQUEST)
    assert (refused.status_code, error_of(refused)["code"]) == (403, "insufficient_balance")


async def test_what_the_page_has_no_price_for_costs_what_the_settings_say() -> None:
    page = replace(other_provider(), price=None)
    settings = EmulatorSettings(unpriced=Decimal("0.25"), balance=Decimal("0.3"))
    async with emulated(settings=settings, provider=page, headers={"X-Key": "Token a"}) as client:
        body = {"text": "a"}
        assert (await client.put("/v9/make/by/maker/painter-2", json=body)).status_code == 200
        (charge,) = await charges(client)
        assert (charge["amount"], charge["unit"], charge["priced"]) == ("0.25", "credits", False)
        assert (await client.put("/v9/make/by/maker/painter-2", json=body)).status_code == 402


async def test_only_this_machine_may_read_the_charges() -> None:
    app = create_app(gptproto(), BenchRenderer())
    for host, status in (("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.0.2.7", 403)):
        transport = httpx.ASGITransport(app, client=(host, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            for path in ("/teststrip/charges", "/teststrip/account"):
                assert (await client.get(path)).status_code == status


async def test_the_file_of_charges_goes_on_where_a_crash_left_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "charges.jsonl"
    settings = EmulatorSettings(charges=file, balance=Decimal(5))
    async with emulated(settings=settings) as client:
        await client.post(SUBMIT, json=SMALL)
        assert len(file.read_text().splitlines()) == 1  # at once, not at the end
    with file.open("a") as stream:
        stream.write('{"amount":"2","mod')  # half a line
    async with emulated(settings=settings) as client:
        assert (await client.get("/teststrip/account")).json()["balance"] == "3"
        again = (await client.post(SUBMIT, json=SMALL)).json()["data"]["id"]
        first, second = map(json.loads, file.read_text().splitlines())
        assert (first["number"], second["number"], second["prediction"]) == (1, 2, again)
        assert first["prediction"] != again
        assert first["request"] == second["request"]
        assert (await client.post(SUBMIT, json=SMALL)).status_code == 402
    assert KEY["Authorization"] not in file.read_text()


def test_a_file_of_something_else_is_refused_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("milk\n{}\nbread")
    with pytest.raises(InputError) as refused:
        Account(gptproto(), BenchClock(), file=file)
    assert [str(problem.where) for problem in refused.value.problems] == [f"{file}:{n}:1" for n in (1, 2, 3)]
    assert file.read_text() == "milk\n{}\nbread"


def test_a_file_that_cannot_be_made_is_told() -> None:
    with pytest.raises(StorageError, match="/dev/null/charges"):
        Account(gptproto(), BenchClock(), file=Path("/dev/null/charges"))


def test_a_full_disk_charges_nothing_and_accepts_nothing() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    account = Account(gptproto(), BenchClock())
    account._file = full  # noqa: SLF001  it cannot be opened as a file of charges in the first place
    with pytest.raises(StorageError, match="cannot be written"):
        account.take(MODEL, "p", resolve_defaults(gptproto(), MODEL, REQUEST))
    assert account.charges == []
