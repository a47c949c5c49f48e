"""What single characters are: invisible, digits, marks, separators, pictographs."""

from __future__ import annotations

import unicodedata

import pytest

from proxy.core.text import characters


@pytest.mark.parametrize(
    "code",
    [
        0x00AD,
        0x034F,
        0x115F,
        0x1160,
        0x180E,
        0x200B,
        0x200D,
        0x202E,
        0x2060,
        0x2066,
        0x2800,
        0x3164,
        0xFE0F,
        0xFEFF,
        0xFFA0,
        0x1D173,
        0xE0001,
        0xE0041,
        0xE007F,
        0x00,
        0x7F,
        0x9F,
    ],
)
def test_nobody_sees_these(code: int) -> None:
    """Default-ignorable characters are invisible whatever their category is: Cf, Mn, Lo, So and Cc."""
    assert chr(code) in characters.INVISIBLE


@pytest.mark.parametrize("character", "\n\r\t aé٣🙂\u0600\u093f")
def test_these_are_seen(character: str) -> None:
    """White space, letters, digits, emoji and marks of other scripts are not removed as invisible."""
    assert character not in characters.INVISIBLE


def test_every_unicode_space_is_in_the_space_family() -> None:
    """The table holds every space separator but the ASCII one."""
    every = {chr(code) for code in range(0x11_0000) if unicodedata.category(chr(code)) == "Zs"}
    assert every - {" "} == characters.SPACES


@pytest.mark.parametrize(
    ("character", "digits"),
    [
        ("٣", "3"),
        ("९", "9"),
        ("³", "3"),
        ("⓵", "1"),
        ("❶", "1"),
        ("➉", "10"),
        ("❿", "10"),
        ("⓴", "20"),
        ("⓫", "11"),
        ("⓿", "0"),
        ("🄋", "0"),
        ("\U0001fbf7", "7"),
        ("𝟘", "0"),
        ("\U00010d45", "5"),
        ("\U0001ccf9", "9"),
        ("\U0001e4f2", "2"),
        ("\U00011f50", "0"),
        ("\U000116e3", "9"),
    ],
)
def test_digits_of_every_kind_are_digits(character: str, digits: str) -> None:
    """Decimal, superscript, circled and segmented digits count, also those younger than Python 3.11."""
    assert characters.ascii_digits(character) == digits


@pytest.mark.parametrize("character", "a½一Ⅳ🙂\U0001ccfa")
def test_other_numbers_are_no_digits(character: str) -> None:
    """Fractions, ideographs and Roman numerals are not read as digits."""
    assert characters.ascii_digits(character) is None


@pytest.mark.parametrize("character", "\u0308\u1161\u11a8\uff9e\u093f\u314f\U00016d67")
def test_these_may_join_the_character_before(character: str) -> None:
    """Marks, Hangul vowels and finals, half-width sound marks and young vowels extend a sequence."""
    assert characters.extends(character)


@pytest.mark.parametrize("character", "aü가한ﾊ🙂1")
def test_these_begin_a_sequence(character: str) -> None:
    """Letters, syllables, digits and emoji begin a sequence of their own."""
    assert not characters.extends(character)


@pytest.mark.parametrize(
    ("mark", "base", "stray"),
    [
        ("\u0338", "D", True),
        ("\u0301", "к", True),
        ("\u20e3", "1", True),
        ("\u05b0", "D", True),
        ("\u05b0", "ש", False),
        ("\u093f", "क", False),
        ("\u064b", "ا", False),
        ("\u064b", "-", True),
        ("\u064b", "", True),
        ("\u094d", "\u093f", False),
    ],
)
def test_a_mark_is_decoration_unless_its_script_spells_with_it(mark: str, base: str, stray: bool) -> None:
    """Diacritics that did not compose, and marks of a script on characters of another one, are decoration."""
    assert characters.is_stray_mark(mark, base) is stray


def test_marks_and_latin_letters_are_told_apart() -> None:
    """Only combining characters are marks; only letters of Latin blocks and ASCII digits are Latin."""
    assert [characters.is_mark(c) for c in "\u0308\u20e3a"] == [True, True, False]
    assert [characters.is_latin(c) for c in "aß1ẞꝏкש-٣"] == [True, True, True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("character", "ordinary"),
    [("ﬁ", True), ("½", True), ("\u2011", True), ("…", True), ("Å", True), ("Ｄ", False), ("①", False), ("𝐃", False)],
)
def test_ligatures_are_ordinary_and_lookalike_alphabets_are_not(character: str, ordinary: bool) -> None:
    """What an editor puts in by itself is ordinary; wide, circled and mathematical letters are not."""
    assert characters.is_ordinary_compatibility(character) is ordinary


def test_separators_stand_between_groups() -> None:
    """ASCII punctuation, dashes, bullets and emoji separate; signs that say what a number is do not."""
    assert all(map(characters.is_separator, " \n.-/_,:;()*|@&+–•·🙂−»"))
    assert not any(map(characters.is_separator, "a1%$€"))


def test_pictographs_end_sentences_and_signs_do_not() -> None:
    """Emoji are pictographs; degree, copyright and circled digits are not."""
    assert all(map(characters.is_emoji, "🙂❤⭐⏰🇩"))
    assert not any(map(characters.is_emoji, "°©❶a♪"[:3] + "a"))
