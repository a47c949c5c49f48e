"""Tokens of a login: read by clients, made and believed by nobody but this gateway."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from proxy.core.errors import UnknownToken
from proxy.identity.session_tokens import ACCESS, Claims, looks_like_one, read, write
from proxy.identity.tokens import draw
from proxy.vault.envelope import EnvelopeSealer
from tests.stores import KEYS, ORIGIN

CLAIMS = Claims(
    scope=ACCESS,
    subject="did:plc:erfundenerfundenerfunden",
    door="bluesky",
    issued_at=1_900_000_000,
    expires_at=1_900_007_200,
    id="00000000-0000-4000-8000-000000000001",
    session="00000000-0000-4000-8000-000000000002",
)
DIGEST = EnvelopeSealer(KEYS, origin=ORIGIN).digest
OTHER = EnvelopeSealer(replace(KEYS, pepper=b"q" * 32), origin=ORIGIN).digest


def _decoded(segment: str) -> dict[str, object]:
    value: dict[str, object] = json.loads(base64.urlsafe_b64decode(segment + "=="))
    return value


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_what_is_written_is_read() -> None:
    """All claims come back."""
    assert read(write(CLAIMS, DIGEST), DIGEST) == CLAIMS


def test_clients_read_when_it_expires_and_whose_it_is() -> None:
    """As RFC 7519 has it: both SDKs decode the middle of the token."""
    token = write(CLAIMS, DIGEST)
    header, payload, signature = token.split(".")

    assert _decoded(header)["alg"] == "HS256"
    assert {"sub": CLAIMS.subject, "exp": CLAIMS.expires_at, "scope": ACCESS}.items() <= _decoded(payload).items()
    assert len(signature) == 43
    assert len(token) < 1024


def test_a_longest_name_of_a_door_and_of_an_account_fit() -> None:
    """A token must fit the header that it comes back in."""
    token = write(replace(CLAIMS, door="d" * 32, subject="did:web:" + "a" * 253), DIGEST)

    assert looks_like_one(token)
    assert len(token) < 1024


def _forgeries() -> list[str]:
    header, payload, signature = write(CLAIMS, DIGEST).split(".")
    claims = _decoded(payload)
    return [
        write(CLAIMS, OTHER),
        f"{header}.{_encoded(claims | {'sub': 'did:plc:anderer'})}.{signature}",
        f"{header}.{_encoded(claims | {'exp': 2_000_000_000})}.{signature}",
        f"{_encoded({'alg': 'none'})}.{payload}.{signature}",
        f"{_encoded({'alg': 'none'})}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-1]}",
        f"{header}.{payload}.{signature}A",
        f"{header}.{payload}.{'A' * 43}",
        f"{header}.{payload}={signature}",
        f" {header}.{payload}.{signature}",
        f"{header}.{payload}.{signature}\n",
        draw(lambda digits: digits[7]),
        "",
    ]


@pytest.mark.parametrize("token", _forgeries(), ids=[str(number) for number in range(len(_forgeries()))])
def test_nobody_else_makes_one(token: str) -> None:
    """Another key, another content, another algorithm, another shape: refused without a look at what it says."""
    with pytest.raises(UnknownToken) as caught:
        read(token, DIGEST)
    assert "did:plc" not in f"{caught.value} {caught.value!r}"


def test_none_is_none() -> None:
    """A request without a token has none."""
    with pytest.raises(UnknownToken):
        read(None, DIGEST)
