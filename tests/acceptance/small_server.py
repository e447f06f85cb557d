"""A server of the first API in a few lines, for tests that decide only what becomes of a submit."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from PIL import Image

_Server = TypeVar("_Server", bound=ThreadingHTTPServer)


class Answers(BaseHTTPRequestHandler):
    """Finds every prediction finished; what becomes of a submit is the test's `take`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self.say({"status": "completed", "outputs": [drawn(self.colour())]})

    def take(self, request: dict[str, Any]) -> None:
        """Take a request in, or not."""
        raise NotImplementedError

    def colour(self) -> tuple[int, int, int]:
        """Choose the colour of the picture that is asked for."""
        return (0, 0, 0)

    def say(self, data: dict[str, Any]) -> None:
        """Answer."""
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def drawn(colour: tuple[int, int, int]) -> str:
    """Return a picture of one colour, as base64 text."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


@contextlib.contextmanager
def served(server: _Server) -> Iterator[_Server]:
    """Serve in the background."""
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server: ThreadingHTTPServer) -> str:
    """Return a server's base URL."""
    return f"http://127.0.0.1:{server.server_address[1]}"
