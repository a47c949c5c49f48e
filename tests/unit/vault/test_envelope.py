from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import SealBroken
from proxy.gate.ports import DataKey
from proxy.vault.envelope import EnvelopeSealer, bound_to, derive
from proxy.vault.keys import Keys
from tests.fakes.clock import START
from tests.stores import KEYS, ORIGIN
from tests.works import RETENTION


@given(st.binary(min_size=32, max_size=32), st.text(st.characters(max_codepoint=127), min_size=1, max_size=40))
def test_derived_keys_are_those_of_hkdf(key: bytes, purpose: str) -> None:
    """Byte for byte what an independent implementation derives."""
    oracle = HKDFExpand(algorithm=SHA256(), length=32, info=purpose.encode()).derive(key)

    assert derive(key, purpose) == oracle


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_places_cannot_run_into_each_other(pieces: list[str]) -> None:
    """The bytes give the pieces back."""
    assert [piece.decode() for piece in bound_to(*pieces).split(b"\0")] == pieces


def test_content_is_sealed_as_the_format_says() -> None:
    """Whoever is given nonce, ciphertext and data key opens it with any AES-GCM."""
    sealer = EnvelopeSealer(KEYS, origin=ORIGIN)
    key, _ = sealer.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)

    content = sealer.seal_content(key, record="r1", plain=b"text", mac="m", retention="c")

    place = b"postgate/content/v1\0" + ORIGIN.encode() + b"\0r1"
    assert AESGCM(key.secret).decrypt(content.nonce, content.ciphertext, place) == b"text"
    assert sealer.open_content(key, record="r1", nonce=content.nonce, ciphertext=content.ciphertext) == b"text"


def test_content_of_another_record_does_not_open() -> None:
    """A ciphertext that was moved to another record, or into another log, is refused."""
    sealer, elsewhere = EnvelopeSealer(KEYS, origin=ORIGIN), EnvelopeSealer(KEYS, origin="other")
    key, _ = sealer.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    content = sealer.seal_content(key, record="r1", plain=b"text", mac="m", retention="c")

    for opener, record in ((sealer, "r2"), (elsewhere, "r1")):
        with pytest.raises(SealBroken):
            opener.open_content(key, record=record, nonce=content.nonce, ciphertext=content.ciphertext)


def test_nonces_and_keys_are_drawn_anew() -> None:
    """Nothing repeats, and lengths are 96 and 256 bits."""
    sealer = EnvelopeSealer(KEYS, origin=ORIGIN)
    key, _ = sealer.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    nonces = [sealer.seal(key, place="p", plain=b"x")[0] for _ in range(10_000)]
    secrets = {sealer.new_key(key_id="k", post="p", retention=RETENTION, now=START)[0].secret for _ in range(100)}

    assert len(set(nonces)) == 10_000
    assert {len(nonce) for nonce in nonces} == {12}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {32}


def test_the_wrapped_key_does_not_contain_the_key() -> None:
    """The installation's key is needed; another one opens nothing."""
    sealer = EnvelopeSealer(KEYS, origin=ORIGIN)
    other = EnvelopeSealer(Keys(kek=b"x" * 32, pepper=KEYS.pepper, fingerprint=KEYS.fingerprint), origin=ORIGIN)
    key, store = sealer.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)

    assert key.secret not in store.wrapped
    assert sealer.unwrap(key_id="k1", wrapped=store.wrapped, kek_id=store.kek_id) == key
    with pytest.raises(SealBroken, match="another wrapping key"):
        other.unwrap(key_id="k1", wrapped=store.wrapped, kek_id=store.kek_id)
    with pytest.raises(SealBroken):
        sealer.unwrap(key_id="k2", wrapped=store.wrapped, kek_id=store.kek_id)
    with pytest.raises(SealBroken):
        sealer.unwrap(key_id="k1", wrapped=b"", kek_id=store.kek_id)


def test_one_purpose_says_nothing_about_another() -> None:
    """What is sealed for a place does not open as content, though the key is the same."""
    sealer = EnvelopeSealer(KEYS, origin=ORIGIN)
    key = DataKey(id="k1", secret=b"s" * 32)
    nonce, ciphertext = sealer.seal(key, place="r1", plain=b"x")

    with pytest.raises(SealBroken):
        sealer.open_content(key, record="r1", nonce=nonce, ciphertext=ciphertext)


def test_a_key_of_before_opens_until_it_is_gone_and_only_the_current_one_wraps() -> None:
    """After the re-wrap the earlier wrapping key opens nothing, and the content is the same."""
    later = replace(KEYS, kek=b"n" * 32, earlier=(KEYS.kek,))
    before, both = EnvelopeSealer(KEYS, origin=ORIGIN), EnvelopeSealer(later, origin=ORIGIN)
    after = EnvelopeSealer(replace(later, earlier=()), origin=ORIGIN)
    key, store = before.new_key(key_id="k1", post="p1", retention=RETENTION, now=START)
    _, fresh = both.new_key(key_id="k2", post="p2", retention=RETENTION, now=START)

    again = both.rewrap(key_id="k1", wrapped=store.wrapped, kek_id=store.kek_id)

    assert both.unwrap(key_id="k1", wrapped=store.wrapped, kek_id=store.kek_id) == key
    assert fresh.kek_id == later.kek_id() != store.kek_id
    assert after.unwrap(key_id="k1", wrapped=again, kek_id=later.kek_id()) == key
    for sealer, wrapped, kek_id in (
        (after, store.wrapped, store.kek_id),
        (after, store.wrapped, later.kek_id()),
        (before, again, later.kek_id()),
        (before, again, store.kek_id),
    ):
        with pytest.raises(SealBroken):
            sealer.unwrap(key_id="k1", wrapped=wrapped, kek_id=kek_id)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=6, unique=True), st.data())
def test_whatever_is_wrapped_between_rotations_opens(keks: list[bytes], data: st.DataObject) -> None:
    """Each key wraps in its time; some are wrapped anew later; the ring of all opens every one."""
    kept: dict[str, tuple[DataKey, bytes, str]] = {}
    for epoch, kek in enumerate(keks):
        keys = replace(KEYS, kek=kek, earlier=tuple(keks[:epoch]))
        sealer = EnvelopeSealer(keys, origin=ORIGIN)
        for name in data.draw(st.lists(st.sampled_from(sorted(kept)), unique=True) if kept else st.just([])):
            key, wrapped, kek_id = kept[name]
            kept[name] = (key, sealer.rewrap(key_id=name, wrapped=wrapped, kek_id=kek_id), keys.kek_id())
        key, store = sealer.new_key(key_id=f"k{epoch}", post="p", retention=RETENTION, now=START)
        kept[key.id] = (key, store.wrapped, store.kek_id)

    last = EnvelopeSealer(replace(KEYS, kek=keks[-1], earlier=tuple(keks[:-1])), origin=ORIGIN)
    for name, (key, wrapped, kek_id) in kept.items():
        assert last.unwrap(key_id=name, wrapped=wrapped, kek_id=kek_id) == key
