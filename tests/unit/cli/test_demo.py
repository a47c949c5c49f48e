"""What `postgate demo` tries; that it works is shown by running it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import click
import pytest
from rich.console import Console

from proxy.cli.demo import DONATION, IBAN, Installation, Row, _table, free_port, steps
from proxy.loading.bundled import bundled
from proxy.loading.settings_file import load_settings

if TYPE_CHECKING:
    from pathlib import Path


class Client:
    """Takes whatever a Mastodon client takes, and remembers the words."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def status_post(self, text: str, poll: tuple[str, ...] = ()) -> None:
        """Remember a status."""
        self.said.append(" ".join((text, *poll)))

    def make_poll(self, options: list[str], expires_in: int) -> tuple[str, ...]:
        """Return the options."""
        assert expires_in
        return tuple(options)

    def media_post(self, image: bytes, *, mime_type: str, file_name: str, description: str) -> None:
        """Remember the texts of an image."""
        assert image
        assert mime_type
        self.said.append(f"{file_name} {description}")

    def account_update_credentials(self, note: str) -> None:
        """Remember a profile."""
        self.said.append(note)


def test_every_step_says_what_can_be_found_again() -> None:
    """Whether something reached the platform is judged by words of its own."""
    client = Client()
    for step in steps():
        step.act(client)
    traces = [step.trace for step in steps()]

    for position, said in enumerate(client.said):
        assert [trace for trace in traces if trace in said] == [traces[position]]


def test_a_leak_is_tried_in_every_place() -> None:
    """Text, poll, alt text and profile are blocked, a customer is held, two posts pass."""
    client = Client()
    for step in steps():
        step.act(client)

    assert sum(IBAN in said for said in client.said) == 4
    assert [step.expected for step in steps()].count("block") == 4
    assert {step.expected for step in steps()} == {"allow", "block", "hold"}


def test_the_donation_account_is_on_the_list() -> None:
    """The example organisation allows the number that the demo posts."""
    listed = (bundled("policies") / "organisation.yaml").read_text(encoding="utf-8").replace(" ", "")

    assert DONATION.replace(" ", "") in listed


@pytest.mark.parametrize(
    ("verdict", "reached", "good"),
    [("block", False, True), ("block", True, False), ("allow", True, False), ("refused", False, False)],
)
def test_a_step_is_good_when_verdict_and_platform_agree(verdict: str, reached: bool, good: bool) -> None:
    """A block that reached the platform all the same is the worst of all."""
    step = steps()[1]
    row = Row(step=step, verdict=verdict, rule="a/b", reached=reached)

    assert row.good is good


def test_the_table_shows_every_column() -> None:
    """What was posted, verdict, rule, and whether it reached the platform."""
    console = Console(width=110, record=True, file=io.StringIO())
    console.print(_table([Row(step=steps()[1], verdict="block", rule="bank/iban", reached=False)]))
    shown = console.export_text()

    assert all(word in shown for word in ("IBAN in the text", "block", "bank/iban", "no", "Reached the platform"))


def test_the_demos_own_configuration_is_valid(tmp_path: Path) -> None:
    """It is read by the same loader as everybody's, and listens on loopback only."""
    house = Installation(tmp_path)
    settings = load_settings(house.config, {})

    assert house.address == settings.doors[0].public_url
    assert settings.doors[0].listen == f"127.0.0.1:{house.door}"
    assert house.command("serve")[:4] == [sys.executable, "-I", "-m", "proxy"]


def test_a_command_that_fails_ends_the_demo_with_its_words(tmp_path: Path) -> None:
    """The reader sees what went wrong."""
    house = Installation(tmp_path)
    house.config.write_text("schema: 7\n", encoding="utf-8")
    with pytest.raises(click.ClickException) as ended:
        house.run("init")

    assert "postgate init ended with 2" in ended.value.message
    assert "postgate.yaml:1" in ended.value.message


def test_ports_are_free() -> None:
    """Two questions, two ports that can be listened at."""
    assert 1024 <= free_port() <= 65535
