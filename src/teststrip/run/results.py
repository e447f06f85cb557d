"""What steps made, by the digest of what they made it of: a cache that may be thrown away, and a lineage.

A row tells which pictures came of which, by which step with which options. It costs nobody money when it is lost,
so it is no part of the ledger, and is not synced at every step.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from teststrip.base.json import Json, digest
from teststrip.errors import StorageError
from teststrip.run.finished import artifact_told, is_score
from teststrip.run.model import Artifact
from teststrip.run.store import Store
from teststrip.steps.model import ScoreValue

RESULTS_NAME: Final = "steps.sqlite3"
_VERSION: Final = 1
_BUSY: Final = 10.0  # seconds to wait for another process that writes
_AT_ONCE: Final = 500
_DAMAGE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
_TABLE: Final = """
    CREATE TABLE results (
        key      TEXT PRIMARY KEY,
        step     TEXT NOT NULL,
        version  TEXT NOT NULL,
        options  TEXT NOT NULL,
        pictures TEXT NOT NULL,  -- SHA-256 of each that it worked on
        against  TEXT NOT NULL,
        made     TEXT,           -- [SHA-256, media type, bytes] of each; null where it left them as they were
        scores   TEXT NOT NULL,
        badges   TEXT NOT NULL
    ) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What a step made of one cell: pictures (None where it left them alone), scores by its own names, badges."""

    artifacts: tuple[Artifact, ...] | None
    scores: dict[str, ScoreValue]
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a result was made of. `beside` stands for the other cells, of a step that looks at all of them."""

    step: str
    version: str
    options: Json
    pictures: tuple[str, ...]
    against: tuple[str, ...] = ()
    beside: str = ""

    @property
    def key(self) -> str:
        """What the result is known by."""
        return digest(
            [self.step, self.version, self.options, list(self.pictures), list(self.against), self.beside]
        )


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a step, as it is told: which pictures (SHA-256) came of which, and the scores.

    `made` is empty where the pictures were left as they were.
    """

    step: str
    version: str
    options: Mapping[str, Json]
    pictures: tuple[str, ...]
    against: tuple[str, ...]
    made: tuple[str, ...]
    scores: Mapping[str, ScoreValue]


class Results:
    """The file, open. A context manager; made by `open_results`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def find(self, keys: Iterable[str], store: Store) -> dict[str, Made]:
        """Return the results of these keys whose pictures lie in the store, by key."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Made] = {}
        with _told(self._path):
            for start in range(0, len(wanted), _AT_ONCE):
                part = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                rows = self._connection.execute(
                    f"SELECT key, made, scores, badges FROM results WHERE key IN ({marks})",  # noqa: S608  marks only
                    part,
                )
                for key, made, scores, badges in rows:
                    with suppress(*_DAMAGE):  # one that cannot be read is made again
                        result = _read(made, scores, badges, store)
                        if result is not None:
                            found[key] = result
        return found

    def keep(self, results: Sequence[tuple[Origin, Made]]) -> None:
        """Remember what was made."""
        rows = [
            (
                origin.key,
                origin.step,
                origin.version,
                json.dumps(origin.options, ensure_ascii=False),
                json.dumps(origin.pictures),
                json.dumps(origin.against),
                None
                if made.artifacts is None
                else json.dumps([[one.sha256, one.media_type, one.size] for one in made.artifacts]),
                json.dumps(made.scores, ensure_ascii=False),
                json.dumps(made.badges, ensure_ascii=False),
            )
            for origin, made in results
        ]
        with _told(self._path), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?,?,?,?,?,?,?,?,?)", rows)


def open_results(path: Path) -> Results:
    """Open the file, made when it is missing. Raises StorageError."""
    with _told(path):
        connection = sqlite3.connect(path, timeout=_BUSY)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _lay_out(connection)
        except BaseException:
            connection.close()
            raise
    return Results(path, connection)


def lineage(path: Path, keys: Sequence[str]) -> list[Execution]:
    """Return the executions of these keys, as far as they are known, in that order; nothing is changed.

    Raises StorageError.
    """
    if not path.exists():
        return []
    with _told(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = []
        for key in keys:
            row = connection.execute(
                "SELECT step, version, options, pictures, against, made, scores FROM results WHERE key = ?", (key,)
            ).fetchone()
            if row is not None:
                options, pictures, against, made, scores = map(json.loads, [*row[2:5], row[5] or "[]", row[6]])
                results = tuple(one[0] for one in made)
                found.append(Execution(row[0], row[1], options, tuple(pictures), tuple(against), results, scores))
        return found


def made_by_steps(path: Path) -> set[str]:
    """Return every picture that any step made, by SHA-256; nothing is changed. Raises StorageError."""
    if not path.exists():
        return set()
    with _told(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT made FROM results WHERE made IS NOT NULL")
        return {picture[0] for (made,) in rows for picture in json.loads(made)}


def _lay_out(connection: sqlite3.Connection) -> None:
    """Make the table where there is none yet."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise sqlite3.DatabaseError(f"another version of teststrip made it, number {version}")


def _read(made: str | None, scores: str, badges: str, store: Store) -> Made | None:
    artifacts = None
    if made is not None:
        artifacts = tuple(artifact_told(one, store) for one in json.loads(made))
        if not artifacts or not all(map(store.has, artifacts)):
            return None
    told, words = json.loads(scores), json.loads(badges)
    if not isinstance(told, dict) or not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise ValueError("scores or badges are none")
    if not all(map(is_score, (*told.values(), *words))):
        raise ValueError("a score is none")
    return Made(artifacts, told, tuple(words))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, *_DAMAGE) as error:
        raise StorageError(
            f"{path}: what steps made cannot be remembered there ({error}); it is only a memory of what can "
            "be made again: remove the file (and those with -wal and -shm), or make room, then run again"
        ) from error
