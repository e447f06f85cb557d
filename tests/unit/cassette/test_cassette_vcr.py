"""vcrpy's cassettes to ours and back: what one has recorded the other plays, and no key comes along."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
import yaml
from cassette_bench import KEY, PNG, Ask, play, player, record, said, tell

from teststrip.cassette.read import load_cassette
from teststrip.cassette.scrub import Scrubber
from teststrip.cassette.vcr import export_vcr, import_vcr
from teststrip.errors import InputError, StorageError, UsageError
from teststrip.run.http import Http, Timeouts

OWN = sorted((Path(__file__).parents[2] / "recorded" / "cassettes").glob("*.yaml"))
JSON = ["application/json"]
MATCH = ["method", "scheme", "host", "port", "path", "query", "body"]


def handle(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    if path == "/broken":
        raise httpx.ReadTimeout("slow")
    if path.startswith("/p"):
        return said(200, PNG, {"Content-Type": "image/png"})
    if path == "/moved":
        return said(302, b"", {"Location": "/p.png"})
    return said(
        200 if path != "/no" else 400, {"at": str(request.url), "got": request.content.decode(), "ü": None}
    )


ASKED = [
    Ask("POST", "/make", {"seed": 1}),
    Ask("POST", "/make", {"seed": 2}),
    Ask("GET", "/state?id=1"),
    Ask("GET", "/moved"),
    Ask("GET", "/no"),
    Ask("GET", "/p.png"),
]


async def test_vcrpy_plays_what_we_have_recorded(tmp_path: Path) -> None:
    _, before = await record(tmp_path / "tape", handle, *ASKED)
    assert export_vcr(load_cassette(tmp_path / "tape"), tmp_path / "vcr.yaml") == (len(ASKED), [])
    with vcr.VCR(match_on=MATCH, record_mode=vcr.mode.NONE).use_cassette(str(tmp_path / "vcr.yaml")) as playing:
        async with Http(Timeouts(), words=str, trust_env=False) as http:
            after = [await tell(http, ask) for ask in ASKED]
        assert playing.all_played
    assert after == before


async def test_what_vcrpy_has_no_word_for_is_listed(tmp_path: Path) -> None:
    packed = Ask("GET", "/br")

    def odd(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/br":
            return said(200, b"\x01", {"Content-Encoding": "br"})
        return handle(request)

    await record(tmp_path / "tape", odd, ASKED[0], Ask("GET", "/broken"), packed)
    count, left = export_vcr(load_cassette(tmp_path / "tape"), tmp_path / "vcr.yaml")
    assert count == 1
    assert left == [
        "line 3: GET https://api.example/broken: it broke off (ReadTimeout)",
        "line 4: GET https://api.example/br: its body was withheld",
    ]


@pytest.mark.parametrize("file", OWN, ids=lambda path: path.stem)
def test_our_own_tests_cassettes_go_there_and_back(file: Path, tmp_path: Path) -> None:
    recorded = import_vcr(file, tmp_path / "tape", "live recorded", "http://127.0.0.1:18765")
    first = yaml.safe_load(file.read_text("utf-8"))
    assert (recorded.exchanges, recorded.trouble) == (len(first["interactions"]), "")
    assert load_cassette(tmp_path / "tape").missing == []
    count, left = export_vcr(load_cassette(tmp_path / "tape"), tmp_path / "back" / "vcr.yaml", beside=True)
    assert (count, left) == (recorded.exchanges, [])
    again = yaml.safe_load((tmp_path / "back" / "vcr.yaml").read_text("utf-8"))
    assert [plain(one) for one in again["interactions"]] == [plain(one) for one in first["interactions"]]
    for path in (tmp_path / "back").glob("blobs/*"):
        assert path.read_bytes() == (file.parent / "blobs" / path.name).read_bytes()
    playing = player(tmp_path / "tape")
    for one in first["interactions"]:
        request = one["request"]
        told = playing.play(
            request["method"], request["uri"], "application/json", (request["body"] or "").encode()
        )
        assert told.status == one["response"]["status"]["code"]
    assert playing.left == 0


def plain(interaction: dict[str, Any]) -> dict[str, Any]:
    """An exchange of vcrpy without what means nothing: the words beside a status, null for no body."""
    request, response = interaction["request"], interaction["response"]
    return {
        "request": {**request, "body": request["body"] or ""},
        "response": {**response, "status": response["status"]["code"]},
    }


def written(folder: Path, *interactions: dict[str, Any]) -> Path:
    path = folder / "vcr.yaml"
    path.write_text(yaml.dump({"interactions": list(interactions), "version": 1}))
    return path


def interaction(**changes: Any) -> dict[str, Any]:
    request = {
        "method": "POST",
        "uri": "https://api.example/make?token=s3cr3t-s3cr3t-s3cr3t",
        "body": '{"seed": 1}',
        "headers": {
            "Authorization": [f"Bearer {KEY}"],
            "Content-Type": ["application/json"],
            "Cookie": ["sid=1f2e3d"],
        },
    }
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {
            "Content-Type": ["application/json"],
            "Set-Cookie": ["sid=1f2e3d"],
            "content-encoding": ["gzip"],
        },
        "body": {"string": gzip.compress(json.dumps({"you": KEY, "balance": 4711}).encode())},
    }
    return {"request": request, "response": {**response, **changes}}


async def test_no_key_comes_along(tmp_path: Path) -> None:
    recorded = import_vcr(written(tmp_path, interaction()), tmp_path / "tape")
    assert (recorded.exchanges, recorded.trouble) == (1, "")
    text = (tmp_path / "tape" / "cassette.jsonl").read_bytes()
    assert not Scrubber([KEY]).leaks(text)
    for secret in (b"1f2e3d", b"s3cr3t", b"4711"):
        assert secret not in text
    cassette = load_cassette(tmp_path / "tape")
    assert cassette.header is not None
    assert (cassette.header.identity, cassette.header.paid) == ("live https://api.example", True)
    (told,) = await play(player(tmp_path / "tape"), Ask("POST", "/make?token=another", {"seed": 1}))
    assert json.loads(told.body) == {"you": "[key]", "balance": 0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "it is no YAML"),
        ("version: 2\ninteractions: []", "it is no cassette of vcrpy, of its version 1"),
        ("- 1", "it is no cassette of vcrpy"),
        ("version: 1\ninteractions: [1, {request: {}}]", r"interactions\[1\]  it is no exchange of vcrpy"),
        ("version: 1\ninteractions: []", "has no exchanges"),
        ("!!python/object/apply:os.system ['true']", "it is no YAML"),
    ],
)
def test_what_is_none_is_told(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "vcr.yaml").write_text(text)
    with pytest.raises(InputError, match=words):
        import_vcr(tmp_path / "vcr.yaml", tmp_path / "tape")
    assert not (tmp_path / "tape").exists()


def test_a_blob_is_a_digest_and_never_a_path(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    for name, error in (("../secret.png", InputError), (f"{'0' * 64}.png", StorageError)):
        with pytest.raises(error):
            import_vcr(written(tmp_path, interaction(body={"blob": name}, headers={})), tmp_path / "tape")
    with pytest.raises(UsageError, match="cannot be read"):
        import_vcr(tmp_path / "nowhere.yaml", tmp_path / "tape")
