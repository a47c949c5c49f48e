"""Every broken file is refused, and what is said about it is exactly what is written down, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden import bad_files

if TYPE_CHECKING:
    from pathlib import Path

LEAST = 78


@pytest.mark.parametrize("name", bad_files.names())
def test_the_messages_are_those_written_down(name: str, tmp_path: Path) -> None:
    """Place, what was expected, what came, what to do: word by word."""
    written = {
        language: (bad_files.FOLDER / f"{name}.{language}.txt").read_text(encoding="utf-8")
        for language in bad_files.LANGUAGES
    }

    assert bad_files.messages(name, tmp_path) == written


@pytest.mark.parametrize("name", bad_files.names())
def test_every_broken_file_gives_at_least_one_message(name: str, tmp_path: Path) -> None:
    """No broken file is taken silently, and no message spans lines or repeats long content."""
    for text in bad_files.messages(name, tmp_path).values():
        assert text.strip()
        assert all(len(line) < 400 for line in text.splitlines())


def test_there_are_enough_broken_files() -> None:
    """The collection does not shrink."""
    assert len(bad_files.names()) >= LEAST
