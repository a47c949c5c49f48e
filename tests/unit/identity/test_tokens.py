import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.identity.tokens import draw, shown, well_formed

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def test_a_token_has_its_shape() -> None:
    """Prefix, thirty random characters, six of checksum over what precedes."""
    token = draw()
    value = 0
    for digit in token[-6:]:
        value = value * 62 + _BASE62.index(digit)

    assert len(token) == 40
    assert token.startswith("pgt_")
    assert set(token[4:]) <= set(_BASE62)
    assert value == zlib.crc32(token[:-6].encode())
    assert well_formed(token)


def test_tokens_do_not_repeat() -> None:
    """And all characters occur: 178 bits are drawn, not fewer."""
    tokens = {draw() for _ in range(2000)}

    assert len(tokens) == 2000
    assert {sign for token in tokens for sign in token[4:34]} == set(_BASE62)


@given(st.integers(4, 39), st.sampled_from(_BASE62))
def test_one_mistyped_character_is_noticed(place: int, sign: str) -> None:
    """Without a look-up."""
    token = draw(lambda digits: digits[7])
    changed = token[:place] + sign + token[place + 1 :]

    assert well_formed(changed) == (changed == token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pgt_",
        "pgt_" + "0" * 36,
        pytest.param("PGT_" + draw()[4:], id="upper case"),
        pytest.param(draw() + "\n", id="a line break more"),
        pytest.param(draw()[:-1], id="a character less"),
        "ü" * 40,
    ],
)
def test_other_texts_are_no_tokens(text: str) -> None:
    """Another prefix, length, character or checksum."""
    assert not well_formed(text)


def test_little_of_a_token_is_shown() -> None:
    """Eight characters, four of them random."""
    token = draw()

    assert shown(token) == token[:8]
