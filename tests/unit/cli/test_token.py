from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.identity.tokens import well_formed
from tests.installation import Installation
from tests.stores import bytes_on_disk

if TYPE_CHECKING:
    from pathlib import Path


def test_standard_output_is_the_token_alone(tmp_path: Path) -> None:
    """So that a script can take it; what people need to know goes to standard error."""
    house = Installation(tmp_path).with_account()

    done = house.run("token", "issue", "--principal", "Erika Beispiel", "--account", "mastodon:presse", "--days", "1")

    assert well_formed(done.stdout.removesuffix("\n"))
    assert done.stderr.startswith("Shown only now. Valid until ")
    assert done.stdout.strip().encode() not in bytes_on_disk(house.url)


def test_tokens_are_listed_by_their_first_characters(tmp_path: Path) -> None:
    """People by pseudonym: a list shows no name."""
    house = Installation(tmp_path).with_account()
    token = house.issue()

    listed = house.run("token", "list").output

    assert f"{token[:8]}..." in listed
    assert token not in listed
    assert "Erika" not in listed
    assert " a_" in listed


def test_a_token_is_revoked_once(tmp_path: Path) -> None:
    """The list says when; revoking again is a mistake, and so is another id."""
    house = Installation(tmp_path).with_account()
    house.issue()
    identifier = house.run("token", "list").output.splitlines()[1].split()[0]

    done = house.run("token", "revoke", identifier, "--reason", "lost")
    again = house.run("token", "revoke", identifier, language="de")
    unknown = house.run("token", "revoke", "nothing")

    assert (done.exit_code, done.output) == (0, f"Revoked: {identifier}\n")
    assert (again.exit_code, again.output) == (1, "Dieses Token ist schon widerrufen.\n")
    assert unknown.exit_code == 1
    assert len(house.run("token", "list").output.splitlines()[1].split()) == 6


def test_a_token_needs_an_account(tmp_path: Path) -> None:
    """And a life of at most a year."""
    house = Installation(tmp_path)

    missing = house.run("token", "issue", "--principal", "Erika", "--account", "mastodon:presse")
    too_long = house.run("token", "issue", "--principal", "E", "--account", "a", "--days", "366")

    assert missing.exit_code == 1
    assert missing.output.startswith("There is no account of this id")
    assert too_long.exit_code == 2


def test_a_token_may_be_for_one_queue(tmp_path: Path) -> None:
    """A scope that is none is a mistake, and the message lists what there is; a program does not review."""
    house = Installation(tmp_path)

    one = house.run("token", "issue", "--principal", "Erika", "--scope", "review:legal", "--scope", "deputy")
    wrong = house.run("token", "issue", "--principal", "Erika", "--scope", "review:Le gal")
    service = house.run("token", "issue", "--principal", "Tool", "--scope", "review", "--kind", "service")

    assert one.exit_code == 0
    assert "deputy review:legal" in " ".join(house.run("token", "list").output.split())
    assert (wrong.exit_code, service.exit_code) == (2, 2)
    assert "is none of post, submit," in wrong.stderr
