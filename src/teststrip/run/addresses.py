"""Which addresses a client uses: where its requests go, where the key may go too, and what a server may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from teststrip.errors import ExchangeError, UsageError
from teststrip.provider.model import Provider
from teststrip.run.http import Address, origin_of


class Addresses:
    """The addresses of one API: `parse` makes absolute ones, `words` makes a server's text fit to be told.

    Raises UsageError for a base address that is none.
    """

    def __init__(
        self,
        provider: Provider,
        base_url: str,
        key: str | None,
        parse: Callable[..., Address],
        words: Callable[[str], str],
    ) -> None:
        self._provider = provider
        self._key = key
        self._parse = parse
        self._words = words
        self.base_url = base_url.rstrip("/")
        try:
            self._base = parse(self.base_url)
            own = origin_of(parse(base_url))
            self._trusted = {own, *(origin_of(parse(origin)) for origin in provider.poll.origins)}
        except ExchangeError as error:
            raise UsageError(f"{base_url!r} is not an address that can be used ({error})") from error

    def absolute(self, url: str) -> tuple[Address, Mapping[str, str]]:
        """Return an address, and the key's header where the key may go there. Raises ExchangeError."""
        address = self._parse(url, self._base)
        return address, self._key_header() if origin_of(address) in self._trusted else {}

    def own(self, url: str | None) -> str | None:
        """Return a polling address made absolute, or None unless it is at an origin that gets the key."""
        if url is None:
            return None
        try:
            address = self._parse(url, self._base)
        except ExchangeError:
            return None
        return str(address) if origin_of(address) in self._trusted and not address.userinfo else None

    def of_picture(self, url: str, base: Address | None = None) -> Address:
        """Return the address of a picture. Raises ExchangeError for a link that is not plain http(s)."""
        address = self._parse(url, base or self._base)
        if address.scheme not in {"http", "https"} or not address.host or address.userinfo:
            raise ExchangeError(
                f"a picture's link is not a plain http(s) one: {self._words(url)}", kind="protocol"
            )
        return address

    def _key_header(self) -> dict[str, str]:
        auth = self._provider.auth
        return {} if self._key is None else {auth.header: auth.value(self._key)}
