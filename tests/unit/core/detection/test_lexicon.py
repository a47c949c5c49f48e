"""Word lists: forms, inflection, phrases, exclusions, and whole words as spans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.detection.lexicon import LexiconMatcher
from proxy.core.model import Confidence, Lexicon, LexiconTerm, Surface, View
from proxy.core.text.joining import joined
from proxy.core.text.surfaces import surfaces


def _lexicon(*terms: str, forms: str = "exact", exclude: tuple[str, ...] = (), name: str = "test") -> Lexicon:
    return Lexicon(
        id=name,
        language="de",
        terms=tuple(LexiconTerm(text=term, forms=forms) for term in terms),
        exclude=exclude,
    )


def _view(text: str) -> Surface:
    return next(view for view in surfaces(0, text) if view.name == "normalised")


def _hits(text: str, *lexicons: Lexicon) -> list[str]:
    return [text[f.span.start : f.span.end] for f in LexiconMatcher(lexicons).find(_view(text))]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Der Kunde, KUNDE und kunde", ["Kunde", "KUNDE", "kunde"]),
        ("Kunden Neukunde Kundenkarte", []),
        ("Kunde_Kunde #Kunde Kunde's", ["Kunde", "Kunde", "Kunde", "Kunde"]),
        ("Kun\u200bde", ["Kun\u200bde"]),
    ],
)
def test_exact_terms_are_whole_words_as_written(text: str, hits: list[str]) -> None:
    """Only case differs."""
    assert _hits(text, _lexicon("Kunde")) == hits


@pytest.mark.parametrize(
    "word",
    [
        "Kunde",
        "Kunden",
        "Kundin",
        "Kundinnen",
        "Kund*innen",
        "Kund:in",
        "Kund_innen",
        "KundInnen",
        "Kunde/-in",
        "Kunden/-innen",
        "Kund(inn)en",
    ],
)
def test_a_stem_has_endings_and_gender_forms(word: str) -> None:
    """Cases, plurals and every usual way to write both genders, the whole word as span."""
    assert _hits(f"an {word}, heute", _lexicon("Kunde", forms="stem")) == [word]


@pytest.mark.parametrize("word", ["Kundenkarte", "Neukunde", "Kundig", "Kund"])
def test_a_stem_is_no_other_word(word: str) -> None:
    """Longer words are compounds, not inflections."""
    assert _hits(word, _lexicon("Kunde", forms="stem")) == []


def test_a_short_stem_keeps_its_last_letter() -> None:
    """From a word of three letters nothing is dropped: `Ehe` does not find `Ehin`."""
    assert _hits("Ehin", _lexicon("Ehe", forms="stem")) == []


def test_english_endings_belong_to_english() -> None:
    """A list says in which language its words bend."""
    english = replace(_lexicon("client", forms="stem"), language="en")
    assert _hits("clients client's cliented", english) == [
        "clients",
        "client's",
        "cliented",
    ]
    assert _hits("clientinnen", english) == []


def test_compounds_reach_into_longer_words() -> None:
    """Letters may stand on both sides; the span is the whole word, once, however often the term is inside."""
    lexicon = _lexicon("Kunde", forms="compound")
    assert _hits("Altkundennummern Kundekunde Neukund*innen", lexicon) == [
        "Altkundennummern",
        "Kundekunde",
        "Neukund*innen",
    ]


@pytest.mark.parametrize("word", ["Wasserschäden", "WASSERSCHÄDEN", "Wasserschaeden", "Wasserscha\u0308den"])
def test_umlauts_have_a_twin(word: str) -> None:
    """`ä` and `ae`, composed or not, are the same."""
    assert _hits(word, _lexicon("Schäden", forms="compound")) == [word]
    assert _hits("Strasse STRASSE Straße", _lexicon("Straße")) == ["Strasse", "STRASSE", "Straße"]


@pytest.mark.parametrize(
    "text", ["bei uns versichert", "bei  uns\nversichert", "BEI UNS VERSICHERT", "bei\u00a0uns versichert"]
)
def test_words_of_a_phrase_may_stand_apart_by_any_space(text: str) -> None:
    """White space of every length and kind separates words; a blank line ends the phrase."""
    assert _hits(text, _lexicon("bei uns versichert")) == [text]
    assert _hits("bei uns\n\nversichert", _lexicon("bei uns versichert")) == []


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("ist seit gestern Kunde", ["ist seit gestern Kunde"]),
        ("ist seit Kunde", ["ist seit Kunde"]),
        ("ist seit a b c d Kunde", ["ist seit a b c d Kunde"]),
        ("ist seit a b c d e Kunde", []),
        ("Kunde ist seit", []),
        ("ist seit gestern dort. Kunde", ["ist seit gestern dort. Kunde"]),
        ("ist seit gestern verreist. Kunde", []),
        ("ist seit a b c d e f ist seit g Kunde Kunde", ["ist seit g Kunde", "ist seit g Kunde Kunde"]),
    ],
)
def test_a_gap_holds_up_to_four_words(text: str, hits: list[str]) -> None:
    """The nearest beginning counts, and no gap reaches over the end of a sentence."""
    assert _hits(text, _lexicon("ist seit * Kunde")) == hits


def test_a_phrase_may_have_several_gaps_and_equal_pieces() -> None:
    """Pieces follow one another; no word stands for two of them."""
    lexicon = _lexicon("hat * bei uns * Konto", "gut * gut")
    assert _hits("hat nun bei uns ein Konto", lexicon) == ["hat nun bei uns ein Konto"]
    assert _hits("gut", lexicon) == []
    assert _hits("gut und gut", lexicon) == ["gut und gut"]
    assert _hits("bei uns ein Konto", lexicon) == []


def test_excluded_words_take_hits_back() -> None:
    """A hit inside an excluded word or phrase is gone, one beside it is not, and only in the list that excludes."""
    mine = _lexicon("Kunde", forms="compound", exclude=("Kundenservice", "Kundinnen und Kunden", "jeder * Kunde"))
    assert _hits("Kundenservice des Kundenservices", mine) == []
    assert _hits("Kundinnen und Kunden, jeder gute Kunde", mine) == []
    assert _hits("Kundenservice und Kunde", mine) == ["Kunde"]
    assert _hits("Kundenservicenummer", mine) == ["Kundenservicenummer"]
    other = _lexicon("Kundenservice", name="other")
    assert [f.rule for f in LexiconMatcher((mine, other)).find(_view("Kundenservice"))] == ["other"]


def test_a_finding_names_its_list() -> None:
    """Rule is the list, entity WORDS, proven by reading; an evasion undone shows in the view."""
    matcher = LexiconMatcher((_lexicon("Kunde", name="a"), _lexicon("Kunde", name="b")))
    plain = matcher.find(_view("x Kunde"))
    assert [(f.rule, f.entity, f.confidence, f.detector) for f in plain] == [
        ("a", "WORDS", Confidence.HIGH, "lexicons"),
        ("b", "WORDS", Confidence.HIGH, "lexicons"),
    ]
    assert {(f.view, f.transforms, f.fingerprint) for f in plain} == {(View.PLAIN, (), None)}
    (hidden, _) = matcher.find(_view("Kun\u200bde"))
    assert (hidden.view, hidden.transforms) == (View.DEOBFUSCATED, ("T2",))


def test_the_view_without_word_boundaries_has_no_words() -> None:
    """In the grouped view every text is one long word."""
    matcher = LexiconMatcher((_lexicon("Kunde", forms="compound"),))
    assert [bool(matcher.find(view)) for view in surfaces(0, "Der Kunde ist da")] == [True, False]


def test_no_lists_and_empty_lists_find_nothing() -> None:
    """A bundle without words is no mistake here."""
    assert LexiconMatcher(()).find(_view("Kunde")) == ()
    assert LexiconMatcher((_lexicon(),)).find(_view("Kunde")) == ()


@pytest.mark.parametrize(
    "lexicon",
    [
        _lexicon("*"),
        _lexicon("a * !"),
        _lexicon(""),
        _lexicon("a", forms="fuzzy"),
        replace(_lexicon("a"), language="fr"),
        _lexicon("a", exclude=("-",)),
    ],
)
def test_a_list_that_cannot_be_searched_is_refused(lexicon: Lexicon) -> None:
    """A term without a word, an unknown form or language would find nothing, silently."""
    with pytest.raises(ValueError, match=r"."):
        LexiconMatcher((lexicon,))


@pytest.mark.parametrize(
    "text", ["kunde" * 6_000, "Kunde " * 5_000, "ist seit " * 3_300, "kunde*" * 5_000, "ä" * 30_000]
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    """30,000 characters full of beginnings give an answer."""
    lexicons = (_lexicon("Kunde", forms="compound"), _lexicon("ist seit * Kunde", name="phrase"))
    assert len(LexiconMatcher(lexicons).find(_view(text))) in {0, 1, 5_000}


def test_hits_say_whether_their_clause_denies_them() -> None:
    """The clause counts, not the sentence."""
    matcher = LexiconMatcher((_lexicon("garantiert"),))

    assert [hit.negated for hit in matcher.find(_view("Nicht garantiert, aber fast garantiert"))] == [True, False]


def test_a_view_of_several_parts_shows_only_what_crosses() -> None:
    """A word of one part is found in that part's own views."""
    whole = joined([_view("Kunde"), replace(_view("x"), part=1)])[0]

    assert LexiconMatcher((_lexicon("Kunde"),)).find(whole) == ()


def test_phrases_that_begin_alike_are_told_apart() -> None:
    """They share their beginning, and each goes to its own list; a term may be the beginning of a phrase."""
    lists = (_lexicon("ist seit * Kunde", name="one"), _lexicon("ist seit * Jahren", "ist seit", name="two"))

    found = LexiconMatcher(lists).find(_view("Er ist seit drei Jahren Kunde"))

    assert [(hit.rule, hit.span.end) for hit in found] == [("two", 11), ("two", 23), ("one", 29)]
