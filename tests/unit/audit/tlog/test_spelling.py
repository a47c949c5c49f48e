import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.spelling import Place, read_base64, read_decimal, read_hash, read_text, write_base64

HERE = Place(reason="note_malformed", where="a test")


@pytest.mark.parametrize("number", [0, 1, 9, 10, 256, 2**63 - 1])
def test_a_number_has_one_spelling(number: int) -> None:
    """Decimal digits, no leading zero."""
    assert read_decimal(str(number), HERE, most=2**63 - 1) == number


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-0", "-1", "+1", " 1", "1 ", "1\n", "1_0", "1e3", "0x1", "1.0", "٣", "²", "9" * 20]
)
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    """Also those that Python reads as numbers."""
    with pytest.raises(EvidenceRefused, match="expected: a number in decimal digits without leading zeros"):
        read_decimal(text, HERE, most=2**63 - 1)


def test_a_number_beyond_the_limit_is_refused() -> None:
    """The message says the limit."""
    with pytest.raises(EvidenceRefused, match="expected: a number of at most 9; found: a larger number in a test"):
        read_decimal("10", HERE, most=9)


@given(st.binary(max_size=100))
def test_bytes_come_back_from_their_base64(data: bytes) -> None:
    """What is written is read."""
    assert read_base64(write_base64(data), HERE) == data


@given(st.text("ABab01+/=-_ \n", max_size=12) | st.text(max_size=8))
def test_base64_has_one_spelling(text: str) -> None:
    """What is read is written again letter by letter; everything else is refused."""
    try:
        data = read_base64(text, HERE)
    except EvidenceRefused:
        return
    assert write_base64(data) == text


def test_stray_bits_in_base64_are_refused() -> None:
    """Python reads `QR==` as it reads `QQ==`."""
    with pytest.raises(EvidenceRefused, match="another spelling of the same bytes"):
        read_base64("QR==", HERE)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_has_32_bytes(length: int) -> None:
    """No more and no less."""
    assert read_hash(write_base64(bytes(32)), HERE) == bytes(32)
    with pytest.raises(EvidenceRefused, match=f"found: {length} bytes in a test"):
        read_hash(write_base64(bytes(length)), HERE)


def test_text_is_what_it_says() -> None:
    """UTF-8, with a line feed at the end."""
    assert read_text("Grüße —\n\n".encode(), HERE, most=100) == "Grüße —\n\n"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "nothing"),
        (b"a", "none"),
        (b"a\n" * 51, "102 bytes"),
        (b"\xff\n", "other bytes"),
        (b"\xc0\x8a\n", "other bytes"),
        (b"\xed\xa0\x80\n", "other bytes"),
        (b"a\r\n", "another control character"),
        (b"a\tb\n", "another control character"),
        (b"\x00\n", "another control character"),
        (b"\x1f\n", "another control character"),
    ],
)
def test_other_bytes_are_no_text(data: bytes, found: str) -> None:
    """Invalid UTF-8, control characters, no line feed at the end, too long."""
    with pytest.raises(EvidenceRefused, match=f"found: {found} in a test"):
        read_text(data, HERE, most=100)
