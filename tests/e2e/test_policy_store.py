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
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import requests

from proxy.assembly.operations import operations
from proxy.core.model import Principal
from proxy.gate.policy_store import SIGN
from proxy.loading.package import pack
from tests.e2e.gateway import REPOSITORY, Gateway, Setup, environment
from tests.fakes.clock import real_today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.recorder import Recorder

PAGES = REPOSITORY / "docs" / "how-to" / "compliance"
TOPIC = "Bald ist Seeadler fertig!"
PICKED_UP_S = 5.0
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass
class House:
    """A gateway whose policies come from the store, with a folder of policies beside it."""

    gateway: Gateway
    folder: Path
    people: tuple[str, str] = ("", "")

    def prepare(self) -> None:
        """Put the German bank's starter policies into force, signed by two people."""
        self.gateway.prepare()
        shutil.copytree(REPOSITORY / "policies" / "de-bank", self.folder)
        shutil.copy(REPOSITORY / "policies" / "organisation.yaml", self.folder)
        asyncio.run(self._sign(emergency=False))

    def forbid(self, *, emergency: bool) -> None:
        """Add a rule against the topic: by two people, or in an emergency by one."""
        rule = yaml_blocks("en")[1].replace("all:\n        - calendar: {name: projekt-seeadler}\n        - words", "words")
        (self.folder / "seeadler.yaml").write_text(re.sub(r", during: projekt-seeadler", "", rule), encoding="utf-8")
        asyncio.run(self._sign(emergency=emergency))

    async def _sign(self, *, emergency: bool) -> None:
        async with operations(self.gateway.config) as opened:
            anna, ben = [await _person(opened, name) for name in ("Anna Beispiel", "Ben Beispiel")]
            package = await asyncio.to_thread(pack, opened.sources)
            step = await opened.policies.propose(package, by=anna, emergency=emergency)
            if not emergency:
                await opened.policies.approve(step.proposal.id, by=ben)

    def post(self) -> requests.Response:
        """Try to post about the topic."""
        return requests.post(
            f"{self.gateway.address}/api/v1/statuses",
            json={"status": TOPIC, "visibility": "public"},
            headers={"Authorization": f"Bearer {self.gateway.token}"},
            timeout=30,
        )

    def wait_until_stopped(self) -> float:
        """Return how many seconds it took until a post about the topic was stopped."""
        began = time.monotonic()
        while time.monotonic() < began + 60:
            if self.post().status_code == 422:
                break
            time.sleep(0.1)
        return time.monotonic() - began
