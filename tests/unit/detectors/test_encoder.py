"""The second look, with the shipped weights."""

from __future__ import annotations

import numpy as np
import pytest

from proxy.detectors.encoder import MOST_WINDOWS, OVERLAP, WINDOW, Encoder, windows
from proxy.detectors.models import CLASSIFIER

QUIET = "Der Herr Brandauer von gegenüber kann die Raten nicht mehr zahlen, das Haus kommt wohl unter den Hammer."
HARMLESS = "Unsere Filiale am Markt hat heute bis 18 Uhr offen, es gibt Waffeln."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Load our weights once."""
    return Encoder(CLASSIFIER.locate())


def test_windows_cover_every_token_and_overlap() -> None:
    """A sentence at the edge of one is whole in another."""
    for count in (0, 1, WINDOW, WINDOW + 1, 5 * WINDOW + 3):
        starts = windows(count)
        assert {token for start in starts for token in range(start, min(start + WINDOW, count))} == set(range(count))
        assert starts.step == WINDOW - OVERLAP


@pytest.mark.models
def test_it_understands_what_no_word_list_has(encoder: Encoder) -> None:
    """A quiet leak scores above even odds, a harmless post below."""
    assert encoder.read(QUIET).score > 0 > encoder.read(HARMLESS).score
    assert encoder.read(HARMLESS) == encoder.read(HARMLESS)


@pytest.mark.models
def test_a_leak_at_the_end_of_a_long_post_is_read(encoder: Encoder) -> None:
    """The window that says most decides."""
    long = f"{HARMLESS} " * 8

    assert encoder.read(long + QUIET).score > encoder.read(long).score + 1
    assert encoder.read(long + QUIET).whole


@pytest.mark.models
@pytest.mark.parametrize("text", ["", " ", "\u200b", "語" * 300, "🙂" * 500, "a" * 11_000, "\x00\ud800"])
def test_odd_texts_are_read(encoder: Encoder, text: str) -> None:
    """Nothing to read is a score too."""
    assert encoder.read(text).windows >= 1


@pytest.mark.models
def test_what_is_too_long_says_so(encoder: Encoder) -> None:
    """The work is bounded, by the caller too, and the end that nobody read is not passed over in silence."""
    long = f"{HARMLESS} " * 400

    assert encoder.read(long).windows == MOST_WINDOWS
    assert not encoder.read(long).whole
    assert encoder.read(f"{HARMLESS} " * 24, most=1)[1:] == (1, False)


@pytest.mark.models
def test_no_number_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It compares as smaller than every level: taken for a score, it would clear the post."""

    class Broken:
        def run(self, *_: object) -> list[np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
            return [np.array([[np.nan]], dtype=np.float32)]

    own = Encoder(CLASSIFIER.locate())
    monkeypatch.setattr(own, "_session", Broken())

    with pytest.raises(ValueError, match="no number"):
        own.read(HARMLESS)
