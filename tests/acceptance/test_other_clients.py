"""Clients of other people get along with `teststrip emulate`: written as an API's own documentation shows, by hand
over a socket, with curl and with another language, on a real port.
"""

from __future__ import annotations

import http.client
import io
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from test_emulate_command import emulating

from teststrip.provider.catalogue import bundled_pages

ROOT = Path(__file__).parents[2]
KEY = "sk-of-nobody"
SUBMIT = "/api/v3/novel/nai-diffusion-4-5-full/text-to-image"
TINY = {"prompt": "1girl, night city", "size": "64x64", "steps": 1, "seed": 7}


@pytest.fixture(scope="module")
def gptproto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the first page; yield its base address."""
    with emulating(tmp_path_factory.mktemp("gptproto")) as (url, _):
        yield url


def is_proof(picture: bytes) -> bool:
    image = Image.open(io.BytesIO(picture))
    return str(image.info["Software"]).startswith("teststrip darkroom")


# As the documentation of an API shows it.


def documented_with_urllib(base: str, authorization: str) -> bytes:
    """Send, ask every so often, download: the samples' loop, with the standard library."""
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}{SUBMIT}", json.dumps(TINY).encode(), headers, method="POST")  # noqa: S310  the test's own server
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        prediction = json.load(response)["data"]["id"]
    url = f"{base}/api/v3/predictions/{prediction}/result"
    while True:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as response:  # noqa: S310
            result = json.load(response)
        if result["data"]["status"] == "completed":
            break
        assert result["data"]["status"] != "failed", result["data"]["error"]
        time.sleep(0.05)
    with urllib.request.urlopen(result["data"]["outputs"][0], timeout=60) as response:  # noqa: S310
        picture: bytes = response.read()
    return picture


def documented_with_http_client(base: str, authorization: str) -> bytes:
    """Do the same over one connection that stays open."""
    address = httpx.URL(base)
    connection = http.client.HTTPConnection(address.host, address.port, timeout=60)
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    connection.request("POST", SUBMIT, json.dumps(TINY), headers)
    data = json.loads(connection.getresponse().read())["data"]
    while data["status"] not in {"completed", "failed"}:
        time.sleep(0.05)
        connection.request("GET", f"/api/v3/predictions/{data['id']}/result", headers=headers)
        data = json.loads(connection.getresponse().read())["data"]
    connection.request("GET", httpx.URL(data["outputs"][0]).raw_path.decode())
    picture = connection.getresponse().read()
    connection.close()
    return picture


def documented_with_requests(base: str, authorization: str) -> bytes:
    """Do the same as a script with `requests` does: a call for each step, statuses looked at."""
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    response = httpx.post(f"{base}{SUBMIT}", headers=headers, json=TINY, timeout=60)
    response.raise_for_status()
    url = response.json()["data"]["urls"]["get"]
    for _ in range(1000):
        response = httpx.get(url, headers=headers, timeout=60)
        response.raise_for_status()
        data = response.json()["data"]
        if data["status"] in {"completed", "failed"}:
            break
        time.sleep(0.05)
    assert data["status"] == "completed", data["error"]
    return httpx.get(data["outputs"][0], follow_redirects=True, timeout=60).content


@pytest.mark.parametrize("authorization", [KEY, f"Bearer {KEY}", f"bearer {KEY}"])
@pytest.mark.parametrize("client", [documented_with_urllib, documented_with_http_client, documented_with_requests])
def test_the_loop_of_the_documentation_gets_a_picture(
    gptproto: str, client: Callable[[str, str], bytes], authorization: str
) -> None:
    assert is_proof(client(gptproto, authorization))


def test_a_client_that_waits_for_the_answer_has_the_picture_in_it(gptproto: str) -> None:
    body = {**TINY, "enable_sync_mode": True}
    data = httpx.post(f"{gptproto}{SUBMIT}", headers={"Authorization": KEY}, json=body, timeout=60).json()["data"]
    assert is_proof(httpx.get(data["outputs"][0]).content)


# By what the answers say, for every page.


def by_gptproto(session: httpx.Client) -> list[bytes]:
    """Follow the addresses in the answers."""
    reply = session.post(SUBMIT, json={**TINY, "n": 2}, headers={"Authorization": KEY})
    data = reply.raise_for_status().json()["data"]
    while data["status"] not in {"completed", "failed"}:
        time.sleep(0.05)
        data = session.get(data["urls"]["get"], headers={"Authorization": KEY}).raise_for_status().json()["data"]
    return [session.get(url).raise_for_status().content for url in data["outputs"]]


def by_dashscope(session: httpx.Client) -> list[bytes]:
    """Do as the vendor's SDK does: input and parameters apart, then the task until its word is one of the last."""
    headers = {
        "Accept": "application/json; charset=utf-8",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {KEY}",
        "User-Agent": "an-sdk/1.2; python/3.11",
    }
    body = {
        "model": "wan2.2-t2i-flash",
        "parameters": {"n": 2, "size": "512*512", "seed": 3},
        "input": {"prompt": "a hill"},
    }
    path = "/api/v1/services/aigc/text2image/image-synthesis"
    made = session.post(path, json=body, headers={**headers, "X-DashScope-Async": "enable"}).raise_for_status()
    assert made.json()["request_id"]
    output = made.json()["output"]
    assert output["task_status"] == "PENDING"
    while output["task_status"] not in {"SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"}:
        time.sleep(0.05)
        task = session.get(f"/api/v1/tasks/{output['task_id']}", headers=headers)
        output = task.raise_for_status().json()["output"]
    return [session.get(result["url"]).raise_for_status().content for result in output["results"]]


SDKS: dict[str, Callable[[httpx.Client], list[bytes]]] = {"gptproto": by_gptproto, "dashscope": by_dashscope}


@pytest.mark.parametrize("name", [page.read().name for page in bundled_pages()])
def test_every_bundled_page_serves_a_client_that_follows_its_answers(name: str, tmp_path: Path) -> None:
    with (
        emulating(tmp_path, "--provider", name) as (url, _),
        httpx.Client(base_url=url, timeout=60) as session,
    ):
        pictures = SDKS[name](session)  # a new page needs a client here
    assert len(set(pictures)) == 2
    assert all(map(is_proof, pictures))


# By hand: what HTTP allows.


def raw(base: str, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send bytes as they are; return all that comes until the server closes."""
    address = httpx.URL(base)
    with socket.create_connection((address.host, address.port or 80), timeout=30) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found


def parted(answer: bytes) -> tuple[int, str, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head.decode("latin-1").lower(), body


BODY = json.dumps(TINY).encode()


@pytest.mark.parametrize(
    "head",
    [
        # Names in any case, values with space around them.
        f"POST {SUBMIT} HTTP/1.1\r\nHOST: a.test\r\nauthorization:  {KEY}  \r\nCONNECTION: close\r\n",
        # HTTP/1.0 without a Host; the connection ends with the answer.
        f"POST {SUBMIT} HTTP/1.0\r\nAuthorization: Bearer {KEY}\r\n",
        # Whoever takes compressed answers takes plain ones, and a body's type may be missing or wrong.
        f"POST {SUBMIT} HTTP/1.0\r\nAuthorization: {KEY}\r\nAccept-Encoding: gzip\r\nContent-Type: text/plain\r\n",
        # Slashes where a base address and a path were put together.
        f"POST /{SUBMIT}/ HTTP/1.1\r\nHost: a.test\r\nAuthorization: {KEY}\r\nConnection: close\r\n",
        # As a proxy asks: the whole address.
        f"POST http://a.test{SUBMIT} HTTP/1.1\r\nHost: a.test\r\nAuthorization: {KEY}\r\nConnection: close\r\n",
    ],
    ids=["any case", "HTTP/1.0", "compressed", "slashes", "whole address"],
)
def test_a_submit_in_any_of_http_s_spellings_is_taken(gptproto: str, head: str) -> None:
    answer = raw(gptproto, f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
    status, headers, body = parted(answer)
    assert status == 200, answer
    assert "content-encoding" not in headers
    assert "transfer-encoding" not in headers
    poll = json.loads(body)["data"]["urls"]["get"]
    assert re.match(r"http://(a\.test|127\.0\.0\.1:\d+)/api/v3/predictions/\w+/result$", poll)


def test_a_body_may_come_in_chunks(gptproto: str) -> None:
    head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: {KEY}\r\nConnection: close\r\n"
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (BODY[:9], BODY[9:10], BODY[10:])]
    answer = raw(gptproto, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), *chunks, b"0\r\n\r\n", pause=0.05)
    assert parted(answer)[0] == 200


def test_a_client_that_asks_first_whether_it_may_send_is_told_to_go_on(gptproto: str) -> None:
    address = httpx.URL(gptproto)
    with socket.create_connection((address.host, address.port or 80), timeout=30) as connection:
        connection.sendall(
            f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: {KEY}\r\nConnection: close\r\n"
            f"Expect: 100-continue\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_one_that_asks_first_and_may_not_come_in_sends_nothing(gptproto: str) -> None:
    head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
    assert parted(raw(gptproto, f"{head}Content-Length: 9\r\n\r\n".encode()))[0] == 401


def test_head_has_what_get_has_but_the_body(gptproto: str) -> None:
    with httpx.Client(base_url=gptproto, headers={"Authorization": KEY}, timeout=60) as client:
        data = client.post(SUBMIT, json={**TINY, "enable_sync_mode": True}).json()["data"]
        for url in (gptproto, data["urls"]["get"], data["outputs"][0]):
            head, whole = client.head(url), client.get(url)
            assert (head.status_code, head.content) == (200, b"")
            for name in ("content-type", "content-length"):
                assert head.headers[name] == whole.headers[name]
        assert client.head(data["outputs"][0].replace("/0.png", "/9.png")).status_code == 404


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (SUBMIT, "OPTIONS, POST"),
        ("/api/v3/predictions/a/result", "GET, HEAD, OPTIONS"),
        ("/outputs/a/0.png", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_says_what_may_be_done(gptproto: str, path: str, methods: str) -> None:
    asked = httpx.options(f"{gptproto}{path}")
    assert (asked.status_code, asked.headers["allow"], asked.content) == (204, methods, b"")
    refused = httpx.delete(f"{gptproto}{path}", headers={"Authorization": KEY})
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)
    assert "is not part of this API" in refused.json()["error"]["message"]


def test_a_path_that_is_not_there_is_not_found_by_any_method(gptproto: str) -> None:
    for method in ("GET", "POST", "OPTIONS", "HEAD"):
        assert httpx.request(method, f"{gptproto}/api/v4", headers={"Authorization": KEY}).status_code == 404


def test_many_requests_sent_at_once_over_one_connection_are_answered_in_their_order(gptproto: str) -> None:
    ask = f"GET {{}} HTTP/1.1\r\nHost: a\r\nAuthorization: {KEY}\r\n"
    asked = [ask.format(path) for path in ("/", "/api/v3/predictions/a/result", "/nowhere")]
    answer = raw(gptproto, ("\r\n".join(asked) + "Connection: close\r\n\r\n").encode())
    assert re.findall(rb"HTTP/1\.1 (\d+) ", answer) == [b"200", b"404", b"404"]


# Other programs.

DOCS = (ROOT / "docs" / "emulator.md").read_text("utf-8")
SESSION = DOCS[DOCS.index("## A whole cycle, by hand") : DOCS.index("## What it refuses")]


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"this machine has no {' and no '.join(missing)}")


def commands() -> list[str]:
    """Return the curl commands of docs/emulator.md, each with its further lines."""
    blocks = re.findall(r"(?:^    .*\n)+", SESSION, re.MULTILINE)
    return [block for block in blocks if block.lstrip().startswith("curl")]


def shell(command: str, folder: Path) -> str:
    program = ["bash", "-euo", "pipefail", "-c", command]
    ran = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{command}\n{ran.stderr}"
    return ran.stdout


@needs("bash", "curl", "jq")
def test_the_curl_session_of_the_docs_makes_a_proof(gptproto: str, tmp_path: Path) -> None:
    front, submit, poll, fetch, at_once = (
        command.replace("http://127.0.0.1:8765", gptproto) for command in commands()
    )
    assert json.loads(shell(front, tmp_path))["submit"].startswith("POST /api/v3/novel/")
    assert json.loads(shell(submit, tmp_path))["data"]["status"] == "created"
    deadline = time.monotonic() + 60
    while shell(poll, tmp_path).strip() != '"completed"':
        assert time.monotonic() < deadline
        time.sleep(0.2)
    shell(fetch, tmp_path)
    assert is_proof((tmp_path / "proof.png").read_bytes())
    (tmp_path / "proof.png").unlink()
    shell(at_once, tmp_path)
    assert is_proof((tmp_path / "proof.png").read_bytes())


@needs("curl")
@pytest.mark.parametrize(
    "options",
    [[], ["--http1.0"], ["--compressed"], ["-H", "Expect: 100-continue"], ["-H", "Transfer-Encoding: chunked"]],
    ids=["plain", "HTTP/1.0", "compressed", "expect", "chunked"],
)
def test_curl_with_its_options_submits(gptproto: str, options: list[str], tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(BODY)
    command = ["curl", "-sS", "--fail-with-body", "-X", "POST", "-H", f"Authorization: Bearer {KEY}"]
    command += ["-H", "Content-Type: application/json", "--data-binary", "@body.json", *options]
    ran = subprocess.run([*command, f"{gptproto}{SUBMIT}"], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["data"]["status"] == "created"


NODE = """
const [base, key, path, body] = process.argv.slice(2);
const headers = { Authorization: key, "Content-Type": "application/json" };
let { data } = await (await fetch(base + path, { method: "POST", headers, body })).json();
while (data.status !== "completed") {
  if (data.status === "failed") throw new Error(data.error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  ({ data } = await (await fetch(data.urls.get, { headers })).json());
}
const picture = Buffer.from(await (await fetch(data.outputs[0])).arrayBuffer());
process.stdout.write(picture);
process.exitCode = 0;
"""


@needs("node")
def test_a_script_of_another_language_gets_a_picture(gptproto: str, tmp_path: Path) -> None:
    (tmp_path / "client.mjs").write_text(NODE)
    arguments = ["node", "--print", "typeof fetch"]
    if subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip() != "function":
        pytest.skip("this machine's node has no fetch")
    arguments = ["node", "client.mjs", gptproto, KEY, SUBMIT, json.dumps(TINY)]
    ran = subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert is_proof(ran.stdout)
