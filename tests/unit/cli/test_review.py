"""`postgate review list`, `show` and `reveal`: what waits, and what people see of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.held_posts import TEXT, hold, pseudonym
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an empty installation."""
    return Installation(tmp_path)


@pytest.mark.req("JOB-REV-4")
def test_a_reviewer_sees_what_waits_and_uncovers_it_for_a_purpose(house: Installation) -> None:
    """Covered at first; both looks are on record, the purpose too."""
    ben = house.signer("Ben Beispiel", "review")
    empty = house.run("review", "list", token=ben)
    held = asyncio.run(hold(house))

    listed = house.run("review", "list", token=ben)
    rows = json.loads(house.run("review", "list", "--json", token=ben).output)["reviews"]
    shown = house.run("review", "show", held.review, token=ben, language="de")
    as_json = json.loads(house.run("review", "show", held.review, "--json", token=ben).stdout)
    clear = house.run("review", "reveal", held.review, "--purpose", "decision", "--case", "B-7", token=ben)

    assert (empty.exit_code, empty.output) == (0, "Nothing waits for you.\n")
    assert held.review in listed.output
    assert "sample/person" in listed.output
    assert [(row["id"], row["queue"], row["stages"], row["bulk"]) for row in rows] == [
        (held.review, "compliance", 1, True)
    ]
    assert "angehalten von: sample/person" in shown.stdout
    assert "Ein ██████ schreibt.\n    4-10 PERSON (names/full)" in shown.stdout
    assert "Verdeckt: 1. Aufdecken wird vermerkt" in shown.stderr
    assert (as_json["revealed"], as_json["parts"][0]["covered"]) == (False, 1)
    assert TEXT in clear.stdout
    assert clear.stderr == ""
    codes = [json.loads(line) for line in house.run("audit", "query", "--json").stdout.splitlines()]
    looks = {one["code"]: one["data"] for one in codes if one["code"].startswith("PG-20")}
    assert looks["PG-205"] == {"review": held.review, "spans": 1, "purpose": "decision", "case": "B-7"}
    assert looks["PG-204"] == {"review": held.review}


@pytest.mark.req("FEAT-10")
def test_who_is_not_asked_sees_nothing(house: Installation) -> None:
    """Authors of their own posts, other queues, other scopes, and what is not there; in words of both languages."""
    anna, dora, emil = (
        house.signer("Anna Beispiel", "review"),
        house.signer("Dora Beispiel", "review:legal"),
        house.signer("Emil Beispiel", "policy"),
    )
    held = asyncio.run(hold(house, author=pseudonym(house, anna)))

    own = house.run("review", "show", held.review, token=anna)
    other = house.run("review", "show", held.review, token=dora, language="de")
    scope = house.run("review", "list", token=emil)
    unknown = house.run("review", "show", "nothing", token=dora)
    nobody = house.run("review", "list", token="pgt_nobody")

    assert own.stderr.startswith("This is your own post")
    assert other.stderr.startswith("Diese Warteschlange ist nicht Ihre")
    assert scope.stderr.startswith("Only people with a token for it may review")
    assert {own.exit_code, other.exit_code, scope.exit_code, unknown.exit_code, nobody.exit_code} == {1}
    assert house.run("review", "list", token=anna).output == "Nothing waits for you.\n"


@pytest.mark.req("JOB-REV-1")
def test_a_text_cannot_draw_over_itself(house: Installation) -> None:
    """Who decides sees what is sent, and not what its author lets a terminal show."""
    ben = house.signer("Ben Beispiel", "review")
    held = asyncio.run(hold(house, "Ein Mensch schenkt Geld.\x1b[1K\rAlles harmlos."))

    shown = house.run("review", "reveal", held.review, "--purpose", "decision", token=ben)

    assert "Ein Mensch schenkt Geld.<U+001B>[1K<U+000D>Alles harmlos." in shown.stdout
    assert "\x1b" not in shown.stdout

    turned = asyncio.run(hold(house, "Ein Mensch schenkt Geld.\x9b1K\u202eneB"))
    as_json = house.run("review", "reveal", turned.review, "--purpose", "decision", "--json", token=ben).stdout

    assert "Geld.\\u009b1K\\u202eneB" in as_json
    assert json.loads(as_json)["parts"][0]["text"] == "Ein Mensch schenkt Geld.\x9b1K\u202eneB"


def test_an_image_is_saved_for_a_purpose(house: Installation, tmp_path: Path) -> None:
    """For nobody else to read, on record before, and never over a file that is there."""
    ben = house.signer("Ben Beispiel", "review")
    held = asyncio.run(hold(house, picture=b"invented picture"))
    file = tmp_path / "image"
    words = ("review", "image", held.review, "0", "--purpose", "decision", "--out", str(file))

    shown = house.run("review", "show", held.review, token=ben)
    saved = house.run(*words, token=ben)
    again = house.run(*words, token=ben, language="de")
    missing = house.run(*words[:3], "1", *words[4:-1], str(tmp_path / "other"), token=ben)

    assert "image 0: image/png, 16 bytes, description: none" in shown.stdout
    assert f"postgate review image {held.review} 0 --purpose decision" in shown.stdout
    assert (saved.exit_code, saved.output) == (0, f"Saved: {file} (image/png)\n")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"invented picture", 0o600)
    assert (again.exit_code, "Diese Datei gibt es schon" in again.stderr) == (2, True)
    assert (missing.exit_code, (tmp_path / "other").exists()) == (1, False)
    looks = [json.loads(line) for line in house.run("audit", "query", "--json").stdout.splitlines()]
    assert [one["data"] for one in looks if one["code"] == "PG-205"] == [
        {"review": held.review, "spans": 0, "purpose": "decision", "case": None, "image": 0}
    ]
