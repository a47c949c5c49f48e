"""Digests depend on what files say and on nothing else."""

from __future__ import annotations

from proxy.core.model import Lexicon, LexiconTerm
from proxy.loading.digests import content_of, digest, lexicon_contents
from proxy.loading.strict_yaml import Broken, parse


def _digest(text: str) -> str:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    return digest("sample", content_of(node))


def test_comments_order_of_keys_and_tests_do_not_matter() -> None:
    """A decision can be repeated after somebody has tidied a file."""
    first = _digest("a: 1\nb: [x, y]\ntests: [1]\n")

    assert first == _digest("# tidy\r\nb:\n  - x\n  - 'y'\na: '1'\ntests: [2, 3]\n")
    assert len(first) == 64


def test_every_value_matters() -> None:
    """Order of a list too."""
    assert len({_digest("a: [x, y]"), _digest("a: [y, x]"), _digest("a: [x]"), _digest("b: [x, y]")}) == 4


def test_kinds_are_kept_apart() -> None:
    """Equal contents of different kinds have different digests."""
    assert digest("rules", []) != digest("bundle", [])
    assert digest("rules", []) == digest("rules", [])


def test_word_lists_are_ordered_by_id() -> None:
    """The order in which files are found does not matter."""
    one = Lexicon(id="a", language="de", terms=(LexiconTerm(text="x", forms="stem"),), exclude=("y",))
    two = Lexicon(id="b", language="en", terms=())

    assert lexicon_contents([two, one]) == [["a", "de", [["x", "stem"]], ["y"]], ["b", "en", [], []]]


def test_a_refused_value_counts_as_nothing() -> None:
    """Such a file is not in force anyway."""
    assert content_of(Broken(1, 1)) is None
