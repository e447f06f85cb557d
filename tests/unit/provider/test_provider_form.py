"""A body as a form: written for the client, read back by the emulator, the same bytes for the same request."""

from __future__ import annotations

import base64
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json, sha256
from teststrip.provider.attach import Attachment, placeholder
from teststrip.provider.form import FormFault, encoded, read_form, write_form
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.provider.wire import Body

PAGE = """\
---
page: 1
provider: forms
title: Forms
base_url: https://forms.example
base_url_env: FORMS_URL
auth: {header: X-Key, form: "{key}", env: FORMS_KEY}
submit: {path: /v1, body: {media: file, fixed: {version: 3, kind: still}}}
poll: {path: "/v1/{id}", interval: 0.1}
reply: {ids: [id], statuses: [state], outputs: [out], words: {queued: [q], running: [r], done: [d], failed: [f]}}
roles: {prompt: prompt, seed: start}
models: [{id: one}]
pace: {concurrency: 1, per_minute: 20}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| prompt | string | yes | - | - | - |
| steps | integer | no | - | - | - |
| scale | float | no | - | - | - |
| tiled | boolean | no | - | - | - |
| start | integer | no | - | - | - |
| image | file | no | - | - | - |
| refs | array(string) | no | - | - | Base64 or URL |
| points | array(float) | no | - | - | - |
"""
PICTURES = {sha256(data): data for data in (b"\x89PNG\r\n--x\r\n\r\n", b"two\0")}
ONE, TWO = PICTURES


def page() -> Provider:
    return read_page(PAGE, "forms.md")


def read(digest: str) -> Attachment:
    return Attachment("image/png", PICTURES[digest])


def text(digest: str) -> str:
    return base64.b64encode(PICTURES[digest]).decode()


def test_a_form_has_fields_and_files_and_is_read_back_as_what_was_meant() -> None:
    body: dict[str, Json] = {
        "prompt": 'a "quoted"\r\nline ü',
        "steps": 7,
        "scale": 6.5,
        "tiled": True,
        "image": placeholder(ONE),
        "refs": [placeholder(ONE), placeholder(TWO)],
        "points": [1, 2.5],
        "version": 3,
        "kind": "still",
    }
    kind, data = write_form({**body, "none": None}, read)
    assert (kind, data) == write_form({**body, "none": None}, read)
    assert read_form(kind, data, page()) == {**body, "image": text(ONE), "refs": [text(ONE), text(TWO)]}
    assert encoded(body, read, "file") == write_form(body, read)


def test_others_read_the_form_as_well() -> None:
    kind, data = write_form({"prompt": "a b", "image": placeholder(ONE), 'odd"\n': "x"}, read)
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + data)
    prompt, picture, odd = message.iter_parts()
    assert prompt.get_payload(decode=True) == b"a b"
    assert (picture.get_filename(), picture.get_content_type()) == ("image.png", "image/png")
    assert odd.get_param("name", header="content-disposition") == "odd%22%0A"


def test_one_file_of_a_list_is_a_list() -> None:
    kind, data = write_form({"refs": [placeholder(ONE)], "image": placeholder(TWO)}, read)
    assert read_form(kind, data, page()) == {"refs": [text(ONE)], "image": text(TWO)}


def test_a_picture_inside_an_object_is_base64() -> None:
    page_of_lists = replace(page(), body=Body(rest="input", media="file"))
    kind, data = write_form({"input": {"image": placeholder(ONE)}}, read)
    assert read_form(kind, data, page_of_lists) == {"input": {"image": text(ONE)}}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=a", b""),
        ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n1'),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\n1\r\n--a--"),
        ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="x"\r\n--a--'),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n\xff\r\n--a--',
        ),
    ],
)
def test_a_form_that_is_none_is_told(kind: str, data: bytes) -> None:
    with pytest.raises(FormFault):
        read_form(kind, data, page())


@given(st.binary(), st.text())
def test_no_bytes_raise_anything_else(data: bytes, prompt: str) -> None:
    boundary = b"multipart/form-data; boundary=a"
    for body in (data, b"--a\r\n" + data + b"\r\n--a--"):
        try:
            read_form(boundary.decode(), body, page())
        except FormFault:
            continue
    kind, written = write_form({"prompt": prompt}, read)
    assert read_form(kind, written, page()) == {"prompt": prompt}
