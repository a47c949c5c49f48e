from __future__ import annotations

import pytest

from proxy.core.detection.cues import CueSearch

VALUE = "4711008"


def _near(text: str, *words: str, form: str = "exact", window: tuple[int, int] = (8, 5)) -> bool:
    start = text.index(VALUE)
    cues = CueSearch([(words, form)]).find(text)
    return cues.near(0, (start, start + len(VALUE)), window)


@pytest.mark.parametrize(
    "text",
    [
        f"Kundennummer {VALUE}",
        f"{VALUE} ist die Kundennummer",
        f"KUNDENNUMMER: {VALUE}",
        f"Die Kundennummer von Frau Dr. Beispiel ist z. B. {VALUE}",
        f"Kundennummer:\n{VALUE}",
        f"Kundennummer:\n\n{VALUE}",
        f"Seine Kundennummer lautet\n{VALUE}",
        f"Hier ist meine Kundennummer. Ich tippe ab: Feld 5 {VALUE}",
        f"Wie ist die Kundennummer? {VALUE}",
        f"#Kundennummer {VALUE}",
        f"#MeineKundennummer {VALUE}",
        f"(Kundennummer){VALUE}",
    ],
)
def test_cues_before_and_after(text: str) -> None:
    """Abbreviations, line ends and a sentence that goes on about it end nothing; hashtags hold words."""
    assert _near(text, "Kundennummer")


@pytest.mark.parametrize(
    "text",
    [
        f"Kundennummer: 123456\nTelefon {VALUE}",
        f"Kundennummer steht im Brief.\nTelefon: {VALUE}",
        f"Wir fragen nie nach der Kundennummer oder PIN. Anruf: {VALUE}",
        f"Ihre Kundennummer steht oben\n\nHotline {VALUE}",
        f"Kundennummer eins zwei drei vier fünf sechs sieben acht {VALUE}",
        f"{VALUE} eins zwei drei vier fünf Kundennummer",
        f"{VALUE} Besucher. Kundennummer unbekannt",
        f"{VALUE}\nKundennummer: 12",
        f"Kundennummernkreis {VALUE}",
        f"Neukundennummer {VALUE}",
    ],
)
def test_cues_that_speak_for_something_else(text: str) -> None:
    """Another number or label, a blank line, too many words, another sentence, another word."""
    assert not _near(text, "Kundennummer")


@pytest.mark.parametrize(
    ("word", "text", "near"),
    [
        ("*konto", f"Sparkonto {VALUE}", True),
        ("*konto", f"Konto {VALUE}", True),
        ("*konto", f"Kontor {VALUE}", False),
        ("Konto*", f"Kontoauszug {VALUE}", True),
        ("Konto*", f"Sparkonto {VALUE}", False),
    ],
)
def test_a_star_leaves_one_end_of_a_word_open(word: str, text: str, *, near: bool) -> None:
    """Compounds of one side, where those of the other mean something else."""
    assert _near(text, word) is near


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (f"Kundennummer vergessen. Da rief sie an und sagte sie mir vor:\n{VALUE}", True),
        (f"Kundennummer vergessen. „Rückruf Mobil: {VALUE}", False),
    ],
)
def test_a_sentence_with_a_colon_is_no_label(text: str, *, near: bool) -> None:
    """It announces what the sentence before it was about; one or two words are the name of something else."""
    assert _near(text, "Kundennummer", window=(12, 5)) is near


@pytest.mark.parametrize(
    ("form", "word", "text", "near"),
    [
        ("exact", "Konto", "Kontos", False),
        ("stem", "Konto", "Kontos", True),
        ("stem", "Kunde", "Kund*innen", True),
        ("stem", "Konto", "Unterkonto", False),
        ("compound", "Konto", "Unterkontostand", True),
        ("compound", "straße", "Hauptstrasse", True),
        ("exact", "Kd.-Nr", "Kd.-Nr.", True),
    ],
)
def test_forms(form: str, word: str, text: str, *, near: bool) -> None:
    """`exact` as written, `stem` with endings, `compound` inside longer words; `ß` is `ss`."""
    assert _near(f"{text} {VALUE}", word, form=form) is near


def test_a_cue_inside_the_match_counts() -> None:
    """A pattern may take the word along."""
    text = "Depot 1234567"

    assert CueSearch([(("Depot",), "exact")]).find(text).near(0, (0, len(text)), (0, 0))


def test_rules_do_not_hear_each_others_cues() -> None:
    """A cue speaks for the rules that name it."""
    cues = CueSearch([(("Depot",), "exact"), (("Konto", "Depot"), "exact"), ((), "exact")]).find("Depot 1")

    assert [cues.of(rule) for rule in range(3)] == [True, True, False]
    assert not cues.near(2, (6, 7), (8, 5))


def test_no_cues_at_all() -> None:
    """Rules without cues are searched without any."""
    assert not CueSearch([]).find("Depot").of(0)


def test_many_cues_far_away_are_passed_over() -> None:
    """Only those inside the window are looked at."""
    text = "Depot " * 3000 + "und " * 20 + VALUE

    assert not _near(text, "Depot")


@pytest.mark.parametrize(("word", "form"), [("...", "exact"), ("Konto", "fuzzy")])
def test_what_is_no_cue_is_refused(word: str, form: str) -> None:
    """A cue has a letter or digit and a known form."""
    with pytest.raises(ValueError, match="cue"):
        CueSearch([((word,), form)])
