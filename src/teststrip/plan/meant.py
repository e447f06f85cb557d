"""Which parameter a name was probably meant to be that no parameter has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from teststrip.base.near import near
from teststrip.base.vocabulary import MEANINGS, meaning_of
from teststrip.provider.wire import Roles

_ROLES: Final = {"schedule": "noise_schedule", "model": "checkpoint"}  # what the page calls a meaning otherwise


def meant(name: str, roles: Roles, parameters: Sequence[str], alike: float = 0.6) -> str | None:
    """Return the one of `parameters` that another tool calls `name`, else the one that is spelled most like it.

    `CFG Scale` is the parameter that guides, whatever the page calls it, and not `cfg_rescale`. `alike` is as
    for `near`.
    """
    meaning = meaning_of(name)
    if meaning in MEANINGS:
        role = getattr(roles, _ROLES.get(meaning, meaning), None)
        known = [one for one in parameters if one == role] or [
            one for one in parameters if meaning_of(one) == meaning
        ]
        if known:
            return known[0]
    return near(name, parameters, alike)
