"""
A change of policies by two people, on a running node, and the walk that the compliance pages show, as typed and shown.
"""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import requests

from proxy.assembly.operations import Operations, operations
from proxy.loading.package import pack
from tests.e2e.gateway import REPOSITORY, Gateway, Setup, environment
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PAGES = REPOSITORY / "docs" / "how-to" / "compliance"
TOPIC = "Bald ist Seeadler fertig!"
PICKED_UP_S = 20.0
"""On an idle machine it takes two to three seconds; a busy one must not fail the test."""
NAMES = {"anna": "Anna Beispiel", "ben": "Ben Beispiel"}
"""Invented people."""
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\d{4}-\d{2}-\d{2}|\d+")
"""Ids, digests, days and counts: what a page shows of them is an example."""


def _blocks(language: str) -> list[tuple[str, str]]:
    return _BLOCK.findall((PAGES / f"close-a-topic.{language}.md").read_text(encoding="utf-8"))


def _rule() -> str:
    """Return the policy of the page, without its calendar."""
    policy = [text for kind, text in _blocks("en") if kind == "yaml"][1]
    words = re.sub(r"all:\n +- calendar: .*\n +- words", "words", policy)
    return words.replace(", during: projekt-seeadler", "")


@dataclass
class House:
    """A gateway whose policies come from the store, with a folder of policies beside it."""

    gateway: Gateway
    folder: Path

    def prepare(self) -> None:
        """Put the German bank's starter policies into force, signed by two people."""
        shutil.copytree(REPOSITORY / "policies" / "de-bank", self.folder)
        shutil.copy(REPOSITORY / "policies" / "organisation.yaml", self.folder)
        self.gateway.prepare()
        tokens = {name: self.gateway.signer(full) for name, full in NAMES.items()}
        for name, token in tokens.items():
            (self.gateway.directory / f"{name}.token").write_text(token, encoding="ascii")
        self.sign()

    def sign(self, *, emergency: bool = False) -> None:
        """Put the folder into force: by two people, or in an emergency by one."""

        async def steps(opened: Operations) -> None:
            anna, ben = [await opened.people.person(self._token(name)) for name in NAMES]
            own = replace(opened.sources, directory=self.folder, organisation=self.folder / "organisation.yaml")
            package = await asyncio.to_thread(pack, own)
            step = await opened.policies.propose(package, by=anna, emergency=emergency)
            if not emergency:
                await opened.policies.approve(step.proposal.id, by=ben)

        async def run() -> None:
            async with operations(self.gateway.config) as opened:
                await steps(opened)

        asyncio.run(run())

    def _token(self, name: str) -> str:
        return (self.gateway.directory / f"{name}.token").read_text(encoding="ascii")

    def post(self) -> requests.Response:
        """Try to post about the topic."""
        return requests.post(
            f"{self.gateway.address}/api/v1/statuses",
            json={"status": TOPIC, "visibility": "public"},
            headers={"Authorization": f"Bearer {self.gateway.token}"},
            timeout=30,
        )

    def seconds_until(self, status: int) -> float:
        """Return how many seconds it took until a post about the topic was answered like this; at most a minute."""
        began = time.monotonic()
        while self.post().status_code != status and time.monotonic() < began + 60:
            time.sleep(0.1)
        return time.monotonic() - began


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Return a house whose node runs on either database."""
    database = None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))
    with (
        Recorder(tmp_path) as recorder,
        _house(tmp_path, Setup(upstream=recorder.address, database=database, source="store")) as house,
    ):
        house.gateway.start()
        yield house


def _house(directory: Path, setup: Setup) -> _Running:
    return _Running(directory, setup)


class _Running:
    """A prepared house; its gateway is stopped at the end."""

    def __init__(self, directory: Path, setup: Setup) -> None:
        home = directory / "gateway"
        home.mkdir()
        self._gateway = Gateway(home, setup)
        self._house = House(gateway=self._gateway, folder=home / "haus")

    def __enter__(self) -> House:
        self._gateway.__enter__()
        self._house.prepare()
        return self._house

    def __exit__(self, *error: object) -> None:
        self._gateway.__exit__(*error)


@pytest.mark.req("JOB-POL-4")
def test_a_running_node_takes_over_what_two_people_signed(house: House) -> None:
    """Within seconds; what one person proposed alone changes nothing, and going back works the same way."""
    assert house.post().status_code == 200
    (house.folder / "seeadler.yaml").write_text(_rule(), encoding="utf-8")
    time.sleep(1.5)
    assert house.post().status_code == 200  # files beside a store are only files

    house.sign(emergency=True)
    assert house.seconds_until(422) < PICKED_UP_S
    (house.folder / "seeadler.yaml").write_text(_rule().replace("Seeadler,", "Steinadler,"), encoding="utf-8")
    with pytest.raises(Exception, match="not-stricter"):
        house.sign(emergency=True)
    assert house.post().status_code == 422

    house.sign()
    assert house.seconds_until(200) < PICKED_UP_S
    codes = {record["code"] for record in house.gateway.records()}
    assert {"PG-301", "PG-302", "PG-303", "PG-305"} <= codes


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_walk_of_the_page_goes_as_shown(tmp_path: Path, recorder: Recorder, language: str) -> None:
    """From the files to what a colleague reads, with the days of today in the place of those of the page."""
    with _house(tmp_path, Setup(upstream=recorder.address, source="store", language=language)) as house:
        seen = _walk(house, language)
        house.gateway.start()
        stopped = house.post()
        assert stopped.status_code == 422
        seen.append(stopped.json()["error"])

    shown = [text for kind, text in _blocks(language) if kind == "text"]
    lost = [line for text in shown for line in text.splitlines() if _shape(line) not in _shape("\n".join(seen))]
    assert lost == []


def _walk(house: House, language: str) -> list[str]:
    """Do what the page says in the order of the page; return what the commands printed."""
    home, seen, proposal = house.gateway.directory, [""], ""
    today = datetime.now(UTC).date()  # noqa: TID251  the period has to be running when the test runs
    files = [house.folder / "organisation.yaml", house.folder / "projekt-seeadler.yaml"]
    (home / "entwurf.txt").write_text(TOPIC, encoding="utf-8")
    (home / "gateway.yaml").write_bytes(house.gateway.config.read_bytes())
    for kind, text in _blocks(language):
        if kind == "yaml":
            file = files.pop(0)
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            dated = text.replace("2026-11-30", str(today - timedelta(days=1)))
            file.write_text(before + dated.replace("2027-03-31", str(today + timedelta(days=90))), encoding="utf-8")
        elif kind == "sh":
            for line in text.splitlines():
                seen.append(_typed(line, home, proposal, language))
                found = re.search(r"policy approve (\S+)", seen[-1])
                proposal = found[1] if found else proposal
    return seen


def _typed(line: str, home: Path, proposal: str, language: str) -> str:
    """Run a line of the page in the directory of the house and return what it printed."""
    line, _, file = line.partition(" > ")
    words = [proposal if word in {"PROPOSAL", "VORSCHLAG"} else word for word in shlex.split(line)]
    done = subprocess.run(
        [sys.executable, "-I", "-m", "proxy", *words[1:]],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        env=environment() | {"LANG": "de_DE.UTF-8" if language == "de" else "C.UTF-8"},
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    if file:
        (home / file).write_text(done.stdout, encoding="utf-8")
    return done.stdout


def _shape(text: str) -> str:
    return " ".join(_VARYING.sub("#", text).split())
