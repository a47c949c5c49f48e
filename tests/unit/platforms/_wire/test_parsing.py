"""What every door reads of a request: tokens, keys, fields in query and body, parameters of reads."""

from __future__ import annotations

import threading

import pytest

from proxy.core.errors import MalformedRequest, RefusedRequest
from proxy.core.model import Part, PartKind, PostKind
from proxy.gate.wire import Draft, Endpoint, EndpointClass, WireRequest
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.parsing import IN_THREAD, bearer_token, read_beside, read_draft, read_parameters
from proxy.platforms._wire.table import Row
from proxy.platforms.mastodon.table import TABLE

FORM = ("content-type", "application/x-www-form-urlencoded")
ROW = Row(
    name="thing.edit",
    method="POST",
    path="/things/{id}",
    cls=EndpointClass.WRITE,
    kind=PostKind.EDIT,
    fields={"text": f.Text(PartKind.BODY), "flag": f.Flag()},
    query=True,
)


def asked(query: str, body: bytes = b"") -> WireRequest:
    """Make a request to edit thing 7."""
    headers = (FORM, ("idempotency-key", "k-1"))
    return WireRequest(method="POST", path="/things/7", query=query, headers=headers, body=body)


@pytest.mark.parametrize(("size", "beside"), [(IN_THREAD, False), (IN_THREAD + 1, True)])
async def test_large_requests_are_read_in_a_thread(size: int, beside: bool) -> None:
    """So that the event loop answers others meanwhile; the reading is the same."""
    read_in: list[int] = []

    def read(row: Row, endpoint: Endpoint, request: WireRequest) -> Draft:
        read_in.append(threading.get_ident())
        return Draft(operation=row.name, kind=row.kind, parts=(), edit_of=endpoint.name, idempotency_key=request.path)

    endpoint = ROW.endpoint((("id", "7"),))
    draft = await read_beside(read, ROW, endpoint, asked("", b"x" * size))

    assert (draft.operation, draft.edit_of, draft.idempotency_key) == ("thing.edit", "thing.edit", "/things/7")
    assert (read_in != [threading.get_ident()]) == beside


def test_fields_may_stand_in_query_and_body() -> None:
    """Where a row says so, both are read alike; the identifier of the path is a part."""
    endpoint = ROW.endpoint((("id", "7"),))
    draft = read_draft(ROW, endpoint, asked("text=Hallo", b"flag=1"))
    assert draft == read_draft(ROW, endpoint, asked("", b"text=Hallo&flag=true"))
    assert draft.parts == (
        Part(kind=PartKind.BODY, slot="text", text="Hallo"),
        Part(kind=PartKind.OTHER, slot="path.id", text="7"),
    )
    assert (draft.options, draft.edit_of, draft.idempotency_key) == ((("flag", True),), "7", "k-1")


def test_a_field_in_both_places_is_refused() -> None:
    """Two readers could see two texts."""
    with pytest.raises(MalformedRequest):
        read_draft(ROW, ROW.endpoint((("id", "7"),)), asked("text=a", b"text=b"))


def read_query(path: str, query: str, body: bytes = b"") -> tuple[tuple[str, str], ...]:
    """Read the parameters of a read."""
    endpoint = TABLE.find("GET", path)
    request = WireRequest(method="GET", path=path, query=query, headers=(), body=body)
    return read_parameters(TABLE.by_name[endpoint.name], request)


def test_parameters_of_reads() -> None:
    """Identifiers, numbers, booleans and closed sets pass in a normal form."""
    assert read_query("/api/v1/timelines/home", "limit=5&max_id=115&only_media=1") == (
        ("limit", "5"),
        ("max_id", "115"),
        ("only_media", "true"),
    )
    assert read_query("/api/v1/accounts/relationships", "id=1") == (("id[]", "1"),)
    assert read_query("/api/v1/notifications", "types[]=mention&types[]=poll") == (
        ("types[]", "mention"),
        ("types[]", "poll"),
    )


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/api/v1/timelines/home", "q=Max+Mustermann", b""),
        ("/api/v1/timelines/home", "limit=1000", b""),
        ("/api/v1/timelines/home", "max_id=DE02%201203", b""),
        ("/api/v1/timelines/home", "limit=5&limit=6", b""),
        ("/api/v1/timelines/home", "_method=post", b""),
        ("/api/v1/timelines/home", "", b"status=x"),
        ("/api/v1/timelines/home", "max_id=Max+Mustermann", b""),
        ("/api/v1/instance", "x=1", b""),
    ],
)
def test_refuses_free_text_in_reads(path: str, query: str, body: bytes) -> None:
    """No search text, no unknown parameter, no body."""
    with pytest.raises(RefusedRequest):
        read_query(path, query, body)


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ([("authorization", "Bearer pgt_abc")], "pgt_abc"),
        ([("authorization", "bearer  pgt_abc ")], "pgt_abc"),
        ([], None),
        ([("authorization", "Basic abc")], None),
        ([("authorization", "Bearer")], None),
        ([("authorization", "Bearer a b")], None),
        ([("authorization", "Bearer ä")], None),
        ([("authorization", "Bearer a"), ("authorization", "Bearer b")], None),
    ],
)
def test_token(headers: list[tuple[str, str]], token: str | None) -> None:
    """One Bearer token in one header, or none."""
    assert bearer_token(WireRequest(method="GET", path="/", query="", headers=tuple(headers))) == token
