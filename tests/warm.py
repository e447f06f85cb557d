"""Start the program without loading it anew: a process that has loaded it makes a copy of itself for each command.

A command is a process of its own, as one that `subprocess` starts is: with its own number, folder, environment,
files, signals and end. What it leaves out is the better part of a second of importing, of which one suite had four
minutes. `run` and `start` take what `subprocess.run` and `Popen` take, as far as tests need it, and leave to those
what no copy can be: another program, or one with settings that Python reads at its start. What is imported when,
and what only a terminal shows, is tested with real starts.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

SERVER = Path(__file__).with_name("warm_server.py")
LENGTH = struct.Struct("!I")
AT_START = ("PYTHON", "LC_", "LANG", "OPENBLAS_", "OMP_", "MALLOC_", "LD_")
BUT = {"PYTHONIOENCODING"}  # the copy sees to this one itself


class _Server:
    """The process that has loaded the program; it is started when it is first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._environ: dict[str, str] = {}

    def copies(self, command: Sequence[str], environ: Mapping[str, str]) -> bool:
        """Tell whether a copy is what Python would be with these arguments and this environment."""
        if not hasattr(os, "fork") or command[0] != sys.executable or command[1:2] not in (["-m"], ["-c"]):
            return False
        with self._lock:
            self._start()
        return _at_start(environ) == _at_start(self._environ)

    def ask(self, asked: dict[str, Any], files: Sequence[int]) -> socket.socket:
        """Have a command run with these three files; return where its number and its end are told."""
        ours, theirs = socket.socketpair()
        text = json.dumps(asked).encode()
        with theirs, self._lock:
            assert self._control is not None
            socket.send_fds(self._control, [b"!"], [theirs.fileno(), *files])
            ours.sendall(LENGTH.pack(len(text)) + text)
        return ours

    def close(self) -> None:
        with self._lock:
            if self._process is not None and self._control is not None:
                self._control.close()
                self._process.communicate(timeout=60)
            self._process = self._control = None

    def _start(self) -> None:
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        self._environ = dict(os.environ)
        with theirs:
            command = [sys.executable, str(SERVER), str(theirs.fileno())]
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env=self._environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process with threads is not to be copied
            )
        self._control = ours


def _at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(AT_START) and name not in BUT}


_SERVER = _Server()
close = _SERVER.close


class Popen:
    """A command in a copy of the program; as `subprocess.Popen` with text, and as much of it as tests use."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        stdout: int | IO[str] | None = None,
        stderr: int | IO[str] | None = None,
    ) -> None:
        self.args = command
        self.returncode: int | None = None
        self.stdin, his_stdin = _pipe_to(stdin)
        self.stdout, his_stdout = _pipe_from(stdout, 1)
        self.stderr, his_stderr = (None, his_stdout) if stderr == subprocess.STDOUT else _pipe_from(stderr, 2)
        asked = {
            "command": list(command[1:]),
            "cwd": os.fspath(cwd or Path.cwd()),
            "environ": dict(os.environ if env is None else env),
        }
        his = (his_stdin, his_stdout, his_stderr)
        try:
            self._told = _SERVER.ask(asked, [number for number, _ in his])
        finally:
            for number in {number for number, ours in his if ours}:
                os.close(number)
        self._heard = b""
        self._wait_for_lines(1, None)
        self.pid = int(self._heard.split(b"\n")[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:  # noqa: A002
        """Write its input, read all that it says, and wait for its end. Raises subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        said: dict[int, str] = {}
        readers = [
            threading.Thread(target=lambda at=at, stream=stream: said.update({at: stream.read()}), daemon=True)
            for at, stream in enumerate((self.stdout, self.stderr))
            if stream is not None
        ]
        for reader in readers:
            reader.start()
        if self.stdin is not None:
            self.stdin.write(input or "")
            self.stdin.close()
        for reader in readers:
            reader.join(_left(until))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(_left(until))
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        return said.get(0, ""), said.get(1, "")

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and self._wait_for_lines(2, timeout):
            self.returncode = int(self._heard.split(b"\n")[1])
            self._told.close()
        return self.returncode

    def _wait_for_lines(self, count: int, timeout: float | None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while self._heard.count(b"\n") < count:
            self._told.settimeout(None)
            with selectors.DefaultSelector() as looking:
                looking.register(self._told, selectors.EVENT_READ)
                if not looking.select(_left(until)):
                    return False
            more = self._told.recv(64)
            if not more:
                raise RuntimeError(f"{SERVER.name} ended before its copy for {self.args}")
            self._heard += more
        return True


Process = Popen | subprocess.Popen[str]


def start(
    command: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int | None = None,
    stdout: int | IO[str] | None = None,
    stderr: int | IO[str] | None = None,
) -> Process:
    """Start a command, as `subprocess.Popen` does with `text=True`."""
    if _SERVER.copies(command, os.environ if env is None else env):
        return Popen(command, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
    return subprocess.Popen(command, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr, text=True)


def run(
    command: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,  # noqa: A002  as subprocess calls it
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does with `capture_output=True, text=True`."""
    process = start(
        command,
        cwd=cwd,
        env=env,
        stdin=None if input is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            stdout, stderr = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    assert process.returncode is not None
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def _left(until: float | None) -> float | None:
    return None if until is None else max(0.0, until - time.monotonic())


def _pipe_from(wanted: int | IO[str] | None, own: int) -> tuple[IO[str] | None, tuple[int, bool]]:
    """Return what we read of the command's output, and where it writes, with whether that is ours to close."""
    if wanted == subprocess.PIPE:
        read, write = os.pipe()
        return os.fdopen(read, encoding="utf-8"), (write, True)
    if wanted == subprocess.DEVNULL:
        return None, (os.open(os.devnull, os.O_RDWR), True)
    if isinstance(wanted, int):
        return None, (wanted, False)
    return None, (own if wanted is None else wanted.fileno(), False)


def _pipe_to(wanted: int | None) -> tuple[IO[str] | None, tuple[int, bool]]:
    if wanted == subprocess.PIPE:
        read, write = os.pipe()
        return os.fdopen(write, "w", encoding="utf-8"), (read, True)
    if wanted == subprocess.DEVNULL:
        return None, (os.open(os.devnull, os.O_RDWR), True)
    return None, (0 if wanted is None else wanted, False)
