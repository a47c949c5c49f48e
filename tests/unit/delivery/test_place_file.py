"""A place that outlives the process."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from proxy.delivery.place_file import PlaceFile
from proxy.gate.notices import Place

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_was_written_is_read(tmp_path: Path) -> None:
    """By another process too; the folder is made, nothing is left beside the file, and it is ours alone."""
    file = tmp_path / "state" / "told-mail"
    first = PlaceFile(file, failed=lambda: None)
    assert await first.read() is None
    await first.write(Place(log=1, seq=7))
    await first.write(Place(log=2, seq=0))

    assert await PlaceFile(file, failed=lambda: None).read() == Place(log=2, seq=0)
    assert [one.name for one in file.parent.iterdir()] == ["told-mail"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "1", "1 x", "1 2 3", "ä 1"])
async def test_what_cannot_be_read_is_no_place(tmp_path: Path, content: str) -> None:
    """The node begins anew."""
    file = tmp_path / "told-mail"
    file.write_text(content, encoding="utf-8")

    assert await PlaceFile(file, failed=lambda: None).read() is None


async def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    """And stops nothing."""
    failures = [0]

    def failed() -> None:
        failures[0] += 1

    (tmp_path / "state").write_text("a file where a folder should be", encoding="utf-8")
    await PlaceFile(tmp_path / "state" / "told-mail", failed=failed).write(Place(log=1, seq=1))

    assert failures == [1]
