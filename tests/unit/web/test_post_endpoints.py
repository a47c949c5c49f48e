"""The table of the endpoints for posts."""

from __future__ import annotations

from proxy.web.api_table import Body
from proxy.web.post_endpoints import POST_ENDPOINTS, POSTING, PostAct


def test_every_act_has_one_endpoint_and_needs_a_token_that_posts() -> None:
    """Nothing about posts is open to who may only read the log or sign policies."""
    assert sorted(one.act for one in POST_ENDPOINTS) == sorted(PostAct)
    assert {one.scopes for one in POST_ENDPOINTS if one.act is not PostAct.CHECK} == {POSTING}
    assert {one.scopes for one in POST_ENDPOINTS if one.act is PostAct.CHECK} == {(*POSTING, "check")}


def test_what_takes_a_body_says_what_it_has_to_be() -> None:
    """OpenAPI is made from it."""
    assert [one.act for one in POST_ENDPOINTS if (one.body is not Body.NONE) != (one.takes is not None)] == []
