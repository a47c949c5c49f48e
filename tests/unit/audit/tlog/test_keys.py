import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.tlog.keys import NoteSigner, VerifierKey, check_name, read_verifier_key
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.spelling import Place, write_base64
from tests import outsider
from tests.tlog_vectors import C2SP_KEY, GO_KEYS, OTHER_KEY, OTHER_SEED

SIGNER = NoteSigner(name="postgate.test/log1", private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED))
KEY = SIGNER.key()
HERE = Place(reason="note_malformed", where="a test")


@pytest.mark.parametrize("text", [*GO_KEYS, C2SP_KEY, OTHER_KEY])
def test_published_keys_are_read(text: str) -> None:
    """And written again as they were; the key id in the middle is recomputed."""
    assert read_verifier_key(text).text() == text


def test_a_key_is_written_as_another_program_writes_it() -> None:
    """As aics-tlog does."""
    assert KEY.text() == OTHER_KEY
    assert KEY.key_id().hex() == "8f7f34a2"


def test_no_piece_of_a_key_is_a_key() -> None:
    """Nor the key with any letter changed or doubled."""
    changed = {
        OTHER_KEY[:at] + OTHER_KEY[end:] for at in range(len(OTHER_KEY)) for end in range(at + 1, len(OTHER_KEY) + 1)
    }
    for at, letter in enumerate(OTHER_KEY):
        changed |= {OTHER_KEY[:at] + other + OTHER_KEY[at + 1 :] for other in (chr(ord(letter) + 1), letter.swapcase())}
        changed |= {OTHER_KEY[:at] + letter + OTHER_KEY[at:], OTHER_KEY[:at] + "\n" + OTHER_KEY[at:]}
    changed |= {OTHER_KEY + more for more in ("\n", " ", "=", "+")}

    read = [text for text in changed - {OTHER_KEY} if _reads(text)]
    assert read == []


def _reads(text: str) -> bool:
    try:
        read_verifier_key(text)
    except EvidenceRefused as refused:
        return refused.reason != "key_malformed"
    return True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "name\\+id\\+key; found: 1 parts"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "found: signature type 65"),
        ("a+00000000+", "found: signature type missing"),
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "base64 in its one spelling"),
        ("a+00000000+" + write_base64(b"\x01" + bytes(33)), "a public key of 32 bytes; found: 33 bytes"),
        (OTHER_KEY.replace("8f7f34a2", "8F7F34A2"), "the key id 8f7f34a2, in lowercase hex"),
        (OTHER_KEY.replace("8f7f34a2", "8f7f34a3"), "the key id 8f7f34a2, in lowercase hex"),
        (OTHER_KEY.removeprefix("postgate.test/log1"), "a key name; found: none"),
        (OTHER_KEY.replace("postgate", "post gate"), "without white space"),
    ],
)
def test_another_key_is_refused_with_a_reason(text: str, message: str) -> None:
    """The second and the fourth are from the tests of golang.org/x/mod: another kind of key, another length."""
    with pytest.raises(EvidenceRefused, match=message) as refused:
        read_verifier_key(text)
    assert refused.value.reason == "key_malformed"


def test_points_of_small_order_are_no_keys() -> None:
    """Under them one signature fits many texts; there are eight, found here by arithmetic of our own."""
    generator = next(
        torsion
        for y in range(2, 99)
        if (start := outsider.point(y.to_bytes(32, "little"))) is not None
        if outsider.times(4, torsion := outsider.times(outsider.ORDER, start)) != (0, 1)
    )
    small = {outsider.times(factor, generator) for factor in range(8)}

    assert len(small) == 8
    for x, y in small:
        with pytest.raises(EvidenceRefused, match="full order"):
            VerifierKey(name="a", public=(y | (x % 2) << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 1, 2**256 - 1])
def test_a_point_has_one_spelling(y: int) -> None:
    """Numbers beyond the field's prime would be second spellings of others."""
    with pytest.raises(EvidenceRefused, match="one spelling"):
        VerifierKey(name="a", public=y.to_bytes(32, "little"))


def test_a_signature_is_of_one_key_over_one_text() -> None:
    """Another key, text or signature does not verify; the same text has the same signature each time."""
    signature = SIGNER.sign(b"text\n")
    other = VerifierKey(name=KEY.name, public=read_verifier_key(C2SP_KEY).public)

    assert SIGNER.sign(b"text\n") == signature
    assert KEY.verifies(b"text\n", signature)
    assert outsider.signed(KEY.public, b"text\n", signature)
    assert not other.verifies(b"text\n", signature)
    assert not KEY.verifies(b"text", signature)
    assert not any(KEY.verifies(b"text\n", wrong) for wrong in (b"", signature[:-1], signature + b"\0", bytes(64)))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=70))
def test_any_bytes_for_key_and_signature_are_answered(public: bytes, signature: bytes) -> None:
    """With a refusal, or with no."""
    try:
        key = VerifierKey(name="a", public=public)
    except EvidenceRefused:
        return
    assert not key.verifies(b"text\n", signature)


def test_the_private_key_is_not_shown() -> None:
    """Not by accident, in a message of an error."""
    assert "private" not in repr(SIGNER)


@pytest.mark.parametrize("name", ["example.com/foo", "Müller", "a", "log\u200b1"])
def test_names_of_keys(name: str) -> None:
    """Anything in one word."""
    check_name(name, HERE)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b", "a\x01b", "\ud800", "a\u3000"])
def test_what_is_no_name_of_a_key(name: str) -> None:
    """White space of any kind, plus signs, control characters, half a character."""
    with pytest.raises(EvidenceRefused, match="a key name"):
        check_name(name, HERE)
