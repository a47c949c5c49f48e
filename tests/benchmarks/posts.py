"""
Posts for measuring: about 280 characters, German and English, nothing in them to stop, no two alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH = 280
_GERMAN = (
    "Unsere Filiale am Markt hat heute länger geöffnet.",
    "Wer Fragen zum neuen Girokonto hat, kommt einfach ohne Termin vorbei.",
    "Am Samstag sind wir auf dem Stadtfest, es gibt Kaffee und Kuchen.",
    "Der Vortrag über sicheres Online-Banking beginnt am Abend.",
    "Wir suchen zum Herbst noch Auszubildende, Bewerbungen sind ab sofort möglich.",
    "Im Blog erklären wir, worauf es beim Vergleichen von Versicherungen ankommt.",
)
_ENGLISH = (
    "Our branch on the market square is open longer today.",
    "If you have questions about the new app, just drop by without an appointment.",
    "On Saturday you will find us at the town festival, with coffee and cake.",
    "The talk about safe online banking starts in the evening.",
    "We are looking for trainees, and applications are open from now on.",
    "In the blog we explain what matters when you compare insurance.",
)


def posts() -> Iterator[str]:
    """Yield posts without end, German and English in turn."""
    number = 0
    while True:
        sentences = _ENGLISH if number % 2 else _GERMAN
        head = f"Newsletter {number}." if number % 2 else f"Rundbrief {number}."
        text = " ".join([head, *(sentences[(number // 2 + step) % len(sentences)] for step in range(len(sentences)))])
        yield text[:LENGTH].rsplit(" ", 1)[0]
        number += 1
