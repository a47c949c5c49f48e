"""
What every envelope promises: what was sealed opens at its place with its key, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import SealBroken
from proxy.vault.envelope import EnvelopeSealer
from tests.fakes.clock import START
from tests.fakes.envelope import PlainEnvelope
from tests.stores import KEYS, ORIGIN
from tests.works import RETENTION

if TYPE_CHECKING:
    from proxy.gate.ports import Envelope

PLAIN = b"an answer nobody gave"


@pytest.fixture(params=["twin", "sealer"])
def envelope(request: pytest.FixtureRequest) -> Envelope:
    """Return the twin and the real one in turn."""
    return PlainEnvelope() if request.param == "twin" else EnvelopeSealer(KEYS, origin=ORIGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    key_id: str
    wrapped: bytes
    kek_id: str
    nonce: bytes
    ciphertext: bytes
    place: str = "answer:p1"

    def open(self, envelope: Envelope) -> bytes:
        """Open it."""
        return envelope.open(
            key_id=self.key_id,
            wrapped=self.wrapped,
            kek_id=self.kek_id,
            place=self.place,
            nonce=self.nonce,
            ciphertext=self.ciphertext,
        )


def _seal(envelope: Envelope, key_id: str = "k1") -> _Sealed:
    key, store = envelope.new_key(key_id=key_id, post="p1", retention=RETENTION, now=START)
    nonce, ciphertext = envelope.seal(key, place="answer:p1", plain=PLAIN)
    return _Sealed(key_id=key_id, wrapped=store.wrapped, kek_id=store.kek_id, nonce=nonce, ciphertext=ciphertext)


def test_what_was_sealed_opens(envelope: Envelope) -> None:
    """At its place, with its wrapped key."""
    assert _seal(envelope).open(envelope) == PLAIN


@pytest.mark.parametrize("what", ["place", "kek_id", "key_id", "wrapped", "nonce", "ciphertext"])
def test_nothing_opens_when_one_thing_is_another(envelope: Envelope, what: str) -> None:
    """Another place, key, nonce or one changed bit: refused."""
    sealed = _seal(envelope)
    values = {name: getattr(sealed, name) for name in _Sealed.__slots__}
    value = values[what]
    values[what] = value + "x" if isinstance(value, str) else bytes([value[0] ^ 1]) + value[1:]

    with pytest.raises(SealBroken):
        _Sealed(**values).open(envelope)


def test_the_key_of_another_post_opens_nothing(envelope: Envelope) -> None:
    """Swapped rows are noticed."""
    one, other = _seal(envelope), _seal(envelope, "k2")
    swapped = _Sealed(
        key_id=other.key_id,
        wrapped=other.wrapped,
        kek_id=other.kek_id,
        nonce=one.nonce,
        ciphertext=one.ciphertext,
    )

    with pytest.raises(SealBroken):
        swapped.open(envelope)


def test_the_code_of_a_post_belongs_to_text_and_key(envelope: Envelope) -> None:
    """Equal text under one key has one code; another text or another key has another one."""
    one, _ = envelope.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    other, _ = envelope.new_key(key_id="k2", post="p2", retention=RETENTION, now=START)

    assert envelope.mac(one, b"text") == envelope.mac(one, b"text")
    assert len({envelope.mac(one, b"text"), envelope.mac(one, b"texts"), envelope.mac(other, b"text")}) == 3
    assert len(envelope.mac(one, b"text")) == 64


def test_content_names_its_key_and_commits_to_it(envelope: Envelope) -> None:
    """The sealed content says which key, which code and which class; equal texts look different."""
    key, _ = envelope.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)

    first = envelope.seal_content(key, record="r1", plain=PLAIN, mac="ab" * 32, retention="blocked-30d")
    second = envelope.seal_content(key, record="r1", plain=PLAIN, mac="ab" * 32, retention="blocked-30d")

    assert (first.key, first.mac, first.retention) == ("k1", "ab" * 32, "blocked-30d")
    assert first.dek_sha256 == second.dek_sha256
    assert (first.nonce, first.ciphertext) != (second.nonce, second.ciphertext)


def test_digests_are_separated_by_purpose(envelope: Envelope) -> None:
    """The same value has another digest for another purpose."""
    assert envelope.digest("one", b"value") == envelope.digest("one", b"value")
    assert envelope.digest("one", b"value") != envelope.digest("two", b"value")
    assert envelope.digest("one", b"value") != envelope.digest("one", b"other")


def test_nothing_secret_is_shown(envelope: Envelope) -> None:
    """Neither key nor sealed bytes stand in a representation."""
    key, store = envelope.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    content = envelope.seal_content(key, record="r1", plain=PLAIN, mac="m", retention="c")

    shown = f"{key!r} {store!r} {content!r}"

    assert repr(key.secret) not in shown
    assert repr(store.wrapped) not in shown
    assert repr(content.ciphertext) not in shown


def test_content_opens_with_its_key_for_its_record(envelope: Envelope) -> None:
    """A wrapped key comes back; another record, another wrapping key or another id opens nothing."""
    key, store = envelope.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    sealed = envelope.seal_content(key, record="r1", plain=PLAIN, mac="m", retention="c")
    opened = envelope.unwrap(key_id="k1", wrapped=store.wrapped, kek_id=store.kek_id)

    assert opened == key
    assert envelope.open_content(opened, record="r1", nonce=sealed.nonce, ciphertext=sealed.ciphertext) == PLAIN
    with pytest.raises(SealBroken):
        envelope.open_content(opened, record="r2", nonce=sealed.nonce, ciphertext=sealed.ciphertext)
    with pytest.raises(SealBroken):
        envelope.unwrap(key_id="k2", wrapped=store.wrapped, kek_id=store.kek_id)
    with pytest.raises(SealBroken):
        envelope.unwrap(key_id="k1", wrapped=store.wrapped, kek_id="another")
