"""The files of a bundle as one piece of bytes: the same bundle comes out, and nothing else gets in."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import ConfigurationError
from proxy.core.model import Verdict
from proxy.loading.package import LARGEST, MOST_FILES, Packed, pack, packed_sources, unpack
from proxy.loading.policies import load
from proxy.loading.policy_tests import collect
from tests.policy_files import KEY, policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proxy.loading.policies import Sources

TODAY = date(2026, 11, 23)
TESTS = """\
schema: 1
policy: sample
now: 2026-03-02T09:00:00+01:00
fixtures: {posts: {weekend: "Schönes Wochenende!"}}
matrix: [{posts: weekend, expect: allow}]
"""


def _sources(directory: Path) -> Sources:
    files = {"sample": policy_text(), "sample_test": TESTS, "area__other": policy_text("other"), "_draft": "not: read"}
    return write_policies(directory, **files)


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _codes(package: bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as wrong:
        packed_sources(package, fingerprint_key=KEY)
    return [problem.code for problem in wrong.value.problems]


def _refusal(step: Callable[[], object]) -> set[str]:
    """Return the codes of what was refused, none where nothing was."""
    try:
        step()
    except ConfigurationError as wrong:
        return {problem.code for problem in wrong.problems}
    return set()


@pytest.mark.parametrize("on_incomplete", [Verdict.HOLD, Verdict.BLOCK])
def test_a_package_gives_the_bundle_of_its_files(tmp_path: Path, on_incomplete: Verdict) -> None:
    """Digest, policies and tests, and what becomes of a post that was not looked at completely."""
    sources = replace(_sources(tmp_path), on_incomplete=on_incomplete)
    packed = packed_sources(pack(sources), fingerprint_key=KEY)
    on_disk, from_package = load(sources, TODAY), load(packed, TODAY)

    assert from_package.problems == on_disk.problems == ()
    assert from_package.bundle == on_disk.bundle
    assert from_package.bundle is not None
    assert from_package.bundle.on_incomplete is on_incomplete
    assert [parsed.file for parsed in from_package.policies] == [parsed.file for parsed in on_disk.policies]
    cases = collect(on_disk, sources.directory, KEY)[0], collect(from_package, packed.directory, KEY)[0]
    names = [[case.name for case in found] for found in cases]
    assert names[0] == names[1] != []


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Whenever and in whatever order they were written."""
    first, second = tmp_path / "a", tmp_path / "b"

    assert pack(_sources(first)) == pack(_sources(second))


def test_a_package_shows_nothing_of_its_files(tmp_path: Path) -> None:
    """Representations end up in tracebacks, and the profile is the house's own."""
    packed = packed_sources(pack(_sources(tmp_path)), fingerprint_key=KEY)

    assert "IBAN" not in repr(packed)
    assert "invented key" not in repr(packed)


def test_files_that_cannot_be_read_are_a_mistake(tmp_path: Path) -> None:
    """Nothing is left out."""
    sources = _sources(tmp_path)
    with pytest.raises(ConfigurationError) as wrong:
        pack(replace(sources, lexicons=tmp_path / "nowhere"))

    assert [problem.code for problem in wrong.value.problems] == ["unreadable"]


@pytest.mark.parametrize(
    ("package", "codes"),
    [
        (b"", ["no-package"]),
        (b"PK\x03\x04 and no more", ["no-package"]),
        (_zip(), ["no-package"]),
        (_zip(on_incomplete=b"allow"), ["no-package"]),
        *(
            (_zip(on_incomplete=b"hold", **{name: b""}), ["no-package"])
            for name in (
                *("../evil.yaml", "/etc/evil.yaml", "policies/../../evil.yaml", "policies/..\\evil.yaml", "evil.yaml"),
                *("policies/evil.sh", "other/evil.yaml", "policies/./evil.yaml", "policies//evil.yaml", "policies/"),
            )
        ),
        (_zip(**{f"policies/{number}.yaml": b"" for number in range(MOST_FILES + 1)}), ["package-too-large"]),
    ],
)
def test_what_is_no_package_is_refused(package: bytes, codes: list[str]) -> None:
    """A package that would let an incomplete scan pass is none."""
    assert _codes(package) == codes


def test_a_package_that_swells_is_refused_before_it_is_read() -> None:
    """The sizes stand in its table of contents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policies/a.yaml", b" " * (LARGEST + 1))

    assert _codes(packed.getvalue()) == ["package-too-large"]


def test_a_package_that_hides_its_size_is_refused_without_unpacking_it() -> None:
    """What a file announces is the most that is unpacked of it; a longer one is no package."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policies/a.yaml", b" " * (8 * LARGEST // 10))
    bomb, real = packed.getvalue(), (8 * LARGEST // 10).to_bytes(4, "little")
    assert bomb.count(real) == 2
    tracemalloc.start()
    codes = _codes(bomb.replace(real, (10).to_bytes(4, "little")))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert codes == ["no-package"]
    assert most < LARGEST // 10


@pytest.mark.parametrize(
    "name",
    ["policies//a.yaml", "policies/./a.yaml", "policies/.", "../a.yaml", "/policies/a.yaml", "policies/../a.yaml"],
)
def test_a_path_has_one_spelling(name: str) -> None:
    """Two spellings of a path could hide a file from whoever looks at the package with another program."""
    assert _codes(_zip(on_incomplete=b"hold", **{name: b"schema: 1\n"})) == ["no-package"]


def test_a_path_stands_there_once() -> None:
    """Or two programs could read different files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("on_incomplete", b"hold")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("on_incomplete", b"block")

    assert _codes(packed.getvalue()) == ["no-package"]


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_our_way_of_packing_is_unpacked(way: int) -> None:
    """The other ways have no bound on what comes out at once."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", way) as archive:
        archive.writestr("on_incomplete", b"hold")

    assert _codes(packed.getvalue()) == ["no-package"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_package_or_refused(data: bytes) -> None:
    """Never another exception."""
    assert _refusal(lambda: unpack(data)) <= {"no-package"}


@given(st.data())
def test_a_changed_package_is_read_or_refused(data: st.DataObject) -> None:
    """A bit that flipped anywhere."""
    package = bytearray(_zip(on_incomplete=b"hold", **{"policies/a.yaml": b"schema: 1\n"}))
    place = data.draw(st.integers(0, len(package) - 1))
    package[place] ^= 1 << data.draw(st.integers(0, 7))
    refused = _refusal(lambda: packed_sources(bytes(package), fingerprint_key=KEY))
    assert refused <= {"no-package", "package-too-large"}


def test_a_folder_lists_what_lies_in_it() -> None:
    """Files and folders, in order; what is not there cannot be opened."""
    folder = Packed({"a/c.yaml": b"1", "a/b/d.yaml": b"2", "ab.yaml": b"3"}, PurePosixPath("a"))
    inside = list(folder.iterdir())

    assert [(str(one), one.name, one.is_dir()) for one in inside] == [("a/b", "b", True), ("a/c.yaml", "c.yaml", False)]
    assert inside[0] < inside[1]
    assert (inside[1].parent, inside[1].open("rb").read()) == (folder, b"1")
    with pytest.raises(FileNotFoundError):
        Packed({}, PurePosixPath("a")).open("rb")
