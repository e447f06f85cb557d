"""OLD and NEW of `schema diff`: a page, a request schema, a folder of them, or one of these at a git revision."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from teststrip.base.where import Path as ValuePath
from teststrip.base.where import Problem, Where
from teststrip.base.yaml import Marks, parse_yaml
from teststrip.errors import InputError, UsageError
from teststrip.provider.page import read_page
from teststrip.schema.diff.offers import Offer, offer_of

_SCHEMA: Final = ".request.json"
_GIT: Final = "git:"


@dataclass(frozen=True, slots=True)
class _File:
    """A file's text, under the name that messages have for it."""

    name: str
    text: str


def read_offers(source: str) -> dict[str, Offer]:
    """Read a source: what each provider in it offers, by its name.

    `source` is a path, or `git:REV:PATH`. Raises PageError, and InputError or UsageError for what cannot be read.
    """
    files = _git_files(source) if source.startswith(_GIT) else _plain_files(source)
    if len(files) == 1 and not files[0].name.endswith(".json"):
        offer = offer_of(read_page(files[0].text, files[0].name))
        return {offer.name: offer}
    by_provider: dict[str, dict[str, tuple[_File, Any]]] = {}
    for file in files:
        schema = _schema(file)
        owner, model = _identity(file, schema)
        by_provider.setdefault(owner, {})[model] = (file, schema)
    return {owner: _schema_offer(owner, source, models) for owner, models in by_provider.items()}


def _plain_files(source: str) -> list[_File]:
    path = Path(source)
    if path.is_dir():
        found = sorted(path.rglob(f"*{_SCHEMA}"))
        if not found:
            raise UsageError(f"{source}: no request schema (*{_SCHEMA}) lies in this folder")
        return [_File(str(one), _read(one)) for one in found]
    return [_File(source, _read(path))]


def _read(path: Path) -> str:
    try:
        return _decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise _refusal(str(path), f"the file cannot be read: {error.strerror or error}") from error


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(name, f"the file is not UTF-8 text (byte {error.start})") from error


def _git_files(source: str) -> list[_File]:
    """Read `git:REV:PATH`: seen from here when it begins with ./ or ../, else from the repository's top."""
    revision, colon, path = source.removeprefix(_GIT).partition(":")
    if not colon or not revision or not path:
        raise UsageError(f"{source}: write git:REVISION:PATH, such as git:HEAD~1:schemas")
    if revision.startswith("-"):
        raise UsageError(f"{source}: a revision does not begin with a dash")
    thing = f"{revision}:{path.rstrip('/')}"
    kind = _git(["cat-file", "-t", thing], source).decode().strip()
    if kind == "blob":
        return [_File(source, _decoded(_git(["cat-file", "blob", thing], source), source))]
    listing = _git(["ls-tree", "--full-tree", "-r", "-z", "--name-only", thing], source).decode("utf-8", "replace")
    names = sorted(name for name in listing.split("\0") if name.endswith(_SCHEMA))
    if not names:
        raise UsageError(f"{source}: no request schema (*{_SCHEMA}) lies in this folder")
    files = []
    for name in names:
        shown = f"{source.rstrip('/')}/{name}"
        files.append(_File(shown, _decoded(_git(["cat-file", "blob", f"{thing}/{name}"], source), shown)))
    return files


def _git(arguments: list[str], source: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607  a list, no shell
    except FileNotFoundError as error:
        raise UsageError(f"{source}: git is not installed, or not on the PATH") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").splitlines()
        raise UsageError(f"{source}: git says: {said[0] if said else f'exit code {done.returncode}'}")
    return done.stdout


def _schema(file: _File) -> Mapping[str, Any]:
    try:
        schema = json.loads(file.text)
    except json.JSONDecodeError as error:
        raise _refusal(file.name, f"this is not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError as error:
        raise _refusal(file.name, "this is nested too deeply") from error
    if not isinstance(schema, dict):
        raise _refusal(file.name, "a schema is a mapping")
    if "properties" not in schema or schema.get("type") != "object":
        raise _refusal(file.name, "this is no request schema: it has no `type: object` with `properties`")
    from jsonschema import Draft202012Validator  # noqa: PLC0415  as in schema.check: most commands need it not
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415  as above

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        path = "/".join(map(str, error.absolute_path))
        raise _refusal(file.name, f"this is no JSON Schema: {path}: {error.message}") from error
    return schema


def _identity(file: _File, schema: Mapping[str, Any]) -> tuple[str, str]:
    """Return the names of provider and model: from the $id, or else from the file's path."""
    written = schema.get("$id")
    path = PurePosixPath(written if isinstance(written, str) and written.endswith(_SCHEMA) else file.name)
    model = path.name.removesuffix(_SCHEMA).removesuffix(".json")
    return unquote(path.parent.name.rpartition(":")[2]), unquote(model)


def _schema_offer(owner: str, source: str, models: Mapping[str, tuple[_File, Any]]) -> Offer:
    marks = {model: functools.cache(_marks_of(file)) for model, (file, _) in models.items()}

    def place(model: str, path: str) -> Where | None:
        return marks[model]().value(_schema_path(path)) if model in marks else None

    return Offer(owner, source, {model: schema for model, (_, schema) in models.items()}, place)


def _marks_of(file: _File) -> Callable[[], Marks]:
    def read() -> Marks:
        document, _ = parse_yaml(file.text, file.name)  # JSON is YAML too, and this reader knows the places
        return document.marks if document is not None else Marks(file.name, {}, {}, {})

    return read


def _schema_path(path: str) -> ValuePath:
    steps: list[str | int] = []
    for name in path.split(".") if path else ():
        plain = name.removesuffix("[]")
        steps += ["additionalProperties"] if plain == "*" else ["properties", plain] if plain else []
        steps += ["items"] * name.endswith("[]")
    return tuple(steps)


def _refusal(file: str, message: str, line: int = 1, column: int = 1) -> InputError:
    return InputError([Problem(Where(file, line, column), "", message)])
