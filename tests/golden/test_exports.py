"""Exports of earlier versions are read by this one, and by the program that lies in them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from proxy.audit.export import outsider
from proxy.audit.export.folder import Directory
from proxy.audit.export.verifying import verify_exports
from proxy.audit.tlog.keys import read_verifier_key
from proxy.audit.verify import Broken
from tests.golden.exports import EXPORTS, golden
from tests.replaced_keys import STRANGER

if TYPE_CHECKING:
    from pathlib import Path


def _keys(name: str) -> list[str]:
    return (EXPORTS / f"{name}.keys").read_text(encoding="utf-8").splitlines()


def _unpacked(name: str, place: Path) -> list[Path]:
    with zipfile.ZipFile(EXPORTS / f"{name}.zip") as archive:
        archive.extractall(place)
    return sorted(place.iterdir())


def test_there_are_some() -> None:
    """So that the others test something."""
    assert golden()


@pytest.mark.parametrize("name", golden())
def test_an_export_of_before_is_whole_with_each_of_its_keys(name: str, tmp_path: Path) -> None:
    """And with no other one."""
    folders = _unpacked(name, tmp_path)

    for line in _keys(name):
        found = verify_exports([Directory(one) for one in folders], keys=[read_verifier_key(line)])
        assert not isinstance(found, Broken), found
        assert len(found) == len(folders)
    refused = verify_exports([Directory(one) for one in folders], keys=[STRANGER.key()])
    assert isinstance(refused, Broken)
    assert refused.reason == "key_unknown"


@pytest.mark.parametrize("name", golden())
def test_the_programs_for_outsiders_take_it(name: str, tmp_path: Path) -> None:
    """The one that was exported, and the one of today; openssl takes all that they print."""
    folders = _unpacked(name, tmp_path / "exports")

    for number, line in enumerate(_keys(name)):
        for program in (str(folders[-1] / "verify.py"), outsider.__file__):
            here = tmp_path / f"{number}-{program == outsider.__file__}"
            here.mkdir()
            run = [sys.executable, "-I", program, *map(str, folders), line]
            said = subprocess.run(run, cwd=here, capture_output=True, text=True, check=True).stdout
            commands = [one.split() for one in said.splitlines() if one.startswith("openssl ")]
            assert commands
            for command in commands:
                subprocess.run(command, cwd=here, capture_output=True, check=True)
