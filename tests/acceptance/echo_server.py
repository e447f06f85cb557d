"""A server that gives a key back wherever a server can put a text, in every spelling that a text may have."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

Spell = Callable[[str], str]


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


def _packed(before: str) -> Spell:
    return lambda text: base64.b64encode((before + text).encode()).decode()


SPELLINGS: Mapping[str, Spell] = {
    "plain": lambda text: text,
    "with Bearer": lambda text: f"Bearer {text}",
    "in capitals": str.upper,
    "in small letters": str.lower,
    "percent-encoded": lambda text: "".join(f"%{ord(sign):02X}" for sign in text),
    "percent-encoded in part": lambda text: text.replace("-", "%2d").replace("Z", "%5a"),
    "percent-encoded twice": lambda text: "".join(f"%25{ord(sign):02x}" for sign in text),
    "as entities": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "as hexadecimal entities": lambda text: "".join(f"&#x{ord(sign):X};" for sign in text),
    "escaped": _escaped,
    "escaped twice": lambda text: _escaped(text).replace("\\", "\\\\"),
    "in base64": _packed(""),
    "in base64 after Bearer": _packed("Bearer "),
    "in base64 after a name": _packed("me:"),
    "in base64 of addresses": lambda text: base64.urlsafe_b64encode(f"~?{text}".encode()).decode().rstrip("="),
    "in hexadecimal": lambda text: text.encode().hex(),
}


def picture(words: str = "") -> bytes:
    """Return a PNG that has the words in its metadata, as they are."""
    stream, about = io.BytesIO(), PngInfo()
    if words:
        about.add_text("Comment", words)
    Image.new("RGB", (8, 8), "#204080").save(stream, "PNG", pnginfo=about)
    return stream.getvalue()


def answer(status: str, body: bytes, *headers: str) -> bytes:
    """Return an answer's bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1", "replace") + b"\r\n" + body


def said(document: object, echo: str, status: str = "200 OK") -> bytes:
    """Return an answer of JSON in which `@` is the echo, byte for byte, so that it may be escaped itself."""
    text = json.dumps(document).replace("@", echo)
    return answer(
        status, text.encode(), "Content-Type: application/json", f"X-Echo: {echo}", f"Retry-After: {echo}"
    )


def _data(**members: object) -> dict[str, Any]:
    return {"data": {"status": "created", **members}}


def _outputs(*outputs: object) -> dict[str, Any]:
    return _data(id="p0", status="completed", outputs=list(outputs))


# What a submit is answered: by the echo, and the address of this server. `p0` is a prediction that is told well.
SUBMITS: Mapping[str, Callable[[str, str], bytes]] = {
    "the reason of a status": lambda echo, _: answer(f"400 {echo}", b""),
    "a status line that is none": lambda echo, _: f"HTTP/1.1 {echo}\r\n\r\n".encode(),
    "a header that is none": lambda echo, _: f"HTTP/1.1 200 OK\r\n\x00{echo}\r\n\r\n".encode(),
    "a length that is none": lambda echo, _: f"HTTP/1.1 200 OK\r\nContent-Length: {echo}\r\n\r\n".encode(),
    "the head of a chunk": lambda echo, _: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{echo}\r\n".encode()
    ),
    "an encoding": lambda echo, _: answer("200 OK", b"{", f"Content-Encoding: {echo}"),
    "an error's message": lambda echo, _: said({"error": {"message": "bad @", "type": "400"}}, echo, "400 No"),
    "an error's code": lambda echo, _: said({"error": {"message": "bad", "code": "@"}}, echo, "400 No"),
    "what may have cost": lambda echo, _: said({"error": {"message": "bad @"}}, echo, "500 No"),
    "a page": lambda echo, _: answer(
        "502 No", f"<!DOCTYPE html><p>{echo}</p>".encode(), "Content-Type: text/html"
    ),
    "a piece of a page": lambda echo, _: answer("400 No", f"<p>{echo}</p>".encode(), "Content-Type: text/html"),
    "a text": lambda echo, _: answer("500 No", f"you sent {echo}".encode()),
    "a text that is no answer": lambda echo, _: answer("200 OK", f"you sent {echo}".encode()),
    "the code of a success": lambda echo, _: said({"code": "@", "message": "@"}, echo),
    "a redirect": lambda echo, here: answer("302 No", b"", f"Location: {here}/{echo}"),
    "a redirect to nowhere": lambda echo, _: answer("302 No", b"", f"Location: http://[{echo}"),
    "the id": lambda echo, _: said(_data(id="@"), echo),
    "a part of the id": lambda echo, _: said(_data(id="p-@-1"), echo),
    "the polling address": lambda echo, _: said(
        _data(id="p0", urls={"get": "/api/v3/predictions/p0/result?k=@"}), echo
    ),
    "the polling address alone": lambda echo, _: said(_data(urls={"get": "/api/v3/predictions/@/result"}), echo),
    "the state": lambda echo, _: said(_data(id="p0", status="@"), echo),
    "the error of what failed": lambda echo, _: said(_data(id="p0", status="failed", error="@"), echo),
    "a member's name": lambda echo, _: said({"@": 1, "message": "@", **_data(id="p0")}, echo),
    "an output": lambda echo, _: said(_outputs("@!"), echo),
    "an output's data address": lambda echo, _: said(_outputs("data:@,x"), echo),
    "an output's base64": lambda echo, _: said(_outputs("data:x;base64,@!"), echo),
    "a link of another kind": lambda echo, _: said(_outputs("ftp://a/@"), echo),
    "a link that is none": lambda echo, _: said(_outputs("http://[@"), echo),
    "a link to nobody": lambda echo, _: said(_outputs("http://127.0.0.1:1/@"), echo),
    "a link with a name": lambda echo, _: said(_outputs("http://@:x@127.0.0.1:1/a.png"), echo),
    "a link whose refusal has it": lambda echo, here: said(_outputs(f"{here}/refused/@"), echo),
    "a link that leads to a text": lambda echo, here: said(_outputs(f"{here}/text/@"), echo),
    "a link that leads on": lambda echo, here: said(_outputs(f"{here}/moved/@"), echo),
}
# What a poll is answered, where the submit was answered well.
POLLS: Mapping[str, Callable[[str, str], bytes]] = {
    name: SUBMITS[name]
    for name in (
        "a status line that is none",
        "what may have cost",
        "a text that is no answer",
        "the code of a success",
        "a redirect",
        "the state",
        "the error of what failed",
        "an output",
        "a link that leads on",
    )
}
# What is written down as it came, since it is asked for again.
NAMES: Final = ("the id", "a part of the id", "the polling address", "the polling address alone")
Case = tuple[str, str, str]  # when, where, and in which spelling


def _turn(number: int) -> list[str]:
    """Return the plain spelling, and a few others that are another few for the next number."""
    return ["plain", *list(SPELLINGS)[1 + number % 3 :: 3]]


WORDS: Final[tuple[Case, ...]] = (
    *(("submit", place, how) for i, place in enumerate(SUBMITS) if place not in NAMES for how in _turn(i)),
    *(("submit", place, "plain") for place in NAMES),
    *(("poll", place, how) for i, place in enumerate(POLLS) for how in _turn(i)),
    *(("picture", "its metadata", how) for how in SPELLINGS),
)
SPELLED_NAMES: Final[tuple[Case, ...]] = tuple(
    ("submit", place, how) for i, place in enumerate(NAMES) for how in _turn(i)
)


class Echo(ThreadingHTTPServer):
    """Gives back what it gets as a key, by the number of the case that a request's seed is."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, cases: Sequence[Case]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.cases = cases
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = ""  # as it came

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that ended."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Echo

    def do_POST(self) -> None:
        number = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["seed"]
        self.server.key = self.headers["Authorization"]
        at, place, spelling = self.server.cases[number]
        if at == "submit":
            self._give(SUBMITS[place](self._echo(spelling), self.server.url))
        else:
            self._give(said(_data(id=f"c{number}"), ""))

    def do_GET(self) -> None:
        parts = self.path.partition("?")[0].split("/")
        if parts[1] == "api":
            self._poll(parts[4])
            return
        echo = "/".join(parts[2:])
        kinds = {
            "refused": answer("400 No", f"Key {echo} is not allowed".encode()),
            "text": answer("200 OK", f"{echo} is not allowed".encode()),
            "moved": answer("302 No", b"", f"Location: ftp://{echo}"),
        }
        self._give(kinds.get(parts[1]) or answer("404 No", self.path.encode()))

    def _poll(self, name: str) -> None:
        if not (name.startswith("c") and name[1:].isdigit()):
            self._give(said({"data": {"status": "completed", "outputs": [_inline(picture())]}}, ""))
            return
        _, place, spelling = self.server.cases[int(name[1:])]
        if place in POLLS:
            self._give(POLLS[place](self._echo(spelling), self.server.url))
        else:
            told = picture(self._echo(spelling))
            self._give(said({"data": {"status": "completed", "outputs": [_inline(told)]}}, ""))

    def _echo(self, spelling: str) -> str:
        return SPELLINGS[spelling](self.server.key)

    def _give(self, data: bytes) -> None:
        self.close_connection = not data.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: ")
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


def _inline(data: bytes) -> str:
    return base64.b64encode(data).decode()


@contextmanager
def echoing(cases: Sequence[Case]) -> Iterator[Echo]:
    """Serve it beside the test."""
    with Echo(cases) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
