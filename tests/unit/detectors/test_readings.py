from __future__ import annotations

import pytest

from proxy.detectors.readings import Reading, recased, spelt_out

NAMES = {"anna", "meier", "jens", "kowalski"}
WORDS = {"hat", "heute", "schon", "wieder", "angerufen", "sehr", "das", "ist"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Danke #AnnaMeier für alles", "Danke #Anna Meier für alles"),
        ("scan_Anna_Meier_final.pdf", "scan Anna Meier final.pdf"),
        ("Hallo @anna_meier!", "Hallo @anna meier!"),
        ("#ÖffentlicherDienst", "#Öffentlicher Dienst"),
    ],
)
def test_glued_names_are_spelt_out(text: str, read: str) -> None:
    """In hashtags, handles and file names."""
    assert spelt_out(text).text == read


@pytest.mark.parametrize(
    "text",
    ["Anna Meier", "", "#Bank", "#ING", "anna_meier@example.org", "McDonald kommt", "_", "#", "a_b", "@@@", "#1_2"],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    """Nothing is glued there, or nobody's name."""
    assert spelt_out(text) == Reading(text=text)


@pytest.mark.parametrize(
    "text", ["Danke #AnnaMeier und @jens_kowalski!", "#AbC#DeF", "x_AnnaMeier_y zz_yy", "a #AnnaMeier_Jens b"]
)
def test_every_range_leads_back(text: str) -> None:
    """A range of the reading holds the same letters in the text, glue aside."""
    reading = spelt_out(text)

    for start in range(len(reading.text)):
        for end in range(start + 1, len(reading.text) + 1):
            first, last = reading.back(start, end)
            assert 0 <= first < last <= len(text)
    at = reading.text.find("Anna Meier")
    if at >= 0:
        first, last = reading.back(at, at + len("Anna Meier"))
        assert text[first:last] == "AnnaMeier"


def _recased(text: str) -> str | None:
    reading = recased(Reading(text=text), lambda word: word.lower() in NAMES, WORDS.__contains__)
    return None if reading is None else reading.text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("jens kowalski hat heute angerufen", "Jens Kowalski hat heute angerufen"),
        ("JENS KOWALSKI HAT HEUTE ANGERUFEN", "Jens Kowalski hat heute angerufen"),
        ("Achtung: ANNA MEIER HAT schon wieder angerufen", "Achtung: Anna Meier hat schon wieder angerufen"),
        ("ANNA MEIER-ÖZTÜRK IST DA!", "Anna Meier-Öztürk ist Da!"),
        ("ANNA İLKER MEIER", "Anna İlker Meier"),
    ],
)
def test_words_get_their_usual_case(text: str, read: str) -> None:
    """Names a capital, known words none; what nobody knows is a name more often than not."""
    assert _recased(text) == read


@pytest.mark.parametrize(
    "text",
    ["", "anna meier", "Anna Meier hat ANGERUFEN", "das ist heute sehr", "AG", "EZB AG", "KÖNIG    ANNA", "ẞ ẞẞẞẞẞ"],
)
def test_carefully_written_text_is_read_once(text: str) -> None:
    """A single word in capitals is an abbreviation or a stress, two small words are nothing to judge by."""
    assert _recased(text) is None


def test_a_second_reading_keeps_the_places_of_the_first() -> None:
    """Spelt out, then quieter."""
    text = "#JENS_KOWALSKI HAT ANGERUFEN"
    first = spelt_out(text)
    second = recased(first, lambda word: word.lower() in NAMES, WORDS.__contains__)

    assert second is not None
    assert second.text == "#Jens Kowalski hat angerufen"
    assert second.places == first.places
