"""Who may see a post, and what else its author chose, in words."""

from __future__ import annotations

import pytest

from proxy.gate.review_options import Choice, Option, choices


@pytest.mark.parametrize(
    ("slot", "value", "said"),
    [
        ("visibility", "unlisted", "Sichtbar für: alle, aber nicht in öffentlichen Listen"),
        ("reply_settings", "mentionedUsers", "Antworten dürfen: wer genannt wird"),
        ("sensitive", False, "als heikel gekennzeichnet: nein"),
        ("nullcast", True, "nur als Anzeige, nicht im Profil: ja"),
        ("poll.expires_in", 3600, "Umfrage endet nach Sekunden: 3600"),
        ("language", "de", "Sprache: de"),
        ("language", None, None),
        ("record.$type", "app.bsky.feed.post", None),
    ],
)
def test_options_are_said_in_words(slot: str, value: Option, said: str | None) -> None:
    """Those that only machines need are kept without."""
    (choice,) = choices([(slot, value)])

    assert (choice.slot, choice.value) == (slot, value)
    assert (None if choice.says is None else choice.says.de) == said
    assert choices([]) == ()
    assert isinstance(choice, Choice)
