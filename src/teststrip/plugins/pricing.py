"""Asking plugins what a request costs: the first that knows is believed, and nonsense is an error, never zero."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pluggy

from teststrip.errors import UsageError
from teststrip.plugins.manager import implementations, words
from teststrip.plugins.quiet import quiet

if TYPE_CHECKING:  # stands above this module
    from teststrip.base.json import Json
    from teststrip.plugins.records import Pricer
    from teststrip.provider.model import Provider

MOST: Final = Decimal(10) ** 9
"""The most that one request may cost, in any unit: what is above it is a mistake."""


def pricer_of(manager: pluggy.PluginManager) -> Pricer | None:
    """Return what asks the plugins for a price, in their order; None when no plugin sets any.

    It raises UsageError that names the plugin when one fails, or says what is no price: a request whose price
    went wrong is never sent for nothing.
    """
    asked = implementations(manager.hook.teststrip_price)
    if not asked:
        return None

    def price(provider: Provider, model: str, request: Mapping[str, Json]) -> Decimal | None:
        for one in asked:
            answer, again = (_answer(one, provider, model, request) for _ in range(2))
            if answer != again:
                said = (
                    "prices one request differently each time; what is agreed to has to be what is reckoned with"
                )
                raise UsageError(f"the plugin {one.plugin_name!r} {said}")
            if answer is not None:
                return answer
        return None

    return price


def _answer(one: pluggy.HookImpl, provider: Provider, model: str, request: Mapping[str, Json]) -> Decimal | None:
    # Each gets a request of its own: what one did to it is not what is sent, nor what the next one sees.
    given = {"provider": provider, "model": model, "request": copy.deepcopy(dict(request))}
    try:
        with quiet():
            answer: Any = one.function(**{name: given[name] for name in one.argnames})
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise UsageError(f"the plugin {one.plugin_name!r} failed in teststrip_price: {words(error)}") from error
    return None if answer is None else _amount(answer, one.plugin_name)


def _amount(answer: Any, plugin: str) -> Decimal:
    whole = isinstance(answer, int) and not isinstance(answer, bool)
    amount = Decimal(answer) if whole else answer
    if not isinstance(amount, Decimal) or not amount.is_finite() or not 0 <= amount <= MOST:
        said = f"a price is a Decimal from 0 to {MOST:,}, or None"
        raise UsageError(f"the plugin {plugin!r} prices a request at {answer!r:.80}; {said}")
    return amount
