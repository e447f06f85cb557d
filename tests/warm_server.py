"""The process behind `warm.py`: it has loaded the program, and each command is a copy of it.

What a command can tell from one that was started cold is undone here: its folder, environment, arguments, three
files and search path are those that it was given, and signals do what they do in a new process. It ends as Python
does, but takes nothing apart of what was loaded: that alone took longer than most commands.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import struct
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("!I")
NOT_LOADED = ("teststrip.__main__", "teststrip.testing")  # the first is what runs; the other is for pytest alone
LATE = (  # what the program loads of others when it comes to it
    "PIL.AvifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "encodings.idna",
    "encodings.utf_16_be",
    "encodings.utf_8_sig",
    "fontpkg_noto_sans",
    "httpcore",
    "httpx",
    "jsonschema.validators",
    "multiprocessing.popen_spawn_posix",
    "multiprocessing.resource_tracker",
    "multiprocessing.synchronize",
    "platformdirs.unix",
    "rich.progress",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
)

Run = Callable[[], object]


@dataclass
class Command:
    """What to run, and the socket on which its process and its end are told."""

    told: socket.socket
    files: list[int]
    asked: dict[str, Any]

    def close(self) -> None:
        for file in self.files:
            os.close(file)


def load() -> None:
    """Import all of the program, and nothing that runs it; read the pages that come with it."""
    teststrip = importlib.import_module("teststrip")
    for module in pkgutil.walk_packages(teststrip.__path__, "teststrip."):
        if not module.name.startswith(NOT_LOADED):
            importlib.import_module(module.name)
    for name in LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    importlib.import_module("teststrip.provider.catalogue").bundled_providers()
    gc.collect()
    gc.freeze()  # a copy that collects garbage need not copy all of this


def receive(control: socket.socket) -> Command | None:
    """Take the next command; None when nobody asks any more."""
    mark, files, *_ = socket.recv_fds(control, 1, 4)
    if not mark:
        return None
    told = socket.socket(fileno=files[0])
    (length,) = LENGTH.unpack(read(told, LENGTH.size))
    return Command(told, files[1:], json.loads(read(told, length)))


def read(told: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        got += told.recv(count - len(got))
    return got


def settle_in(command: Command) -> Run:
    """Make a copy of this process what a new one would be; return what it runs."""
    asked = command.asked
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, file in enumerate(command.files):
        os.dup2(file, number)
    command.close()
    command.told.close()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    open_files(os.environ.get("PYTHONIOENCODING"))
    kind, what, *arguments = asked["command"]
    sys.argv = [kind, *arguments]
    if kind == "-m":
        sys.path[0] = str(Path.cwd())
        return lambda: runpy.run_module(what, run_name="__main__", alter_sys=True)
    sys.path[0] = ""
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    return lambda: exec(compile(what, "<string>", "exec"), main.__dict__)  # noqa: S102  as `python -c` does


def open_files(coding: str | None) -> None:
    """Open the three files as Python does at its start: what it found out of the old ones is not true of these."""
    at_once = bool(getattr(sys.stdout, "write_through", False))  # PYTHONUNBUFFERED
    for name in ("stdin", "stdout", "stderr"):
        old = getattr(sys, name)
        mode, told = "r" if name == "stdin" else "w", name == "stderr"
        binary: Any = os.fdopen(old.fileno(), f"{mode}b", 0 if at_once and mode == "w" else -1, closefd=False)
        getattr(binary, "raw", binary).name = old.name
        new: Any = io.TextIOWrapper(
            binary,
            coding or old.encoding,
            old.errors if coding is None or told else "strict",
            line_buffering=not at_once and (told or binary.isatty()),
            write_through=at_once,
        )
        new.mode = mode
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def serve(control: socket.socket) -> Run | None:
    """Make a copy for each command, and tell how it ended; return, in a copy, what it runs."""
    ended, woken = socket.socketpair()
    for end in (ended, woken):
        end.setblocking(False)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, socket.socket] = {}
    looking = selectors.DefaultSelector()
    looking.register(control, selectors.EVENT_READ)
    looking.register(ended, selectors.EVENT_READ)
    while True:
        for key, _ in looking.select():
            if key.fileobj is ended:
                with contextlib.suppress(BlockingIOError):
                    ended.recv(4096)
                tell_ends(running)
                continue
            command = receive(control)
            if command is None:
                return None
            process = os.fork()
            if not process:
                looking.close()
                for one in (control, ended, woken, *running.values()):
                    one.close()
                return settle_in(command)
            running[process] = command.told
            command.close()
            command.told.sendall(f"{process}\n".encode())


def tell_ends(running: dict[int, socket.socket]) -> None:
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if not process:
            return
        told = running.pop(process)
        with told, contextlib.suppress(OSError):
            told.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def perform(run: Run) -> None:
    """Run a command, and end this process as Python does; what Python alone can tell of is raised."""
    code: object = None
    try:
        run()
    except SystemExit as ending:
        code = ending.code
    if code is not None and not isinstance(code, int):
        raise SystemExit(code)  # it is said on stderr
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  the interpreter waits for threads with it
    atexit._run_exitfuncs()  # noqa: SLF001  the interpreter's own, too
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        raise SystemExit(code) from None  # that it cannot be written is told
    os._exit((code or 0) & 0xFF)


if __name__ == "__main__":
    load()
    run = serve(socket.socket(fileno=int(sys.argv[1])))
    if run is not None:
        perform(run)
