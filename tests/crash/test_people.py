"""
The process ends just after a person's word: a review that was decided, a post of several that was taken back.

What was said is on record and is not lost; what was not got to is done by whoever asks again, under the same record.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from proxy.client.api import Client, Unreachable
from tests.e2e.gateway import CRASHED, Crash
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

HELD = "Zum Jahresende schließen Standorte, viele Stellen fallen weg. Das ist noch nicht öffentlich."
"""An invented company's; a rule with one stage holds it."""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The API of a gateway."""

    address: str
    gateway: Gateway

    def client(self) -> Client:
        """Return the author, who posts to the account of the installation."""
        return Client(self.address, self.gateway.token)

    def vote(self, token: str) -> requests.Response:
        """Approve the one post that waits."""
        headers = {"Authorization": f"Bearer {token}"}
        with requests.Session() as session:
            session.trust_env = False
            (waits,) = session.get(f"{self.address}/v1/reviews", headers=headers, timeout=30).json()["reviews"]
            return session.post(
                f"{self.address}/v1/reviews/{waits['id']}/votes",
                headers=headers,
                json={"verdict": "approve"},
                timeout=30,
            )

    def records(self, *codes: str) -> list[dict[str, Any]]:
        """Return records of the log, which must verify and fit the rows."""
        checked = self.gateway.attempt("audit", "fsck")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        return [one for one in self.gateway.records() if one["code"] in codes]


@pytest.fixture
def asked(gateway: Gateway) -> Asked:
    """Give a gateway its API."""
    listen = f"127.0.0.1:{free_port()}"
    with gateway.config.open("a", encoding="utf-8") as file:
        file.write(f'api: {{listen: "{listen}"}}\n')
    return Asked(address=f"http://{listen}", gateway=gateway)


def test_an_approval_is_kept_though_the_process_ends_with_it(
    asked: Asked, gateway: Gateway, recorder: Recorder
) -> None:
    """One word on record, and one post on the platform; nobody has to say it again."""
    printed = gateway.run(
        *("token", "issue", "--principal", "Ben Beispiel", "--scope", "review:compliance", "--days", "1")
    )
    gateway.launch(Crash(point="review_committed"))
    (row,) = asked.client().post(HELD, to=[gateway.account])
    with pytest.raises(requests.RequestException):
        asked.vote(printed.split()[0])
    assert gateway.wait(seconds=30) == CRASHED
    gateway.launch()
    recorder.wait_for(1, seconds=PATIENCE_S)
    _until_published(asked, str(row.decision_id))
    assert gateway.stop() == 0

    assert row.status == "held"
    assert recorder.texts() == [HELD]
    (approval,) = asked.records("PG-202")
    (intent,) = asked.records("PG-102")
    assert intent["data"]["approvals"] == [approval["id"]]


def test_whoever_asks_again_after_a_crash_takes_back_the_rest(
    asked: Asked, gateway: Gateway, recorder: Recorder
) -> None:
    """In the middle of a thread: one action on record, and nothing of it is left on the platform."""
    gateway.launch(Crash(point="recall_sent", passing=2))
    rows = asked.client().post("eins", to=[gateway.account], thread=["zwei", "drei"])
    name = str(rows[0].decision_id)
    with pytest.raises(Unreachable):
        asked.client().take_all_back(name)
    assert gateway.wait(seconds=30) == CRASHED
    gateway.launch()
    again = asked.client().take_all_back(name)
    once_more = asked.client().take_all_back(name)
    assert gateway.stop() == 0

    assert [row.status for row in rows] == ["published"] * 3
    assert [row.result for row in again] == ["recalled", "gone_already", "recalled"]
    assert [row.result for row in once_more] == ["recalled"] * 3
    deleted = [entry.path.rpartition("/")[2] for entry in recorder.entries() if entry.method == "DELETE"]
    first, second, third = (row.platform_id for row in rows)
    assert deleted == [third, second, second, first]
    (begun,) = asked.records("PG-109")
    assert {one["data"]["action"] for one in asked.records("PG-106", "PG-107")} == {begun["id"]}


def _until_published(asked: Asked, name: str) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while asked.client().show(name).status != "published":
        assert time.monotonic() < give_up, "approved and never published"
        time.sleep(0.1)
