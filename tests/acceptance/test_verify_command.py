"""`teststrip verify`: a vendor that changed its model in silence is found out; one that did not has peace."""

from __future__ import annotations

import base64
import io
import json
import re
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from small_server import Answers, address, served
from test_record_and_replay import offline, online, quick

KEY = {"GPTPROTO_API_KEY": "sk-mine-0123456789"}


class Vendor(ThreadingHTTPServer):
    """Draws by the seed, and otherwise once it has `changed`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Studio)
        self.changed = False
        self.submits = 0


class Studio(Answers):
    server: Vendor

    def take(self, request: dict[str, Any]) -> None:
        self.server.submits += 1
        if self.server.changed and request["seed"] == 5:
            self.send_response(400)
            body = b'{"error": {"message": "no longer", "code": "400"}}'
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.say({"id": f"p{self.server.submits}-{request['seed']}"})

    def do_GET(self) -> None:  # noqa: N802  http.server's name
        seed = int(self.path.split("/")[-2].partition("-")[2])
        self.say({"status": "completed", "outputs": [draw(seed, changed=self.server.changed)]})


def draw(seed: int, *, changed: bool) -> str:
    """Seed 2 gets a changed pixel, 3 another text, 4 another picture, when the vendor has changed."""
    image = Image.new("RGB", (96, 128), (60, 90, 120))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10 * seed, 20, 10 * seed + 40, 90), (230, 200, 150))
    if changed and seed == 2:
        image.putpixel((3, 3), (61, 90, 120))
    if changed and seed == 4:
        pen.rectangle((20, 60, 80, 120), (200, 30, 40))
    about = PngInfo()
    about.add_text("Comment", "model 2" if changed and seed == 3 else "model 1")
    stream = io.BytesIO()
    image.save(stream, "PNG", pnginfo=about)
    return base64.b64encode(stream.getvalue()).decode()


def recipe(folder: Path) -> None:
    (folder / "v.yaml").write_text(
        "teststrip: 1\ntitle: Sentinel\nmodel: gptproto/nai-diffusion-4-5-full\n"
        "params: {prompt: a boat}\naxes: {seed: [1, 2, 3, 4, 5]}\n"
    )


def verdicts(told: str) -> list[str]:
    document = json.loads(told.splitlines()[-1])
    return [request["verdict"] for request in document["requests"]]


def test_a_model_that_was_changed_in_silence_is_found_out(tmp_path: Path) -> None:
    recipe(tmp_path)
    with served(Vendor()) as vendor:
        url = address(vendor)
        live = {**KEY, "GPTPROTO_API_BASE_URL": url}
        assert online(tmp_path, "plan", "v.yaml", "--live", "-o", "v.lock.json", **live).returncode == 0
        options = ("--live", "--rate", "100/s", "--concurrency", "5", "--budget", "100")
        first = online(tmp_path, "run", "v.lock.json", "--record", "tape", *options, **live)
        assert first.returncode == 0, first.stderr
        told = online(tmp_path, "verify", "sentinel", *options, "--json", **live)
        assert (told.returncode, verdicts(told.stdout)) == (0, ["same"] * 5), told.stderr
        document = json.loads(told.stdout.splitlines()[-1])
        assert document["price"] == {"unit": "Anlas", "then": "100", "now": "100"}
        assert document["seconds"]["then"] > 0

        vendor.changed = True
        for within, expected in (
            ("exact", ["same", "moved", "moved", "moved", "lost"]),
            ("pixels", ["same", "moved", "alike", "moved", "lost"]),
            ("4", ["same", "alike", "alike", "moved", "lost"]),
        ):
            vendor.submits = 0
            told = online(
                tmp_path,
                "verify",
                "v.lock.json",
                "--recorded",
                "tape",
                "--within",
                within,
                *options,
                "--json",
                **live,
            )
            assert (told.returncode, verdicts(told.stdout)) == (1, expected), told.stderr
            assert vendor.submits == 5
        document = json.loads(told.stdout.splitlines()[-1])
        two, three, four = (document["requests"][at]["pictures"][0] for at in (1, 2, 3))
        assert (two["changed"], two["hash_distance"]) == (pytest.approx(1 / 96 / 128), 0)
        assert (three["same_pixels"], three["metadata"]) == (True, ["Comment"])
        assert four["ssim"] < 0.9
        assert four["hash_distance"] > 4
        (sheet,) = document["sheets"]
        with Image.open(tmp_path / sheet) as picture:
            assert picture.width > 300
        told = online(tmp_path, "verify", "sentinel", *options, **live)
        assert told.returncode == 1
        for words in (
            "  moved         2  another picture",
            "  lost          1  it was there, and did not come this time",
            "seed 2: less than 0.1% of the pixels differ, SSIM 1.000, hash 0 of 64 bits",
            "seed 3: the same pixels in other bytes; metadata differs: Comment",
            "seed 5: failed: no longer (HTTP 400",
            "price: 80 Anlas then, 80 now, by the page",
            "difference sheet: runs/verified/",
        ):
            assert words in told.stdout, told.stdout
        ledger = online(tmp_path, "plan", "v.yaml", "--live", **live)
        assert "5 distinct requests" in ledger.stdout  # and none of them is sent again, for the run has them
        assert "5 requests to send" not in ledger.stdout


def test_what_verifying_pays_is_bounded_and_what_the_budget_stopped_is_not_lost(tmp_path: Path) -> None:
    recipe(tmp_path)
    with served(Vendor()) as vendor:
        live = {**KEY, "GPTPROTO_API_BASE_URL": address(vendor)}
        options = ("--live", "--rate", "100/s", "--concurrency", "1")
        assert online(tmp_path, "run", "v.yaml", *options, **live).returncode == 0
        vendor.submits = 0
        told = online(tmp_path, "verify", "sentinel", *options, **live)
        assert (told.returncode, vendor.submits) == (2, 0), told.stderr
        assert told.stderr.splitlines()[-1] == (
            "error: verify pays for 5 requests again, by the page's price 100 Anlas, and nothing says how much it "
            "may: give --budget N (Anlas), or --budget none"
        )
        told = online(tmp_path, "verify", "sentinel", *options, "--budget", "60", **live)
        assert (told.returncode, vendor.submits) == (3, 3), told.stderr
        for words in (
            "  same          3  the same",
            "  open          2  not asked for before it was stopped, or not finished yet",
            "price: 60 Anlas then, 60 now, by the page",
            "stopped early: the budget of 60 Anlas is reached",
            "The same command goes on with what is open; what was accepted is fetched, not sent again.",
        ):
            assert words in told.stdout, told.stdout
        assert "lost" not in told.stdout
        assert "difference sheet" not in told.stdout
        told = online(tmp_path, "verify", "sentinel", *options, "--budget", "100", "--json", **live)
        assert (told.returncode, verdicts(told.stdout), vendor.submits) == (0, ["same"] * 5, 5), told.stderr


def test_a_budget_in_the_recipe_bounds_verifying_too(tmp_path: Path) -> None:
    recipe(tmp_path)
    with (tmp_path / "v.yaml").open("a") as file:
        file.write("limits: {budget: 100}\n")
    with served(Vendor()) as vendor:
        live = {**KEY, "GPTPROTO_API_BASE_URL": address(vendor)}
        options = ("--live", "--rate", "100/s", "--concurrency", "5")
        assert online(tmp_path, "run", "v.yaml", *options, **live).returncode == 0
        told = online(tmp_path, "verify", "sentinel", *options, "--json", **live)
        assert (told.returncode, verdicts(told.stdout)) == (0, ["same"] * 5), told.stderr


def test_a_lock_and_two_cassettes_need_no_server_and_the_darkroom_no_key(tmp_path: Path) -> None:
    quick(tmp_path)
    assert online(tmp_path, "plan", "q.yaml", "-o", "q.lock.json").returncode == 0
    assert online(tmp_path, "run", "q.lock.json", "--record", "tape").returncode == 0
    told = offline(tmp_path, "verify", "q.lock.json", "--recorded", "tape", "--replay", "tape", "--json")
    assert (told.returncode, verdicts(told.stdout)) == (0, ["same", "same"]), told.stderr
    lines = (tmp_path / "tape" / "cassette.jsonl").read_text().splitlines(keepends=True)
    for name, kept in (
        ("cut", lines[:9]),
        ("none", lines[:1]),
    ):  # of the one a part is there, of the other nothing
        (tmp_path / name).mkdir()
        (tmp_path / name / "cassette.jsonl").write_text("".join(kept))
        told = offline(tmp_path, "verify", "q.lock.json", "--recorded", name, "--replay", name, "--json")
        assert (told.returncode, verdicts(told.stdout)) == (1, ["unknown", "unknown"]), told.stderr
    told = offline(tmp_path, "verify", "quick", "--json")
    assert (told.returncode, verdicts(told.stdout)) == (0, ["same", "same"]), told.stderr
    assert not list((tmp_path / "runs" / "verified").glob("*/0*"))  # it was the same, and cost nothing


def test_another_runs_cassette_is_told_once_for_all_cells_and_not_at_length(tmp_path: Path) -> None:
    quick(tmp_path, "[1, 2, 3, 4, 5]")
    assert online(tmp_path, "run", "q.yaml").returncode == 0
    ship = online(tmp_path, "run", "q.yaml", "-s", "params.prompt=a ship", "--record", "ship")
    assert ship.returncode == 0, ship.stderr
    (run,) = (one["name"] for one in json.loads(online(tmp_path, "runs", "list", "--json").stdout)["runs"][1:])
    told = offline(tmp_path, "verify", run, "--replay", "ship")
    assert told.returncode == 1, told.stderr
    lines = told.stdout.splitlines()
    assert "  lost          5  it was there, and did not come this time" in lines
    at = next(
        number for number, line in enumerate(lines) if line.startswith("  lost    5 requests: failed: POST ")
    )
    assert "is not on the cassette ship" in " ".join(line.strip() for line in lines[at : at + 4])
    named = [line for line in lines if re.fullmatch(r" {10}[0-9a-f]{8}  steps [1-5]", line)]
    assert [line[-1] for line in named] == ["1", "2", "3"]
    assert "          and 2 more" in lines
    assert max(map(len, lines[: at + 9])) <= 80


def test_what_cannot_be_verified_is_told(tmp_path: Path) -> None:
    quick(tmp_path)
    live = {**KEY, "GPTPROTO_API_BASE_URL": "http://127.0.0.1:9"}
    assert online(tmp_path, "plan", "q.yaml", "-o", "q.lock.json").returncode == 0
    assert online(tmp_path, "plan", "q.yaml", "--live", "-o", "live.lock.json", **live).returncode == 0
    assert online(tmp_path, "run", "q.lock.json", "--record", "tape").returncode == 0
    for arguments, words in (
        (("q.lock.json",), "--recorded DIR names the cassette"),
        (("live.lock.json", "--recorded", "tape"), "to run it there, give --live"),
        (("live.lock.json", "--recorded", "tape", "--live"), "was recorded from darkroom/"),
        (("q.lock.json", "--recorded", "tape", "--record", "./tape"), "--record would add to it"),
        (("nothing",), "neither a run's folder nor begins the name of a run"),
        (("quick", "--within", "65"), "is not exact, pixels, or a number of bits from 0 to 64"),
    ):
        told = offline(tmp_path, "verify", *arguments, **live)
        assert (told.returncode, words in told.stderr) == (2, True), told.stderr
        assert "Traceback" not in told.stderr
