"""Refusals of reviews speak German and English, each of its own."""

from __future__ import annotations

from proxy.gate.review_refusals import ReviewRefused


def test_every_reason_has_words_of_its_own() -> None:
    """In both languages; the code and the reason are what programs read."""
    said = list(ReviewRefused.REASONS.values())

    assert len({one.de for one in said}) == len({one.en for one in said}) == len(said)
    assert ReviewRefused(why="voted").reason is ReviewRefused.REASONS["voted"]
    assert ReviewRefused(why="voted").diagnostics().found == "voted"
