"""An entry of a catalogue."""

from __future__ import annotations

from proxy.core.errors import Localised
from proxy.loading.texts.entry import Entry, entry


def test_an_entry_pairs_message_and_remedy_by_language() -> None:
    """German and English are written side by side."""
    assert entry(de=("kaputt", "heilen"), en=("broken", "mend")) == Entry(
        message=Localised(de="kaputt", en="broken"),
        remedy=Localised(de="heilen", en="mend"),
    )
