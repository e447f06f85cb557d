"""The front matter that documentation proves: addresses, the key's header, models, where things lie in an answer.

What is found stands with the line it was found on; what the page is silent about is TODO, which no page may hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from teststrip.provider.adopt.answers import reply_lines
from teststrip.provider.adopt.lines import line, scalar
from teststrip.provider.front import TODO
from teststrip.provider.reading.value_lists import model_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.read import Reading

_REQUEST: Final = re.compile(
    r"\b(POST|PUT|GET)\b[\s`\"':*]+(?:\*\*)?(https?://[^\s`\"'<>\\)]+|/[\w{}$:./-]+(?:\?[\w=&{}$-]+)?)"
)
_URL: Final = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/[^\s`\"'<>\\)]*", re.IGNORECASE)
_AUTH: Final = re.compile(
    r"[\"'`\s]((?:x-)?(?:authorization|api-?key|[\w]+-api-key|x-key))[\"'`]?\s*:\s*[\"'`]?"
    r"((?:Bearer|Key|Token|Basic)\s+)?[\"'`]?\s*([<${\"'`]?[\w{}$<>. -]{2,60})",
    re.IGNORECASE,
)
_ENV: Final = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:API_KEY|API_TOKEN|KEY|TOKEN|SECRET))\b")
_MODEL: Final = re.compile(r"model(?:_?(?:id|name))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and an address that the page names."""

    method: str
    url: str


def draft_front(reading: Reading, source: str, given: Mapping[str, str]) -> str:
    """Write the front matter; `given` are the plain members of the documentation's own, `source` is its name."""
    endpoints = [*_given_endpoints(given, reading), *_endpoints(reading)]
    base, submit, poll = _addresses(endpoints)
    header, form, env = _auth(reading)
    name = _name(base, source)
    named = model_member(reading)
    body = f', body: {{fixed: {{{named}: "{{model}}"}}}}' if named else ""
    lines = [
        "page: 1",
        f"provider: {name}",
        f"title: {scalar(_title(reading, given) or TODO)}",
        "",
        line("base_url", base or TODO, "the origin that requests go to"),
        f"base_url_env: {name.upper().replace('-', '_')}_BASE_URL",
        line(
            "auth",
            f"{{header: {header or TODO}, form: {scalar(form)}, env: {env or TODO}}}",
            "the header that carries the key",
        ),
        line(
            "submit",
            f"{{path: {scalar(submit or TODO)}{body}}}",
            "where a picture is asked for; {model} stands for the model",
        ),
        line(
            "poll", f"{{path: {scalar(poll or TODO)}}}", "where its state is read; {id} stands for the prediction"
        ),
        *reply_lines(reading),
        *_models(reading, submit),
        "pace: {concurrency: 1, per_minute: 20}  # polite, where the documentation names no limit",
    ]
    return "\n".join(lines)


def model_member(reading: Reading) -> str:
    """Return the member of the body that names the model, which a recipe does elsewhere; empty when none does.

    A parameter that a condition or a rule speaks of has to keep its row.
    """
    if any("{model" in endpoint.url for endpoint in _endpoints(reading)):
        return ""
    names = (entry.name for entry in reading.entries if not entry.children and entry.kind.kind == "string")
    spoken_of = {path for rule in reading.constraints for path in rule.parameters} | set(
        _deciding(reading.entries)
    )
    return next((name for name in names if _MODEL.fullmatch(name) and name not in spoken_of), "")


def _deciding(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from (one.parameter for one in (entry.required_when, entry.applies_when) if one is not None)
        yield from _deciding(entry.children)


def _title(reading: Reading, given: Mapping[str, str]) -> str:
    first = next((heading.cell.text for heading in reading.document.headings), "")
    return given.get("title", "") or first


def _given_endpoints(given: Mapping[str, str], reading: Reading) -> Iterator[Endpoint]:
    match = re.fullmatch(
        r"(POST|PUT|GET)\s+(\S+)", given.get("api", given.get("openapi", "")).strip(), re.IGNORECASE
    )
    if match is not None and reading.document.blocks:
        yield Endpoint(match[1].upper(), match[2])


def _endpoints(reading: Reading) -> Iterator[Endpoint]:
    document = reading.document
    cells = [*(heading.cell for heading in document.headings), *(text.cell for text in document.texts)]
    for match in (match for cell in cells for match in _REQUEST.finditer(cell.text)):
        yield Endpoint(match[1], match[2].rstrip(".,;:"))
    for code in document.programs:
        found = [Endpoint(match[1], match[2]) for match in _REQUEST.finditer(code.text)]
        if not found:
            method = (
                "POST" if re.search(r"POST|--data|-d\s|requests\.post|\.post\(|--form|-F\s", code.text) else "GET"
            )
            found = [Endpoint(method, match[0]) for match in _URL.finditer(code.text)][:1]
        yield from found


def _addresses(endpoints: Sequence[Endpoint]) -> tuple[str, str, str]:
    """Return the base address and the paths of submit and poll, each empty when the page does not name it."""
    base = next(
        (f"{parts.scheme}://{parts.netloc}" for one in endpoints if (parts := urlsplit(_clean(one.url))).netloc),
        "",
    )
    submit = next((_path(one.url) for one in endpoints if one.method in {"POST", "PUT"} and _path(one.url)), "")
    reads = [_path(one.url) for one in endpoints if one.method == "GET" and _path(one.url)]
    poll = next((path for path in map(_with_id, reads) if "{id}" in path), "")
    return base, submit, poll


def _clean(url: str) -> str:
    return url if url.isprintable() and not re.search(r"\[|\]", url) else ""


def _path(url: str) -> str:
    parts = urlsplit(_clean(url))
    path = parts.path + (f"?{parts.query}" if parts.query and "{" in parts.query + url else "")
    return path if path.startswith("/") and len(path) > 1 else ""


def _with_id(path: str) -> str:
    return re.sub(
        r"\{+\$?(?:\w*id|uuid)\}+|\$\{?\w*id\}?|:(?:\w*_?id)\b|<\w*_?id>",
        "{id}",
        path,
        count=1,
        flags=re.IGNORECASE,
    )


def _auth(reading: Reading) -> tuple[str, str, str]:
    """Return the header, the form of its value and the variable that names the key."""
    texts = [code.text for code in reading.document.programs] + [text.cell.raw for text in reading.document.texts]
    env = next((match[1] for text in texts for match in [_ENV.search(text)] if match), "")
    for text in texts:
        match = _AUTH.search(text)
        if match is not None:
            word = (match[2] or "").strip()
            return match[1], f"{word} {{key}}".strip(), env
    for group in reading.groups("headers"):
        for row in group.rows:
            cells = " ".join(cell.text for cell in row.cells)
            if re.match(r"authorization|x-api-key|api-key", row.cells[0].text, re.IGNORECASE):
                word = re.search(r"\b(Bearer|Key|Token)\b", cells)
                return row.cells[0].text, f"{word[1]} {{key}}" if word else "{key}", env
    return "", "{key}", env


def _models(reading: Reading, submit: str) -> list[str]:
    groups = [group for group, role in reading.roles if role == "models"]
    names = list(model_names(groups))
    for entry in reading.entries:
        if re.fullmatch(r"(?i)model(?:[_ ]?(?:id|name|version))?", entry.name):
            names += [str(choice.value) for choice in entry.facts.choices]
            names += [entry.facts.default.value] if isinstance(entry.facts.default.value, str) else []
        names += entry.models
    names += [name for name in re.findall(r"[\w.-]*\d[\w.-]*", submit) if re.search(r"[a-z].*-.*\d", name)][:1]
    unique = list(dict.fromkeys(name for name in names if name))
    if not unique:
        return [line("models", f"[{{id: {TODO}}}]", "the models that the API offers")]
    return ["models:", *(f"  - {{id: {scalar(name)}}}" for name in unique)]


def _name(base: str, source: str) -> str:
    host = urlsplit(base).netloc.split(":")[0] if base else ""
    labels = host.split(".")
    parts = [
        part
        for part in (labels[:-1] if len(labels) > 1 else labels)
        if part
        not in {"co", "api", "www", "com", "ai", "io", "cn", "dev", "run", "net", "org", "app", "platform", "docs"}
    ]
    name = parts[-1] if parts else re.sub(r"\.[a-z]+$", "", source.rpartition("/")[2].lower())
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "provider"
