"""The programs that a page tells people to use are those that the tests run, in the versions that they run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.house.files import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [REPOSITORY / f"docs/how-to/employee/connect-a-client.{language}.md" for language in ("de", "en")]
ROW = re.compile(r"^\| (?P<name>[\w.@/-]+)[^|]*\| (?P<version>[\d.]+) \|", re.MULTILINE)


def _pinned() -> dict[str, str]:
    lock = (REPOSITORY / "requirements" / "dev.txt").read_text(encoding="utf-8")
    package = json.loads((REPOSITORY / "tests/e2e/npm/package.json").read_text(encoding="utf-8"))
    return {_plain(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)} | {
        _plain(name): version for name, version in package["dependencies"].items()
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.suffixes[0][1:])
def test_the_versions_on_the_page_are_those_of_the_tests(page: Path) -> None:
    """An upgrade of a client changes the page, too; at least eleven clients are named."""
    text = page.read_text(encoding="utf-8")
    pinned = _pinned()
    named = {row["name"]: row["version"] for row in ROW.finditer(text)}

    assert len(named) >= 11
    assert {name: pinned.get(_plain(name)) for name in named} == named
