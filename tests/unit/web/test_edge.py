"""
The head of a request without a socket: what passes, what is refused, and that nothing else ever happens.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import MalformedRequest, MisdirectedRequest, RefusedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.gate.wire import WireRequest
from proxy.web.edge import SINGLE_HEADERS, Head, check_head, check_path

HOST = "door.test"
CANARY = "Kanarienvogel"


def _head(
    *headers: tuple[bytes, bytes], method: str = "POST", target: str = "/posts", version: tuple[int, int] = (1, 1)
) -> Head:
    return Head(method=method, target=target, version=version, headers=((b"Host", HOST.encode()), *headers))


def test_a_plain_head_becomes_a_wire_request() -> None:
    """Names are in lower case and wire order, the query is apart, the body empty."""
    head = _head((b"X-A", b" 1 "), (b"x-a", b"2"), target="/posts/?a=1&b[]=%20")
    assert check_head(head, host=HOST) == WireRequest(
        method="POST",
        path="/posts",
        query="a=1&b[]=%20",
        headers=(("host", HOST), ("x-a", "1"), ("x-a", "2")),
    )


@pytest.mark.parametrize("version", [(0, 9), (1, 0), (1, 2), (2, 0)])
def test_only_one_version_is_spoken(version: tuple[int, int]) -> None:
    """Anything but HTTP/1.1 is refused."""
    with pytest.raises(MalformedRequest):
        check_head(_head(version=version), host=HOST)


@pytest.mark.parametrize("name", SINGLE_HEADERS)
def test_single_headers_come_once(name: str) -> None:
    """A second one is refused even when it is equal and spelt otherwise."""
    value = HOST.encode() if name == "host" else b"1"
    twice = ((name.encode(), value), (name.upper().encode(), value))
    with pytest.raises(MalformedRequest):
        check_head(Head(method="GET", target="/a", version=(1, 1), headers=twice), host=HOST)


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        (((b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"1")), MalformedRequest),
        (((b"Transfer-Encoding", b"chunked, identity"),), MalformedRequest),
        (((b"Content-Length", b"1,1"),), MalformedRequest),
        (((b"Content-Length", b"-1"),), MalformedRequest),
        (((b"Content-Length", b""),), MalformedRequest),
        (((b"Content-Length", b"1" * 20),), MalformedRequest),
        (((b"Content-Encoding", b"br"),), UnsupportedEncoding),
        (((b"Content-Encoding", b"identity, gzip"),), UnsupportedEncoding),
        (((b"Expect", b"something"),), MalformedRequest),
        (((b"Upgrade", b"h2c"),), MalformedRequest),
        (((b"HTTP2-Settings", b"x"),), MalformedRequest),
        (((b"X-HTTP-Method", b"DELETE"),), MalformedRequest),
        (((b"X A", b"1"),), MalformedRequest),
        (((b"", b"1"),), MalformedRequest),
        (((b"X-A", b"\xff"),), MalformedRequest),
        (((b"X-A", b"a\r\nb"),), MalformedRequest),
    ],
)
def test_headers_with_two_readings_are_refused(
    headers: tuple[tuple[bytes, bytes], ...], error: type[RefusedRequest]
) -> None:
    """Framing, encodings, upgrades, overrides and odd characters."""
    with pytest.raises(error):
        check_head(_head(*headers), host=HOST)


@pytest.mark.parametrize("host", ["", "door", "door.test.", "door.test:80", "door.test@evil", "evil.test"])
def test_other_hosts_are_misdirected(host: str) -> None:
    """Only the configured name is answered, whatever else resolves here."""
    head = Head(method="GET", target="/a", version=(1, 1), headers=((b"Host", host.encode()),))
    with pytest.raises(MisdirectedRequest):
        check_head(head, host=HOST)


@pytest.mark.parametrize(
    "query", ["_method=x", "a=1&method=x", "a;method=x", "%6Dethod=x", "+METHOD=x", "batch", "a=%00&_method"]
)
def test_method_overrides_hide_in_no_query(query: str) -> None:
    """However they are spelt."""
    with pytest.raises(MalformedRequest):
        check_head(_head(target=f"/posts?{query}"), host=HOST)


@pytest.mark.parametrize("target", ["http://door.test/", "*", "", "posts", "door.test:443", "/a#b", "/a?b#c", "/a?ü"])
def test_only_origin_form_is_read(target: str) -> None:
    """Absolute, asterisk and authority form, fragments and other characters are refused."""
    with pytest.raises(MalformedRequest):
        check_head(_head(target=target), host=HOST)


def test_a_long_target_is_too_large() -> None:
    """A target has a length limit of its own."""
    with pytest.raises(RequestTooLarge):
        check_head(_head(target="/" + "a" * 8190), host=HOST)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/", "/"),
        ("/a/", "/a"),
        ("/a", "/a"),
        ("/a/urn%3Ali%3A1", "/a/urn%3Ali%3A1"),
        ("/tags/M%C3%BCnchen", "/tags/M%C3%BCnchen"),
        ("/@a.b~c!$&'()*+,;=:", "/@a.b~c!$&'()*+,;=:"),
        ("/...", "/..."),
    ],
)
def test_plain_paths_pass(raw: str, path: str) -> None:
    """A path keeps its spelling and loses one closing slash."""
    assert check_path(raw) == path


def _accepted(raw: str) -> str | None:
    try:
        return check_path(raw)
    except MalformedRequest:
        return None


@given(st.text(st.sampled_from("/.%2eEfF5cC0aA1\\~-_ \x00?#ü"), max_size=12).map("/{}".format))
def test_what_passes_has_one_reading(raw: str) -> None:
    """After decoding, an accepted path has the same segments, no dot segment, no control character, no backslash."""
    path = _accepted(raw)
    if path is None:
        return
    decoded = unquote_to_bytes(path)
    assert decoded.count(b"/") == path.count("/")
    assert b"//" not in decoded
    assert {b".", b".."}.isdisjoint(decoded.split(b"/"))
    assert not re.search(rb"[\x00-\x1f\x7f\\]", decoded)
    assert b"%" not in decoded
    assert path in {raw, raw.removesuffix("/")}


_ANY = st.one_of(st.binary(max_size=20), st.sampled_from([b"chunked", b"1", b"gzip", HOST.encode()]))
_NAMES = st.one_of(st.binary(max_size=12), st.sampled_from([name.encode() for name in SINGLE_HEADERS]))


@given(
    method=st.text(max_size=8),
    target=st.one_of(st.text(max_size=30), st.text(max_size=30).map("/{}".format)),
    version=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    headers=st.lists(st.tuples(_NAMES, _ANY), max_size=6).map(tuple),
)
def test_any_head_is_read_or_refused(
    method: str, target: str, version: tuple[int, int], headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    """Nothing a parser could hand over causes another error."""
    head = Head(method=method, target=target, version=version, headers=headers)
    try:
        wire = check_head(head, host=HOST)
    except RefusedRequest:
        return
    assert wire.path.startswith("/")
    assert all(name == name.lower() and value.isascii() for name, value in wire.headers)


@pytest.mark.parametrize(
    "head",
    [
        _head(target=f"/{CANARY} "),
        _head(target=f"/a?{CANARY}\x00"),
        _head((b"X-A", CANARY.encode() + b"\x00")),
        _head((b"Content-Encoding", CANARY.encode())),
        _head((b"Expect", CANARY.encode())),
        _head(method=CANARY),
    ],
)
def test_errors_name_the_place_and_never_the_content(head: Head) -> None:
    """Neither the error nor the head's representation has the client's text."""
    with pytest.raises(RefusedRequest) as caught:
        check_head(head, host=HOST)
    error = caught.value
    assert CANARY not in f"{error} {error!r} {error.diagnostics()}"
    assert caught.value.__cause__ is None
    assert CANARY not in repr(_head((b"X-A", CANARY.encode()), target=f"/{CANARY}"))
