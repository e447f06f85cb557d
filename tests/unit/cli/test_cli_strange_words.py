"""What a run in the darkroom tells of words that the toy world does not know."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from teststrip.base.json import Json
from teststrip.cli.strange_words import strange_words
from teststrip.provider.wire import Roles
from teststrip.run.model import Run
from teststrip.run.target import Target, darkroom_target


def told(prompts: list[str], sent: int = 1, target: Target | None = None) -> list[str]:
    requests: list[dict[str, Json]] = [{"prompt": prompt} for prompt in prompts]
    cells = [SimpleNamespace(request=request) for request in requests]
    run: Any = SimpleNamespace(sent=sent, plan=SimpleNamespace(cells=cells))
    return list(strange_words(cast("Run", run), target or darkroom_target("1"), Roles()))


def test_each_unknown_tag_is_told_once() -> None:
    assert told(["1girl, griffin", "griffin, sea, zebra"]) == [
        "not in the toy world: griffin, zebra (docs/darkroom.md has what is)"
    ]


def test_nothing_is_told_where_all_is_known_or_nothing_was_drawn() -> None:
    assert told(["1girl, sea, masterpiece"]) == []
    assert told(["griffin"], sent=0) == []
    assert told(["griffin"], target=Target("live", "live https://x.example", "https://x.example", paid=True)) == []


def test_many_unknown_tags_are_counted() -> None:
    prompt = ", ".join(f"unheard{k}" for k in range(25))
    (line,) = told([prompt])
    assert "unheard19 and 5 more" in line
    assert "unheard20" not in line
