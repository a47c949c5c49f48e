from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Confidence
from proxy.detectors.emails import REACH, RESERVED, EmailFinder, OfflineEmailRecognizer, windows

if TYPE_CHECKING:
    from pathlib import Path

FINDER = EmailFinder()
RECOGNIZER = OfflineEmailRecognizer(supported_language="de")


def _found(text: str) -> list[str]:
    return [value for _start, _end, _confidence, value in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Schreibt an anna.meier@kunde-beispiel.de!", ["anna.meier@kunde-beispiel.de"]),
        ("(a@b.example.org)", ["a@b.example.org"]),
        ("a@example.org, b@example.com", ["a@example.org", "b@example.com"]),
        ("mailto:o'hara+news@example.co.uk?subject=x", ["o'hara+news@example.co.uk"]),
        ("ä.ö@müller.de", ["ä.ö@müller.de"]),
        ("keine@adresse", []),
        ("10 Stück @ 3.50", []),
        ("a@b.nosuchsuffix", []),
    ],
)
def test_addresses_with_a_known_suffix_are_found(text: str, expected: list[str]) -> None:
    """Form and public suffix together make an address, and it is high."""
    assert _found(text) == expected
    assert {confidence for *_, confidence, _value in FINDER.find(text)} <= {Confidence.HIGH}


@pytest.mark.parametrize(
    "text",
    [
        "@anna@mastodon.social",
        "Danke an @presse_team@social.beispiel.de!",
        "(@a.b-c@x.org)",
        "Ich bin @deichgräfin@norden.example",
        "https://mastodon.social/@anna@chaos.social",
        ".@anna@mastodon.social hat recht",
    ],
)
def test_mentions_are_no_addresses(text: str) -> None:
    """`@name@server` is how the fediverse names people."""
    assert _found(text) == []


@pytest.mark.parametrize("text", ["@anna+privat@example.org", "@o'hara@example.org"])
def test_what_no_server_allows_as_a_name_is_an_address_again(text: str) -> None:
    """An `@` in front does not hide an address that cannot be a handle."""
    assert len(_found(text)) == 1


@pytest.mark.parametrize("ending", RESERVED)
def test_endings_reserved_for_examples_are_addresses_too(ending: str) -> None:
    """Whoever tries the rules out sees them work."""
    assert _found(f"an max.muster@firma.{ending}!") == [f"max.muster@firma.{ending}"]
    assert _found(f"danke @max@firma.{ending}!") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Umfrage\nmax.muster@\nweb.de", ["max.muster@web.de"]),
        ("max.muster@web\n.de", ["max.muster@web.de"]),
        ("max.muster@web.\nde", ["max.muster@web.de"]),
        ("max.muster\n@web.de", ["max.muster@web.de"]),
        ("info@\nweb.de", ["info@web.de"]),
        ("Danke\n@anna.bsky.social", []),
        ("Danke an max.muster\n@anna.bsky.social", []),
        ("Gruß\n@anna@social.example", []),
        ("@tilda@social\n.example", []),
        ("max@\nnirgends.nosuchsuffix", []),
        ("Treffen @\nKantine.de", []),
        ("max.muster@web.de", []),
        ("zwei\nZeilen", []),
    ],
)
def test_addresses_over_a_line_break(text: str, values: list[str]) -> None:
    """The break stands after the `@` or at a dot; lines that begin with a mention are no address."""
    assert [value for *_, value in FINDER.find_broken(text)] == values


def test_a_mailbox_of_a_task_stays_one_over_a_line_break() -> None:
    """It is as unsure as in one line."""
    assert [confidence for *_, confidence, _value in FINDER.find_broken("info@\nweb.de")] == [Confidence.LOW]


_LISTENING = """
import sys
from proxy.detectors.emails import EmailFinder
from proxy.detectors.sandbox import REFUSED

def listen(event, _):
    if event in REFUSED:
        print(event)
        raise PermissionError(event)

sys.addaudithook(listen)
print([value for *_, value in EmailFinder().find("a@frisch.beispiel.hamburg")])
"""


def test_the_suffix_list_is_the_packaged_one(tmp_path: Path) -> None:
    """A fresh finder asks nobody and keeps nothing, also for a host it never saw; a refused look-up would be silent."""
    environment = os.environ | {"TLDEXTRACT_CACHE": str(tmp_path)}

    said = subprocess.run(
        [sys.executable, "-c", _LISTENING], env=environment, capture_output=True, text=True, check=True
    )

    assert said.stdout == "['a@frisch.beispiel.hamburg']\n"
    assert list(tmp_path.iterdir()) == []


@given(
    st.text(alphabet="ab.@-_ +ä'\n#", max_size=60) | st.from_regex(r"[ab.@ ]{0,9}[a-c]{1,3}@[a-c]{1,3}\.(de|x)[ @.]*")
)
def test_looking_only_around_at_signs_changes_nothing(text: str) -> None:
    """The recognizer finds the same in the windows as in the whole text."""
    whole = {(result.start, result.end) for result in RECOGNIZER.analyze(text, ["EMAIL_ADDRESS"])}
    parts = {
        (begin + result.start, begin + result.end)
        for begin, end in windows(text)
        for result in RECOGNIZER.analyze(text[begin:end], ["EMAIL_ADDRESS"])
    }

    assert parts == whole


def test_an_address_behind_endless_letters_is_still_found() -> None:
    """Cutting the reach leaves the end of an overlong local part."""
    assert len(_found("a" * (3 * REACH) + "@example.org")) == 1


def test_windows_are_linear_in_texts_full_of_at_signs() -> None:
    """Together they are never longer than the text."""
    for text in ("@" * 30_000, "a@" * 15_000, "a.b@c.de " * 3000):
        ranges = windows(text)

        assert sum(end - start for start, end in ranges) <= len(text)


@pytest.mark.parametrize(
    "text",
    ["info@stadt.example.org", "Presse.Nord@haus.de", "no-reply@haus.de", "jobs+nord@haus.de", "vorstand@verein.de",
     "max.mustermann@haus.de", "max@muster.example", "jane.doe@example.com", "vorname.nachname@haus.de"],
)  # fmt: skip
def test_mailboxes_of_tasks_and_samples_are_low(text: str) -> None:
    """Nobody is behind them in particular."""
    assert [confidence for *_, confidence, _value in FINDER.find(text)] == [Confidence.LOW]


@pytest.mark.parametrize("text", ["informatiker@haus.de", "anna.info@haus.de", "pressel@haus.de"])
def test_names_that_begin_like_a_task_are_people(text: str) -> None:
    """Only a whole first word counts."""
    assert [confidence for *_, confidence, _value in FINDER.find(text)] == [Confidence.HIGH]
