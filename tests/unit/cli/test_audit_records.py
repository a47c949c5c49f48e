from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.gate.work import Subject
from proxy.storage.engines import create_engine
from tests import outsider
from tests.exports import fill
from tests.exports import record as write
from tests.installation import ORIGIN, Installation
from tests.works import Sample, blocked

if TYPE_CHECKING:
    from pathlib import Path


def _records(house: Installation, *words: str) -> list[dict[str, object]]:
    done = house.run("audit", "query", "--json", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_search_is_on_record_before_it_is_shown(tmp_path: Path) -> None:
    """The next search finds it, with its filter and who asked, by pseudonym."""
    house = Installation(tmp_path).with_account()

    first = _records(house, "--code", "PG-407")
    second = _records(house, "--code", "PG-510")

    assert [record["code"] for record in first] == ["PG-407"]
    assert [record["data"] for record in second] == [
        {"filter": {"code": "PG-407", "oldest_first": False}, "returned": 1, "from_seq": 0, "to_seq": 0}
    ]
    actor = second[0]["actor"]
    assert isinstance(actor, dict)
    assert actor["kind"] == "operator"
    assert str(actor["ref"]).startswith("o_")


def test_a_line_is_the_leaf_with_its_place(tmp_path: Path) -> None:
    """Everything that was hashed, and the hash."""
    house = Installation(tmp_path).with_account()

    (record,) = _records(house)

    assert (record["seq"], record["type"], record["v"]) == (0, "account.added", 1)
    assert len(str(record["leaf_hash"])) == 64


def test_a_table_shows_what_matters(tmp_path: Path) -> None:
    """Newest first, one record a line; more is said on standard error."""
    house = Installation(tmp_path).with_account()
    house.issue()

    done = house.run("audit", "query", "--limit", "1")
    more = done.stderr.strip().split()[-1]
    rest = house.run("audit", "query", "--cursor", more)

    assert "PG-403 token.issued" in done.stdout
    assert "PG-407" not in done.stdout
    assert "PG-407 account.added" in rest.stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--from", "2000-01-01"), 1),
        (("--to", "2000-01-01"), 0),
        (("--from", "2000-01-01T00:00:00+02:00", "--platform", "mastodon"), 1),
        (("--account", "mastodon:other"), 0),
        (("--oldest-first", "--limit", "100000"), 1),
    ],
)
def test_filters_are_options(tmp_path: Path, words: tuple[str, ...], count: int) -> None:
    """Times without zone are UTC."""
    assert len(_records(Installation(tmp_path).with_account(), *words)) == count


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--from", "yesterday"), 2), (("--limit", "0"), 2), (("--decision", "maybe"), 2), (("--cursor", "x"), 1)],
)
def test_mistakes_end_the_command(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    """Nothing is shown."""
    done = Installation(tmp_path).run("audit", "query", *words)

    assert done.exit_code == code
    assert done.stdout == ""


def test_without_a_record_nothing_is_shown(tmp_path: Path) -> None:
    """The database cannot be written: no results."""
    house = Installation(tmp_path).with_account()
    engine = create_engine(house.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_records BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    engine.dispose()

    done = house.run("audit", "query")

    assert done.exit_code == 1
    assert "PG-407" not in done.output


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--outcome", "published"), 1),
        (("--outcome", "unknown"), 0),
        (("--policy-digest", "sha256:aa"), 2),
        (("--policy-digest", "sha256:bb"), 0),
        (("--entity", "IBAN_CODE"), 0),
    ],
)
def test_posts_are_found_by_what_became_of_them(tmp_path: Path, words: tuple[str, ...], count: int) -> None:
    """Also by what the leaves alone say."""
    house = Installation(tmp_path).with_account()
    fill(house.url, 1, origin=ORIGIN)

    assert len(_records(house, *words)) == count


def test_a_decision_is_found_by_what_its_author_sees(tmp_path: Path) -> None:
    """With `d-` before it or without."""
    house = Installation(tmp_path).with_account()
    fill(house.url, 1, origin=ORIGIN)
    (decided,) = _records(house, "--decision", "block")

    assert _records(house, "--id", f"d-{decided['id']}") == _records(house, "--id", str(decided["id"])) == [decided]


@pytest.mark.parametrize(
    ("language", "words", "says"),
    [
        ("en", "Record 0 of 2 in the log", "PG-407 account.added: An account"),
        ("de", "Eintrag 0 von 2 des Protokolls", "PG-407 account.added: Ein Konto"),
    ],
)
def test_a_record_is_shown_with_its_proof(tmp_path: Path, language: str, words: str, says: str) -> None:
    """The leaf, the hashes and the signed checkpoint; that somebody looked is on record."""
    house = Installation(tmp_path).with_account()
    (record,) = _records(house)

    done = house.run("audit", "show", "0", "--language", language)

    assert done.exit_code == 0, done.output
    assert words in done.stdout
    assert says in done.stdout
    assert f"leaf hash {record['leaf_hash']}" in done.stdout
    assert '"code": "PG-407"' in done.stdout
    assert f"{ORIGIN}\n2\n" in done.stdout
    looked = [one["data"] for one in _records(house, "--code", "PG-510")]
    assert {"filter": {"record": "0"}, "returned": 1, "from_seq": 0, "to_seq": 0} in looked


def test_what_is_shown_as_values_is_a_proof(tmp_path: Path) -> None:
    """A program that shares no code with ours agrees, from what was printed alone."""
    house = Installation(tmp_path).with_account()
    fill(house.url, 2, origin=ORIGIN)
    key = house.run("audit", "key").stdout.strip()

    shown = json.loads(house.run("audit", "show", "5", "--json").stdout)

    stated = outsider.checkpoint(shown["checkpoint"].encode(), key)
    assert stated == (ORIGIN, shown["size"], bytes.fromhex(shown["root"]))
    leaf = json.dumps(shown["record"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    hashed = hashlib.sha256(b"\0" + leaf).digest()
    assert hashed.hex() == shown["leaf_hash"]
    hashes = [base64.b64decode(one) for one in shown["proof"]]
    assert outsider.included(hashed, shown["seq"], shown["size"], hashes, stated[2])


@pytest.mark.parametrize("record", ["99", "none", "d-none"])
def test_what_is_not_in_the_log_is_not_shown(tmp_path: Path, record: str) -> None:
    """Exit code 1."""
    done = Installation(tmp_path).with_account().run("audit", "show", record)

    assert done.exit_code == 1
    assert done.stdout == ""


def test_nothing_of_a_record_steers_the_terminal(tmp_path: Path) -> None:
    """An account may be called like anything."""
    house = Installation(tmp_path).with_account()
    fill(house.url, 1, origin=ORIGIN)
    work = blocked(Sample())
    subject = Subject(account="mastodon:\x9b31m\u202erot\x07", post=work.records[0].subject.post)
    write(house.url, [replace(work, records=(replace(work.records[0], subject=subject),))], origin=ORIGIN)

    shown = house.run("audit", "show", "5").stdout

    assert "mastodon:\\u009b31m\\u202erot\\u0007" in shown
    assert [one for one in shown if not one.isprintable()] == ["\n"] * shown.count("\n")


def test_no_text_gets_into_the_record_of_a_search(tmp_path: Path) -> None:
    """It stays for ever; a filter of several words is refused, and nobody looked."""
    house = Installation(tmp_path).with_account()
    done = house.run("audit", "query", "--rule", "Kundin Erika Beispiel")
    looked = house.run("audit", "query", "--code", "PG-510", "--json").stdout

    assert (done.exit_code, "Beispiel" in done.output) == (1, False)
    assert looked == ""
