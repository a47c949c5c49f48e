"""`length`: how many characters readers read."""

from __future__ import annotations

import pytest

from proxy.core.model import PartKind
from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.length import LengthSpec, build, complain, match
from tests.factories import make_finding, make_part, make_post, make_scan


@pytest.mark.parametrize(
    ("spec", "held"),
    [
        (LengthSpec(low=9), True),
        (LengthSpec(low=10), False),
        (LengthSpec(high=9), True),
        (LengthSpec(high=8), False),
        (LengthSpec(low=9, high=9), True),
    ],
)
def test_both_ends_belong_to_the_range(spec: LengthSpec, *, held: bool) -> None:
    """A text of nine letters, and a description of an image, which is not read with it."""
    post = make_post(parts=(make_part("neun Zei."), make_part("ein Bild", kind=PartKind.ALT_TEXT)))

    assert match(spec, look(post, make_scan(), {}), frozenset()).held is held


def test_all_that_is_read_counts() -> None:
    """Content warning, text and options of a poll together."""
    kinds = (PartKind.CONTENT_WARNING, PartKind.BODY, PartKind.POLL_OPTION)
    post = make_post(parts=tuple(make_part("abc", kind=kind) for kind in kinds))

    assert match(LengthSpec(low=9, high=9), look(post, make_scan(), {}), frozenset()).held


def test_findings_do_not_matter() -> None:
    """They are neither asked nor answered with."""
    facts = look(make_post("abc"), make_scan(make_finding()), {})

    assert match(LengthSpec(low=1), facts, facts.everything).findings == frozenset()


@pytest.mark.parametrize(
    ("characters", "spec"),
    [((1, None), LengthSpec(low=1)), ((None, 5), LengthSpec(high=5)), ((2, 2), LengthSpec(low=2, high=2))],
)
def test_a_spec_is_built_of_what_is_written(characters: tuple[int | None, int | None], spec: LengthSpec) -> None:
    """One end is enough."""
    written = Written(place="a/b#1", values={"characters": characters})

    assert complain(written) == ()
    assert build(written) == spec


def test_an_empty_range_is_refused() -> None:
    """Such a rule would never match."""
    (complaint,) = complain(Written(place="a/b#1", values={"characters": (5, 4)}))

    assert (complaint.code, complaint.field) == ("empty-range", "characters")
