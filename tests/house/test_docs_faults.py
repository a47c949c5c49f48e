"""The page about faults has every row, and every test that a row names is there."""

from __future__ import annotations

import re

from tests.house.files import REPOSITORY

PAGE = REPOSITORY / "docs/explanation/faults.md"
ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<fault>[^|]+) \| (?P<promise>[^|]+) \| (?P<shown>[^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<test>test_\w+)`")
FAULTS = 43


def test_every_fault_has_a_row_with_a_test_or_a_reason() -> None:
    """A row without a test says why there is none."""
    rows = list(ROW.finditer(PAGE.read_text(encoding="utf-8")))
    bare = [row["number"] for row in rows if not NAMED.search(row["shown"]) and "not tested here" not in row["promise"]]

    assert [int(row["number"]) for row in rows] == list(range(1, FAULTS + 1))
    assert bare == []


def test_every_named_test_is_there() -> None:
    """A promise does not outlive its proof."""
    gone = []
    for named in NAMED.finditer(PAGE.read_text(encoding="utf-8")):
        file = REPOSITORY / "tests" / named["file"]
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if not re.search(rf"^(async )?def {named['test']}\(", text, re.MULTILINE):
            gone.append(f"{named['file']}::{named['test']}")

    assert gone == []
