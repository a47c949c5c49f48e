"""`missing`: a duty text is absent from where readers look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PartKind, Span, Statement
from proxy.core.policy.facts import Facts, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.missing import AT_START, SHOWN_ELSEWHERE, MissingSpec, build, complain, match
from tests.factories import make_finding, make_part, make_post, make_scan

if TYPE_CHECKING:
    from proxy.core.model import Part, Post

WARNING = "risk-warning"


def _statement(part: int = 0, start: int = 0, end: int = 4, lexicon: str = WARNING) -> Statement:
    return Statement(lexicon=lexicon, part=part, span=Span(start=start, end=end))


def _facts(*stated: Statement, post: Post | None = None) -> Facts:
    return look(post or make_post(), replace(make_scan(), stated=stated), {})


def _held(spec: MissingSpec, facts: Facts) -> bool:
    return match(spec, facts, facts.everything).held


def _post(*parts: Part, platform: str = "mastodon") -> Post:
    return replace(make_post(parts=parts), platform=platform)


def test_a_text_that_is_there_is_not_missing() -> None:
    """One of several lists is enough; another list's words are not."""
    assert _held(MissingSpec(lists=(WARNING,)), _facts())
    assert not _held(MissingSpec(lists=(WARNING,)), _facts(_statement()))
    assert not _held(MissingSpec(lists=("advertising-label", WARNING)), _facts(_statement()))
    assert _held(MissingSpec(lists=(WARNING,)), _facts(_statement(lexicon="advertising-label")))


def test_findings_do_not_matter() -> None:
    """A word hit among the findings is no duty text, and no finding makes it hold less."""
    scan = make_scan(make_finding("WORDS", rule=WARNING), make_finding())
    facts = look(make_post(), scan, {})

    assert match(MissingSpec(lists=(WARNING,)), facts, facts.everything).held
    assert match(MissingSpec(lists=(WARNING,)), facts, frozenset()).held
    assert match(MissingSpec(lists=(WARNING,)), facts, facts.everything).findings == frozenset()


@pytest.mark.parametrize(
    "kind", [PartKind.ALT_TEXT, PartKind.FILE_NAME, PartKind.LINK, PartKind.OTHER, PartKind.DISPLAY_NAME]
)
def test_what_readers_do_not_read_does_not_count(kind: PartKind) -> None:
    """A duty text in an image description, a file name or a link is hidden from nearly everybody."""
    post = _post(make_part("Kauft!"), make_part("Werbung", kind=kind))

    assert _held(MissingSpec(lists=(WARNING,)), _facts(_statement(part=1), post=post))


def test_behind_a_content_warning_nothing_is_seen() -> None:
    """The warning itself is read, the body only after a click."""
    post = _post(make_part("Anzeige", kind=PartKind.CONTENT_WARNING), make_part("Werbung: kauft!"))

    assert _held(MissingSpec(lists=(WARNING,)), _facts(_statement(part=1), post=post))
    assert not _held(MissingSpec(lists=(WARNING,)), _facts(_statement(part=0), post=post))


def test_an_empty_content_warning_hides_nothing() -> None:
    """Clients send one with every post."""
    post = _post(make_part("", kind=PartKind.CONTENT_WARNING), make_part("Werbung: kauft!"))

    assert not _held(MissingSpec(lists=(WARNING,), place="start"), _facts(_statement(part=1), post=post))


def test_the_start_is_the_start_of_what_is_shown() -> None:
    """A text that begins later does not stand at the start; parts in front count."""
    spec = MissingSpec(lists=(WARNING,), place="start")
    post = _post(make_part("x" * AT_START, kind=PartKind.TITLE), make_part("Werbung: kauft!"))

    assert not _held(spec, _facts(_statement(start=AT_START, end=AT_START + 7)))
    assert _held(spec, _facts(_statement(start=AT_START + 1, end=AT_START + 8)))
    assert _held(spec, _facts(_statement(part=1, start=1), post=post))


def test_visible_is_what_the_platform_shows() -> None:
    """The text has to end there; a platform nobody measured shows little."""
    spec = MissingSpec(lists=(WARNING,), place="visible")
    elsewhere = _post(make_part("x" * 600), platform="erfunden")

    assert not _held(spec, _facts(_statement(start=490, end=500)))
    assert _held(spec, _facts(_statement(start=491, end=501)))
    assert not _held(spec, _facts(_statement(end=SHOWN_ELSEWHERE), post=elsewhere))
    assert _held(spec, _facts(_statement(end=SHOWN_ELSEWHERE + 1), post=elsewhere))


def test_a_statement_outside_the_post_states_nothing() -> None:
    """It counts as missing: stricter."""
    assert _held(MissingSpec(lists=(WARNING,)), _facts(_statement(part=7)))


def test_the_spec_is_made_of_the_file() -> None:
    """Without a place anywhere will do."""
    written = Written(place="bank/ad#1", values={"list": (WARNING,)})

    assert complain(written) == ()
    assert build(written) == MissingSpec(lists=(WARNING,), place="anywhere")
    assert build(Written(place="p", values={"list": (WARNING,), "place": "start"})).place == "start"
