"""The model that a recipe is made for, and one setting at a time carried over to its page's parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.base.vocabulary import (
    MEANINGS,
    SPOKEN_SCHEDULES,
    WHY_NOT,
    meaning_of,
    plain_name,
    same_method,
)
from teststrip.exchange.draft import Value
from teststrip.plan.values import typed
from teststrip.provider.model import Parameter, Provider
from teststrip.schema.check import find_faults
from teststrip.schema.values import Writer

MOST_TEXT: Final = 100_000  # characters, as many as a template may make
_AS_WRITTEN: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?")
_LOADED: Final = re.compile(r"<(?:lora|lyco|hypernet|embedding|preset):[^<>\n]{1,200}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Carried:
    """A parameter of the page and its value; `remark` is how it was called, where that differs.

    `warning` says what of it will not be what it was.
    """

    parameter: str
    value: Value
    remark: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a setting is not carried over, and what might have been meant."""

    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A model, its parameters by name, and the schema of each one's value."""

    provider: Provider
    model: str
    parameters: Mapping[str, Parameter]
    schemas: Mapping[str, Mapping[str, Any]]

    @property
    def name(self) -> str:
        """`provider/model`, as a recipe has it."""
        return f"{self.provider.name}/{self.model}"

    def is_called(self, name: str) -> bool:
        """Tell whether a name, with the provider's or without, is that of this model."""
        model = self.provider.model(name.removeprefix(f"{self.provider.name}/"))
        return model is not None and model.id == self.model

    def find(self, meaning: str) -> Parameter | None:
        """Return the parameter that has a meaning: by the page's roles, else by its name alone."""
        name = getattr(self.provider.roles, meaning, None)
        if isinstance(name, str):
            return self.parameters.get(name)
        return next((one for one in self.parameters.values() if meaning_of(one.name) == meaning), None)


def make_target(provider: Provider, model: str) -> Target:
    """Look at a model (by id) as a target."""
    taken = {parameter.name: parameter for parameter in provider.parameters_of(model)}
    writer = Writer(constraints=provider.constraints)
    return Target(provider, model, taken, {name: writer.value(one) for name, one in taken.items()})


def best_target(providers: Sequence[Provider], names: Iterable[str]) -> Target:
    """Return the first model of the page that has a counterpart for the most of these settings.

    Of several pages that do, it is the one that has more of what the field's tools set, else the first.
    """
    meanings = sorted({meaning_of(name) for name in names})
    targets = [make_target(provider, provider.models[0].id) for provider in providers]
    return max(targets, key=lambda target: (_count(target, meanings), _count(target, MEANINGS)))


def named_target(providers: Sequence[Provider], name: str) -> Target | None:
    """Return the model that a text names exactly: `provider/model`, or an id or alias that only one page has."""
    head, _, rest = name.partition("/")
    found = [
        (provider, model)
        for provider in providers
        for wanted in ([rest] if provider.name == head and rest else [name])
        if (model := provider.model(wanted)) is not None
    ]
    return make_target(found[0][0], found[0][1].id) if len(found) == 1 else None


def carry(name: str, text: str, target: Target) -> tuple[Carried, ...] | Refusal:
    """Carry one setting over; `text` is its value as it was written. Sides of a size are not for here."""
    meaning = meaning_of(name)
    parameter = target.find(meaning)
    if parameter is None:
        return _unknown(name, meaning, text, target)
    if meaning == "seed" and text.strip() in ("-1", ""):
        return ()  # a seed of chance: ours is drawn once and locked
    if meaning == "sampler" and (parted := _spoken(text, target)):
        return parted
    return value_of(parameter, text, target, meaning)


def value_of(parameter: Parameter, text: str, target: Target, meaning: str = "") -> tuple[Carried, ...] | Refusal:
    """Read a text as a parameter's value, by the page's own kind, values and range."""
    if len(text) > MOST_TEXT:
        return Refusal(f"the text has more than {MOST_TEXT:,} characters")
    method = _method(parameter, text, meaning)
    value: Json = method if method is not None else typed(text, parameter)
    faults = find_faults(value, target.schemas[parameter.name])
    if faults:
        return Refusal(faults[0].message, faults[0].suggestion)
    remark = f"{text} there" if method is not None and plain_name(method) != plain_name(text) else ""
    return (Carried(parameter.name, as_written(value, text), remark, _warning(meaning, text)),)


def as_written(value: Json, text: str) -> Value:
    """Return a checked value for the recipe; a number keeps the digits that it was written with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value  # type: ignore[return-value]  # JSON without numbers is a recipe's value
    if isinstance(value, float) and _AS_WRITTEN.fullmatch(text.strip()):
        return Decimal(text.strip())
    return value if isinstance(value, int) else Decimal(repr(value))


def fault_of(parameter: str, value: Json, target: Target) -> Refusal | None:
    """Hold a value as it is against the page."""
    faults = find_faults(value, target.schemas[parameter])
    return Refusal(faults[0].message, faults[0].suggestion) if faults else None


def _count(target: Target, meanings: Iterable[str]) -> int:
    return sum(_takes(target, meaning) for meaning in meanings)


def _takes(target: Target, meaning: str) -> bool:
    if meaning in ("width", "height") and target.find("size") is not None:
        return True
    return target.find(meaning) is not None


def _unknown(name: str, meaning: str, text: str, target: Target) -> Refusal:
    if meaning == "model":
        return _other_model(text, target)
    why = WHY_NOT.get(plain_name(name), f"{target.model} has no parameter for it")
    known = plain_name(name) in WHY_NOT or meaning in MEANINGS
    return Refusal(why, None if known else near(name, [*target.parameters, *MEANINGS], 0.75))


def _other_model(text: str, target: Target) -> Refusal:
    names = [name for model in target.provider.models for name in (model.id, *model.aliases)]
    if text in names:
        return Refusal(f"a recipe is for one model, and this one for {target.model}; make another for {text}")
    return Refusal(f"{target.provider.name} has no model {text[:80]!r}", near(text, names, 0.8))


def _spoken(text: str, target: Target) -> tuple[Carried, ...] | None:
    """Part `DPM++ 2M Karras` into a sampler and a noise schedule; None when there is nothing to part."""
    for spoken in SPOKEN_SCHEDULES:
        head = text.strip()[: -len(spoken)].strip()
        if not head or not text.strip().casefold().endswith(f" {spoken.casefold()}"):
            continue
        sampler, schedule = target.find("sampler"), target.find("schedule")
        if sampler is None or schedule is None:
            return None
        both = [value_of(sampler, head, target, "sampler"), value_of(schedule, spoken, target, "schedule")]
        if all(isinstance(one, tuple) for one in both):
            return tuple(carried for one in both if isinstance(one, tuple) for carried in one)
    return None


def _method(parameter: Parameter, text: str, meaning: str) -> str | None:
    """Find a listed value by its name, its label, or the name that both tools' methods share."""
    listed = {choice.value: choice.label for choice in parameter.choices if isinstance(choice.value, str)}
    wanted = plain_name(text)
    for value in listed:
        if value == text:
            return value
    if meaning not in ("sampler", "schedule"):
        return next((value for value in listed if plain_name(value) == wanted), None)
    shared = same_method(meaning, text)
    for value, label in listed.items():
        if wanted in (plain_name(value), plain_name(label)) or (shared and same_method(meaning, value) == shared):
            return value
    return None


def _warning(meaning: str, text: str) -> str:
    return loaded_in(text) if meaning in ("prompt", "negative_prompt") else ""


def loaded_in(text: str) -> str:
    """Say that a prompt loads something by its words, which an API reads as words; "" when it does not."""
    loaded = _LOADED.search(text)
    return f"{loaded[0]} loaded something there, and is sent as plain words here: take it out" if loaded else ""
