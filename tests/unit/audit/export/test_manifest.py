from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.export.manifest import NAME, Listed, Manifest, read_manifest
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.trees import TreeHead

_PATHS = st.from_regex(r"[a-z]{1,4}(/[a-z0-9]{1,4})?", fullmatch=True).filter(lambda path: path != NAME)
_MANIFEST = Manifest(
    origin="postgate.test/log",
    head=TreeHead(size=3, root=bytes(range(32))),
    at="2026-11-29T12:00:00.000000Z",
    by="o_invented",
    files=(Listed(path="a", bytes=0, sha256="0" * 64), Listed(path="b/c", bytes=12, sha256="f" * 64)),
)
_TEXT = _MANIFEST.text()


@given(paths=st.sets(_PATHS), length=st.integers(0, 10**18))
def test_a_manifest_is_read_as_it_was_written(paths: set[str], length: int) -> None:
    """Any files, byte for byte."""
    files = tuple(Listed(path=path, bytes=length, sha256="ab" * 32) for path in sorted(paths))
    manifest = Manifest(origin="o", head=_MANIFEST.head, at=_MANIFEST.at, by="o_x", files=files)

    assert read_manifest(manifest.text()) == manifest


@given(place=st.integers(0, len(_TEXT) - 1), sign=st.characters())
def test_another_sign_is_another_manifest_or_none(place: int, sign: str) -> None:
    """Nothing is read in two spellings."""
    text = _TEXT[:place] + sign + _TEXT[place + 1 :]
    try:
        read = read_manifest(text)
    except EvidenceRefused:
        return
    assert read.text() == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("export v1", "export v2"),
        ("size 3", "size 03"),
        ("size 3", "size -3"),
        ("root AAEC", "root !AEC"),
        ("by o_invented\n", "by \n"),
        ("origin postgate.test/log\n", ""),
        ("origin postgate.test/log\n", "origin \n"),
        ("00.000000Z", "00Z"),
        (" 12 b/c", " 012 b/c"),
        (" 12 b/c", " 12 ../c"),
        (" 12 b/c", " 12 b/./c"),
        (" 12 b/c", " 12 /c"),
        (" 12 b/c", " 12 b//c"),
        (" 12 b/c", " 12 b c"),
        (" 12 b/c", " 12 MANIFEST"),
        (" 12 b/c", " 12 a"),
        (" 0 a\n", " 0 z\n"),
        ("f" * 64, "F" * 64),
        ("12 b/c\n", "12 b/c"),
        ("12 b/c\n", "12 b/c\n\n"),
    ],
)
def test_another_form_is_refused(old: str, new: str) -> None:
    """With a reason."""
    assert old in _TEXT
    with pytest.raises(EvidenceRefused) as refused:
        read_manifest(_TEXT.replace(old, new))
    assert refused.value.reason == "note_malformed"
