from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation
from tests.stores import bytes_on_disk

if TYPE_CHECKING:
    from pathlib import Path


def test_an_account_is_added_listed_and_removed(tmp_path: Path) -> None:
    """The credential comes from standard input and is shown nowhere."""
    house = Installation(tmp_path).with_account()

    listed = house.run("account", "list")
    removed = house.run("account", "remove", "mastodon:presse")
    after = house.run("account", "list")

    assert listed.output.splitlines()[1].split()[:3] == ["mastodon:presse", "mastodon", "presse"]
    assert removed.output.startswith("Removed: mastodon:presse")
    assert "mastodon:presse" not in after.output
    assert "platform-credential" not in listed.output + removed.output
    assert b"platform-credential" not in bytes_on_disk(house.url)


def test_a_credential_comes_from_a_file(tmp_path: Path) -> None:
    """White space around it is no part of it."""
    house = Installation(tmp_path)
    file = tmp_path / "credential"
    file.write_text("  abc \n", encoding="utf-8")

    done = house.run(
        "account", "add", "mastodon:a", "--platform", "mastodon", "--door", "d", "--credential-file", str(file)
    )

    assert (done.exit_code, done.output) == (0, "Added: mastodon:a\n")


@pytest.mark.parametrize(
    ("account", "credential", "words"),
    [("presse", "x", "mastodon:NAME"), ("mastodon:", "x", "mastodon:NAME"), ("mastodon:a", " \n", "it is empty")],
)
def test_mistakes_are_named(tmp_path: Path, account: str, credential: str, words: str) -> None:
    """An id without its platform, a file without a credential."""
    done = Installation(tmp_path).run(
        "account", "add", account, "--platform", "mastodon", "--door", "d", "--credential-file", "-", stdin=credential
    )

    assert done.exit_code == 2
    assert words in done.output


@pytest.mark.parametrize(
    ("platform", "good", "words"),
    [
        ("bluesky", "did:plc:erfundenerfundenerfunden abcd-efgh-ijkl-mnop", "an app password"),
        ("linkedin", "urn:li:organization:5583111 a-token", "URNs"),
    ],
)
def test_a_credential_says_whose_it_is(tmp_path: Path, platform: str, good: str, words: str) -> None:
    """Where a token alone does not."""
    house = Installation(tmp_path)
    account = ["account", "add", f"{platform}:a", "--platform", platform, "--door", "d", "--credential-file", "-"]
    alone = house.run(*account, stdin=good.split(" ")[1])
    whole = house.run(*account, stdin=good)

    assert (alone.exit_code, whole.exit_code) == (2, 0)
    assert words in alone.output


def test_what_exists_or_does_not_is_said_in_two_languages(tmp_path: Path) -> None:
    """Adding twice, removing what is not there."""
    house = Installation(tmp_path).with_account()
    twice = house.run(
        "account",
        "add",
        "mastodon:presse",
        "--platform",
        "mastodon",
        "--door",
        "d",
        "--credential-file",
        "-",
        stdin="x",
    )
    missing = house.run("account", "remove", "mastodon:nobody", language="de")

    assert (twice.exit_code, twice.output) == (1, "There is an account of this id already.\n")
    assert (missing.exit_code, missing.output) == (1, "Es gibt kein Konto mit dieser Kennung.\n")


def test_there_is_no_option_for_the_credential_itself(tmp_path: Path) -> None:
    """A command line is readable by every user of the machine."""
    done = Installation(tmp_path).run("account", "add", "--help")

    assert "--credential " not in done.output
