"""The addresses of pictures, and until when they open.

Where a page says how long a link lives, its emulator's links carry that moment in their query, with a signature,
as those of a store of files do: past it, without it or changed they are refused. Each answer has links of its own,
so whoever comes too late asks for the prediction again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.responses import Response

from teststrip.base.json import digest
from teststrip.emulator.pictures import kind_of

PICTURES: Final = "/outputs/{id}/{name}"
_MESSAGE: Final = "Request has expired; ask for the prediction again, its new answer has a new link"


def file_name(k: int, picture: bytes) -> str:
    """Name picture k of a prediction, by what kind of file it is."""
    return f"{k}.{kind_of(picture)[0]}"


def link(base: str, prediction_id: str, name: str, now: datetime, seconds: int | None) -> str:
    """Return the address of a picture, good for `seconds` from now on; for ever with None."""
    url = f"{base}{PICTURES.format(id=prediction_id, name=name)}"
    if seconds is None:
        return url
    expires = str(math.ceil(now.timestamp()) + seconds)
    return f"{url}?expires={expires}&signature={_signature(prediction_id, name, expires)}"


def is_open(prediction_id: str, name: str, query: Mapping[str, str], now: datetime) -> bool:
    """Tell whether a link with this query opens now, where links do not live for ever."""
    expires = query.get("expires", "")
    # The signature comes first: what it covers is a number that was written here.
    return query.get("signature") == _signature(prediction_id, name, expires) and now.timestamp() < int(expires)


def expired(status: int = 403) -> Response:
    """Refuse a picture as a store of files does whose signed link has run out: in XML."""
    text = f'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>{_MESSAGE}</Message></Error>\n'
    return Response(text, status, media_type="application/xml")


def _signature(prediction_id: str, name: str, expires: str) -> str:
    # It keeps nobody out who reads this; it shows a client that its links come through unharmed.
    return digest({"picture": f"{prediction_id}/{name}", "expires": expires})[:32]
