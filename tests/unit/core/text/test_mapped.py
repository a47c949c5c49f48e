"""Text and offset map change together, whatever is edited."""

from __future__ import annotations

from array import array

from proxy.core.model import Span
from proxy.core.text.mapped import Edit, Mapped, offsets, rewrite


def test_an_original_text_maps_to_itself() -> None:
    """Offsets of an untouched text are spelled out on demand: each character comes from its own place."""
    assert (array("I", [0, 1, 2]), array("I", [1, 2, 3])) == offsets(Mapped(text="abc"))


def test_no_edit_returns_the_same_value() -> None:
    """A transform that has nothing to say leaves no trace, not even its name."""
    mapped = Mapped(text="abc")
    assert rewrite(mapped, "T9", []) is mapped


def test_a_removed_character_leaves_a_gap_in_the_map() -> None:
    """What stood behind a removed character keeps its own place."""
    mapped = rewrite(Mapped(text="a-b"), "T2", [Edit(1, 2, "", evasive=True)])
    assert mapped.text == "ab"
    assert offsets(mapped) == (array("I", [0, 2]), array("I", [1, 3]))
    assert mapped.evasive == (Span(start=1, end=2),)
    assert mapped.transforms == ("T2",)


def test_every_character_of_a_replacement_comes_from_all_it_replaced() -> None:
    """One character that becomes two, and two that become one, point at the whole of what they were."""
    longer = rewrite(Mapped(text="xﬀy"), "T4", [Edit(1, 2, "ff", evasive=False)])
    assert (longer.text, *offsets(longer)) == ("xffy", array("I", [0, 1, 1, 2]), array("I", [1, 2, 2, 3]))
    shorter = rewrite(Mapped(text="u\u0308x"), "T4", [Edit(0, 2, "ü", evasive=False)])
    assert (shorter.text, *offsets(shorter)) == ("üx", array("I", [0, 2]), array("I", [2, 3]))
    assert shorter.evasive == ()


def test_maps_compose() -> None:
    """A second transform works on the result of the first, its map still leads to the original."""
    first = rewrite(Mapped(text="-a-ﬀ-"), "T2", [Edit(0, 1, "", evasive=True), Edit(2, 3, "", evasive=True)])
    second = rewrite(first, "T4", [Edit(1, 2, "ff", evasive=True)])
    assert second.text == "aff-"
    assert offsets(second) == (array("I", [1, 3, 3, 4]), array("I", [2, 4, 4, 5]))
    assert second.evasive == (Span(start=0, end=1), Span(start=2, end=4))
    assert rewrite(second, "T2", [Edit(3, 4, "", evasive=False)]).transforms == ("T2", "T4")


def test_places_stay_in_order_in_a_text_that_runs_backwards() -> None:
    """What replaces several characters comes from the least to the greatest of their places."""
    backwards = Mapped(text="cba", starts=array("I", [2, 1, 0]), ends=array("I", [3, 2, 1]))
    mapped = rewrite(backwards, "T4", [Edit(0, 2, "x", evasive=True)])
    assert mapped.text == "xa"
    assert (list(mapped.starts or ()), list(mapped.ends or ())) == ([1, 0], [3, 1])
    assert mapped.evasive == (Span(start=1, end=3),)
