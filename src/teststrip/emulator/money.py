"""Pretend money: an account's balance, what each accepted request took from it, and the file that remembers.

The file of charges has one JSON object a line and only ever grows. A line is handed to the system before the
request is answered, so it outlives `kill -9`; an emulator that is started again with the same file goes on where
the last one was. Neither keys nor prompts are written down: a request is known by its digest, and so is the key
under which it came, where the API takes one that makes a submit unique.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from teststrip.base.clock import Clock
from teststrip.base.json import Json, canonical, digest
from teststrip.base.where import Problem, Where
from teststrip.emulator.refusals import Refusal
from teststrip.errors import InputError, StorageError
from teststrip.provider.model import Provider
from teststrip.provider.price import quote

UNPRICED: Final = Decimal(1)
_UNIT: Final = "credits"  # of a page that names none
_BEGINNING: Final = b'{"amount":'  # of every line


@dataclass(frozen=True, slots=True)
class Charge:
    """What one accepted request took: `amount` in `unit`s; `request` is `request_digest` of what was asked for.

    `priced` says that the page's own expression gave the amount. `idempotency` is the SHA-256 of the key that made
    the submit unique, "" when it came without.
    """

    number: int
    time: str  # ISO 8601, UTC
    prediction: str
    model: str
    request: str
    amount: Decimal
    unit: str
    priced: bool
    idempotency: str = ""

    def document(self) -> dict[str, Json]:
        """Return it as JSON, the amount as text so that no reader rounds it."""
        return {
            "number": self.number,
            "time": self.time,
            "prediction": self.prediction,
            "model": self.model,
            "request": self.request,
            "amount": str(self.amount),
            "unit": self.unit,
            "priced": self.priced,
            **({"idempotency": self.idempotency} if self.idempotency else {}),
        }


def request_digest(model: str, request: Mapping[str, Json]) -> str:
    """Name a request by its content: the model's id and the request with its defaults filled in."""
    return digest({"model": model, "request": dict(request)})


class Account:
    """One account for all keys. `balance` None never runs out; `file` None remembers in memory only.

    `unpriced` is what a request costs of which the page can tell no price. Raises InputError for a file that has
    something else in it than charges, StorageError for one that cannot be used.
    """

    def __init__(
        self,
        provider: Provider,
        clock: Clock,
        *,
        balance: Decimal | None = None,
        unpriced: Decimal = UNPRICED,
        file: Path | None = None,
    ) -> None:
        self._provider = provider
        self._clock = clock
        self._balance = balance
        self._unpriced = unpriced
        self._file = file
        self.unit = provider.price.unit if provider.price is not None else _UNIT
        self.charges: list[Charge] = [] if file is None else _read(file)
        self._by_key = {charge.idempotency: charge for charge in self.charges if charge.idempotency}

    @property
    def spent(self) -> Decimal:
        """What all charges come to."""
        return sum((charge.amount for charge in self.charges), Decimal(0))

    @property
    def left(self) -> Decimal | None:
        """What is left of the balance; None where it never runs out."""
        return None if self._balance is None else self._balance - self.spent

    def earlier(self, key: str) -> Charge | None:
        """Return the charge for an earlier submit with this key (its SHA-256), while the API remembers it."""
        idempotency, charge = self._provider.submit.idempotency, self._by_key.get(key)
        if idempotency is None or charge is None:
            return None
        age = self._clock.now() - datetime.fromisoformat(charge.time)
        return charge if age < timedelta(hours=idempotency.hours) else None

    def take(self, model: str, prediction: str, request: Mapping[str, Json], key: str = "") -> Charge:
        """Charge a request, with its defaults filled in; durable when this returns.

        `key` is the SHA-256 of the one that makes the submit unique.

        Raises Refusal (balance) when the balance does not cover it, StorageError when it cannot be written down.
        """
        amount = quote(self._provider, model, request).amount
        charge = Charge(
            number=len(self.charges) + 1,
            time=self._clock.now().isoformat(),
            prediction=prediction,
            model=model,
            request=request_digest(model, request),
            amount=self._unpriced if amount is None else amount,
            unit=self.unit,
            priced=amount is not None,
            idempotency=key,
        )
        left = self.left
        if left is not None and charge.amount > left:
            raise Refusal(
                "balance", f"this request costs {charge.amount} {self.unit}, and the balance is {left} {self.unit}"
            )
        if self._file is not None:
            _append(self._file, canonical(charge.document()) + b"\n")
        self.charges.append(charge)
        if key:
            self._by_key[key] = charge
        return charge


def _append(file: Path, line: bytes) -> None:
    try:
        with file.open("ab", buffering=0) as stream:
            length = stream.tell()
            written = stream.write(line)
            if written != len(line):
                stream.truncate(length)
    except OSError as error:
        raise StorageError(f"{file}: the charge cannot be written ({error.strerror or error})") from error
    if written != len(line):
        raise StorageError(f"{file}: the charge cannot be written (the disk is full)")


def _read(file: Path) -> list[Charge]:
    """Read the charges of an earlier emulator; what a crash left of a half-written line is cut off."""
    charges: list[Charge] = []
    problems: list[Problem] = []
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b") as stream:
            stream.seek(0)
            *lines, rest = stream.read().split(b"\n")
            half = _BEGINNING.startswith(rest[: len(_BEGINNING)])
            for number, line in enumerate([*lines, *([] if half else [rest])], start=1):
                try:
                    charges.append(_charge(json.loads(line)))
                except (ValueError, KeyError, TypeError, InvalidOperation):
                    place = Where(str(file), number, 1)
                    problems.append(Problem(place, "", "this is no charge; name a new file, or mend the line"))
            if rest and not problems:
                stream.truncate(sum(len(line) + 1 for line in lines))
    except OSError as error:
        raise StorageError(f"{file}: the charges cannot be kept here ({error.strerror or error})") from error
    if problems:
        raise InputError(problems[:20])
    return charges


def _charge(document: dict[str, Any]) -> Charge:
    amount = Decimal(document["amount"])
    if not amount.is_finite() or datetime.fromisoformat(document["time"]).tzinfo is None:
        raise ValueError(document)
    return Charge(**{**document, "amount": amount})
