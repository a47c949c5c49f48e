"""YAML is read in exactly one way; whatever the bytes are, nothing raises. Messages are in tests/golden."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.loading.messages import MOST_MISTAKES
from proxy.loading.strict_yaml import MAX_BYTES, Mapping, Node, Scalar, Sequence, parse


def _plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.text if isinstance(node, Scalar) else None


def _codes(data: bytes) -> list[str]:
    return [problem.code for problem in parse(data, "a.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: NO", {"a": "NO"}),
        ("a: 2026-12-31", {"a": "2026-12-31"}),
        ("a: 1.10", {"a": "1.10"}),
        ("a: 0800", {"a": "0800"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("---\na: [b, c]\n...\n", {"a": ["b", "c"]}),
        ("\ufeffa: ä", {"a": "ä"}),
        ("a: {<<: x}", {"a": {"<<": "x"}}),
        ("a:\n", {"a": ""}),
        ("[]", []),
        ('"\\0": 1', {"\0": "1"}),
        ('"\\0a": 1\nb: 2', {"\0a": "1", "b": "2"}),
    ],
)
def test_scalars_stay_text(text: str, tree: object) -> None:
    """What a value means is decided by whoever asks."""
    node, problems = parse(text.encode(), "a.yaml")

    assert (_plain(node), problems) == (tree, [])


def test_every_node_knows_its_place() -> None:
    """Lines and columns count from one, in characters."""
    node, _ = parse("ä: 1\nb:\n  - 'x'\n".encode(), "a.yaml")

    assert isinstance(node, Mapping)
    inner = node.entries["b"].value
    assert isinstance(inner, Sequence)
    assert node.entries["ä"].value == Scalar("1", plain=True, line=1, column=4)
    assert inner.items == [Scalar("x", plain=False, line=3, column=5)]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", ["empty-file"]),
        (b"# only a comment", ["empty-file"]),
        (b"a: \xff", ["not-utf8"]),
        (b"a: \x00", ["control-character"]),
        ("a: \x85b".encode(), ["control-character"]),
        ("a: \u2028b".encode(), ["control-character"]),
        ("a: \ufeffb".encode(), ["control-character"]),
        (b"a: 1\na: 2\na: 3", ["duplicate-key", "duplicate-key"]),
        (b"a: &x 1\nb: *x", ["anchor", "alias"]),
        (b"a: !!int 1", ["tag"]),
        (b"a: ! 1", ["tag"]),
        (b"!!map {a: 1}", ["tag"]),
        (b"%TAG ! tag:x,2000:\n---\na: 1", ["directive"]),
        (b"a: 1\n---\nb: 2", ["several-documents"]),
        (b"? {a: 1}\n: b", ["complex-key"]),
        (b"*x : b", ["alias"]),
        (b'"\\0": a\n? [x]\n: b\n? {y: z}\n: c', ["complex-key", "complex-key"]),
        (b'"\\0": a\n"\\0": b', ["duplicate-key"]),
        (b"a: 'x", ["syntax-quote"]),
        (b"a: [1, 2", ["syntax-bracket"]),
        (b"a:\n\tb: 1", ["syntax-tab"]),
        (b"a: @x", ["syntax-start"]),
        (b"a: b: c", ["syntax-colon"]),
        (b"a: {" * 23 + b"b: c" + b"}" * 23, []),
        (b"a: " + b"[" * 24 + b"]" * 24, ["too-deep"]),
        (b"[" * 100_000, ["too-deep"]),
        (b"{a: " * 100_000, ["too-deep"]),
        (b"- " * 100_000, ["too-deep"]),
        (b"x" * (MAX_BYTES + 1), ["too-large"]),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(data: bytes, codes: list[str]) -> None:
    """Every mistake of a readable file is found in one run."""
    assert _codes(data) == codes


@given(st.binary(max_size=300) | st.text(alphabet="ab:-[]{}'\"&*!|>#%@`,? \n\t\x00ä", max_size=60).map(str.encode))
@example(b"? ? ? :")
def test_nothing_raises(data: bytes) -> None:
    """Whatever the bytes are: a tree, or a mistake with its place."""
    node, problems = parse(data, "a.yaml")

    assert node is not None or problems


def test_reading_stops_after_very_many_mistakes() -> None:
    """The last one says so."""
    node, problems = parse(b"a: 1\n" * 1000, "a.yaml")

    assert node is None
    assert [one.code for one in problems] == ["duplicate-key"] * MOST_MISTAKES + ["more-mistakes"]
