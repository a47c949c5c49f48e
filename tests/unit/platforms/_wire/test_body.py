"""One tree from three wire formats."""

from __future__ import annotations

import pytest

from proxy.core.errors import MalformedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.body import MAX_TEXT_BODY, Tree, nest, read_body, refuse_overrides


def request(body: bytes = b"", *headers: tuple[str, str], query: str = "", method: str = "POST") -> WireRequest:
    """Make a request."""
    return WireRequest(method=method, path="/api/v1/statuses", query=query, headers=headers, body=body)


JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded; charset=UTF-8")


def test_three_formats_one_tree() -> None:
    """JSON, form and multipart of the same content."""
    expected: dict[str, Tree] = {"status": "Hallo", "poll": {"options": ["a", "b"]}, "media_ids": ["1"]}
    json = request(b'{"status":"Hallo","poll":{"options":["a","b"]},"media_ids":["1"]}', JSON)
    form = request(b"status=Hallo&poll[options][]=a&poll[options][]=b&media_ids[]=1", FORM)
    pairs = (("status", "Hallo"), ("poll[options][]", "a"), ("poll[options][]", "b"), ("media_ids[]", "1"))
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs)
    multipart = request(f"{parts}--b--\r\n".encode(), ("content-type", 'multipart/form-data; boundary="b"'))
    assert read_body(json) == read_body(form) == read_body(multipart) == expected


def test_an_empty_body_has_no_fields() -> None:
    """Acts come without a body, with or without a content type."""
    assert read_body(request()) == read_body(request(b"", JSON)) == {}


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("f[0][name]", "x"), ("f[1][name]", "y")], {"f": {"0": {"name": "x"}, "1": {"name": "y"}}}),
        (
            [("f[][name]", "x"), ("f[][value]", "1"), ("f[][name]", "y")],
            {"f": [{"name": "x", "value": "1"}, {"name": "y"}]},
        ),
        ([("a[]", "1"), ("a[]", "1")], {"a": ["1", "1"]}),
        ([("a[][]", "1"), ("a[][]", "2")], {"a": [["1"], ["2"]]}),
    ],
)
def test_nests(pairs: list[tuple[str, str]], tree: dict[str, Tree]) -> None:
    """Names with brackets, as Rails reads them."""
    assert nest(pairs) == tree


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a[b]"],
        ["a[b]", "a"],
        ["a[]", "a[b]"],
        ["a[b]", "a[]"],
        ["a[b]", "a[b]"],
        ["a[b]", "a[b][c]"],
        ["[a]"],
        ["a]"],
        ["a[b"],
        ["a[b]c"],
        ["a[[b]]"],
        [""],
        ["a" + "[b]" * 8],
    ],
)
def test_refuses_contradictions_and_odd_names(names: list[str]) -> None:
    """A name has one meaning, and one shape."""
    with pytest.raises(MalformedRequest):
        nest([(name, "1") for name in names])


@pytest.mark.parametrize(
    "came",
    [
        request(b"a=1", FORM, query="b=1"),
        request(b"a=1", FORM, query="_method=delete"),
        request(b"", query="method=delete"),
        request(b"_method=delete", FORM),
        request(b'{"batch":[]}', JSON),
        request(b"a=1", FORM, ("x-http-method-override", "DELETE")),
        request(b"", ("x-method-override", "DELETE")),
        request(b"[1]", JSON),
        request(b'"x"', JSON),
        request(b"a=1&a=2", FORM),
    ],
)
def test_refuses_as_malformed(came: WireRequest) -> None:
    """Queries on writes, method overrides wherever they appear, and JSON that is no object."""
    with pytest.raises(MalformedRequest):
        read_body(came)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [JSON, JSON],
        [("content-type", "text/plain")],
        [("content-type", "application/xml")],
        [("content-type", "application/json; charset=utf-16")],
        [("content-type", "application/json; boundary=b")],
        [("content-type", "multipart/form-data")],
        [("content-type", "multipart/mixed; boundary=b")],
        [JSON, ("content-encoding", "gzip")],
    ],
)
def test_refuses_types_and_encodings(headers: list[tuple[str, str]]) -> None:
    """What is not one of the three formats in UTF-8."""
    with pytest.raises(UnsupportedEncoding):
        read_body(request(b"{}", *headers))


@pytest.mark.parametrize("kind", [JSON, FORM])
def test_text_bodies_have_a_limit_of_their_own(kind: tuple[str, str]) -> None:
    """An endpoint that takes large files takes no large texts."""
    with pytest.raises(RequestTooLarge):
        read_body(request(b"a=" + b"x" * MAX_TEXT_BODY, kind))


def test_reads_refuse_overrides_too() -> None:
    """A read with `?_method=` is refused; an ordinary query is not this function's business."""
    refuse_overrides(request(query="limit=20", method="GET"))
    with pytest.raises(MalformedRequest):
        refuse_overrides(request(query="_method=post", method="GET"))
