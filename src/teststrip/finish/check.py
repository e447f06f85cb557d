"""What a step handed back, held against what it said it gives: somebody's code is not believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from teststrip.base.near import listed
from teststrip.finish.work import Fault
from teststrip.plugins.manager import words
from teststrip.run.finished import is_score
from teststrip.steps.model import AfterStep, Made

_MOST_PICTURES: Final = 64
_MOST_BADGES: Final = 8
_LONGEST_BADGE: Final = 40  # characters
_LONGEST_TEXT: Final = 2_000  # characters of a score that is a text


def checked(step: AfterStep, answer: Any) -> Made | Fault:
    """Return what a step made of one cell, or what is wrong with its answer."""
    if isinstance(answer, Fault):
        return answer
    if not isinstance(answer, Made):
        return Fault(f"it returned {_kind(answer)}, and a step returns a Made")
    try:
        said = _pictures(answer.pictures) or _scores(step, answer.scores) or _badges(answer.badges)
    except Exception as error:  # noqa: BLE001  a mapping of somebody's making runs somebody's code
        return Fault(f"what it returned cannot be read: {words(error)}")
    return Fault(said) if said else answer


def several(step: AfterStep, answer: Any, count: int) -> Sequence[Made | Fault]:
    """Return what a step that looks at all cells made of each of them."""
    if isinstance(answer, Fault):
        return [answer] * count
    if not isinstance(answer, list | tuple) or len(answer) != count:
        return [Fault(f"it returned {_kind(answer)}, and a step among cells returns one Made for each")] * count
    return [checked(step, one) for one in answer]


def _pictures(pictures: Any) -> str:
    if pictures is None:
        return ""
    if not isinstance(pictures, list | tuple) or not all(isinstance(one, bytes) for one in pictures):
        return "its pictures are no list of bytes"
    if not 1 <= len(pictures) <= _MOST_PICTURES:
        return f"it made {len(pictures)} pictures, and a cell has 1 to {_MOST_PICTURES}"
    return ""


def _scores(step: AfterStep, scores: Any) -> str:
    if not isinstance(scores, Mapping):
        return "its scores are no mapping"
    unknown = sorted(str(name) for name in scores if name not in step.scores)
    if unknown:
        return f"it gave the score {listed(unknown)}, of which it did not tell"
    wrong = [name for name, value in scores.items() if not is_score(value)]
    if wrong and isinstance(scores[wrong[0]], int | str):
        return f"its score {wrong[0]} is a whole number beyond 64 bits, or a text with half a surrogate pair"
    if wrong:
        return f"its score {wrong[0]} is neither a finite number nor a text"
    long = [name for name, value in scores.items() if isinstance(value, str) and len(value) > _LONGEST_TEXT]
    return f"its score {long[0]} is longer than {_LONGEST_TEXT:,} characters" if long else ""


def _badges(badges: Any) -> str:
    if not isinstance(badges, list | tuple) or not all(isinstance(one, str) for one in badges):
        return "its badges are no list of texts"
    if not all(map(is_score, badges)):
        return "its badges are no texts in Unicode"
    if len(badges) > _MOST_BADGES or any(len(one) > _LONGEST_BADGE for one in badges):
        return f"a cell has at most {_MOST_BADGES} badges of {_LONGEST_BADGE} characters from a step"
    return ""


def _kind(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"{len(value)} of something"
    return f"a {type(value).__name__}" if value is not None else "nothing"
