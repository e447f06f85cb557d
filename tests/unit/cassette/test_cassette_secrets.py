"""No key, cookie, signature or balance reaches a cassette, wherever a server puts it and however it is packed."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest
from cassette_bench import HEADER, KEY, PNG, Ask, Pieces, play, player, record, said
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from teststrip.base.clock import SystemClock
from teststrip.base.json import sha256
from teststrip.cassette.record import open_recorder
from teststrip.cassette.scrub import Scrubber

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


def marked(key: str, *, packed: bool) -> bytes:
    stream, about = io.BytesIO(), PngInfo()
    about.add_text("Comment", f"made for {key}", zip=packed)
    Image.new("RGB", (8, 8), "#204080").save(stream, "PNG", pnginfo=about)
    return stream.getvalue()


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("packing", ["", "gzip", "deflate"])
async def test_a_key_in_any_place_of_an_exchange_is_cut_out(
    packing: str, spell: Callable[[str], str], tmp_path: Path
) -> None:
    echo = spell(KEY)
    packings: Mapping[str, Callable[[bytes], bytes]]
    packings = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}
    pack = packings[packing]
    headers = {
        "Content-Encoding": packing or "identity",
        "Content-Type": f"application/json; k={echo}",
        "Location": f"https://cdn.example/{echo}/a.png",
        "Retry-After": echo,
        "X-Echo": echo,
        "Set-Cookie": f"sid={COOKIE}",
    }

    def handle(_: httpx.Request) -> httpx.Response:
        body = f'{{"id": "p-{echo}-1", "{echo}": 1, "error": "no {echo}"}}'
        return said(200, pack(body.encode()), headers)

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
    assert all(echo.encode() in one.body for one in told)


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
