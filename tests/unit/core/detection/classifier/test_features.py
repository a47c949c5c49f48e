"""What the classifier weighs."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.classifier.features import BITS, Clusters, features

WORDS = {"Kredit": 5, "house": 7, "Kunde": 9, "in": 300}
ORDERED = sorted((crc32(word.encode()), cluster) for word, cluster in WORDS.items())
CLUSTERS = Clusters([key for key, _ in ORDERED], [cluster for _, cluster in ORDERED])


@pytest.mark.parametrize(
    ("word", "cluster"),
    [
        ("Kredit", 5),
        ("kredit", 5),
        ("HOUSE", 7),
        ("Sofortkredit", 5),
        ("Neukunde", 9),
        ("Zebra", None),
        ("Xin", None),
        ("", None),
    ],
)
def test_a_word_has_the_cluster_of_itself_or_of_its_ending(word: str, cluster: int | None) -> None:
    """Case does not matter, a compound counts as its longest known ending, short endings do not count."""
    assert CLUSTERS.of(word) == cluster


def test_every_word_has_one_cluster() -> None:
    """Tables that do not fit each other are refused."""
    with pytest.raises(ValueError, match="one cluster"):
        Clusters([1, 2], [1])


def test_neighbours_and_their_order_count() -> None:
    """The same words in another order are other features; a repetition adds none."""
    of_tokens = features(CLUSTERS)

    assert of_tokens(["mein", "Kunde"]) != of_tokens(["Kunde", "mein"])
    assert of_tokens(["mein", "Kunde"]) < of_tokens(["mein", "Kunde", "ruft"])
    assert of_tokens(["Kunde", "Kunde", "Kunde"]) == of_tokens(["Kunde", "Kunde", "Kunde", "Kunde"])


def test_unknown_words_share_pieces_with_known_ones() -> None:
    """`Kreditrate` says something of what `Kreditraten` said."""
    of_tokens = features(CLUSTERS)

    assert len(of_tokens(["Kreditrate"]) & of_tokens(["Kreditraten"])) > len(
        of_tokens(["Kreditrate"]) & of_tokens(["Regenschirm"])
    )


@given(st.lists(st.text(min_size=1), max_size=20))
def test_features_are_numbers_of_the_table(tokens: list[str]) -> None:
    """Whatever is written has a place in the table of weights, and the same one every time."""
    found = features(CLUSTERS)(tokens)

    assert all(0 <= number < 1 << BITS for number in found)
    assert found == features(CLUSTERS)(tokens)
