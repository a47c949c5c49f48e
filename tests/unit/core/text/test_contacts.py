"""T11: addresses written in words."""

from __future__ import annotations

import pytest

from proxy.core.text.contacts import contact_words
from proxy.core.text.mapped import Mapped, rewrite


def _undone(text: str) -> str:
    return rewrite(Mapped(text=text), "T11", contact_words(text)).text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("max (at) firma (punkt) de", "max@firma.de"),
        ("max[at]firma.de", "max@firma.de"),
        ("max {at} firma [dot] com!", "max@firma.com!"),
        ("max(ät)firma.de", "max@firma.de"),
        ("max Klammeraffe firma Punkt de", "max@firma.de"),
        ("max at firma punkt de", "max@firma.de"),
        ("max_at_firma_dot_com", "max@firma.com"),
        ("max @ firma.de", "max@firma.de"),
        ("max@ firma.de", "max@firma.de"),
        ("max (@) firma . de", "max@firma.de"),
        ("max punkt muster (at) post punkt firma punkt co punkt uk", "max.muster@post.firma.co.uk"),
        ("Mail: max.muster (at) firma.de, danke", "Mail: max.muster@firma.de, danke"),
        (
            "a punkt b punkt c punkt d punkt e punkt f punkt g punkt h (at) firma.de",
            "a punkt b.c.d.e.f.g.h@firma.de",
        ),
        ("max (at) a.b.c.d.e.de", "max@a.b.c.d.e.de"),
        ("max at firma dot de oder eva at firma dot de", "max@firma.de oder eva@firma.de"),
    ],
)
def test_words_for_at_and_dot_are_undone(text: str, address: str) -> None:
    """In brackets, bare, with spaces around; the name's own dots too, up to six of them."""
    assert _undone(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "um 10 at Marktplatz",
        "Punkt 12 Uhr",
        "we meet at example.de",
        "Punkt eins: we meet at example.de",
        "Look at that. It is good",
        "Danke @firma.example.com für den Tipp",
        "@name@server.example und @zwei",
        "ein Klammeraffe im Zoo",
        "(at) allein",
        "(at) firma.de",
        "Post: (at) firma.de",
        "max (at) firma",
        "max (at) firma (punkt) unbekannt",
        "max@firma.de",
        "max (at) a.b.c.d.e.f.de",
        "der Punkt ist: at home",
        "",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    """Without name, host and known ending, or with over six labels, it is none; a bare `at` needs a spelled dot."""
    assert contact_words(text) == []


@pytest.mark.parametrize("text", ["(at) " * 6_000, "a punkt " * 3_700, "a at b punkt " * 2_300, "a@ " * 10_000])
def test_hostile_words_are_read_to_their_end(text: str) -> None:
    """30,000 characters of beginnings give an answer."""
    assert len(_undone(text)) <= len(text)
