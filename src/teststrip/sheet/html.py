"""The page: a run as HTML, in one file that holds all it needs, or in a folder with thumbnails and originals.

Nothing of a recipe or a server is ever markup or script: it is one JSON document, which the page's own script
shows as text. The Content-Security-Policy allows that script and that style by their SHA-256, pictures, and
nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

from teststrip.base.files import write_parts_whole, write_whole
from teststrip.base.json import Json
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Run
from teststrip.run.sniff import SUFFIXES
from teststrip.sheet.html_bundle import bundle, page_file, page_modules, style
from teststrip.sheet.html_distance import Signature, steps
from teststrip.sheet.html_document import Find, Shown, Subject, document
from teststrip.sheet.html_facts import NO_FACTS, Facts
from teststrip.sheet.html_thumbs import MEDIA_TYPE, SUFFIX, Make, Thumbnail, make_thumbnail, thumbnails, width_for
from teststrip.sheet.text import visible

CHUNK: Final = 128  # thumbnails in one block of a file
MOST_ORIGINALS: Final = 16 * 2**20  # bytes: what people still send each other
INDEX: Final = "index.html"
_THUMBS: Final = "thumbs"
_ORIGINALS: Final = "originals"
_LINE_ENDS: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What else goes into a page, and who makes its thumbnails.

    Originals of more than `most_originals` bytes together stay outside a single file.
    """

    facts: Facts = NO_FACTS
    make: Make = make_thumbnail
    most_originals: int = MOST_ORIGINALS


def write_page(run: Run, spec: SheetSpec, path: Path, options: PageOptions | None = None) -> Path:
    """Write a run as one HTML file, whole: thumbnails in it, and the originals while they are under 16 MB.

    Larger originals are linked where they lie, if the file is written within the runs folder; else the page shows
    thumbnails only, and says so.
    """
    wishes = options or PageOptions()
    subject = Subject(run, spec, wishes.facts)
    told, artifacts = document(
        subject, _in_file(path, inside=_fit(run, wishes.most_originals)) if subject.named else _nowhere
    )
    made = thumbnails(artifacts, width_for(len(artifacts)), wishes.make)
    write_parts_whole(path, _parts(told, _blocks(told, made)))
    return path


def write_page_folder(run: Run, spec: SheetSpec, folder: Path, options: PageOptions | None = None) -> Path:
    """Write a run as a folder that can be moved as one, and return its `index.html`.

    Pictures are copied byte for byte, each once; of a redacted run only thumbnails are there. What an earlier page
    left there is taken away.
    """
    wishes = options or PageOptions()
    subject = Subject(run, spec, wishes.facts)
    told, artifacts = document(subject, _in_folder if subject.named else _thumbnail_only)
    made = thumbnails(artifacts, max(width_for(0), width_for(len(artifacts))), wishes.make)
    signatures: dict[int, Signature] = {}
    kept = {INDEX}
    for number, (artifact, thumbnail) in enumerate(zip(artifacts, made, strict=True)):
        if thumbnail is None:
            continue
        signatures[number] = thumbnail.signature
        files: dict[str, Callable[[], bytes]] = {_thumb(artifact): partial(bytes, thumbnail.data)}
        if subject.named:
            files[_original(artifact)] = artifact.path.read_bytes
        for name, data in files.items():
            if not (folder / name).is_file():
                write_whole(folder / name, data())
        kept.update(files)
    write_parts_whole(folder / INDEX, _parts(told, iter([_block("steps", _steps(told, signatures))])))
    _remove_others(folder, kept)
    return folder / INDEX


def live_page(subject: Subject, find: Find, live: Mapping[str, Json]) -> bytes:
    """Return the page of a run as a server has it: `live` says where it hears of changes."""
    told, _ = document(subject, find)
    return b"".join(_parts(told | {"live": live}, iter(()), connect="'self'"))


def measured(told: Mapping[str, Json], signatures: Mapping[int, Signature]) -> Json:
    """Measure the steps along every axis of a document, given the signatures of its pictures by number."""
    return _steps(told, signatures)


def policy(script: str, look: str, connect: str = "'none'") -> str:
    """Return the Content-Security-Policy of a page with this script and this style."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(look)}; "
        f"img-src 'self' file: data: blob:; connect-src {connect}; base-uri 'none'; form-action 'none'"
    )


def head(title: str, lang: str, connect: str = "'none'") -> tuple[str, str]:
    """Return the page up to where its document stands, and the script that comes behind it."""
    script, look = bundle(page_modules()), style()
    text = page_file("page.html")
    for name, value in (
        ("lang", html.escape(lang)),
        ("policy", html.escape(policy(script, look, connect))),
        ("title", html.escape(" ".join(visible(title).split()))),
        ("style", look),
    ):
        text = text.replace(f"<!--{name}-->", value, 1)
    return text, script


def _parts(told: Mapping[str, Json], blocks: Iterator[bytes], connect: str = "'none'") -> Iterator[bytes]:
    begin, script = head(str(told["title"]), "en", connect)
    yield begin.encode()
    yield _block("document", told)
    yield f"<script>{script}</script>\n".encode()
    yield from blocks
    yield b"</body>\n</html>\n"


def _blocks(told: dict[str, Json], made: Iterator[Thumbnail | None]) -> Iterator[bytes]:
    """Yield the thumbnails, many in a block of JSON, and at last what comes of comparing them."""
    signatures: dict[int, Signature] = {}
    chunk: list[Json] = []
    number = 0
    for thumbnail in made:
        if thumbnail is not None:
            signatures[number] = thumbnail.signature
        chunk.append(_data_url(MEDIA_TYPE, thumbnail.data) if thumbnail else "")
        number += 1
        if len(chunk) == CHUNK:
            yield _block(f"thumbs-{number // CHUNK - 1}", chunk)
            chunk.clear()
    if chunk:
        yield _block(f"thumbs-{number // CHUNK}", chunk)
    yield _block("steps", _steps(told, signatures))


def _steps(told: Mapping[str, Json], signatures: Mapping[int, Signature]) -> Json:
    cells: Any = told["cells"]
    count, width = len(cells["state"]), len(cast("Sequence[Json]", told["axes"]))
    places = [cells["at"][number * width : (number + 1) * width] for number in range(count)]
    return steps(places, cells["pictures"], signatures)


def _block(name: str, value: Json) -> bytes:
    """Return a block of JSON that no text in it can end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, written in _LINE_ENDS.items():
        text = text.replace(sign, written)
    safe = text.encode("utf-8", "backslashreplace")
    return f'<script type="application/json" id="{name}">'.encode() + safe + b"</script>\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _fit(run: Run, most: int) -> bool:
    sizes = {one.sha256: one.size for outcome in run.outcomes.values() for one in outcome.artifacts}
    return sum(sizes.values()) <= most


def _in_file(path: Path, *, inside: bool) -> Find:
    place = path.parent.resolve()

    def find(artifact: Artifact) -> Shown:
        if inside:
            with suppress(OSError):
                return Shown(_data_url(artifact.media_type, artifact.path.read_bytes()))
        real = artifact.path.resolve()
        runs = real.parents[2] if len(real.parents) > 2 else real.parent
        if runs != place and runs not in place.parents:
            return Shown()  # a way out of here would tell of somebody's folders, and lead nowhere elsewhere
        return Shown(quote(Path(os.path.relpath(real, place)).as_posix()))

    return find


def _nowhere(_: Artifact) -> Shown:
    """Show no original: of a redacted run, since a picture may say how it was made."""
    return Shown()


def _in_folder(artifact: Artifact) -> Shown:
    return Shown(_original(artifact), _thumb(artifact))


def _thumbnail_only(artifact: Artifact) -> Shown:
    return Shown("", _thumb(artifact))


def _thumb(artifact: Artifact) -> str:
    return f"{_THUMBS}/{artifact.sha256}{SUFFIX}"


def _original(artifact: Artifact) -> str:
    return f"{_ORIGINALS}/{artifact.sha256}{SUFFIXES[artifact.media_type]}"


def remove_page_folder(folder: Path) -> None:
    """Take away what `write_page_folder` wrote, and the folder if nothing else is in it."""
    _remove_others(folder, set())
    (folder / INDEX).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def page_folder_files(index: Path) -> list[Path]:
    """Return the files that belong to a page in a folder, by its `index.html`, which is the first."""
    folder = index.parent
    return [index, *(path for name in (_THUMBS, _ORIGINALS) for path in sorted((folder / name).glob("*")))]


def _remove_others(folder: Path, kept: set[str]) -> None:
    for name in (_THUMBS, _ORIGINALS):
        for path in sorted((folder / name).glob("*")):
            if f"{name}/{path.name}" not in kept:
                path.unlink()
        with suppress(OSError):
            (folder / name).rmdir()
