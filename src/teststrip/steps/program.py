"""Running a program on a picture.

It runs in an empty folder of its own, with an environment of a few variables, none of which is a key. It gets no
input, has a time limit, and is ended with all that it started. What it writes is checked like any picture.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import BinaryIO, Final

from teststrip.base.json import Json
from teststrip.base.picture import SUFFIXES
from teststrip.base.text import visible
from teststrip.errors import StepError
from teststrip.steps.model import Made, Options, ScoreValue, Shot, Work
from teststrip.steps.options import number, text

IN, OUT = "{in}", "{out}"
_MOST_SAID: Final = 2**20  # bytes of its output that are read
_MOST_PICTURE: Final = 2**28  # bytes
_MOST_WORDS: Final = 300  # characters of its complaint that are told
_DRAIN: Final = 5  # seconds for a program that was ended to be gone


async def run_on(work: Work, names: Sequence[str], environ: Mapping[str, str] | None = None) -> Made:
    """Run the program on each picture of a cell, and read the scores of these names from what it prints.

    `environ` is this process's environment if left out. Raises StepError.
    """
    environ = os.environ if environ is None else environ
    found: list[tuple[bytes | None, Mapping[str, ScoreValue]]] = []
    for position, shot in enumerate(work.shots, 1):
        try:
            found.append(await _one(shot, work.options, names, environ))
        except StepError as error:
            if len(work.shots) == 1:
                raise
            raise StepError(f"picture {position} of {len(work.shots)}: {error}") from error
    pictures = tuple(data for data, _ in found if data is not None)
    scores = {name: _joined([one[name] for _, one in found]) for name in names} if found else {}
    return Made(pictures=pictures or None, scores=scores)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where a program works: its command, its folder, and the files that it writes."""

    command: Sequence[str]
    folder: Path
    given: Path
    output: BinaryIO
    errors: BinaryIO


async def _one(
    shot: Shot, options: Options, names: Sequence[str], environ: Mapping[str, str]
) -> tuple[bytes | None, Mapping[str, ScoreValue]]:
    # What waits for the disk or decodes is left to a thread: other programs are waited for meanwhile.
    with tempfile.TemporaryDirectory(prefix="teststrip-exec-", ignore_cleanup_errors=True) as folder:
        stage = await asyncio.to_thread(_staged, Path(folder), shot, options, environ)
        with stage.output, stage.errors:
            code = await _run(stage, environ, number(options, "timeout") or 60)
            return await asyncio.to_thread(_result, stage, code, options, names)


def _staged(folder: Path, shot: Shot, options: Options, environ: Mapping[str, str]) -> _Stage:
    inside = folder / "work"
    inside.mkdir()
    suffix = SUFFIXES.get(shot.media_type, "")
    taken = inside / f"in{suffix}"
    given = inside / f"out{SUFFIXES.get('image/' + text(options, 'to'), suffix)}"
    taken.write_bytes(shot.data)
    command = _command(options, taken, given, environ)
    # Beside its folder, not in it: the folder is empty but for the picture.
    return _Stage(command, inside, given, (folder / "stdout").open("w+b"), (folder / "stderr").open("w+b"))


def _result(
    stage: _Stage, code: int, options: Options, names: Sequence[str]
) -> tuple[bytes | None, Mapping[str, ScoreValue]]:
    program = stage.command[0]
    if code != 0:
        ended = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        raise StepError(f"{program} {ended}{_words(stage.errors)}")
    return _picture(stage.given, options, program), _scores(stage.output, names, program)


def _command(options: Options, taken: Path, given: Path, environ: Mapping[str, str]) -> list[str]:
    """Return the arguments with their placeholders filled in; the program by its full path."""
    listed = options.get("command")
    words = [str(word) for word in listed] if isinstance(listed, Sequence) and not isinstance(listed, str) else []
    if not words or not words[0].strip():
        raise StepError("command: its first item is the program to run, and it is empty")
    if any("\0" in word for word in words):
        raise StepError("command: an argument holds a null character")
    program = words[0]
    found = shutil.which(program, path=environ.get("PATH", os.defpath))
    bare = not any(sign in program for sign in (os.sep, os.altsep or os.sep))
    if found is None or not (bare or Path(program).is_absolute()):
        raise StepError(f"{program!r} is no program: write a name that is found in PATH, or a full path")
    return [found, *(word.replace(IN, str(taken)).replace(OUT, str(given)) for word in words[1:])]


def _surroundings(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return all of the environment that a program gets."""
    kept = {name: environ[name] for name in ("PATH", "SYSTEMROOT") if name in environ}
    return {**kept, "LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}


async def _run(stage: _Stage, environ: Mapping[str, str], seconds: float) -> int:
    """Run a program to its end and return its exit code. Raises StepError when it takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *stage.command,
            cwd=stage.folder,
            env=_surroundings(environ, stage.folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stage.output,
            stderr=stage.errors,
            start_new_session=True,
        )
    except OSError as error:
        raise StepError(f"{stage.command[0]} cannot be run ({error.strerror or error})") from error
    try:
        return await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError as error:
        raise StepError(f"{stage.command[0]} was ended: it took longer than {seconds:g} seconds") from error
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a program and all that it started, also when it is over itself: they are one session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _DRAIN)


def _picture(given: Path, options: Options, program: str) -> bytes | None:
    """Return the picture that was made, if one was asked for; raises StepError where there is none."""
    command = options.get("command")
    if not isinstance(command, Sequence) or not any(OUT in str(word) for word in command[1:]):
        return None
    from teststrip.steps.pictures import decoded  # noqa: PLC0415  Pillow is for those who run a step

    try:
        # A link would let the program hand over a file that it may read and we should not show.
        fault = "no picture" if given.is_symlink() or not given.is_file() else ""
        if not fault and given.stat().st_size > _MOST_PICTURE:
            fault = f"a picture of more than {_MOST_PICTURE // 2**20} MiB"
        data = b"" if fault else given.read_bytes()
    except OSError as error:
        raise StepError(f"what {program} wrote cannot be read ({error.strerror or error})") from error
    if fault:
        raise StepError(f"{program} wrote {fault} to {OUT}")
    try:
        decoded(data)
    except StepError as error:
        raise StepError(f"what {program} wrote to {OUT} is no picture that can be used: {error}") from error
    return data


def _scores(said: BinaryIO, names: Sequence[str], program: str) -> Mapping[str, ScoreValue]:
    """Return the scores that were named, from the JSON object that was printed."""
    if not names:
        return {}
    said.seek(0)
    printed = said.read(_MOST_SAID)
    try:
        document = json.loads(printed)  # what is cut off is no JSON any more
    except (ValueError, RecursionError) as error:
        raise StepError(
            f"{program} has to print one JSON object with the scores, and printed something else"
        ) from error
    missing = [name for name in names if not isinstance(document, dict) or name not in document]
    if missing:
        raise StepError(f"{program} did not print the score{'s' * (len(missing) > 1)} {', '.join(missing)}")
    return {name: _score(name, document[name], program) for name in names}


def _score(name: str, value: Json, program: str) -> ScoreValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise StepError(f"{program} printed {value} as the score {name}, which is no number")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return float(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return visible(value)[:1000]
    raise StepError(f"{program} printed neither a number nor a text as the score {name}")


def _joined(values: Sequence[ScoreValue]) -> ScoreValue:
    """Return the mean of numbers, or what all pictures have in common; else texts one after another."""
    if all(value == values[0] and type(value) is type(values[0]) for value in values):
        return values[0]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == len(values):
        return fmean(numbers)
    return " / ".join(json.dumps(value) if not isinstance(value, str) else value for value in values)


def _words(complaint: BinaryIO) -> str:
    """Return the last line of what a program complained of, for the end of a sentence."""
    complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - 4096))
    lines = complaint.read().decode("utf-8", "replace").strip().splitlines()
    return f": {visible(lines[-1])[:_MOST_WORDS]}" if lines else ""
