from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.tlog.keys import NoteSigner, read_verifier_key
from proxy.audit.tlog.notes import MOST_BYTES, NoteSignature, open_note, read_note, sign_note
from proxy.audit.tlog.refusal import EvidenceRefused
from tests import outsider
from tests.tlog_vectors import C2SP_KEY, C2SP_NOTE, GO_KEYS, GO_LINES, GO_SEED, GO_TEXT, OTHER_SEED

PETER, ENOCH = map(read_verifier_key, GO_KEYS)
PETERS, ENOCHS = GO_LINES
SIGNER = NoteSigner(name=PETER.name, private=Ed25519PrivateKey.from_private_bytes(b64decode(GO_SEED)[1:]))
OTHER = NoteSigner(name="postgate.test/log1", private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED))


def _note(*lines: str, text: str = GO_TEXT) -> bytes:
    return f"{text}\n{''.join(lines)}".encode()


def test_the_example_of_the_standard() -> None:
    """The note of c2sp.org/signed-note opens with its key."""
    key = read_verifier_key(C2SP_KEY)
    opened = open_note(read_note(C2SP_NOTE.encode()), [key])

    assert (opened.text, opened.keys, opened.strangers) == ("This is an example message.\n", (key,), 0)


def test_the_note_of_another_program_is_written_byte_for_byte() -> None:
    """As golang.org/x/mod signs it with the same key."""
    assert sign_note(GO_TEXT, [SIGNER]).data() == _note(PETERS)
    assert SIGNER.key() == PETER


def test_an_outsider_opens_our_note() -> None:
    """With nothing but the standards: the code that reads it here shares nothing with ours."""
    data = sign_note("first\n\nsecond\n", [SIGNER, OTHER]).data()

    assert outsider.opened(data, OTHER.key().text()) == "first\n\nsecond\n"
    assert outsider.opened(data, GO_KEYS[0]) == "first\n\nsecond\n"
    assert outsider.opened(data.replace(b"second", b"secund"), OTHER.key().text()) is None


def test_signatures_of_unknown_keys_are_counted() -> None:
    """The standard ignores them; formats of ours may refuse them."""
    opened = open_note(read_note(_note(PETERS, ENOCHS)), [PETER])

    assert (opened.keys, opened.strangers) == ((PETER,), 1)
    assert open_note(read_note(_note(PETERS, ENOCHS)), [ENOCH, PETER]).keys == (PETER, ENOCH)


@pytest.mark.parametrize(
    ("lines", "keys", "reason"),
    [
        ((PETERS,), (), "key_unknown"),
        ((PETERS,), (ENOCH,), "key_unknown"),
        ((PETERS.replace("PeterNeumann", "EnochRoot"),), (PETER, ENOCH), "key_unknown"),
        ((PETERS.replace("x08g", "xxxx"),), (PETER,), "key_unknown"),
        ((PETERS[:60] + "ABCD" + PETERS[60:],), (PETER,), "signature_invalid"),
        ((PETERS.replace("JkuBS9", "JkuBT9"),), (PETER,), "signature_invalid"),
        ((ENOCHS, PETERS.replace("JkuBS9", "JkuBT9")), (PETER, ENOCH), "signature_invalid"),
        ((PETERS, PETERS), (PETER,), "signature_invalid"),
        ((PETERS,), (PETER, PETER), "key_malformed"),
    ],
)
def test_a_note_that_nobody_known_signed_does_not_open(
    lines: tuple[str, ...], keys: tuple[object, ...], reason: str
) -> None:
    """One wrong signature of a known key is enough, whoever else signed."""
    with pytest.raises(EvidenceRefused) as refused:
        open_note(read_note(_note(*lines)), keys)  # type: ignore[arg-type]  # a table of keys
    assert refused.value.reason == reason


def test_a_changed_text_does_not_open() -> None:
    """Every letter is signed, the blank lines too."""
    for text in (GO_TEXT.replace("answer", "Answer"), GO_TEXT + "\n", "\n" + GO_TEXT, GO_TEXT[:-2] + "\n"):
        with pytest.raises(EvidenceRefused) as refused:
            open_note(read_note(_note(PETERS, text=text)), [PETER])
        assert refused.value.reason == "signature_invalid"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GO_TEXT.encode(),
        f"{GO_TEXT}\n".encode(),
        f"{GO_TEXT}{PETERS}".encode(),
        _note(PETERS)[:-1],
        _note(PETERS) + b"\n",
        b"\x01" + _note(PETERS),
        b"\xff" + _note(PETERS),
        _note(PETERS).replace(b"\n", b"\r\n"),
        f"\n{PETERS}".encode(),
        _note(PETERS, "Unexpected line.\n"),
        _note("Unexpected line.\n", PETERS),
        _note(PETERS, "\n", ENOCHS[:-1]),
        _note(PETERS.replace("— ", "- ")),
        _note(PETERS.replace("— ", "—")),
        _note(PETERS.replace("— ", "—  ")),
        _note(PETERS.replace("PeterNeumann", "Peter Neumann")),
        _note(PETERS.replace("PeterNeumann", "Peter+Neumann")),
        _note(PETERS.replace("PeterNeumann ", "PeterNeumann  ")),
        _note(PETERS.replace("PeterNeumann ", "")),
        _note(PETERS.replace("nAM=\n", "nAM= \n")),
        _note(PETERS.replace("nAM=\n", "nAM\n")),
        _note(PETERS.replace("nAM=\n", "nAN=\n")),
        _note("— PeterNeumann x08goA==\n"[:-4] + "\n"),
        _note("— PeterNeumann x08gow==\n"),
        _note(*[PETERS] * 101),
        _note(PETERS, text="a" * MOST_BYTES + "\n"),
    ],
)
def test_other_bytes_are_no_note(data: bytes) -> None:
    """Among them what golang.org/x/mod refuses in its tests, and every second spelling."""
    with pytest.raises(EvidenceRefused) as refused:
        read_note(data)
    assert refused.value.reason == "note_malformed"


def test_a_refusal_names_the_line() -> None:
    """And what was expected there."""
    with pytest.raises(EvidenceRefused, match="another beginning in signature line 2 of a note"):
        read_note(_note(PETERS, "Unexpected line.\n"))


@pytest.mark.parametrize("text", ["\n", "a\n", "\n\n\n", "— a b\n", "a\n\n— a b\n", "a\n\n\n"])
def test_a_text_may_look_like_signatures(text: str) -> None:
    """The last blank line counts, and the signed text is the one that comes back."""
    note = read_note(sign_note(text, [SIGNER]).data())

    assert open_note(note, [PETER]).text == text


def test_sixteen_signatures_of_any_length_are_read() -> None:
    """The standard wants at least that many; a post-quantum one has some 2,500 bytes."""
    long = NoteSignature(name="witness.example", key_id=b"\1\2\3\4", signature=bytes(2500)).line()
    opened = open_note(read_note(_note(*[long] * 16, PETERS)), [PETER])

    assert (opened.keys, opened.strangers) == ((PETER,), 16)


@pytest.mark.parametrize("text", ["", "a", "a\tb\n", "a\r\n", "\ud800\n", "a" * MOST_BYTES + "\n"])
def test_what_could_not_be_read_is_not_signed(text: str) -> None:
    """A note of ours can always be read again."""
    with pytest.raises(EvidenceRefused) as refused:
        sign_note(text, [SIGNER])
    assert refused.value.reason == "note_malformed"


def test_a_note_has_a_signature() -> None:
    """Without signers there is no note."""
    with pytest.raises(EvidenceRefused, match="found: no signatures"):
        sign_note(GO_TEXT, [])
