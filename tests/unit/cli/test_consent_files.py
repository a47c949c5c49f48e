"""Consents as people write them: mistakes by row and column, never by value. All names are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from proxy.cli.consent_files import COLUMNS, PLATFORMS, read_row, read_table
from proxy.core.detection.spellings import name_prints
from proxy.core.policy.consent import TOPICS
from proxy.gate.consent_register import MOST

KEY = b"k" * 32
TODAY = date(2026, 11, 23)
GOOD = {
    "names": "Anna Beispiel | Frau Beispiel",
    "evidence": "DMS-2026-17",
    "owner": "marketing",
    "topics": "",
    "platforms": "mastodon|bluesky",
    "from": "2026-12-01",
    "until": "2027-06-30",
}
HEAD = ";".join(COLUMNS)
ROW = ";".join(GOOD.values())


def test_a_row_becomes_a_consent() -> None:
    """Names as fingerprints of all their spellings, days as those of the house."""
    draft, mistakes = read_row(GOOD, key=KEY, today=TODAY)

    assert mistakes == ()
    assert draft is not None
    assert draft.names == name_prints(KEY, "Anna Beispiel") | name_prints(KEY, "Frau Beispiel")
    assert draft.topics == frozenset()
    assert draft.platforms == {"mastodon", "bluesky"}
    assert draft.since == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert draft.until == datetime(2027, 6, 30, 22, tzinfo=UTC)
    assert "Beispiel" not in repr(draft)


def test_all_is_all_that_is_known_now() -> None:
    """A platform that comes later needs another consent."""
    draft, _ = read_row({**GOOD, "topics": "all", "platforms": "all"}, key=KEY, today=TODAY)

    assert draft is not None
    assert (draft.topics, draft.platforms) == (frozenset(TOPICS), frozenset(PLATFORMS))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("names", ""),
        ("names", " | "),
        ("names", "Al"),
        ("names", "x" * 101),
        ("names", "|".join(f"Name {letter}" for letter in "abcdefghijklmnopqrstu")),
        ("evidence", ""),
        ("evidence", "Vertrag"),
        ("evidence", "Vertrag Beispiel 17"),
        ("owner", "Anna Beispiel"),
        ("topics", "health"),
        ("topics", "contract-topic|all"),
        ("platforms", ""),
        ("platforms", "myspace"),
        ("from", "soon"),
        ("from", "2026-02-30"),
        ("until", "2026-11-22"),
        ("until", "2026-11-30"),
        ("until", "2032-01-01"),
        ("until", "20270630"),
    ],
)
def test_every_mistake_is_told_by_its_column(column: str, value: str) -> None:
    """In both languages, without what stands there."""
    draft, (mistake,) = read_row({**GOOD, column: value}, key=KEY, today=TODAY, row=7)

    assert draft is None
    assert (mistake.row, mistake.column) == (7, column)
    assert mistake.says.de != mistake.says.en
    assert not value.strip(" |") or value == "all" or value not in mistake.says.en


def test_all_mistakes_of_a_row_are_told_together() -> None:
    """Nobody corrects a table one cell at a time."""
    _, mistakes = read_row(dict.fromkeys(COLUMNS, ""), key=KEY, today=TODAY)

    assert [one.column for one in mistakes] == ["names", "evidence", "owner", "platforms", "from", "until"]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}\n",
        f"\ufeff{HEAD}\r\n{ROW}\r\n\r\n",
        f"{HEAD.replace(';', ',')}\n{ROW.replace(';', ',')}",
        f"{HEAD.upper()}\n;;;;;;\n{ROW}",
    ],
)
def test_a_table_is_read_as_programs_write_it(text: str) -> None:
    """With commas or semicolons, with a mark in front, with empty lines."""
    ((number, draft),), mistakes = read_table(text, key=KEY, today=TODAY)

    assert mistakes == ()
    assert number in {2, 3}
    assert draft == read_row(GOOD, key=KEY, today=TODAY)[0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [1]),
        (ROW, [1]),
        (HEAD, [1]),
        (f"{HEAD}\n" + f"{ROW}\n" * (MOST + 1), [1]),
        (f"{HEAD}\n{ROW};x\n", [2]),
        (f"{HEAD}\n{ROW}\n{ROW}\n", [3]),
        (f"{HEAD}\n{ROW}\n{ROW.replace('DMS-2026-17', 'Akte')}\n{ROW}", [3, 4]),
        (f'{HEAD}\n"Anna Beispiel', [2]),
    ],
)
def test_mistakes_of_a_table_are_told_by_their_rows(text: str, rows: list[int]) -> None:
    """As an editor counts them."""
    _, mistakes = read_table(text, key=KEY, today=TODAY)

    assert [one.row for one in mistakes] == rows
    assert all("Beispiel" not in one.says.de + one.says.en for one in mistakes)
