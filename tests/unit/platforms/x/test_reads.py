"""Reads of X: which fields an answer has is said in closed words."""

from __future__ import annotations

import pytest

from proxy.core.errors import RefusedRequest
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.parsing import read_parameters
from proxy.platforms.x.table import TABLE


def read(path: str, query: str) -> tuple[tuple[str, str], ...]:
    """Read the parameters of a read."""
    endpoint = TABLE.find("GET", path)
    request = WireRequest(method="GET", path=path, query=query, headers=())
    return read_parameters(TABLE.by_name[endpoint.name], request)


def test_parameters() -> None:
    """What the official clients ask."""
    query = "max_results=5&tweet.fields=id%2Ctext&expansions=referenced_tweets.id&pagination_token=7140w"
    assert read("/2/users/1/tweets", query + "&start_time=2026-11-24T00:00:00.000Z&exclude=replies") == (
        ("exclude", "replies"),
        ("expansions", "referenced_tweets.id"),
        ("max_results", "5"),
        ("pagination_token", "7140w"),
        ("start_time", "2026-11-24T00:00:00.000Z"),
        ("tweet.fields", "id,text"),
    )
    assert read("/2/tweets", "ids=1,2") == (("ids", "1,2"),)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/2/users/1/tweets", "query=mustermann"),
        ("/2/users/me", "user.fields=mustermann"),
        ("/2/users/me", "user.fields=id%20name"),
        ("/2/tweets", "ids=Mustermann"),
        ("/2/tweets", "ids=DE02120300000000202051"),
        ("/2/users/1/tweets", "pagination_token=Max+Mustermann"),
        ("/2/users/1/tweets", "start_time=gestern"),
        ("/2/users/1/tweets", "max_results=5&max_results=6"),
    ],
)
def test_free_text_is_refused(path: str, query: str) -> None:
    """In a value, in a name, in an identifier."""
    with pytest.raises(RefusedRequest):
        read(path, query)
