"""When a post heeds that all posts of its request were taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.gate.lifecycle import State
from proxy.gate.request_changes import HeedRequest, RequestTakenBack, heed
from tests.factories import make_post

POST = replace(make_post(), request="q1")


@pytest.mark.parametrize("state", State)
def test_a_new_post_heeds_it_where_it_may_go_out(state: State) -> None:
    """What is stopped or replaced anyway does not: its decision is on record as it is."""
    out = {State.INTENT, State.HELD, State.APPROVED, State.SCHEDULED, State.QUEUED}

    assert heed(POST, state) == ((HeedRequest(post=POST.id),) if state in out else ())


def test_appeals_and_posts_of_no_request_do_not() -> None:
    """An appeal is a wish of its own."""
    assert heed(replace(POST, appeal_of="r1"), State.HELD) == ()
    assert heed(make_post(), State.INTENT) == ()


def test_the_refusal_says_what_happened_in_both_languages() -> None:
    """And that nothing was sent."""
    error = RequestTakenBack()

    assert (error.code, error.status) == ("taken_back", 409)
    assert "nicht gesendet" in error.text.de
    assert "not sent" in error.text.en
