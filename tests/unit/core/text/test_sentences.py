"""Sentences end where readers end them, and never inside an abbreviation."""

from __future__ import annotations

import pytest

from proxy.core.text.sentences import sentences


def _split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("Ein Satz", ["Ein Satz"]),
        ("Ein Satz. Noch einer.", ["Ein Satz.", "Noch einer."]),
        ("Ja! Nein? Doch… gut", ["Ja!", "Nein?", "Doch…", "gut"]),
        ("Zeile eins\nZeile zwei\r\nZeile drei\u2028Ende", ["Zeile eins", "Zeile zwei", "Zeile drei", "Ende"]),
        ("Super 🙂 Danke", ["Super 🙂", "Danke"]),
        ("Toll 👨\u200d👩\u200d👧❤\ufe0f weiter", ["Toll 👨\u200d👩\u200d👧❤\ufe0f", "weiter"]),
        ("Toll!🙂 weiter", ["Toll!", "🙂", "weiter"]),
        ("„Ende.“ Neu", ["„Ende.“", "Neu"]),
        ("Wer?Du", ["Wer?", "Du"]),
        ("a?b=c!d", ["a?b=c!d"]),
        ("Nein!!! Doch", ["Nein!!!", "Doch"]),
        ("www.bank.de und 12.50 Euro", ["www.bank.de und 12.50 Euro"]),
        ("Seit 2019. Danach", ["Seit 2019.", "Danach"]),
        ("Warten... dann", ["Warten...", "dann"]),
        ("Wort.🙂", ["Wort.", "🙂"]),
        ("漢字! Ende", ["漢字!", "Ende"]),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, expected: list[str]) -> None:
    """Stops, line ends and emoji end a sentence; dots inside words and numbers do not, nor letters of any script."""
    assert _split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hr. Müller und Fr. Dr. Meier kamen",
        "Das ist z. B. ein Konto, d. h. eines",
        "Max Muster, geb. am 3. Mai, Kd.-Nr. 4711",
        "Siehe Nr. 5 bzw. Abs. 2 der Kto.-Nr. 12",
        "Prof. Dr. M. Weber ist da",
        "Mr. Smith and Mrs. Miller vs. the Co. Ltd. office",
        "Am 12. Dezember",
    ],
)
def test_abbreviations_initials_and_ordinals_end_nothing(text: str) -> None:
    """A dot that belongs to its word does not end the sentence."""
    assert _split(text) == [text]


@pytest.mark.parametrize("text", ["!" * 20_000 + "a", '!"' * 10_000, "." * 20_000, "a." * 10_000, "🙂\u200d" * 10_000])
def test_hostile_text_is_split_to_its_end(text: str) -> None:
    """Runs of stops, quotes and emoji are read once."""
    assert sum(span.end - span.start for span in sentences(text)) == len(text)
