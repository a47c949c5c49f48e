"""A rule that names a calendar holds while one of its periods is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.calendar import CalendarSpec, build, complain, match
from tests.factories import make_post, make_scan
from tests.policies import make_rule

if TYPE_CHECKING:
    from proxy.core.policy.facts import Facts


def _facts(*running: str) -> Facts:
    return look(make_post(), make_scan(), {}, frozenset(running))


def test_it_holds_while_one_of_the_calendars_is_running() -> None:
    """Whatever the post says."""
    spec = CalendarSpec(names=("results", "fusion"))

    assert match(spec, _facts("results"), frozenset()).held
    assert match(spec, _facts("fusion", "other"), frozenset()).held
    assert not match(spec, _facts("other"), frozenset()).held
    assert not match(spec, _facts(), frozenset()).held


def test_a_rule_is_only_asked_while_its_calendar_is_running() -> None:
    """A calendar and a finding of the same name are two things."""
    rule = make_rule("quiet", when=CalendarSpec(names=("results",)))

    assert rule.may_match(_facts("results").signals)
    assert not rule.may_match(_facts("other").signals)
    assert not rule.may_match(frozenset({"results"}))


def test_the_spec_says_what_was_written() -> None:
    """One field, one or many names."""
    written = Written(place="p/r#1", values={"name": ("results", "fusion")})

    assert complain(written) == ()
    assert build(written) == CalendarSpec(names=("results", "fusion"))
