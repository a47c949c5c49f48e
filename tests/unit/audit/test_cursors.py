from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from proxy.audit.cursors import read_cursor, write_cursor
from proxy.core.errors import MalformedRequest
from proxy.storage.engines import create_reader
from tests.exports import fill, record
from tests.stores import migrated
from tests.works import Sample, blocked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

WANTED = {"code": "PG-101", "oldest_first": False}


def _opened(directory: Path, posts: int) -> Connection:
    directory.mkdir(exist_ok=True)
    url = migrated(f"sqlite:///{directory}/log.db")
    fill(url, posts)
    return create_reader(url).connect()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Return a connection to a log of eight records."""
    connection = _opened(tmp_path, 2)
    yield connection
    connection.close()
    connection.engine.dispose()


def test_a_cursor_says_where_to_go_on(connection: Connection, tmp_path: Path) -> None:
    """Also when the log has grown since."""
    cursor = write_cursor(connection, WANTED, began=(1, 8), after=(1, 3))
    record(f"sqlite:///{tmp_path}/log.db", [blocked(Sample())])

    assert read_cursor(connection, cursor, WANTED, top=(1, 9)) == ((1, 8), (1, 3))


@pytest.mark.parametrize("cursor", ["", "x", "QQ==", "ä", "\N{SUPERSCRIPT TWO}", "=" * 10_000])
def test_what_is_no_cursor_is_refused(connection: Connection, cursor: str) -> None:
    """In our words."""
    with pytest.raises(MalformedRequest, match="another text"):
        read_cursor(connection, cursor, WANTED, top=(1, 8))


def test_a_cursor_belongs_to_its_filter(connection: Connection) -> None:
    """Another one needs a search of its own."""
    cursor = write_cursor(connection, WANTED, began=(1, 8), after=(1, 3))

    with pytest.raises(MalformedRequest, match="another filter"):
        read_cursor(connection, cursor, WANTED | {"rule": "bank/iban"}, top=(1, 8))


def test_a_cursor_belongs_to_its_log(connection: Connection, tmp_path: Path) -> None:
    """To no other log of the same size, and to none that is shorter than when the search began."""
    cursor = write_cursor(connection, WANTED, began=(1, 8), after=(1, 3))
    other = _opened(tmp_path / "other", 2)

    with pytest.raises(MalformedRequest, match="another log"):
        read_cursor(other, cursor, WANTED, top=(1, 8))
    with pytest.raises(MalformedRequest, match="another log"):
        read_cursor(connection, cursor, WANTED, top=(1, 7))
    other.close()
    other.engine.dispose()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((2, "7"), (2, "9"), (2, "9" * 18), (4, "4"), (4, "8"), (4, "9" * 18), (5, "0" * 32)),
        *((1, "2"), (1, "999999999"), (3, "2")),
    ],
)
def test_a_changed_cursor_is_refused(connection: Connection, field: int, value: str) -> None:
    """Size, place and seal are one."""
    cursor = write_cursor(connection, WANTED, began=(1, 8), after=(1, 3))
    parts = base64.urlsafe_b64decode(cursor).decode().split(".")
    parts[field] = value

    with pytest.raises(MalformedRequest, match="another log"):
        read_cursor(connection, base64.urlsafe_b64encode(".".join(parts).encode()).decode(), WANTED, top=(1, 8))


@pytest.mark.parametrize("place", ["-1", "", "9" * 19, " 3", "３"])
def test_a_place_is_a_plain_number(connection: Connection, place: str) -> None:
    """As long as a column takes."""
    parts = base64.urlsafe_b64decode(write_cursor(connection, WANTED, began=(1, 8), after=(1, 3))).decode().split(".")
    parts[4] = place

    with pytest.raises(MalformedRequest, match="another text"):
        read_cursor(connection, base64.urlsafe_b64encode(".".join(parts).encode()).decode(), WANTED, top=(1, 8))
