from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.audit.signed import signer_of
from proxy.storage.engines import create_engine
from tests.exports import fill
from tests.installation import ORIGIN, Installation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an installation with a few posts; whoever checks it has no keys."""
    house = Installation(tmp_path)
    fill(house.url, 3, origin=ORIGIN)
    (house.keys / "kek").unlink()
    return house


def _change(house: Installation, *statements: str) -> None:
    engine = create_engine(house.url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize(
    ("language", "whole", "fits"),
    [("en", "The log is whole: 12 records", "Posts, attempts"), ("de", "unversehrt: 12 Einträge", "Beiträge, Sende")],
)
def test_a_log_and_its_rows_fit(house: Installation, language: str, whole: str, fits: str) -> None:
    """Exit code 0; nothing is written."""
    done = house.run("audit", "fsck", "--language", language)
    result = json.loads(house.run("audit", "fsck", "--json").stdout)

    assert done.exit_code == 0, done.output
    assert whole in done.output
    assert fits in done.output
    assert (result["verified"], result["size"], result["misfits"], result["rebuilt_nodes"]) == (True, 12, [], None)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "in another state than its records"), ("de", "in einem anderen Zustand")]
)
def test_rows_that_do_not_fit_are_named(house: Installation, language: str, words: str) -> None:
    """Exit code 1, also when the log itself is whole; how many of which kind, and which."""
    _change(house, "UPDATE posts SET state = 'held' WHERE state = 'blocked'")

    done = house.run("audit", "fsck", "--language", language)
    result = json.loads(house.run("audit", "fsck", "--json").stdout)

    assert done.exit_code == 1
    assert words in done.output
    assert "post_state 3: " in done.output
    assert done.output.count("the row says held, its records blocked") == 3
    assert (result["verified"], {one["check"] for one in result["misfits"]}) == (True, {"post_state"})


def test_a_long_list_ends_somewhere(house: Installation) -> None:
    """All are counted."""
    fill(house.url, 60, origin=ORIGIN, at_once=180)
    _change(house, "UPDATE posts SET state = 'held'")

    done = house.run("audit", "fsck")

    assert "post_state 126: " in done.output
    assert "... and 26 more" in done.output


@pytest.mark.parametrize(
    ("language", "broken", "put_back"), [("en", "NOT whole", "put back: 10"), ("de", "NICHT unversehrt", "Baums: 10")]
)
def test_lost_nodes_are_put_back_when_asked(house: Installation, language: str, broken: str, put_back: str) -> None:
    """Not before."""
    _change(house, "DROP TRIGGER audit_nodes_no_delete", "DELETE FROM audit_nodes")

    before = house.run("audit", "fsck", "--language", language)
    rebuilt = house.run("audit", "fsck", "--rebuild-nodes", "--language", language)
    after = house.run("audit", "fsck", "--language", language)

    assert (before.exit_code, rebuilt.exit_code, after.exit_code) == (1, 0, 0), rebuilt.output
    assert broken in before.output
    assert put_back in rebuilt.output


def test_a_changed_leaf_is_never_covered_up(house: Installation) -> None:
    """Exit code 1 with and without nodes to put back."""
    _change(
        house,
        "DROP TRIGGER audit_nodes_no_delete",
        "DELETE FROM audit_nodes",
        "DROP TRIGGER audit_records_no_update",
        "UPDATE audit_records SET leaf_hash = zeroblob(32) WHERE seq = 3",
    )

    rebuilt = house.run("audit", "fsck", "--rebuild-nodes")

    assert rebuilt.exit_code == 1
    assert "restore the database from a backup" in rebuilt.output
    assert "leaf_hash_mismatch, record 3" in house.run("audit", "fsck").output


def test_signatures_are_checked_with_the_key_of_the_log(tmp_path: Path) -> None:
    """With another key they are refused."""
    house = Installation(tmp_path).with_account()
    assert house.run("audit", "show", "0").exit_code == 0
    key = house.run("audit", "key").stdout.strip()

    known = house.run("audit", "fsck", "--key", key)
    other = house.run("audit", "fsck", "--key", signer_of(ORIGIN, bytes(32)).key().text(), "--json")

    assert known.exit_code == 0, known.output
    assert "signatures checked" in known.output
    assert other.exit_code == 1
    assert json.loads(other.stdout)["reason"] == "key_unknown"


def test_a_database_without_a_log_is_said(tmp_path: Path) -> None:
    """Exit code 1."""
    assert Installation(tmp_path).run("audit", "fsck").exit_code == 1
    assert Installation(tmp_path / "other").run("audit", "fsck", "--rebuild-nodes").exit_code == 1
