"""Percent signs as bytes."""

from __future__ import annotations

import pytest

from proxy.core.text.escapes import from_percent


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("", b""),
        ("a%40b.de", b"a@b.de"),
        ("%C3%a4", "ä".encode()),
        ("100%", b"100%"),
        ("%zz%4", b"%zz%4"),
        ("ü%20", "ü ".encode()),
        ("%2541", b"%41"),
        ("\ud800%41", b"?A"),
    ],
)
def test_escapes_become_bytes_and_the_rest_stays(text: str, raw: bytes) -> None:
    """One layer only; half characters become question marks instead of an error."""
    assert from_percent(text) == raw
