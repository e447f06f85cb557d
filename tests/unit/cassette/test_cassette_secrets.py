"""No key, cookie, signature or balance reaches a cassette, wherever a server puts it and however it is packed."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import io
import json
import os
import threading
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cassette_bench import HEADER, KEY, PNG, Ask, Pieces, play, player, record, said
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from teststrip.base.clock import SystemClock
from teststrip.base.json import sha256
from teststrip.cassette.model import Withheld
from teststrip.cassette.record import Recorder, open_recorder
from teststrip.cassette.scrub import Scrubber
from teststrip.cassette.unpack import LARGE, UnknownPackingError, unpacked

COOKIE = "session-5f2c9a7e1b"
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "percent": lambda key: "".join(f"%{ord(sign):02x}" for sign in key),
    "entities": lambda key: "".join(f"&#{ord(sign)};" for sign in key),
    "escaped": lambda key: "".join(f"\\u{ord(sign):04x}" for sign in key),
    "base64": lambda key: base64.b64encode(f"me:{key}".encode()).decode(),
    "hex": lambda key: key.encode().hex(),
}


def kept(folder: Path) -> bytes:
    """Everything on a cassette, its names too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in files)


def flipped(data: bytes) -> bytes:
    """Pack a body in a way that cannot be looked into."""
    return bytes(byte ^ 0xA5 for byte in data)


def foreign(module: str) -> Callable[[bytes], bytes]:
    """Return what packs as httpx may know it; where it is not installed, as nobody does."""
    if importlib.util.find_spec(module) is None:
        return flipped
    made: Any = importlib.import_module(module)
    packs: Callable[[bytes], bytes] = made.compress if module == "brotli" else made.ZstdCompressor().compress
    return packs


FOREIGN: Mapping[str, Callable[[bytes], bytes]] = {"br": foreign("brotli"), "zstd": foreign("zstandard")}


def exif(form: str) -> bytes:
    """A picture with the key in a comment in UTF-16, as Exif has it."""
    stream, told = io.BytesIO(), Image.Exif()
    told.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + KEY.encode("utf-16-be")
    Image.new("RGB", (8, 8)).save(stream, form, exif=told)
    return stream.getvalue()


def gif() -> bytes:
    """A picture with the key in a comment where its first piece of 255 bytes ends."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "GIF", comment=b"p" * 250 + KEY.encode())
    return stream.getvalue()


def zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.txt", "nothing " * 20)
        archive.writestr("told.txt", text)
    return stream.getvalue()


def marked(key: str, *, packed: bool) -> bytes:
    stream, about = io.BytesIO(), PngInfo()
    about.add_text("Comment", f"made for {key}", zip=packed)
    Image.new("RGB", (8, 8), "#204080").save(stream, "PNG", pnginfo=about)
    return stream.getvalue()


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("packing", ["", "chunks", "gzip", "deflate", "br", "zstd", "mystery"])
async def test_a_key_in_any_place_of_an_exchange_is_cut_out(
    packing: str, spell: Callable[[str], str], tmp_path: Path
) -> None:
    echo = spell(KEY)
    packings: Mapping[str, Callable[[bytes], bytes]]
    packings = {"gzip": gzip.compress, "deflate": zlib.compress, "mystery": flipped, **FOREIGN}
    pack = packings.get(packing, bytes)
    headers = {
        "Content-Encoding": "identity" if packing in {"", "chunks"} else packing,
        "Content-Type": f"application/json; k={echo}",
        "Location": f"https://cdn.example/{echo}/a.png",
        "Retry-After": echo,
        "X-Echo": echo,
        "Set-Cookie": f"sid={COOKIE}; mine={echo}",
    }

    def handle(_: httpx.Request) -> httpx.Response:
        body = pack(f'{{"id": "p-{echo}-1", "{echo}": 1, "error": "no {echo}"}}'.encode())
        if packing != "chunks":
            return said(200, body, headers)
        return httpx.Response(
            200, headers=headers, stream=Pieces(*(body[at : at + 3] for at in range(0, len(body), 3)))
        )

    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError(f"odd line {echo}")

    asked = [
        Ask("POST", f"/{spell('x')}?k={echo}", {"echo": echo}, Authorization=f"Bearer {KEY}", X_Own=KEY),
        Ask("GET", "/cookie", Cookie=f"sid={COOKIE}"),
    ]
    recorded, told = await record(tmp_path / "a", handle, *asked)
    await record(tmp_path / "b", fail, *asked)
    assert (recorded.trouble, recorded.exchanges) == ("", 2)
    everything = kept(tmp_path / "a") + kept(tmp_path / "b")
    scrubber = Scrubber([KEY])
    assert not scrubber.leaks(everything)
    assert scrubber.leaks(b"x" + echo.encode() + b"y")  # so that what was looked for could be found
    assert COOKIE.encode() not in everything
    assert b"authorization" not in everything.lower()
    assert b"[key]" in everything
    assert recorded.withheld == (2 if pack is flipped else 0)
    assert recorded.withheld or all(echo.encode() in one.body for one in told)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_a_picture_that_has_the_key_is_not_kept_and_the_others_are(*, packed: bool, tmp_path: Path) -> None:
    pictures = {
        "/a": marked(KEY, packed=packed),
        "/b": json.dumps({"image": base64.b64encode(marked(KEY, packed=packed) * 1).decode()}).encode(),
        "/c": PNG,
        "/d": "\ufeffno key".encode("utf-16") + KEY.encode("utf-16"),
        "/e": gzip.compress(f"not said to be packed: {KEY}".encode()),
    }
    asked = [Ask("GET", path) for path in pictures]
    recorded, before = await record(tmp_path, lambda request: said(200, pictures[request.url.path]), *asked)
    withheld = {"/a", "/d", "/e"} | ({"/b"} if packed else set())  # plain base64 has it cut out
    assert (recorded.trouble, recorded.withheld) == ("", len(withheld))
    assert not Scrubber([KEY]).leaks(kept(tmp_path))
    after = await play(player(tmp_path), *asked)
    assert after[2] == before[2]
    for path, one in zip(pictures, after, strict=True):
        assert one.error.startswith("unrecorded False its body was not put on") is (path in withheld)


SIGNED = [
    "https://b.s3.amazonaws.com/p.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{n}%2F2026&X-Amz-Signature={s}&part=7",
    "https://storage.googleapis.com/p.png?GoogleAccessId=me{n}&Expires=17{n}&Signature={s}%2B%3D",
    "https://x.blob.core.windows.net/p.png?sv=2024-01-01&se=2026-01-0{n}&sr=b&sig={s}%3D",
    "https://o.oss-cn-hangzhou.aliyuncs.com/p.png?Expires=17{n}&OSSAccessKeyId=LTAI{n}&Signature={s}",
    "https://d1.cloudfront.net/p.png?Policy=eyJ{n}&Key-Pair-Id=K{n}&Signature={s}~",
    "https://cdn.example/p.png?token={s}",
    "https://go.example/?to=https%3A%2F%2Fcdn.example%2Fp.png%3Ftoken%3D{s}%26part%3D7",
    "https://go.example/?to=https%253A%252F%252Fcdn.example%252Fp.png%253Ftoken%253D{s}",
    "https://p16.example/p.png?lk3s=1&x-expires=17{n}&x-signature={s}",
    "https://b.example/p.png?authorization=bce-auth-v1%2F{s}",
    "https://cdn.example/p.png?__token__={s}",
]


@pytest.mark.parametrize("form", SIGNED)
@pytest.mark.parametrize("escape", ["", "&", "&=?"], ids=["", "escaped", "all escaped"])
async def test_a_signed_link_is_one_link_again_and_two_are_two(form: str, escape: str, tmp_path: Path) -> None:
    links = [form.format(n=n, s=f"s3cr3t-{n}-" + "abcdefghij" * 3) for n in (1, 2)]

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/state":
            text = json.dumps({"outputs": links})
            for sign in escape:
                text = text.replace(sign, f"\\u{ord(sign):04x}")
            return said(200, text.encode())
        return said(200, PNG + sha256(str(request.url).encode()).encode())

    _, before = await record(tmp_path, handle, Ask("GET", "/state"), *(Ask("GET", link) for link in links))
    everything = kept(tmp_path)
    assert b"abcdefghijabcdefghij" not in everything
    playing = player(tmp_path)
    (state,) = await play(playing, Ask("GET", "/state"))
    told = json.loads(state.body)["outputs"]
    assert len(set(told)) == 2
    assert not any("s3cr3t" in link for link in told)
    assert ("part=7" in told[0] or "part%3D7" in told[0]) is ("part" in form)
    after = await play(playing, *(Ask("GET", link) for link in reversed(told)))
    assert [one.body for one in after] == [one.body for one in reversed(before[1:])]


async def test_an_address_that_is_signed_anew_finds_what_was_recorded(tmp_path: Path) -> None:
    ask = "https://cdn.example/p.png?token={}&part=7"
    _, before = await record(tmp_path, lambda _: said(200, PNG), Ask("GET", ask.format("first")))
    assert await play(player(tmp_path), Ask("GET", ask.format("second"))) == before


async def test_balances_are_hidden_and_prices_and_prompts_are_not(tmp_path: Path) -> None:
    told = {
        "balance": 1234.5,
        "data": {"remaining_credits": "777", "accountBalance": -3, "quota": 88, "left_points": 91},
        "usage": {"price": 0.04, "seed": 55667},
        "message": "this costs 6, and the balance is 4321 Anlas",
        "inner": '{"balance": 60601, "n": 2}',
        "wallet": {"amount": "$60602.50"},
        "balances": [60603],
        "hint": "You have 60,604 credits left; 余额: 60605",
    }
    request = {"prompt": "credits, 5girls, balance: 99", "quota": 5}
    headers = {"X-Credits-Remaining": "31337"}
    ask = Ask("POST", "/make", request)
    await record(tmp_path, lambda _: said(402, told, headers), ask)
    text = kept(tmp_path).decode()
    for number in (
        "1234",
        "777",
        "-3",
        "88",
        "91",
        "4321",
        "31337",
        *(f"6060{n}" for n in (1, 2, 3, 5)),
        "60,604",
    ):
        assert number not in text.split('"status"')[1]
    (after,) = await play(player(tmp_path), ask)
    answer = json.loads(after.body)
    assert answer["usage"] == told["usage"]
    assert answer["message"] == "this costs 6, and the balance is [hidden] Anlas"
    assert answer["data"]["remaining_credits"] == "0"


async def test_no_part_of_a_key_stays_where_a_header_is_cut(tmp_path: Path) -> None:
    headers = {"Location": "https://a.example/".ljust(1990, "p") + KEY}
    await record(tmp_path, lambda _: said(302, b"", headers), Ask("GET", "/"))
    assert KEY[:8].encode() not in kept(tmp_path)


async def test_the_scan_at_the_end_finds_what_got_through_and_takes_it_away(tmp_path: Path) -> None:
    """It is another pair of eyes: here the leak comes from outside, since the recorder itself has none."""
    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    take = recorder.begin("GET", "https://api.example/", {}, b"")
    recorder.answered(take, 200, {})
    take.parts.append(PNG)
    recorder.end(take)
    (blob,) = (tmp_path / "blobs").iterdir()
    blob.write_bytes(marked(KEY, packed=True))
    with (tmp_path / "cassette.jsonl").open("a") as stream:
        stream.write(f'{{"note": "{KEY}"}}\n')
    recorded = recorder.close()
    assert "1 of its lines had a secret in them, and were taken out" in recorded.trouble
    assert f"{blob.name}: had a secret in it, and was removed" in recorded.trouble
    assert not Scrubber([KEY]).leaks(kept(tmp_path))
    assert not blob.exists()


async def test_a_body_cut_off_in_the_midst_is_looked_through_as_well(tmp_path: Path) -> None:
    body = gzip.compress(f"{KEY} and more, {KEY}".encode() + bytes(range(256)) * 20)

    def handle(_: httpx.Request) -> httpx.Response:
        stream = Pieces(body[: len(body) - 30], error=httpx.ReadError(f"lost {KEY}"))
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream)

    recorded, _ = await record(tmp_path, handle, Ask("GET", "/"))
    assert (recorded.exchanges, recorded.trouble) == (1, "")
    assert not Scrubber([KEY]).leaks(kept(tmp_path))
    assert b"[key] and more" in kept(tmp_path)


SPELLED_AT_THE_END: Mapping[str, str] = {
    "plain": KEY,
    "base64": base64.b64encode(KEY.encode()).decode(),
    "hex": KEY.encode().hex(),
}


@pytest.mark.parametrize("spelled", SPELLED_AT_THE_END.values(), ids=SPELLED_AT_THE_END)
async def test_a_body_that_broke_off_within_the_key_keeps_no_part_of_it(spelled: str, tmp_path: Path) -> None:
    cuts = range(9, len(spelled), 5)

    def handle(request: httpx.Request) -> httpx.Response:
        cut = int(request.url.path[1:])
        return httpx.Response(200, stream=Pieces(f"told: {spelled[:cut]}".encode(), error=httpx.ReadError("lost")))

    asked = [Ask("GET", f"/{cut}") for cut in cuts]
    recorded, before = await record(tmp_path, handle, *asked)
    assert (recorded.trouble, recorded.withheld, recorded.exchanges) == ("", 0, len(cuts))
    assert kept(tmp_path).count(b'"answer":{"text":"told: "}') == len(cuts)
    assert spelled[:9].encode() not in kept(tmp_path)
    assert await play(player(tmp_path), *asked) == before


PICTURE = base64.b64encode(marked(KEY, packed=True)).decode()
HIDING: Mapping[str, bytes] = {
    "a PNG's packed chunk": marked(KEY, packed=True),
    "the hundredth picture of an answer": json.dumps(
        {"images": [base64.b64encode(marked("none", packed=True)).decode()] * 99 + [PICTURE]}
    ).encode(),
    "a picture with escaped slashes": json.dumps({"image": PICTURE}).replace("/", "\\/").encode(),
    "a picture in lines": json.dumps({"image": base64.encodebytes(marked(KEY, packed=True)).decode()}).encode(),
    "a picture in an address": f"?image={PICTURE}".replace("+", "%2B").replace("/", "%2F").encode(),
    "a picture after other letters": f"data-{PICTURE}".encode(),
    "gzip": gzip.compress(f"not said to be packed: {KEY}".encode()),
    "gzip in base64": json.dumps({"log": base64.b64encode(gzip.compress(KEY.encode() * 3)).decode()}).encode(),
    "zlib": zlib.compress(f"not said to be packed: {KEY}".encode()),
    "zip": zipped(f"as an archive: {KEY}"),
    "zip in base64": base64.b64encode(zipped(f"as an archive: {KEY}")),
    "the end of much": gzip.compress(b"much " * 3_000_000 + KEY.encode()),
    "UTF-16": f"it is {KEY}".encode("utf-16"),
    "a JPEG's Exif in base64": json.dumps({"image": base64.b64encode(exif("JPEG")).decode()}).encode(),
    "a JPEG's Exif in an address": f"?image={quote(base64.b64encode(exif('JPEG')))}".encode(),
    "a GIF's comment, in pieces": gif(),
    "a GIF's comment in base64": json.dumps({"image": base64.b64encode(gif()).decode()}).encode(),
    "an AVIF's texts in base64": base64.b64encode(b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + KEY.encode("utf-16-be")),
    "a WebP's Exif in base64": json.dumps({"image": base64.b64encode(exif("WEBP")).decode()}).encode(),
}


@pytest.mark.parametrize("body", HIDING.values(), ids=HIDING)
async def test_what_has_the_key_packed_in_it_is_not_kept(body: bytes, tmp_path: Path) -> None:
    recorded, (told,) = await record(tmp_path, lambda _: said(200, body), Ask("GET", "/"))
    assert told.body == body
    assert (recorded.trouble, recorded.exchanges, recorded.withheld) == ("", 1, 1)
    assert list(tmp_path.iterdir()) == [tmp_path / "cassette.jsonl"]  # noqa: ASYNC240  nothing else goes on


ECHOED: Mapping[str, str] = {
    "an error page": f"<html><body><h1>401</h1>No such key: <b>{KEY}</b>, "
    f"<i>{KEY[:20]}&#{ord(KEY[20])};{KEY[21:]}</i>",
    "JSON within JSON": json.dumps({"detail": json.dumps({"error": json.dumps({"key": KEY})})}),
    "a stack trace": f"Traceback\n  headers={{'Authorization': 'Bearer {KEY}'}}\n",
    "a form": f"error=1&authorization=Bearer+{KEY}&z=1",
}


@pytest.mark.parametrize("body", ECHOED.values(), ids=ECHOED)
async def test_where_the_key_can_be_cut_out_the_rest_stays(body: str, tmp_path: Path) -> None:
    headers = {"Location": f"/login?next=/&key={KEY}", "Content-Type": "text/html"}
    recorded, _ = await record(tmp_path, lambda _: said(302, body.encode(), headers), Ask("GET", "/"))
    assert (recorded.trouble, recorded.withheld) == ("", 0)
    assert not Scrubber([KEY]).leaks(kept(tmp_path))
    (after,) = await play(player(tmp_path), Ask("GET", "/"))
    assert len(after.body) > len(body) * 0.3


S = "q7Xw9Lm3Rt5Yv1Kb8Nd4Hf6Jg2"
SECRETS = [
    f'{{"access_token": "{S}", "token_type": "bearer", "n": 1}}',
    f'{{"refresh_token":"{S}","n": 1}}',
    f'{{"auth": {{"api_key" : "{S}"}}, "n": 1}}',
    f'{{"secret": "{S}", "n": 1}}',
    f'{{"client_secret": "{S}", "n": 1}}',
    f'{{"aws_secret_access_key": "{S}", "n": 1}}',
    f'{{"fields": {{"Policy": "{S}", "X-Amz-Signature": "{S}", "x-amz-credential": "{S}"}}, "n": 1}}',
    f'{{"Key-Pair-Id": "{S}", "sig": "{S}", "n": 1}}',
    f'{{"password": "{S}", "n": 1}}',
    f'{{"Set-Cookie": ["a={S}; Path=/"], "n": 1}}',
    f'{{"inner": "{{\\"access_token\\": \\"{S}\\", \\"n\\": 1}}", "n": 1}}',
    f'{{"n": 1, "token": "{S}',
    f"n: 1\naccess_token={S}&more=1",
    f"n: 1, Authorization: Bearer {S}",
    f'{{"jwt?": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{S}", "n": 1}}',
    *(
        f'{{"url": "https://cdn.example/{tail}", "n": 1}}'
        for tail in (
            f"p.png?code={S}",
            f"p.png?signed={S}&part=7",
            f"p.png?sig={S}",
            f"p.png?Policy={S}&Key-Pair-Id={S}",
            f"p.png?X-Amz-Signature={S}",
            f"p.png?ex=17&hm={S}&",
            f"token={S}/p.png",
            f"exp=1700~acl=/*~hmac={S}/p.png",
            f"signature/{S}/p.png",
            f"image/upload/s--{S}--/p.png",
            f"sig:{S}/p.png",
        )
    ),
    f'{{"url": "https:\\/\\/cdn.example\\/token\\/{S}\\/p.png", "n": 1}}',
    f'{{"url": "https%3A%2F%2Fcdn.example%2Ftoken%2F{S}%2Fp.png", "n": 1}}',
]


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("body", SECRETS)
async def test_tokens_and_signatures_of_others_are_taken_out_wherever_they_stand(
    body: str, packing: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    headers = {"Content-Encoding": "gzip"} if packing is gzip.compress else {}
    asked = Ask("POST", "/make", {"prompt": "no token, secret: 1"})
    recorded, _ = await record(tmp_path, lambda _: said(200, packing(body.encode()), headers), asked)
    assert (recorded.trouble, recorded.exchanges, recorded.withheld) == ("", 1, 0)
    everything = kept(tmp_path)
    assert S.encode() not in everything
    assert b"no token, secret: 1" in everything
    (after,) = await play(player(tmp_path), asked)
    assert b"signed-1" in after.body
    assert b"n" in after.body
    if body.startswith("{") and body.endswith("}"):
        assert json.loads(after.body)["n"] == 1


async def test_a_token_that_is_polled_with_is_the_same_one_in_the_address(tmp_path: Path) -> None:
    """A page may name it as what a prediction is known by."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return said(200, {"token": f"{S}-{request.url.path[1:]}"})
        return said(200, {"state": str(request.url.path[-1])})

    asked = [Ask("POST", "/1"), Ask("POST", "/2"), Ask("GET", f"/poll/{S}-1"), Ask("GET", f"/poll/{S}-2")]
    _, before = await record(tmp_path, handle, *asked)
    assert S.encode() not in kept(tmp_path)
    playing = player(tmp_path)
    tokens = [json.loads(one.body)["token"] for one in await play(playing, *asked[:2])]
    after = await play(playing, *(Ask("GET", f"/poll/{token}") for token in reversed(tokens)))
    assert [one.body for one in after] == [one.body for one in reversed(before[2:])]


async def test_a_signature_that_also_stands_elsewhere_costs_no_exchange(tmp_path: Path) -> None:
    """It is replaced there too, also in what was written before anybody could know; dates and prices stay."""
    date = "2026-01-01T00:00:00Z"
    bodies: Mapping[str, object] = {
        "/submit": {"id": "p1", "upload": f"{S}", "created_at": date, "long": f"{S} " + "x" * 9000},
        "/poll": {"output": f"https://cdn.example/p.png?sig={S}&se={date}", "created_at": date},
        "/p.png": marked(f"from https://cdn.example/ {S} on", packed=False),
        "/log": f"signed with {S}, or {S.upper()}",
    }
    asked = [Ask("GET", path) for path in bodies]
    recorded, before = await record(tmp_path, lambda request: said(200, bodies[request.url.path]), *asked)
    assert (recorded.trouble, recorded.exchanges, recorded.withheld) == ("", 4, 0)
    assert S.encode() not in kept(tmp_path)
    playing = player(tmp_path)
    assert playing.cassette.missing == []
    after = await play(playing, *asked)
    assert [one.status for one in after] == [200] * 4
    assert json.loads(after[0].body)["upload"] == "signed-1"
    assert [json.loads(one.body)["created_at"] for one in after[:2]] == [date, date]
    with Image.open(io.BytesIO(after[2].body)) as now, Image.open(io.BytesIO(before[2].body)) as then:
        now.load()  # the checksums are good
        assert now.tobytes() == then.tobytes()
        assert "signed-1..." in now.info["Comment"]
    assert len(after[2].body) == len(before[2].body)


@pytest.mark.parametrize(
    "told",
    [
        {"wallet": {"currency": "USD", "amount": 60606}},
        {"data": {"balance": {"unit": "Anlas", "note": "x", "value": "60606.50"}}},
        {"remaining": 60606},
        {"quota": [{"name": "day", "left": {"count": 60606}}, 60606]},
        {"credits": {"since": "2026", "history": [1, {"n": -60606}]}},
        {"inner": json.dumps({"remaining": 60606})},
        {"a": "x" * 9000, "balance": {"currency": "USD", "amount": "$60,606"}},
    ],
    ids=",".join,
)
async def test_a_balance_is_hidden_wherever_it_stands_among_the_members(told: object, tmp_path: Path) -> None:
    body = {"price": 0.04, "seed": 55667, **told, "steps": 28}  # type: ignore[dict-item]
    await record(tmp_path, lambda _: said(200, body), Ask("GET", "/"))
    assert b"60606" not in kept(tmp_path).replace(b"60,606", b"60606")
    (after,) = await play(player(tmp_path), Ask("GET", "/"))
    found = json.loads(after.body)
    assert (found["price"], found["seed"], found["steps"]) == (0.04, 55667, 28)


async def test_a_cookie_that_is_told_again_anywhere_is_taken_out(tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        cookies = {"Set-Cookie": f"sid={COOKIE}; Path=/; HttpOnly, theme=dark"}
        page = f"<p>your session {COOKIE} is over; the theme is dark</p>".encode()
        return said(200, page, {} if request.url.path == "/first" else cookies)

    recorded, _ = await record(
        tmp_path, handle, *(Ask("GET", path) for path in ("/first", "/then", f"/x/{COOKIE}"))
    )
    assert (recorded.trouble, recorded.exchanges) == ("", 3)
    everything = kept(tmp_path)
    assert COOKIE.encode() not in everything
    assert everything.count(b"the theme is dark") == 3


async def test_the_scan_at_the_end_hides_balances_and_tokens_that_came_from_elsewhere(tmp_path: Path) -> None:
    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    lines = [
        f'{{"method":"GET","url":"u","status":200,"answer":{{"json":{body}}},"at":0,"first":0,"took":0}}\n'
        for body in ('{"balance":60606}', f'{{"access_token":"{S}"}}', f'{{"note":"{KEY}"}}')
    ]
    with (tmp_path / "cassette.jsonl").open("a") as stream:
        stream.writelines(lines)
    assert recorder.close().trouble == ""
    everything = kept(tmp_path)
    assert not Scrubber([KEY]).leaks(everything)
    assert b"60606" not in everything
    assert S.encode() not in everything
    assert len(player(tmp_path).cassette.places) == 3


async def test_a_bomb_costs_little_memory_and_nobody_waits_for_it(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(512 * 1024 * 1024), 1)
    assert len(bomb) < 4 * 1024 * 1024
    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    take = recorder.begin("GET", "https://api.example/", {}, b"")
    recorder.answered(take, 200, {"content-encoding": "gzip"})
    take.parts.append(bomb)
    tracemalloc.start()
    recorder.end(take)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 160 * 1024 * 1024
    recorded = recorder.close()
    assert (recorded.trouble, recorded.exchanges, recorded.withheld) == ("", 1, 1)
    (told,) = await play(player(tmp_path), Ask("GET", "/"))
    assert "since it unpacks to more than 33,554,432 bytes" in told.error


def test_an_exchange_that_is_looked_through_keeps_no_other_from_being_written(tmp_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    class Slow(Scrubber):
        def body(self, data: bytes, *, answer: bool) -> bytes | Withheld:
            if data == b"slow":
                begun.set()
                assert go.wait(60)
            return super().body(data, answer=answer)

    open_recorder(tmp_path, HEADER, [KEY], SystemClock()).close()
    descriptor = os.open(tmp_path / "cassette.jsonl", os.O_RDWR | os.O_APPEND)
    recorder = Recorder(tmp_path, descriptor, Slow([KEY]), SystemClock())

    def end(body: bytes) -> None:
        take = recorder.begin("GET", f"https://api.example/{body.decode()}", {}, b"")
        recorder.answered(take, 200, {})
        take.parts.append(body)
        recorder.end(take)

    slow = threading.Thread(target=end, args=(b"slow",))
    slow.start()
    assert begun.wait(60)
    end(b"quick")
    assert b"/quick" in (tmp_path / "cassette.jsonl").read_bytes()
    go.set()
    slow.join()
    assert recorder.close().exchanges == 2


@pytest.mark.parametrize("encoding", FOREIGN)
async def test_what_httpx_unpacks_is_unpacked_and_no_bomb_either(encoding: str, tmp_path: Path) -> None:
    if FOREIGN[encoding] is flipped:
        pytest.skip("it is not installed, and so not for httpx")
    bodies = {"/a": json.dumps({"told": KEY, "n": 1}).encode(), "/bomb": bytes(256 * 1024 * 1024)}

    def handle(request: httpx.Request) -> httpx.Response:
        packed = FOREIGN[encoding](bodies[request.url.path])
        return said(200, packed, {"Content-Encoding": encoding})

    recorded, _ = await record(tmp_path, handle, Ask("GET", "/a"), Ask("GET", "/bomb"))
    assert (recorded.trouble, recorded.exchanges, recorded.withheld) == ("", 2, 1)
    (told,) = await play(player(tmp_path), Ask("GET", "/a"))
    assert json.loads(told.body) == {"told": "[key]", "n": 1}


def test_a_packing_of_others_is_undone_piece_by_piece_if_there_is_what_undoes_it() -> None:
    assert unpacked(flipped(b"text"), "br", {"br": lambda: flipped}) == (b"text", "")

    def fails(_: bytes) -> bytes:
        raise ArithmeticError("not so")

    assert unpacked(b"text", "br", {"br": lambda: fails}) == (b"", "ArithmeticError: not so")
    with pytest.raises(UnknownPackingError, match="unpacks to more than"):
        unpacked(bytes(6400), "br", {"br": lambda: lambda _: bytes(LARGE // 50)})
    with pytest.raises(UnknownPackingError, match=r"cannot be looked into \(br\)"):
        unpacked(b"text", "br", {"br": lambda: None})
