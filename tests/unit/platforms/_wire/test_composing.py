"""Requests as clients send them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.platforms._wire.composing import json_request, plain_request
from proxy.platforms._wire.strict_json import read_json


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_comes_through_as_it_is(text: str) -> None:
    """The strict reader sees the author's own characters."""
    assert read_json(json_request("POST", "/x", {"text": text}).body) == {"text": text}


def test_headers_go_along() -> None:
    """A body says what it is; without one there is nothing to say."""
    posted = json_request("POST", "/x", {}, (("a", "b"),))
    asked = plain_request("GET", "/x", (("a", "b"),), query="c=d")

    assert posted.headers == (("content-type", "application/json"), ("a", "b"))
    assert (asked.headers, asked.query, asked.body) == ((("a", "b"),), "c=d", b"")
