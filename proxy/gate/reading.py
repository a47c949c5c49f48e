"""
What a client says to the platform in asking: the identifiers and page marks of a read.

They leave the house too. A read has no author and nobody reviews it, so nothing is decided about it by policy: what
holds an account number, in any writing, is refused, and everything else has to fit the shapes of the platform's table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from proxy.core.detection.numbers import find_in_views
from proxy.core.errors import Localised, RefusedRequest
from proxy.core.model import Confidence
from proxy.core.text.decoding import TooMuchHidden
from proxy.core.text.surfaces import surfaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Account
    from proxy.gate.ports import Reader
    from proxy.gate.wire import Endpoint, UpstreamAnswer, WireRequest

_SHORTEST = 15
"""Characters; no account number is shorter."""
_NO_KEY = b"fingerprints of refused reads are not kept"
_UNSENT = frozenset({"authorization", "host"})


class TellingRead(RefusedRequest):
    """A request that only reads holds an account number."""

    code = "telling_read"
    status = 422
    reason = "field"
    text = Localised(
        de="Die Abfrage enthält eine Kontonummer. Es wurde nichts gesendet.",
        en="The request to read holds an account number. Nothing was sent.",
    )


class Reads:
    """Implements `Reader`: looks at what a read says, then lets another one fetch it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """
        Fetch a read of the platform's table.

        Raises:
            TellingRead: it holds an account number.
            RefusedRequest, GateUnavailable: as the reader behind it.
        """
        if any(_tells(said) for said in _said(request) if len(said) >= _SHORTEST):
            raise TellingRead(expected="identifiers and page marks of the platform", found="an account number")
        return await self._reader.read(endpoint, request, account)


def _said(request: WireRequest) -> Iterator[str]:
    """Yield everything that could reach the platform, one piece at a time."""
    yield from map(unquote, request.path.split("/"))
    for pair in request.query.split("&"):
        yield from map(unquote_plus, pair.split("="))
    yield from (value for name, value in request.headers if name not in _UNSENT)


def _tells(said: str) -> bool:
    try:
        found = find_in_views(surfaces(0, said), _NO_KEY)
    except TooMuchHidden:
        return True  # what cannot be looked at to the end is not sent
    return any(one.entity == "IBAN_CODE" and one.confidence is not Confidence.LOW for one in found)
