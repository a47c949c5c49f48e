"""What a client says to the platform in asking is looked at."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from proxy.gate.reading import Reads, TellingRead
from proxy.gate.wire import Endpoint, EndpointClass, WireRequest
from tests.fakes.door_platform import ScriptedReader

IBAN = "DE02120300000000202051"
"""A published example number, nobody's account."""
READ = Endpoint(name="timeline.home", cls=EndpointClass.READ)


def request(path: str = "/api/v1/timelines/home", query: str = "", *headers: tuple[str, str]) -> WireRequest:
    """Make a read."""
    return WireRequest(method="GET", path=path, query=query, headers=headers)


@pytest.mark.parametrize(
    "asked",
    [
        request(f"/api/v1/statuses/{IBAN}/context"),
        request(f"/rest/posts/urn%3Ali%3Ashare%3A{IBAN}"),
        request(query=f"limit=1&max_id={IBAN}"),
        request(query=f"{IBAN}=1"),
        request(query=f"cursor={quote('DE02 1203 0000 0000 2020 51')}"),
        request(query="cursor=DE02+1203+0000+0000+2020+51"),
        request(query=f"after={base64.urlsafe_b64encode(IBAN.encode()).decode().rstrip('=')}"),
        request("/x", "", ("atproto-accept-labelers", f"did:web:{IBAN.lower()}.example")),
        request(
            query="q=" + quote("".join(base64.b64encode(bytes([65 + n % 26] * 24)).decode() + " " for n in range(99)))
        ),
    ],
    ids=["path", "encoded path", "query", "name", "spaced", "plus", "base64", "header", "more than can be looked at"],
)
async def test_a_read_that_tells_an_account_number_reads_nothing(asked: WireRequest) -> None:
    """In any writing, and wherever it stands; the refusal does not repeat it."""
    reader = ScriptedReader()

    with pytest.raises(TellingRead) as caught:
        await Reads(reader).read(READ, asked, None)

    assert reader.asked == []
    assert "1203" not in f"{caught.value} {caught.value!r} {caught.value.diagnostics()}"


@pytest.mark.parametrize(
    "asked",
    [
        request("/api/v1/statuses/113245678901234567/context"),
        request(query="max_id=113245678901234567&limit=40"),
        request("/xrpc/x", "uri=at%3A%2F%2Fdid%3Aplc%3Aerfundenerfundenerfunden%2Fapp.bsky.feed.post%2F3l4k2jq7zzs2a"),
        request(query="after=QVFIUmJzZAWJ0Y3Vyc29yX2Zvb19iYXI0NTY3ODkwMTIzNDU2Nzg5MA"),
        request("/x", "", ("authorization", f"Bearer {IBAN}"), ("user-agent", "python-requests/2.34")),
        request("/x", "cursor=4539578763621486"),
    ],
    ids=["number", "page", "record", "page mark", "own token", "what might be a card"],
)
async def test_identifiers_of_the_platform_pass(asked: WireRequest) -> None:
    """Long numbers are what identifiers are made of: one in ten passes the check of a card."""
    reader = ScriptedReader()

    assert (await Reads(reader).read(READ, asked, None)).status == 200
    assert reader.asked == [("timeline.home", None)]
