"""T1: markup as a reader sees it."""

from __future__ import annotations

import pytest

from proxy.core.model import Span
from proxy.core.text.mapped import Mapped
from proxy.core.text.markup import hidden_values, render
from proxy.core.text.views import view


def _rendered(text: str) -> str:
    return render(Mapped(text=text)).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>DE</b>02", "DE02"),
        ("<p>DE02</p><p>1203</p>", "\nDE02\n\n1203\n"),
        ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
        ('<span class="x" data-y=1>a</span>', "a"),
        ("DE<!-- nichts -->02", "DE02"),
        ("DE&#48;2 &lt;3 &amp; &euro;", "DE02 <3 & €"),
        ("&#x44;&#69;", "DE"),
        ("&amp;#48;", "&#48;"),
        ("Kunde **Mül**ler, ~~alt~~, `Konto`, __fett__", "Kunde Müller, alt, Konto, fett"),
        ("*schräg* und _auch_ und *a*", "schräg und auch und a"),
        ("[Kunde](https://a.example/b) da", "Kunde https://a.example/b da"),
        ("https://a.example/max%40firma.de?x=%C3%A4", "https://a.example/max@firma.de?x=ä"),
        ("https://xn--mller-kva.example/", "https://müller.example/"),
    ],
)
def test_markup_is_undone(text: str, shown: str) -> None:
    """Inline tags join, block tags break the line, one layer of entities goes, marks go, links become readable."""
    assert _rendered(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a < b und c > d",
        "<3 und x<y>z",
        "<Kunde Müller>",
        "<b ohne Ende",
        "<max@firma.example>",
        "Tom & Jerry, AT&T, R&D",
        "&unbekannt; &; &#; &amp",
        "Kund*innen und Mitarbeiter*innen",
        "2 * 3 * 4 und snake_case_name",
        "100 % und 20%ige, 5%20 ohne Link",
        "**",
        "https://a.example/%ff%fe",
        "https://xn--.example",
        "https://xn--99999999.example",
        "&#xD800; &#0;",
    ],
)
def test_what_only_looks_like_markup_is_text(text: str) -> None:
    """A broken tag, an element HTML does not have, a gender star, a percentage."""
    assert _rendered(text) == text


def test_markup_leads_back_to_the_author() -> None:
    """A number over two tags points to all it spans; tags are ordinary, letters written as entities are not."""
    mapped = render(Mapped(text="<b>DE</b>0&#50;"))
    surface = view("normalised", 0, mapped)
    assert (mapped.text, mapped.transforms) == ("DE02", ("T1",))
    assert surface.place(0, 4) == (0, Span(start=3, end=15))
    assert mapped.evasive == (Span(start=10, end=15),)


def test_values_of_attributes_are_not_lost() -> None:
    """The address behind a link is in no text a reader sees."""
    text = "<a href=\"mailto:a@b.example\" title='Hallo du'>hier</a><img alt=Konto>"
    hidden = hidden_values(text)
    assert hidden is not None
    assert hidden.text == "mailto:a@b.example\nHallo du\nKonto"
    assert view("decoded", 0, hidden).place(7, 18) == (0, Span(start=16, end=27))


def test_values_of_tags_shown_as_text_are_not_lost_either() -> None:
    """Who shows the source of a page shows what is in it."""
    hidden = hidden_values('&lt;input value="&#x35;&#x35;51"&gt;')
    assert hidden is not None
    assert hidden.text == "5551"


@pytest.mark.parametrize("text", ["", "kein Markup", "&lt; a = b", "<b>a = b</b>", "<fremd a='b'>", "a < b = c"])
def test_without_attributes_nothing_is_hidden(text: str) -> None:
    """Only tags of HTML have values."""
    assert hidden_values(text) is None


@pytest.mark.parametrize("text", ["<a " * 10_000, "**a " * 7_500, "[a](" * 7_500, "<!--" * 7_500, "&amp;" * 6_000])
def test_hostile_markup_is_read_to_its_end(text: str) -> None:
    """30,000 characters of beginnings give an answer that is not longer than they are."""
    assert len(_rendered(text)) <= len(text)
