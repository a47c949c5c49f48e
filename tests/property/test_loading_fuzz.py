"""Whatever bytes stand in a file, the loader ends after work in proportion to them, with a bundle or with mistakes."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proxy.core.errors import ConfigurationError
from proxy.loading.policies import load
from proxy.loading.policy_tests import collect
from tests.policy_files import KEY, ORGANISATION, policy_text, write_policies
from tests.property.test_loading import TESTS

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 23)
GOOD = {
    "sample.yaml": policy_text().replace("    action:", "    rollout: 10%\n    action:").encode(),
    "sample_test.yaml": TESTS.encode(),
    "organisation.yaml": ORGANISATION.encode(),
}
LEAST_CALLS = 3_000_000
"""For reading the other files, and for describing two hundred mistakes with what may be meant."""
CALLS_A_BYTE = 200
LONG = 20_000
"""Bytes at which work that grows with the square of the input is far above the bound."""
HEADS = (
    b"", b"[", b"{", b"- ", b"a: [", b"rules:\n", b"rules: [", b"schema: 1\nrules:\n- when: {finding: {type: [",
    b"rules:\n- when: {all: [", b"rules:\n- unless: [", b"rules:\n- tests: [", b"norms: [",
    b"fixtures: {posts: {", b"schema: 1\npolicy: sample\nmatrix:\n", b"samples: [", b"identifier_formats: [",
    b"applies_to: {kinds: [", b'a: "', b"a: |\n  ",
)  # fmt: skip
REPEATED = (
    b"- {}\n", b"{},", b"[", b"{a: ", b"- ", b"? ", b"a:\n ", b"a: 1\n", b"key%d: 1\n", b"key%d: 1,", b"PERS%d,", b"x,",
    b"&a b,", b"*a,", b"!t a,", b"- {posts: a%d, expect: allow}\n", b"{post: a, expect: hold},", b"x", b"\\u00e4", b" ",
    b"\n", b"#", b"%%", b"'", b"{words: {terms: [a%d]}},", b"{entity: X, mask: A},",
)  # fmt: skip

pieces = st.sampled_from(
    [*b"ab:-[]{}'\"&*!|>#%@`,? \n\t\x00", b"\n  - ", b"{}", b": ", b"\xff", b"\xc3", b"\\0", b"rules:\n", b"<<: *a"]
).map(lambda piece: bytes([piece]) if isinstance(piece, int) else piece)


@st.composite
def mutated(draw: st.DrawFn, good: bytes) -> bytes:
    """Draw a good file with up to four pieces cut out, doubled, put in or moved."""
    data = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        middle = draw(
            st.one_of(st.just(b""), pieces, st.just(data[start:end] * 2), st.just(data[start:end][::-1]), st.binary())
        )
        data = data[:start] + middle + data[end:]
    return data


def _calls(work: Callable[[], object]) -> int:
    """Return how many functions were called, our own and those in C: a measure of work that no busy machine changes."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    earlier = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(earlier)
    return count


def _take(name: str, data: bytes) -> None:
    """Load a directory in which one file has these bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        sources = write_policies(Path(scratch))
        for file, good in GOOD.items():
            (sources.directory / file).write_bytes(good)
        (sources.directory / name).write_bytes(data)

        loaded = load(sources, TODAY)
        _, problems = collect(loaded, sources.directory, KEY)

    found = ConfigurationError((*loaded.problems, *problems))
    lines = found.render("de").splitlines() + found.render("en").splitlines() if found.problems else []
    assert (loaded.bundle is None) is bool(loaded.errors)
    assert all(line.startswith((name, "policies:")) or "sample" in line for line in lines)
    assert all(len(line) < 1500 for line in lines)


@settings(max_examples=150)
@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=400))
@example("sample.yaml", b"")
@example("organisation.yaml", b"\xef\xbb\xbf")
def test_any_bytes_are_a_file_or_a_mistake(name: str, data: bytes) -> None:
    """Nothing raises, and every message is one line that can be read."""
    _take(name, data)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(sorted(GOOD)))
def test_a_good_file_with_a_few_wrong_bytes_is_a_file_or_a_mistake(data: st.DataObject, name: str) -> None:
    """What people and broken disks do."""
    _take(name, data.draw(mutated(GOOD[name])))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(GOOD)),
    st.sampled_from(HEADS),
    st.sampled_from(REPEATED) | st.text(alphabet="ab:-[]{}'\"&*!|>#@`,? \n", min_size=1, max_size=6).map(str.encode),
)
@example("sample.yaml", b"rules:\n", b"- {}\n")
@example("sample.yaml", b"schema: 1\nrules:\n- when: {finding: {type: [", b"PERS%d,")
@example("sample_test.yaml", b"schema: 1\npolicy: sample\nmatrix:\n", b"- {posts: a%d, expect: allow}\n")
def test_the_work_grows_no_faster_than_the_file(name: str, head: bytes, piece: bytes) -> None:
    """The same thing again and again, deep inside each other or side by side, is no way to keep a gateway busy."""
    body = bytearray(head)
    number = 0
    while len(body) < LONG:
        body += piece.replace(b"%d", str(number).encode())
        number += 1

    assert _calls(lambda: _take(name, bytes(body))) < LEAST_CALLS + CALLS_A_BYTE * len(body)


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize(("before", "after"), [("", ""), ("'", "'"), ('"', '"'), ("|\n      ", "")])
def test_a_huge_scalar_is_a_mistake_or_a_text(name: str, before: str, after: str) -> None:
    """Below the size of a file no value costs more than its length."""
    huge = f"x: {before}{'x' * 500_000}{after}\n".encode()

    assert _calls(lambda: _take(name, huge + GOOD[name])) < LEAST_CALLS
