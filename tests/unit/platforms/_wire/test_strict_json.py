"""JSON that can be read in exactly one way."""

from __future__ import annotations

import pytest

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.strict_json import ANSWER_LIMITS, JsonLimits, check_text, decode_text, read_json


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a":[1,-2,0.5,true,null,"x"]}', {"a": [1, -2, 0.5, True, None, "x"]}),
        (b' "\\ud83d\\ude00" ', "😀"),
        ('{"ü":"\\"[{,"}'.encode(), {"ü": '"[{,'}),
        (b"1e3", 1000.0),
    ],
)
def test_reads(data: bytes, value: object) -> None:
    """Ordinary documents, also with brackets inside strings and escaped pairs of surrogates."""
    assert read_json(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1}x',
        b"{'a':1}",
        b'{"a":1,}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xc0\xaf"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":"\x00"}',
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":"line\nbreak"}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b'{"a":1,"a":1}',
        b'{"a":{"b":[{"c":1,"\\u0063":2}]}}',
        b"1" * 21,
        b"0." + b"1" * 30,
        b"[" * 33 + b"]" * 33,
        b"[" * 200_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" + b"1," * 2_000 + b"1]",
        b'"' + b'\\"' * 131_072,
    ],
)
def test_refuses_what_two_readers_could_read_differently(data: bytes) -> None:
    """Duplicate keys, bad Unicode, odd numbers, depth, size, and no JSON at all."""
    with pytest.raises(MalformedRequest) as caught:
        read_json(data)
    assert caught.value.__suppress_context__ or caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_limits_are_exact() -> None:
    """The limit itself passes, one more does not."""
    assert read_json(b"[" * 32 + b"]" * 32)
    limits = JsonLimits(values=3)
    assert read_json(b"[1,2]", limits) == [1, 2]
    with pytest.raises(MalformedRequest):
        read_json(b"[1,2,3]", limits)
    assert read_json(b"[" * 40 + b"]" * 40, ANSWER_LIMITS)


def test_errors_show_nothing_of_the_document() -> None:
    """The reader's message would quote it; ours does not."""
    with pytest.raises(MalformedRequest) as caught:
        read_json(b'{"a": "DE02120300000000202051" oops}')
    assert "DE02" not in f"{caught.value!r}{caught.value}"
    assert caught.value.__suppress_context__


def test_text_helpers() -> None:
    """Text without NUL and lone surrogates passes unchanged."""
    assert decode_text("a\u200bü".encode()) == "a\u200bü"
    assert check_text("x") == "x"
    with pytest.raises(MalformedRequest):
        check_text("\ud800")
