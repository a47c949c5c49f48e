"""The inverse generators: what they make looks the same to a person, and nothing is drawn without a seed."""

from __future__ import annotations

import base64
import codecs
import html
import re
import unicodedata
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.scoring import disguises
from tests.examples import IBAN

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = [
    disguises.entities, disguises.invisible, disguises.spaces, disguises.compatibility, disguises.marks,
    disguises.lookalikes, disguises.digit_families, disguises.case, disguises.number_words,
    disguises.letters_for_digits, disguises.contact_words, disguises.backwards, disguises.encoded, disguises.rotated,
    disguises.lines,
]  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), min_size=1, max_size=60)


def _draws(disguise: Callable[[str, Random], str | None], text: str = IBAN, count: int = 60) -> set[str]:
    return {hidden for seed in range(count) if (hidden := disguise(text, Random(seed))) is not None}


@pytest.mark.parametrize("disguise", EVERY)
@given(text=TEXTS, seed=st.integers(0, 99))
def test_a_seed_draws_the_same_again(disguise: Callable[[str, Random], str | None], text: str, seed: int) -> None:
    """A slip can be repeated; a disguise never returns what it was given."""
    hidden = disguise(text, Random(seed))

    assert hidden == disguise(text, Random(seed))
    assert hidden != text


def test_entities_render_to_the_value() -> None:
    """A browser shows the number."""
    drawn = _draws(disguises.entities)

    assert {re.sub("</?b>", "", html.unescape(hidden)) for hidden in drawn} == {IBAN}
    assert {next(kind for kind in ("&#x", "&#", "<b>") if kind in hidden) for hidden in drawn} == {"&#x", "&#", "<b>"}
    assert disguises.entities("x", Random(2)) is not None


def test_invisible_characters_take_no_room() -> None:
    """All of them are ignorable or blank; the letters stay in order."""
    drawn = _draws(disguises.invisible)

    assert {"".join(sign for sign in hidden if sign in IBAN) for hidden in drawn} == {IBAN}
    assert len({sign for hidden in drawn for sign in hidden} - set(IBAN)) > 15
    assert disguises.invisible("x", Random(1)) is None


def test_odd_spaces_are_spaces() -> None:
    """Only the spaces change."""
    for hidden in _draws(disguises.spaces):
        assert "".join(" " if sign.isspace() else sign for sign in hidden) == IBAN
    assert disguises.spaces("ohne", Random(1)) is None


def test_compatibility_forms_normalise_to_the_value() -> None:
    """Unicode itself says that they are the same, the italic h included."""
    assert {unicodedata.normalize("NFKC", hidden) for hidden in _draws(disguises.compatibility, "High 5ö")} == {
        "High 5ö"
    }
    assert disguises.compatibility("ö", Random(1)) is None


def test_marks_sit_on_the_letters() -> None:
    """Without combining marks the value is left; none composes with its letter."""
    for hidden in _draws(disguises.marks):
        assert len(unicodedata.normalize("NFC", hidden)) == len(hidden)
        assert "".join(sign for sign in hidden if unicodedata.category(sign)[0] != "M") == IBAN
    assert disguises.marks("--", Random(1)) is None


def test_lookalikes_are_foreign_letters_of_the_same_length() -> None:
    """At least one letter changes script, none its place."""
    for hidden in _draws(disguises.lookalikes, "Anna Schmidt"):
        foreign = [sign for sign in hidden if not sign.isascii()]
        assert foreign
        assert all(unicodedata.name(sign).startswith(("CYRILLIC", "GREEK")) for sign in foreign)
        assert len(hidden) == len("Anna Schmidt")
    assert disguises.lookalikes("123", Random(1)) is None


def test_digit_families_keep_the_digits() -> None:
    """Whatever their script or shape, each has the value of the digit it replaces."""
    for hidden in _draws(disguises.digit_families, "0123456789"):
        bare = hidden.replace("\ufe0f\u20e3", "")
        values = [sign if sign in "0123456789" else str(_value(sign)) for sign in bare]
        assert "".join(values) == "0123456789"
    assert disguises.digit_families("ohne", Random(1)) is None


def _value(sign: str) -> int:
    segmented = ord(sign) - 0x1FBF0  # younger than the Unicode of Python 3.11
    return segmented if 0 <= segmented <= 9 else unicodedata.digit(sign)


def test_case_changes_nothing_else() -> None:
    """Shouted or whispered."""
    assert _draws(disguises.case, "Anna") == {"anna", "ANNA"}
    assert disguises.case("123", Random(1)) is None


def test_number_words_are_read_aloud() -> None:
    """Each digit one word, in German or English; a short number is left alone."""
    assert _draws(disguises.number_words, "KD-123 456") == {
        "KD- eins zwei drei vier fünf sechs",
        "KD- one two three four five six",
    }
    assert disguises.number_words("12345", Random(1)) is None


def test_few_digits_become_letters() -> None:
    """At most three in ten, and only those that look alike."""
    for hidden in _draws(disguises.letters_for_digits, "1234567890"):
        changed = [(before, after) for before, after in zip("1234567890", hidden, strict=True) if before != after]
        assert 1 <= len(changed) <= 3
        assert all(after in {"0": "Oo", "1": "lI", "5": "S", "8": "B"}[before] for before, after in changed)
    assert disguises.letters_for_digits("234679", Random(1)) is None


def test_contact_words_stand_for_the_signs() -> None:
    """No @ and no dot of the host is left."""
    for hidden in _draws(disguises.contact_words, "a.b@mail.example.com"):
        assert "@" not in hidden
        assert hidden.startswith("a.b")
        assert "." not in hidden.removeprefix("a.b")
    assert disguises.contact_words("kein", Random(1)) is None


def test_backwards_is_turned_with_or_without_a_sign() -> None:
    """The bidi override shows it the right way round."""
    assert _draws(disguises.backwards, "abc") == {"cba", "\u202ecba\u202c"}
    assert disguises.backwards("aba", Random(1)) in {None, "\u202eaba\u202c"}


def test_encodings_decode_to_the_value() -> None:
    """Six of them; what is too short to be recognised as one is not drawn."""
    drawn = _draws(disguises.encoded)

    assert {_decoded(hidden) for hidden in drawn} == {IBAN}
    assert len(drawn) == 6 - (base64.b64encode(IBAN.encode()) == base64.urlsafe_b64encode(IBAN.encode()))
    assert _draws(disguises.encoded, "ab") == set()


def _decoded(hidden: str) -> str:
    if hidden.startswith("%"):
        return unquote(hidden)
    if hidden.startswith("\\"):
        return hidden.encode().decode("unicode_escape")
    if re.fullmatch("[0-9a-f]+", hidden):
        return bytes.fromhex(hidden).decode()
    return base64.urlsafe_b64decode(hidden.replace("+", "-").replace("/", "_") + "=" * (-len(hidden) % 4)).decode()


def test_rotation_turns_letters_only() -> None:
    """ROT13 twice is nothing."""
    assert codecs.encode(disguises.rotated(IBAN, Random(1)) or "", "rot13") == IBAN
    assert disguises.rotated("123", Random(1)) is None


def test_lines_break_the_value_and_lose_nothing() -> None:
    """Two or three lines, maybe bullets."""
    drawn = _draws(disguises.lines)

    assert {re.sub(r"\s|[-•]", "", hidden) for hidden in drawn} == {IBAN.replace(" ", "")}
    assert all("\n" in hidden for hidden in drawn)
    assert any("•" in hidden for hidden in drawn)
    assert disguises.lines("12345", Random(1)) is None
