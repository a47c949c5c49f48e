from __future__ import annotations

import re

import pytest

from proxy.detectors.versions import digest_of


def test_a_version_is_short_and_stable() -> None:
    """The same code has the same version in every process."""
    assert re.fullmatch(r"[0-9a-f]{16}", digest_of("a", modules=("surfaces",)))
    assert digest_of("a", modules=("surfaces",)) == digest_of("a", modules=("surfaces",))


def test_everything_that_decides_changes_the_version() -> None:
    """Name, modules, libraries and data all count."""
    versions = {
        digest_of("a", modules=("surfaces",)),
        digest_of("b", modules=("surfaces",)),
        digest_of("a", modules=("identifiers",)),
        digest_of("a", modules=("surfaces",), libraries=("regex",)),
        digest_of("a", modules=("surfaces",), data=("x=1",)),
        digest_of("a", modules=("surfaces",), data=("x=2",)),
    }

    assert len(versions) == 6


def test_a_module_that_does_not_exist_is_an_error() -> None:
    """A version over less than all the code would hide a change."""
    with pytest.raises(FileNotFoundError):
        digest_of("a", modules=("no_such_module",))
