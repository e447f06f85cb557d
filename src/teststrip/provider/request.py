"""A request as it is sent: defaults filled in, the scenario chosen, the addresses made. All of it pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from teststrip.base.json import ABSENT, Absent, Json

if TYPE_CHECKING:
    from teststrip.provider.model import Condition, Constraint, Parameter, Provider

_SLOT: Final = re.compile(r"\{(\w+)\}")


def resolve_defaults(provider: Provider, model_id: str, request: Mapping[str, Json]) -> dict[str, Json]:
    """Return the body that is sent for a request.

    Its members are in page order, with the page's default for each absent parameter that the model takes and that
    applies (`when action is img2img` is asked of the request with its defaults), also inside objects and the items
    of arrays. Left out: parameters without a default, with the default null or set to that null, those whose
    default the server draws (a seed), and those that give way (`gives_way`). Members that the page does not know
    follow at the end, untouched.
    """
    parameters = provider.parameters_of(model_id)
    body = resolve_members(provider, parameters, request)
    known = {parameter.name for parameter in parameters}
    return body | {name: value for name, value in request.items() if name not in known}


def resolve_members(
    provider: Provider, members: Sequence[Parameter], request: Mapping[str, Json]
) -> dict[str, Json]:
    """Return what is sent for some of a model's parameters, in their order; see `resolve_defaults`.

    Whatever decides about them (what a condition names, what a rule puts beside them) has to be among them.
    """
    body: dict[str, Json] = {}
    for parameter in members:
        condition = parameter.applies_when
        applies = condition is None or holds(condition, provider, request)
        if provider.constraints and gives_way(parameter, members, provider.constraints, request):
            applies = False
        value = _value(parameter, request, provider.constraints, applies=applies)
        if not isinstance(value, Absent):
            body[parameter.name] = value
    return body


def scenario_of(provider: Provider, request: Mapping[str, Json]) -> str:
    """Return the name of the first scenario whose conditions the request meets; "" for a page without any."""
    for scenario in provider.submit.scenarios:
        if all(holds(condition, provider, request) for condition in scenario.when):
            return scenario.name
    return ""


def submit_url(provider: Provider, base_url: str, model_id: str, request: Mapping[str, Json]) -> str:
    """Return the address that a request for a model is sent to."""
    segments = {"model": model_id, "scenario": scenario_of(provider, request)}
    return _address(base_url, provider.submit.path, segments)


def poll_url(provider: Provider, base_url: str, prediction_id: str, model_id: str = "") -> str:
    """Return the address that tells a prediction's state."""
    return _address(base_url, provider.poll.path, {"id": prediction_id, "model": model_id})


def result_url(provider: Provider, base_url: str, prediction_id: str, model_id: str = "") -> str:
    """Return the address that has a finished prediction's outputs; "" where the page has none of its own."""
    if not provider.poll.result_path:
        return ""
    return _address(base_url, provider.poll.result_path, {"id": prediction_id, "model": model_id})


def holds(condition: Condition | None, provider: Provider, request: Mapping[str, Json]) -> bool:
    """Tell whether a request, its defaults resolved, meets a condition; none at all always holds."""
    if condition is None:
        return True
    value = request.get(condition.parameter, ABSENT)
    if isinstance(value, Absent):
        value = next((p.default for p in provider.parameters if p.name == condition.parameter), ABSENT)
    return condition.met(value)


def gives_way(
    parameter: Parameter,
    members: Sequence[Parameter],
    constraints: Sequence[Constraint],
    given: Mapping[str, Json],
) -> bool:
    """Tell whether a parameter's default is not to be sent, because only one of several parameters may be.

    So it is when another of them is given, or has a default too: then the server is to choose.
    """
    rivals = {
        path
        for constraint in constraints
        if constraint.kind in ("exclusive", "one") and parameter.path in constraint.parameters
        for path in constraint.parameters
    }
    return any(
        member.path in rivals
        and member is not parameter
        and (given.get(member.name) is not None or (member.name not in given and has_default(member)))
        for member in members
    )


def has_default(parameter: Parameter) -> bool:
    """Tell whether the page gives a parameter a value of its own, other than null."""
    return not isinstance(parameter.default, Absent) and parameter.default is not None


def _value(
    parameter: Parameter,
    given: Mapping[str, Json],
    constraints: Sequence[Constraint],
    *,
    applies: bool,
) -> Json | Absent:
    value = given.get(parameter.name, ABSENT)
    if value is None and parameter.default is None:
        return ABSENT
    if not isinstance(value, Absent):
        return _filled(parameter, value, constraints)
    if not applies or parameter.random_default or parameter.default is None:
        return ABSENT
    return parameter.default


def _filled(parameter: Parameter, value: Json, constraints: Sequence[Constraint]) -> Json:
    """Fill the defaults of what lies inside a value; a value of the wrong shape is left for the schema."""
    if not parameter.children:
        return value
    if isinstance(value, Mapping):
        return _object(parameter, value, constraints)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_object(parameter, item, constraints) if isinstance(item, Mapping) else item for item in value]
    return value


def _object(parameter: Parameter, given: Mapping[str, Json], constraints: Sequence[Constraint]) -> dict[str, Json]:
    filled: dict[str, Json] = {}
    for child in parameter.children:
        applies = not constraints or not gives_way(child, parameter.children, constraints, given)
        value = _value(child, given, constraints, applies=applies)
        if not isinstance(value, Absent):
            filled[child.name] = value
    known = {child.name for child in parameter.children}
    return filled | {name: value for name, value in given.items() if name not in known}


def _address(base_url: str, template: str, segments: Mapping[str, str]) -> str:
    # All at once: what one segment brings in is no place for the next.
    path = _SLOT.sub(lambda found: _segment(segments[found[1]]) if found[1] in segments else found[0], template)
    return base_url.rstrip("/") + path


def _segment(text: str) -> str:
    """Percent-encode one path segment; "." and ".." too, which would otherwise climb."""
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="", errors="replace")
