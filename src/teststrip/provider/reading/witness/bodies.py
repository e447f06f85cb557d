"""The samples of a page that are bodies of the requests that it describes, and where each name stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from teststrip.provider.reading.shown import Shown
    from teststrip.provider.reading.witness.samples import Sample

# Names of parameters that answers have as well, and below which they have other things.
_OF_ANSWERS: Final = frozenset({"data", "result", "results", "output", "response", "error", "message", "usage"})
_DEEPEST: Final = 6
_NO_NAME: Final = Pattern(
    r"[A-Z0-9]*\d[A-Z0-9]*|.*[^\x00-\x7f].*"
)  # keys that are values: colours, words of a language


@dataclass(frozen=True, slots=True)
class Body:
    """An object that is a request's body. `known` are how many of its names the page's rows have at the top.

    `held`: it shows nothing but members of parameters that hold others.
    """

    sample: Sample
    known: int
    held: bool = False

    def walk(self) -> Iterator[tuple[str, Shown]]:
        """Give every name in it as a path without brackets (`messages.role`), with its value."""
        yield from _walk(self.sample.shown, "", 0)


@dataclass(frozen=True, slots=True)
class Bodies:
    """What is sent: `seen` by path, `above` what each name stands below ("" for nothing), `answered` names of answers.

    `strange` are bodies of which the page has no row at all.
    """

    bodies: Sequence[Body] = ()
    strange: Sequence[Sample] = ()
    seen: Mapping[str, Sequence[tuple[Shown, Sample]]] = field(default_factory=dict)
    above: Mapping[str, Counter[str]] = field(default_factory=dict)
    answered: Collection[str] = frozenset()


def find_bodies(
    chains: Sequence[Sequence[Sample]], tops: Collection[str], holders: Collection[str] = ()
) -> Bodies:
    """Choose the bodies among samples, by what the code around them says and by the names that rows have (`tops`).

    `holders` are those of them that have members.
    """
    bodies: list[Body] = []
    strange: list[Sample] = []
    answered: set[str] = set()
    for chain in chains:
        body = _body(chain, tops, holders)
        if body is not None:
            bodies.append(body)
        elif chain[0].said == "answered" and chain[0].shown.form != "call":
            answered.update(name for value in chain[0].shown.walk() for name in value.names)
        else:
            strange += [one for one in chain if one.sure or (one.said == "sent" and one.shown.form == "object")][
                :1
            ]
    seen: dict[str, list[tuple[Shown, Sample]]] = defaultdict(list)
    above: dict[str, Counter[str]] = defaultdict(Counter)
    for one in bodies:
        for path, value in one.walk():
            seen[path].append((value, one.sample))
            parent, _, name = path.rpartition(".")
            above[name][parent] += 1
    return Bodies(bodies, strange, dict(seen), dict(above), frozenset(answered))


def _body(chain: Sequence[Sample], tops: Collection[str], holders: Collection[str]) -> Body | None:
    sure = next((one for one in chain if one.sure), None)
    if sure is not None:
        known = _known(sure, tops)
        inner = max((_known(one, tops) for one in chain), default=0)
        return Body(sure, known) if known or inner > 1 else None
    first = chain[0]
    known = _known(first, tops)
    if first.said == "sent" and first.shown.form == "object" and known and known * 2 >= len(first.shown.names):
        return Body(first, known)
    best: Body | None = None
    for one in chain:
        known = _known(one, tops)
        if one.said == "answered" and one.shown.form != "call":
            continue
        names = len(one.shown.names)
        enough = (known > 1 and known * 2 >= names) or (known == names and one.said == "sent")
        if enough and (best is None or known > best.known):
            best = Body(one, known)
        elif best is None and _is_held(one, holders):
            best = Body(one, known, held=True)
    return best


def _is_held(sample: Sample, holders: Collection[str]) -> bool:
    """Tell whether an object shows members of parameters alone: `{"input": {"steps": 20}}`."""
    members = sample.shown.members
    return (
        sample.shown.form == "object"
        and bool(members)
        and all(name in holders and name not in _OF_ANSWERS and value.form == "object" for name, value in members)
    )


def _known(sample: Sample, tops: Collection[str]) -> int:
    return sum(name.removesuffix("[]") in tops for name in sample.shown.names)


def _walk(value: Shown, above: str, depth: int) -> Iterator[tuple[str, Shown]]:
    for name, member in value.members:
        if _NO_NAME.fullmatch(name):
            continue
        bare = name.removesuffix("[]").replace("[]", "")
        path = f"{above}.{bare}" if above else bare
        yield path, member
        if depth < _DEEPEST and member.form == "object":
            yield from _walk(member, path, depth + 1)
        elif depth < _DEEPEST and member.form == "array":
            for item in member.items:
                if item.form == "object":
                    yield from _walk(item, path, depth + 1)
