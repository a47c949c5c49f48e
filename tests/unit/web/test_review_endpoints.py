"""The table of the endpoints for reviews."""

from __future__ import annotations

from proxy.web.api_table import Body
from proxy.web.review_endpoints import REVIEW_ENDPOINTS, REVIEWING, ReviewAct


def test_every_act_has_one_endpoint_and_needs_a_token_for_reviews() -> None:
    """Nothing of them is open to whoever may only post or read the log."""
    assert sorted(one.act for one in REVIEW_ENDPOINTS) == sorted(ReviewAct)
    assert {one.scopes for one in REVIEW_ENDPOINTS} == {REVIEWING}


def test_what_takes_json_says_what_it_has_to_be_and_everything_says_what_it_gives() -> None:
    """OpenAPI is made from it."""
    assert [one.act for one in REVIEW_ENDPOINTS if (one.body is Body.JSON) != (one.takes is not None)] == []
    assert [one.act for one in REVIEW_ENDPOINTS if one.gives is None] == [ReviewAct.IMAGE]
