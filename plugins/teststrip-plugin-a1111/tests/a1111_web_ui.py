"""A small imitation of AUTOMATIC1111's server: its paths, answers and errors, as its API's source has them."""

from __future__ import annotations

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SAMPLERS = ["DPM++ 2M", "DPM++ SDE", "Euler a", "Euler", "DDIM"]
SCHEDULES = [("automatic", "Automatic"), ("karras", "Karras"), ("exponential", "Exponential")]
CHECKPOINTS = ["v1-5-pruned-emaonly.safetensors [6ce0161689]", "anime/mix.safetensors"]


class WebUI:
    """A server in a thread. `users` turns on Basic; `requests` has every body that came, with its path."""

    def __init__(self) -> None:
        self.users: dict[str, str] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[bytes] = []
        self.samplers: list[Any] = [{"name": name, "aliases": [], "options": {}} for name in SAMPLERS]
        self.checkpoints: list[Any] = [
            {"title": name, "model_name": name.partition(".")[0], "hash": None, "filename": f"/m/{name}"}
            for name in CHECKPOINTS
        ]
        self.broken = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def lists(self) -> dict[str, Any]:
        """What its enumerating paths answer."""
        return {
            "/sdapi/v1/samplers": self.samplers,
            "/sdapi/v1/schedulers": [
                {"name": name, "label": label, "aliases": None, "default_rho": -1, "need_inner_model": False}
                for name, label in SCHEDULES
            ],
            "/sdapi/v1/sd-models": self.checkpoints,
            "/sdapi/v1/sd-vae": [{"model_name": "vae-ft-mse.safetensors", "filename": "/m/vae"}],
            "/sdapi/v1/options": {"sd_model_checkpoint": CHECKPOINTS[0], "samples_format": "png"},
        }

    def drawn(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a request for pictures."""
        if self.broken:
            return 500, {"error": "OutOfMemoryError", "detail": "", "body": "", "errors": self.broken}
        if body.get("sampler_name") not in {one["name"] for one in self.samplers if isinstance(one, dict)}:
            return 400, {"error": "HTTPException", "detail": "Sampler not found", "body": "", "errors": ""}
        if path.endswith("img2img") and not body.get("init_images"):
            return 404, {"error": "HTTPException", "detail": "Init image not found", "body": "", "errors": ""}
        seeds = [body["seed"] + i for i in range(body["batch_size"])]
        texts = [_infotext(body, seed) for seed in seeds]
        pictures = [_png(body, seed, text) for seed, text in zip(seeds, texts, strict=True)]
        self.sent += pictures
        info = {
            "prompt": body["prompt"],
            "seed": seeds[0],
            "all_seeds": seeds,
            "infotexts": texts,
            "steps": body["steps"],
        }
        images = [base64.b64encode(picture).decode() for picture in pictures]
        return 200, {"images": images, "parameters": {**body, "init_images": None}, "info": json.dumps(info)}


def _infotext(body: dict[str, Any], seed: int) -> str:
    size = f"{body['width']}x{body['height']}"
    return (
        f"{body['prompt']}\nNegative prompt: {body['negative_prompt']}\nSteps: {body['steps']}, "
        f"Sampler: {body['sampler_name']}, Schedule type: {body['scheduler']}, CFG scale: {body['cfg_scale']}, "
        f"Seed: {seed}, Size: {size}, Model hash: 6ce0161689, Version: v1.10.1"
    )


def _png(body: dict[str, Any], seed: int, text: str) -> bytes:
    said = PngInfo()
    said.add_text("parameters", text)
    out = io.BytesIO()
    Image.new("RGB", (body["width"], body["height"]), (seed * 37 % 256, seed * 91 % 256, 128)).save(
        out, "PNG", pnginfo=said
    )
    return out.getvalue()


def _handler(web_ui: WebUI) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with a list."""
            if self._may():
                lists = web_ui.lists()
                found = self.path in lists
                self._answer(200 if found else 404, lists.get(self.path, {"detail": "Not Found"}))

        def do_POST(self) -> None:
            """Answer with pictures."""
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if not self._may():
                return
            if self.path not in {"/sdapi/v1/txt2img", "/sdapi/v1/img2img"}:
                self._answer(404, {"detail": "Not Found"})
                return
            body = json.loads(data)
            web_ui.requests.append((self.path, body))
            self._answer(*web_ui.drawn(self.path, body))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _may(self) -> bool:
            kind, _, packed = self.headers.get("Authorization", "").partition(" ")
            user, _, password = (
                base64.b64decode(packed).decode().partition(":") if kind == "Basic" else ("", "", "")
            )
            if not web_ui.users or web_ui.users.get(user) == password:
                return True
            self._answer(401, {"error": "HTTPException", "detail": "Incorrect username or password", "errors": ""})
            return False

        def _answer(self, status: int, document: Any) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
