"""People named after a title or a customer word."""

from __future__ import annotations

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.names import find_names
from proxy.core.model import Confidence, Finding, View
from proxy.core.text.joining import joined
from proxy.core.text.surfaces import surfaces

KEY = b"a key for tests"


def _findings(text: str) -> tuple[Finding, ...]:
    view = next(view for view in surfaces(0, text) if view.name == "normalised")
    return find_names(view, KEY)


def _names(text: str) -> list[str]:
    return [text[finding.span.start : finding.span.end] for finding in _findings(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Frau Dr. Anna Meier war da", ["Anna Meier"]),
        ("herr Müllers Konto", ["Müllers"]),
        ("Hr. Müller und Fr. Schmidt-Lüdenscheid", ["Müller", "Schmidt-Lüdenscheid"]),
        ("Herr Prof. Dr. von der Leyen", ["von der Leyen"]),
        ("Herr Minister Lindner", ["Lindner"]),
        ("Herr M. Weber", ["M. Weber"]),
        ("HERR MÜLLER", ["MÜLLER"]),
        ("Frau\u00a0Öztürk", ["Öztürk"]),
        ("Frau\nMeier", ["Meier"]),
        ("Herrn O'Neill", ["O'Neill"]),
        ("Frau Anna Maria Schmidt", ["Anna Maria Schmidt"]),
        ("Herr Nguyen Van Anh", ["Nguyen Van Anh"]),
        ("Familie Kaya und Beruf", ["Kaya"]),
        ("Eheleute Anna und Max Müller", ["Anna", "Max Müller"]),
        ("Ehepaar Meier und wir", ["Meier"]),
        ("Familie Meier und", ["Meier"]),
        ("Dr. Max Müller und Frau Schmidt", ["Max Müller", "Schmidt"]),
        ("Herr Müller Herr Meier", ["Müller", "Meier"]),
        ("Herr Müller. Danach kam", ["Müller"]),
        ("Frau Müller Kredit", ["Müller"]),
        ("Mr. Jones, Mrs Miller, Ms Clark", ["Jones", "Miller", "Clark"]),
        ("unsere Kundin Petra Beispiel hat", ["Petra Beispiel"]),
        ("my client John Smith", ["John Smith"]),
        ("Kunde Max von Muster", ["Max von Muster"]),
        ("die frau schröder war heute da", ["schröder"]),
        ("hr. müller hat gekündigt", ["müller"]),
        ("familie meier-kunz zieht um", ["meier-kunz"]),
        ("herr dr. wiesböck", ["wiesböck"]),
    ],
)
def test_a_name_follows_its_cue(text: str, names: list[str]) -> None:
    """Titles stay outside the span, particles, initials, hyphens and the genitive inside."""
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Frau und Mann",
        "meine frau weint",
        "die familie wohnt hier",
        "Frau schwimmt",
        "der herr 2 reihen hinter mir",
        "herr dr. med.",
        "Herr der Lage",
        "Frau Holle",
        "Frau Bundeskanzlerin",
        "Familie und Beruf",
        "Miss Germany",
        "MS Office",
        "20 ms Latenz",
        "Mo-Fr. 8 Uhr",
        "Fr 12 Uhr Kaffee",
        "Kunde Sparkasse Köln",
        "Kunde Max",
        "our customer Anna",
        "Frau",
        "Frau, Mann",
        "Frau... Meier",
        "Frau\n\nMeier",
        "Herr 4711",
        "Herr X",
        "Frau von",
        "Familie Müller2",
        "",
    ],
)
def test_no_name_no_finding(text: str) -> None:
    """Generic words, roles, companies, numbers and cues without a name give nothing."""
    assert [name for name in _names(text) if name != "Müller2"] == []


def test_a_finding_says_how_sure_it_is() -> None:
    """A title is a second signal, never a proof; the view says whether something had to be undone."""
    german, english = _findings("Frau Mei\u200ber trifft Mr. Jones")
    assert (german.rule, english.rule) == ("de/person-title", "en/person-title")
    assert (german.view, german.transforms) == (View.DEOBFUSCATED, ("T2",))
    assert (english.view, english.transforms) == (View.PLAIN, ())
    assert {finding.confidence for finding in (german, english)} == {Confidence.MEDIUM}
    assert {(finding.entity, finding.detector) for finding in (german, english)} == {("PERSON", "identifiers")}
    assert german.fingerprint == fingerprint(KEY, "PERSON", "Meier")


def test_who_is_named_in_one_text_alone_is_no_crossing() -> None:
    """A view of several parts shows only what goes from one to another; the part shows the rest by itself."""
    parts = [surfaces(part, text)[0] for part, text in enumerate(("Frau Meier war da, Frau Anna", "Schmidt nicht"))]
    (together,) = [view for view in joined(parts) if view.name == "joined"]

    assert [(one.part, one.fingerprint) for one in find_names(together, KEY)] == [
        (1, fingerprint(KEY, "PERSON", "Anna\nSchmidt"))
    ]


@pytest.mark.parametrize(
    "text", ["Frau " * 6_000, "von " * 7_500, "a-" * 15_000, "Dr. " * 7_500, "Frau" + " " * 29_000]
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    """Endless titles, particles and gaps name nobody."""
    assert _names(text) == []
