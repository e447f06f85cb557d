"""Where a run's requests go, and the identity that this gives its pictures: a proof never passes for a print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from teststrip.cassette.model import Header
from teststrip.errors import UsageError
from teststrip.provider.model import Provider

PRETEND_KEY: Final = "teststrip-proof"  # what an emulator is shown; a real key goes to its own server only
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go.

    `identity` is part of every digest. `paid` says that each prediction costs money. `lasting` says that
    predictions outlive this process: those of the darkroom end with it, so a trial that it has forgotten, or
    that a crash left uncertain, is simply drawn again. A `replay` has the identity of what was recorded, and sends
    nothing.
    """

    name: Literal["darkroom", "url", "live", "replay"]
    identity: str
    base_url: str
    paid: bool
    lasting: bool = True


def darkroom_target(renderer_version: str) -> Target:
    """Return the offline renderer inside this process: free, and the default."""
    return Target("darkroom", f"darkroom/{renderer_version}", "http://darkroom.invalid", paid=False, lasting=False)


def replay_target(header: Header) -> Target:
    """Return what a cassette was recorded from: its identity, so that all digests are the same, and no server."""
    return Target("replay", header.identity, header.base_url, paid=False, lasting=header.lasting)


def url_target(url: str, provider: Provider | None = None) -> Target:
    """Return an emulator served elsewhere, by its http(s) address.

    Given the provider, its paid API is refused here. Raises UsageError for anything but an address of an origin
    (a path is kept as a prefix).
    """
    parts = _checked(url, "--target")
    origin = _origin(parts)
    if provider is not None and origin == _origin(urlsplit(provider.base_url)):
        raise UsageError(f"{origin} is the paid API itself: say --live if that is what you mean")
    prefix = parts.path.rstrip("/")
    return Target("url", f"emulator {origin}{prefix}", f"{origin}{prefix}", paid=False)


def live_target(provider: Provider, environ: Mapping[str, str]) -> Target:
    """Return the paid API: the page's address, or the one that its environment variable gives.

    Raises UsageError for an address that is not https, unless it is this machine's own or no key is sent there.
    """
    url = environ.get(provider.base_url_env, "").strip() or provider.base_url
    parts = _checked(url, provider.base_url_env)
    keyless = provider.auth.optional and not environ.get(provider.auth.env, "").strip()
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK and not keyless:
        raise UsageError(f"{provider.base_url_env}: {url} is not https; a key does not travel in the open")
    origin = _origin(parts)
    prefix = parts.path.rstrip("/")
    return Target("live", f"live {origin}{prefix}", f"{origin}{prefix}", paid=True)


def live_key(provider: Provider, environ: Mapping[str, str]) -> str | None:
    """Read the key from the environment; None where the page has it optional and none is set.

    Raises UsageError, naming the variable, for one that is missing or none.
    """
    name = provider.auth.env
    key = environ.get(name, "").strip()
    if not key and provider.auth.optional:
        return None
    if not key:
        raise UsageError(f"{name} is not set: the paid API of {provider.title or provider.name} needs a key")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(f"{name} holds something that is no key: only printable ASCII without spaces may be sent")
    return key


def key_fault(provider: Provider, environ: Mapping[str, str]) -> str | None:
    """Say what is wrong with the key in the environment, naming the variable; None when there is a good one."""
    try:
        live_key(provider, environ)
    except UsageError as error:
        return str(error)
    return None


def is_loopback(url: str) -> bool:
    """Tell whether an address is this machine's own; what is no address is not."""
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


def _checked(url: str, source: str) -> SplitResult:
    # What a variable holds is not repeated: it may be the key, which stands next to it in every list of variables.
    told = repr(url) if source.startswith("-") else "what it holds"
    try:
        parts = urlsplit(url.strip())
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError(f"{source}: {told} is not an address") from None
    if parts.scheme not in _PORTS or not parts.hostname or not port_is_good or not url.strip().isprintable():
        raise UsageError(f"{source}: {told} is not an http or https address, such as http://127.0.0.1:8765")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{source}: an address must not hold a user name or password")
    if parts.query or parts.fragment:
        raise UsageError(f"{source}: {told} must end before any ? or #")
    return parts


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
