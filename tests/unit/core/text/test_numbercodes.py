"""T13: numbers in the codes of their characters."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.text.numbercodes import number_codes

NUMBER = "R035792250"
RAW = NUMBER.encode()


def _values(text: str) -> list[str]:
    return [value for *_, value in number_codes(text)]


@pytest.mark.parametrize(
    "code",
    [
        RAW.hex(","),
        RAW.hex("-"),
        ", ".join(f"0x{byte:02x}" for byte in RAW),
        RAW.hex(" ", 2),
        " ".join(f"U+{byte:04X}" for byte in RAW),
        " ".join(str(byte) for byte in RAW),
        ",".join(str(byte) for byte in RAW),
        " ".join(f"{byte:08b}" for byte in RAW),
        "".join(f"{byte:08b}" for byte in RAW),
        base64.b32encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        "UjAzNTc5Mj\nI1MA==".replace("Mj\n", "MjI1\n").replace("\nI1MA", "\nMA"),
        "UjAzNTc5MjI1 MA==",
    ],
)
def test_codes_of_a_number_are_read(code: str) -> None:
    """In rows with any separator, in blocks of four, in two short alphabets, broken by a blank or a line end."""
    text = f"Code: {code}, bitte"
    assert NUMBER in _values(text)
    assert all(text[start:end] in code for start, end, value in number_codes(text) if value == NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 34 56 78 90 12 34 56 78 90",
        "4541 7708 4755 7523",
        "0049 30 12 34 56 78, 0049 30 12 34 56 79",
        "01010101 und 11001100",
        "DONAUDAMPFSCHIFFFAHRT",
        "https://video.example/watch?v=dQw4w9WgXcQ",
        "OnlineBanking und GiroKontoPlus ab 2027",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "DE02120300000000202051",
        "REF4A7B2C9D1E",
    ],
)
def test_ordinary_rows_say_no_number(text: str) -> None:
    """Telephone numbers, cards, hashes, ids and names in capitals are what they are."""
    assert _values(text) == []


@pytest.mark.parametrize("piece", ["36,", "0x36 ", "01", "0", "54 ", "3637 ", "MZ", "Ab1 ", "U+0036 "])
def test_hostile_codes_are_read_to_their_end(piece: str) -> None:
    """30,000 characters give at most as many again, quickly."""
    text = piece * (30_000 // len(piece))
    assert sum(len(value) for value in _values(text)) <= len(text)


@given(st.text("01 36,xU+AbZ=\n", max_size=200))
def test_places_are_in_order_inside_the_text(text: str) -> None:
    """Whatever the text, nothing raises and places can be shown."""
    assert all(0 <= start < end <= len(text) for start, end, _ in number_codes(text))
