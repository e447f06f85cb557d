"""What a plan demands of its cells, in a lock: written, and read back member by member."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.lock_shape import each, few, of, refuse, typed
from teststrip.plan.model import Against, Assertion, Axis
from teststrip.schema.asserts import KINDS, asserts
from teststrip.schema.check import find_faults

MOST: Final = 100
_SCHEMA: Final = asserts()["assert"]


def assertion_json(one: Assertion) -> Json:
    """Write an assertion."""
    return {
        "kind": one.kind,
        "spec": one.spec,
        **({"cells": [[axis, list(positions)] for axis, positions in one.cells]} if one.cells else {}),
        **({"other": [list(pair) for pair in one.other.axes]} if one.other is not None else {}),
        **({"because": one.because} if one.because else {}),
    }


def read_asserts(body: Mapping[str, Any], axes: Sequence[Axis]) -> tuple[Assertion, ...]:
    """Read the assertions of a lock; () where it has none. Raises LockFault."""
    if "assert" not in body:
        return ()
    return few(each(body, "assert", functools.partial(_assertion, axes)), MOST, ("assert",))


def _assertion(axes: Sequence[Axis], written: object, path: Path) -> Assertion:
    body = typed(written, dict, path)
    kind = of(body, str, "kind", *path)
    if kind not in KINDS or find_faults([{kind: body.get("spec")}], _SCHEMA):
        refuse((*path, "kind"), "it is nothing that can be demanded")
    cells = of(body, list, "cells", *path) if "cells" in body else []
    other = of(body, list, "other", *path) if "other" in body else None
    chosen = []
    for one in cells:
        axis, positions = _pair(one, path)
        if not all(_is_value(axes, axis, position) for position in typed(positions, list, path)):
            refuse((*path, "cells"), "it names what is no value of this lock")
        chosen.append((axis, tuple(positions)))
    pairs = [_pair(one, path) for one in other or ()]
    if not all(_is_value(axes, axis, position) for axis, position in pairs):
        refuse((*path, "other"), "it names what is no value of this lock")
    if (kind in {"similar", "different"}) is not bool(pairs):
        refuse((*path, "other"), "it is missing, or too much")
    because = of(body, str, "because", *path) if "because" in body else ""
    return Assertion(kind, body["spec"], tuple(chosen), Against(axes=tuple(pairs)) if pairs else None, because)


def _pair(written: object, path: Path) -> tuple[Any, Any]:
    if not isinstance(written, list) or len(written) != 2:
        refuse(path, "it is no axis and its value")
    return written[0], written[1]


def _is_value(axes: Sequence[Axis], axis: object, position: object) -> bool:
    if type(axis) is not int or type(position) is not int:
        return False
    return 0 <= axis < len(axes) and 0 <= position < len(axes[axis].values)
