"""A client of a language server: what an editor sends to one over its standard streams, and what it hears.

The protocol is JSON-RPC 2.0 with a Content-Length before each message (Language Server Protocol 3.17). One thread
reads; a question waits for its answer, a document for its diagnostics, both with a deadline.
"""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

DEADLINE: Final = 60.0  # seconds; a loaded machine may start node slowly
_SETTINGS: Final = {
    # Nothing may come from the network: no schema but the one that a recipe names.
    "yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True},
}
_CAPABILITIES: Final = {
    "workspace": {"configuration": True},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "publishDiagnostics": {},
    },
}

Message = dict[str, Any]


class ServerError(Exception):
    """The server stopped, did not answer in time, or answered with an error."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A red mark: lines and columns count from 0, `text` is what is underlined."""

    line: int
    text: str
    message: str


class LanguageServer:
    """A running server. Documents are texts under a folder's name; they need not be on disk."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Start the server for a workspace folder; raises ServerError when it does not answer."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._folder = folder
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[Message | None]] = {}
        self._marks: dict[str, queue.SimpleQueue[Message | None]] = {}
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                "capabilities": _CAPABILITIES,
            },
        )
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def marks(self, text: str) -> list[Mark]:
        """Return what the editor underlines in a text."""
        uri, published = self._open(text)
        try:
            found = _next(published, "diagnostics")["diagnostics"]
        finally:
            self._close(uri)
        lines = text.splitlines()
        return [_mark(one, lines) for one in found]

    def hover(self, text: str, word: str) -> str:
        """Return the hover text over the last place of a word, as Markdown; "" when there is none."""
        uri, _ = self._open(text)
        try:
            answer = self._ask("textDocument/hover", _at(uri, text, text.rindex(word) + 1))
        finally:
            self._close(uri)
        return answer["contents"]["value"] if answer else ""

    def complete(self, text: str) -> dict[str, Message]:
        """Return what is offered where `‸` stands in a text, by its label."""
        offset = text.index("‸")
        plain = text.replace("‸", "")
        uri, _ = self._open(plain)
        try:
            answer = self._ask("textDocument/completion", _at(uri, plain, offset))
        finally:
            self._close(uri)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: item for item in items}

    def close(self) -> None:
        """Stop the server, kindly and then surely."""
        try:
            self._ask("shutdown", None)
            self._tell("exit", None)
            self._process.wait(timeout=10)
        except (ServerError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._thread.join(timeout=10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _open(self, text: str) -> tuple[str, queue.SimpleQueue[Message | None]]:
        uri = (self._folder / f"unsaved-{next(self._numbers)}.yaml").as_uri()
        published = self._marks[uri] = queue.SimpleQueue()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri, published

    def _close(self, uri: str) -> None:
        del self._marks[uri]
        self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _ask(self, method: str, params: Any) -> Any:
        number = next(self._numbers)
        answers = self._answers[number] = queue.SimpleQueue()
        self._send({"id": number, "method": method, "params": params})
        answer = _next(answers, method)
        del self._answers[number]
        if "error" in answer:
            raise ServerError(f"{method}: {answer['error']}")
        return answer["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        with self._writing:
            stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            stream.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while (message := _read(stream)) is not None:
            self._hear(message)
        for waiting in (*self._answers.values(), *self._marks.values()):
            waiting.put(None)

    def _hear(self, message: Message) -> None:
        method, number = message.get("method"), message.get("id")
        if method is None:
            if number in self._answers:
                self._answers[number].put(message)
        elif method == "textDocument/publishDiagnostics":
            waiting = self._marks.get(message["params"]["uri"])
            if waiting is not None:
                waiting.put(message["params"])
        elif number is not None:  # the server asks: for settings, or to register what it can do
            self._send({"id": number, "result": _reply(method, message.get("params"))})


def _reply(method: str, params: Any) -> Any:
    if method == "workspace/configuration":
        return [_SETTINGS.get(item.get("section", "")) for item in params["items"]]
    return None


def _read(stream: IO[bytes]) -> Message | None:
    """Read one message; None at the end of the stream."""
    length = 0
    while line := stream.readline():
        name, _, value = line.decode("ascii").partition(":")
        if not name.strip():
            message: Message = json.loads(stream.read(length))
            return message
        if name.lower() == "content-length":
            length = int(value)
    return None


def _next(waiting: queue.SimpleQueue[Message | None], what: str) -> Message:
    try:
        message = waiting.get(timeout=DEADLINE)
    except queue.Empty:
        raise ServerError(f"the language server gave no {what} within {DEADLINE:.0f} s") from None
    if message is None:
        raise ServerError(f"the language server stopped before it gave its {what}")
    return message


def _at(uri: str, text: str, offset: int) -> Message:
    before = text[:offset]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") - 1
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}


def _mark(diagnostic: Message, lines: Sequence[str]) -> Mark:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    line = lines[start["line"]] if start["line"] < len(lines) else ""
    last = end["character"] if end["line"] == start["line"] else len(line)
    return Mark(start["line"], line[start["character"] : last], diagnostic["message"])
