"""Forms and queries that can be read in exactly one way."""

from __future__ import annotations

import pytest

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.form import MAX_PAIRS, read_form, read_query


def test_reads_names_and_values_in_order() -> None:
    """Plus signs, percent encoding, empty values and lists."""
    data = b"status=Gr%C3%BC%C3%9Fe+an+alle%21&spoiler_text=&media_ids%5B%5D=1&media_ids[]=2&a=b=c"
    assert read_form(data) == [
        ("status", "Grüße an alle!"),
        ("spoiler_text", ""),
        ("media_ids[]", "1"),
        ("media_ids[]", "2"),
        ("a", "b=c"),
    ]
    assert read_form(b"") == read_query("") == []
    assert read_query("limit=20") == [("limit", "20")]


@pytest.mark.parametrize(
    "data",
    [
        b"a=1&a=2",
        b"a=1&%61=2",
        b"poll[multiple]=1&poll[multiple]=0",
        b"a=1;b=2",
        b"a=%",
        b"a=%4",
        b"a=%zz",
        b"a=%ff",
        b"a=%c0%af",
        b"a=%ed%a0%80",
        b"a=%00",
        b"%00=a",
        b"a=b c",
        b"a=\xc3\xbc",
        b"a=1\r\nb=2",
        b"a",
        b"=a",
        b"a=1&",
        b"&a=1",
        b"a=1&&b=2",
        b"&".join(b"a%d=1" % number for number in range(MAX_PAIRS + 1)),
    ],
)
def test_refuses(data: bytes) -> None:
    """Repeated names, other separators, broken encoding, raw bytes, empty fields, too many fields."""
    with pytest.raises(MalformedRequest):
        read_form(data)


def test_query_is_ascii() -> None:
    """What is not ASCII has to be percent-encoded."""
    with pytest.raises(MalformedRequest):
        read_query("q=ü")


def test_a_list_may_be_written_by_repetition() -> None:
    """Where a platform writes lists so, and there alone; whoever only looks at names may see all of them."""
    assert read_query("uris=a&uris=b&limit=1", {"uris"}) == [("uris", "a"), ("uris", "b"), ("limit", "1")]
    assert read_query("a=1&a=2", None) == [("a", "1"), ("a", "2")]
    with pytest.raises(MalformedRequest):
        read_query("uris=a&limit=1&limit=2", {"uris"})
