"""vcrpy's cassettes to ours and back: what one has recorded the other plays, and no key comes along."""

from __future__ import annotations

import base64
import gzip
import json
import os
import tracemalloc
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
from teststrip.errors import InputError, UsageError
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
        ("version: 1\ninteractions: []", "has no exchanges"),
        ("!!python/object/apply:os.system ['true']", "it is no cassette of vcrpy"),
        ("", "it is no cassette of vcrpy"),
    ],
)
def test_what_is_none_is_told(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "vcr.yaml").write_text(text)
    with pytest.raises(InputError, match=words):
        import_vcr(tmp_path / "vcr.yaml", tmp_path / "tape")
    assert not (tmp_path / "tape").exists()


def test_a_blob_is_a_digest_and_never_a_path(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    for name, words in (("../secret.png", "is no blob"), (f"{'0' * 64}.png", "is missing")):
        with pytest.raises(InputError, match=words):
            import_vcr(written(tmp_path, interaction(body={"blob": name}, headers={})), tmp_path / "tape")
    with pytest.raises(UsageError, match="cannot be read"):
        import_vcr(tmp_path / "nowhere.yaml", tmp_path / "tape")


GOOD = """\
- request: {method: GET, uri: 'https://api.example/ok', body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: fine}}
"""
ASKING = "request: {method: GET, uri: 'https://api.example/', body: '', headers: {}}"
TOLD = "response: {status: {code: 200}, headers: {}, body: {string: ''}}"
WRONG = "1" * 64


@pytest.mark.parametrize(
    ("one", "at", "words"),
    [
        (
            "{request: !!python/object/apply:os.system ['touch owned']}",
            "!!",
            "the tag !!python/object/apply:os.system",
        ),
        ("{request: !!python/name:os.system ''}", "!!", "the tag !!python/name:os.system would make an object"),
        ("!!python/object/new:os.system [x]", "!!", "interactions[1]  the tag !!python/object/new:os.system"),
        ("{request: !<tag:evil.example,2026:x> {}}", "!<", "the tag tag:evil.example,2026:x would make an object"),
        ("{request: &a {again: *a}}", "*a", "this alias is of nothing before it"),
        ("{request: {method: GET, method: PUT}}", "method: PUT", "'method' stands here twice"),
        ("{request: {[1]: 2}}", "[1]", "a name is text"),
        ("1", "1", "interactions[1]  this is no mapping; request belongs in it"),
        ("{request: {}}", "{req", "interactions[1].response  this is missing"),
        (f"{{{TOLD}}}", "{res", "interactions[1].request  this is missing"),
        (f"{{{ASKING}, response: [1]}}", "[1]", "interactions[1].response  this is a mapping"),
        (
            f"{{{ASKING}, response: {{status: {{}}}}}}",
            "{}}}",
            "interactions[1].response.status.code  this is missing",
        ),
        (f"{{{ASKING}, {TOLD.replace('200', '20')}}}", "20}", "response.status.code  this is no status of HTTP"),
        (
            f"{{{ASKING}, {TOLD.replace('200', '1' * 9)}}}",
            "1111",
            "response.status.code  this is no status of HTTP",
        ),
        (f"{{{ASKING}, {TOLD.replace('string', 'strin')}}}", "{strin", "response.body.string  this is missing"),
        (f"{{{ASKING}, {TOLD.replace('string: ', 'string: [a], x: ')}}}", "[a]", "this is neither text nor bytes"),
        (f"{{{ASKING}, {TOLD.replace('string: ', 'string: !!binary ')}}}", "!!binary", "this is no base64"),
        (
            f"{{{ASKING}, {TOLD.replace('headers: {', 'headers: {a: [[b]]')}}}",
            "[b]",
            "this is neither text nor bytes",
        ),
        (f"{{{ASKING}, {TOLD.replace('string: ', 'blob: ../../etc/passwd, x: ')}}}", "../..", "this is no blob"),
        (f"{{{ASKING}, {TOLD.replace('string: ', 'blob: /dev/zero, x: ')}}}", "/dev/zero", "this is no blob"),
        (
            f"{{{ASKING}, {TOLD.replace('string: ', f'blob: {WRONG}.png, x: ')}}}",
            WRONG,
            "is not what its name says",
        ),
        (f"{{{ASKING}, {TOLD.replace('string: ', f'blob: {WRONG}.fifo, x: ')}}}", WRONG, "missing, or no file"),
        (
            f"{{{ASKING.replace('https://api.example', 'file:///etc/passwd')}, {TOLD}}}",
            "'file:",
            "no address of HTTP",
        ),
        (f"{{{ASKING.replace('https://api.example', 'http://[a')}, {TOLD}}}", "'http://[a", "no address of HTTP"),
        (f"{{{ASKING.replace('GET', 'G T')}, {TOLD}}}", "G T", "request.method  this is no method of HTTP"),
    ],
)
def test_what_is_wrong_or_hostile_is_told_at_its_place_with_all_else_and_nothing_is_written(
    one: str, at: str, words: str, tmp_path: Path
) -> None:
    one = one.replace("!!binary ''", "!!binary 'a'")
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / f"{WRONG}.png").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "blobs" / f"{WRONG}.fifo")
    (tmp_path / "vcr.yaml").write_text(f"interactions:\n{GOOD}- {one}\n- {{}}\nversion: 1\n")
    with pytest.raises(InputError) as told:
        import_vcr(tmp_path / "vcr.yaml", tmp_path / "tape")
    first, last = (str(told.value.problems[number]) for number in (0, -1))
    assert first.startswith(f"{tmp_path / 'vcr.yaml'}:4:{f'- {one}'.index(at) + 1}  interactions[1]")
    assert words in first
    assert last == f"{tmp_path / 'vcr.yaml'}:5:3  interactions[2].request  this is missing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs", "vcr.yaml"]


def bomb(levels: int) -> str:
    """Aliases of aliases: ten to the power of `levels` texts in a few lines."""
    lines = ["a0: &a0 [" + "x, " * 10 + "]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


def packed(size: int) -> str:
    """A cassette with one answer that unpacks to so many bytes."""
    data = base64.b64encode(gzip.compress(b"0" * size)).decode()
    body = f"{{string: !!binary {data}}}"
    told = f"response: {{status: {{code: 200}}, headers: {{Content-Encoding: gzip}}, body: {body}}}"
    return f"version: 1\ninteractions:\n- {{{ASKING}, {told}}}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{bomb(20)}\ninteractions: []\nversion: 1", "aliases and packed bodies come to more than 256 MiB"),
        (f"version: 1\ninteractions: [{'[' * 100_000}", ":"),
        (
            f"version: 1\ninteractions: [{'[' * 40}{']' * 40}]",
            "2:49  interactions[0]  this is more than 32 levels deep",
        ),
        (f"? {'{' * 100_000}", ":"),
        (packed(257 * 2**20), "3:3  interactions[0]  from here on aliases and packed bodies come to more than"),
        ("version: 1\ninteractions:\n- " + "{}\n- " * 2000, "interactions[99]"),
        ("version: 1\ninteractions: []\n---\nversion: 1", "3:1  a second document begins here"),
        (
            "version: 1\ninteractions: []\ninteractions: []",
            "3:15  interactions  this is one list of exchanges, once",
        ),
        ("version: 1\ninteractions: [\x00]", "it is no YAML"),
    ],
    ids=["aliases", "deep", "levels", "keys", "gzip", "many", "documents", "lists", "zero"],
)
def test_a_file_that_makes_much_of_little_is_refused_before_it_takes_memory(
    text: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "vcr.yaml").write_text(text)
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as told:
            import_vcr(tmp_path / "vcr.yaml", tmp_path / "tape")
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert words in str(told.value)
    assert len(told.value.problems) <= 100
    assert not (tmp_path / "tape").exists()


def test_a_file_of_a_gigabyte_and_what_is_no_file_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(2**30)
    with pytest.raises(UsageError, match="is larger than 256 MiB"):
        import_vcr(tmp_path / "large.yaml", tmp_path / "tape")
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(UsageError, match="is no file"):
        import_vcr(tmp_path / "pipe.yaml", tmp_path / "tape")


async def test_repeated_exchanges_bytes_aliases_and_the_old_form_of_httpx_are_read(tmp_path: Path) -> None:
    (tmp_path / "vcr.yaml").write_text(
        """\
interactions:
- request: &asked {method: GET, uri: 'https://api.example/state', body: null, headers: &none {}}
  response: {status: {code: 200, message: OK}, headers: *none, body: {string: !!binary gIE=}}
- request: *asked
  response: {status: {code: 200, message: OK}, headers: {X: [a, !!binary Yg==]}, body: {string: 7}}
- request: *asked
  response: {status: {code: 200, message: OK}, headers: *none, body: {string: ''}}
- request: {method: POST, uri: 'https://api.example/make', body: !!binary gIE=, headers: {}}
  response: {http_version: HTTP/1.1, status_code: 201, headers: [[a, b]], content: made}
version: 1
""".replace("headers: [[a, b]]", "headers: {Content-Type: text/plain}")
    )
    assert import_vcr(tmp_path / "vcr.yaml", tmp_path / "tape").exchanges == 4
    state = Ask("GET", "/state")
    told = await play(player(tmp_path / "tape"), state, state, state, Ask("POST", "/make", b"\x80\x81"))
    assert [one.body for one in told] == [b"\x80\x81", b"7", b"", b"made"]
    assert [one.status for one in told] == [200, 200, 200, 201]
