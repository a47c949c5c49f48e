"""The table of the API: what it finds, and what it refuses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import (
    MalformedRequest,
    NotFound,
    PostgateError,
    RefusedRequest,
    UnknownField,
    UnreadableField,
    UnsupportedEncoding,
    WrongMethod,
)
from proxy.gate.wire import WireRequest
from proxy.web.api_table import (
    ENDPOINTS,
    Act,
    ApiEndpoint,
    Body,
    Said,
    check_body,
    find,
    paths_of,
    read_keys,
    read_query,
)

PATHS = paths_of(ENDPOINTS)


def _endpoint(act: Act) -> ApiEndpoint:
    (found,) = [one for one in ENDPOINTS if one.act is act]
    return found


PROPOSE, ROLL_BACK, RETIRE, STATUS = (_endpoint(act) for act in (Act.PROPOSE, Act.ROLL_BACK, Act.RETIRE, Act.STATUS))

EMPTY = replace(RETIRE, may_be_empty=True)


def test_every_act_has_one_endpoint() -> None:
    """And none has two, so that one line of the log means one thing."""
    assert sorted(one.act for one in ENDPOINTS) == sorted(Act)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.act.value)
def test_every_endpoint_is_found_with_its_id(endpoint: ApiEndpoint) -> None:
    """By method and path, and nothing else is found there."""
    wanted = "01a22694-141f" if "{id}" in endpoint.path else ""

    assert find(PATHS, endpoint.method, endpoint.path.replace("{id}", "01a22694-141f")) == (endpoint, wanted)
    with pytest.raises(WrongMethod):
        find(PATHS, "PATCH", endpoint.path.replace("{id}", "01a22694-141f"))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.act.value)
def test_an_endpoint_lists_only_what_can_be_said(endpoint: ApiEndpoint) -> None:
    """Names that `Said` has, keys only with JSON, and the reference has words for it."""
    said = set(Said.__dataclass_fields__)

    assert {*endpoint.query, *endpoint.keys} <= said
    assert set(endpoint.required) <= set(endpoint.keys)
    assert bool(endpoint.keys) is (endpoint.body is Body.JSON)
    assert endpoint.body is Body.NONE or endpoint.method == "POST"
    assert re.fullmatch(r"20[01]: .+", endpoint.answers)
    assert endpoint.does.endswith(".")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/policies/proposals/a.b", "/v1/policies/proposals/a/signatures/b", "/V1/policies"]
)
def test_other_paths_are_not_there(path: str) -> None:
    """Whatever the method."""
    with pytest.raises(NotFound):
        find(PATHS, "GET", path)


@pytest.mark.parametrize(
    ("endpoint", "headers", "error"),
    [
        (STATUS, (), None),
        (STATUS, (("content-length", "0"),), None),
        (STATUS, (("content-length", "1"),), MalformedRequest),
        (STATUS, (("transfer-encoding", "chunked"),), MalformedRequest),
        (PROPOSE, (("content-type", "application/zip"),), None),
        (PROPOSE, (("content-type", "application/json"),), UnsupportedEncoding),
        (PROPOSE, (), UnsupportedEncoding),
        (RETIRE, (("content-type", "Application/JSON; charset=utf-8"),), None),
        (RETIRE, (("content-type", "text/plain"),), UnsupportedEncoding),
        (RETIRE, (("content-length", "0"),), UnsupportedEncoding),
        (EMPTY, (("content-length", "0"),), None),
        (EMPTY, (), None),
        (EMPTY, (("content-type", "application/json"), ("content-length", "2")), None),
        (EMPTY, (("content-length", "2"),), UnsupportedEncoding),
        (EMPTY, (("transfer-encoding", "chunked"),), UnsupportedEncoding),
    ],
)
def test_a_body_is_of_the_listed_kind(
    endpoint: ApiEndpoint, headers: tuple[tuple[str, str], ...], error: type[PostgateError] | None
) -> None:
    """Judged by the head, before it is read."""
    request = WireRequest(method=endpoint.method, path=endpoint.path, query="", headers=headers)
    if error is None:
        check_body(endpoint, request)
        return
    with pytest.raises(error):
        check_body(endpoint, request)


@pytest.mark.parametrize(("query", "emergency"), [("", False), ("emergency=true", True), ("emergency=false", False)])
def test_a_query_says_true_or_false(query: str, emergency: bool) -> None:
    """Nothing is no emergency."""
    assert read_query(PROPOSE, query) == Said(emergency=emergency)


@pytest.mark.parametrize(
    ("endpoint", "query", "error"),
    [
        (STATUS, "emergency=true", UnknownField),
        (PROPOSE, "Emergency=true", UnknownField),
        (PROPOSE, "%65mergency=true", UnknownField),
        (PROPOSE, "emergency=true&", UnknownField),
        (PROPOSE, "digest=a", UnknownField),
        (PROPOSE, "emergency", UnreadableField),
        (PROPOSE, "emergency=TRUE", UnreadableField),
        (PROPOSE, "emergency=true;emergency=false", UnreadableField),
        (PROPOSE, "emergency=true&emergency=true", MalformedRequest),
    ],
)
def test_other_queries_are_refused(endpoint: ApiEndpoint, query: str, error: type[PostgateError]) -> None:
    """A parameter that was misspelled never counts as absent."""
    with pytest.raises(error):
        read_query(endpoint, query)


@given(st.text(max_size=40))
def test_a_query_is_listed_or_refused(query: str) -> None:
    """No text but the two listed ones says that it is an emergency, or that it is none."""
    listed = {"": False, "emergency=true": True, "emergency=false": False}
    if query in listed:
        assert read_query(PROPOSE, query).emergency is listed[query]
        return
    with pytest.raises(RefusedRequest):
        read_query(PROPOSE, query)


@pytest.mark.parametrize(
    ("endpoint", "content", "said"),
    [
        (ROLL_BACK, {}, Said()),
        (ROLL_BACK, {"digest": "a" * 64, "emergency": True}, Said(digest="a" * 64, emergency=True)),
        (RETIRE, {"digest": "b" * 64}, Said(digest="b" * 64)),
    ],
)
def test_keys_are_read(endpoint: ApiEndpoint, content: object, said: Said) -> None:
    """Those that are listed."""
    assert read_keys(endpoint, content) == said


@pytest.mark.parametrize(
    ("endpoint", "content", "error"),
    [
        (RETIRE, {}, UnreadableField),
        (RETIRE, {"digest": None}, UnreadableField),
        (RETIRE, {"digest": 7}, UnreadableField),
        (RETIRE, {"digest": "A b"}, UnreadableField),
        (RETIRE, {"digest": "a", "emergency": True}, UnknownField),
        (ROLL_BACK, {"emergency": None}, UnreadableField),
        (ROLL_BACK, {"emergency": 1}, UnreadableField),
        (ROLL_BACK, {"Digest": "a"}, UnknownField),
        (ROLL_BACK, [], UnreadableField),
        (ROLL_BACK, None, UnreadableField),
        (ROLL_BACK, "digest", UnreadableField),
    ],
)
def test_other_keys_are_refused(endpoint: ApiEndpoint, content: object, error: type[PostgateError]) -> None:
    """Unknown, missing, or of another kind; also `null`, which is not the same as absent."""
    with pytest.raises(error):
        read_keys(endpoint, content)
