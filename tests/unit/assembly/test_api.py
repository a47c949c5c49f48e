"""The API on a real node: detectors, log, tokens and policy store, asked over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from proxy.client.api import Client
from proxy.loading.package import pack
from tests.e2e.house import IBAN, PIXEL
from tests.e2e.servers.ports import free_port
from tests.policy_files import policy_text, write_policies
from tests.unit.assembly.test_node import House

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installation import Installation

UNDETECTED = policy_text().replace("Schönes Wochenende!", "DE02 1203 0000 0000 2020 51")


class ApiNode(House):
    """A node with the API, and people who may change policies."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.origin = f"127.0.0.1:{free_port()}"
        with self.config.open("a", encoding="utf-8") as file:
            file.write(f'api: {{listen: "{self.origin}"}}\n')
        signer = self.installation.signer
        self.anna, self.anna_again, self.ben = (signer(f"{name} Beispiel") for name in ("Anna", "Anna", "Ben"))
        self.package = pack(write_policies(directory / "new", sample=policy_text()))
        self.failing = pack(write_policies(directory / "failing", sample=UNDETECTED))

    async def ask(self, method: str, path: str, token: str, body: bytes | None = None) -> tuple[int, Any]:
        """Send one request; a body is a package."""
        headers = {"Authorization": f"Bearer {token}"} | ({} if body is None else {"Content-Type": "application/zip"})
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"http://{self.origin}/v1/policies{path}", headers=headers, data=body) as answer,
        ):
            return answer.status, await answer.json()

    async def say(self, path: str, token: str, **content: object) -> tuple[int, Any]:
        """Send a JSON document."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://{self.origin}{path}", headers=headers, json=content) as answer,
        ):
            return answer.status, await answer.json()

    async def get(self, path: str, token: str) -> tuple[int, Any]:
        """Read something; what is no JSON comes as text."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{self.origin}{path}", headers=headers) as answer,
        ):
            json = answer.content_type == "application/json"
            return answer.status, await answer.json() if json else await answer.text()


@pytest.fixture
def house(tmp_path: Path) -> ApiNode:
    """Return a prepared installation."""
    return ApiNode(tmp_path)


async def test_policies_are_changed_at_a_running_node(house: ApiNode) -> None:
    """Checked and tested by its own detectors, signed by two people, on record; refused requests too."""
    node = await house.node()
    await node.start()
    try:
        failing = await house.ask("POST", "/proposals", house.anna, house.failing)
        _, proposed = await house.ask("POST", "/proposals", house.anna, house.package)
        signatures = f"/proposals/{proposed['proposal']['proposal']}/signatures"
        alone = await house.ask("POST", signatures, house.anna_again)
        stranger = await house.ask("POST", signatures, "pgt_nobody")
        signed = await house.ask("POST", signatures, house.ben)
        status = await house.ask("GET", "", house.ben)
    finally:
        await node.stop()

    assert (failing[0], failing[1]["error"]["tests"]) == (422, ["sample/iban #2"])
    assert (alone[0], alone[1]["error"]["why"]) == (409, "same-person")
    assert stranger[0] == 401
    assert (signed[0], signed[1]["in_force"], signed[1]["source"]) == (200, True, "files")
    assert status[1]["active"]["digest"] == proposed["proposal"]["digest"]
    codes = await asyncio.to_thread(house.codes)
    assert [code for code in codes if code.startswith("PG-30")] == ["PG-303", "PG-301", "PG-302", "PG-303"]
    assert "PG-110" in codes


async def test_the_log_is_read_at_a_running_node(house: ApiNode) -> None:
    """By a token of its scope and no other; each look is on record before it is answered."""
    auditor = await asyncio.to_thread(house.installation.signer, "Ada Beispiel", "audit")
    node = await house.node()
    await node.start()
    path = "/v1/audit/records?from=2020-01-01&to=2100-01-01&code=PG-601"
    try:
        status, page = await house.get(path, auditor)
        refused = await house.get(path, house.anna)
        changed = await house.get("/v1/policies", auditor)
        unknown = await house.get(path + "&actor=a_x", auditor)
        one = await house.get(f"/v1/audit/records/{page['records'][0]['seq']}", auditor)
        key = await house.get("/v1/audit/key", auditor)
        looks = await house.get("/v1/audit/records?from=2020-01-01&to=2100-01-01&code=PG-510", auditor)
    finally:
        await node.stop()

    assert (status, [row["leaf"]["code"] for row in page["records"]]) == (200, ["PG-601"])
    assert (refused[0], refused[1]["error"]["code"]) == (403, "scope_missing")
    assert (changed[0], changed[1]["error"]["why"]) == (409, "no-role")
    assert (unknown[0], unknown[1]["error"]["code"]) == (422, "UnknownField")
    assert one[1]["leaf"] == page["records"][0]["leaf"]
    assert key[0] == 200
    assert [row["leaf"]["actor"]["kind"] for row in looks[1]["records"]] == ["employee"] * 2


async def test_posts_are_published_and_asked_about_at_a_running_node(house: ApiNode) -> None:
    """By real detectors onto the built-in platform; afterwards log and tables agree and verify."""
    account = "mastodon:presse"
    installation = await asyncio.to_thread(house.installation.with_account)
    own = await asyncio.to_thread(installation.issue)
    submit = await asyncio.to_thread(installation.signer, "Erika Beispiel", "submit")
    tool = await asyncio.to_thread(_tool, installation)
    iban = "DE02 1203 0000 0000 2020 51"
    node = await house.node()
    await node.start()
    try:
        thread = await house.say("/v1/posts", submit, text="Moin", thread=["und mehr"], targets=[account])
        blocked = await house.say("/v1/posts", own, text=iban, targets=[account])
        stopped = await house.say("/v1/posts", own, text="eins", thread=[iban], targets=[account])
        shown = await house.get(f"/v1/posts/{thread[1]['posts'][1]['decision_id']}", own)
        asked = await house.say("/v1/check", tool, text=iban, targets=[account])
        refused = await house.say("/v1/posts", tool, text="Moin", targets=[account])
        long = await house.say("/v1/posts", own, text="x" * 5001, targets=[account])
        client = Client(f"http://{house.origin}", submit)
        (posted,) = await asyncio.to_thread(lambda: client.post("Tach", to=[account]))
        kept = await asyncio.to_thread(client.show, str(posted.decision_id))
        recalled = await asyncio.to_thread(client.take_back, str(posted.decision_id))
    finally:
        await node.stop()

    assert [(row["status"], row["platform_id"] is None) for row in thread[1]["posts"]] == [("published", False)] * 2
    assert (thread[0], shown[1]["post"]["status"]) == (200, "published")
    assert [row["status"] for row in (*blocked[1]["posts"], *stopped[1]["posts"])] == ["blocked", "withheld", "blocked"]
    assert [(row["verdict"], row["check_id"] is None) for row in asked[1]["checks"]] == [("block", False)]
    assert recalled.status == "recalled"
    assert (posted.status, kept.status, kept.platform_id) == ("published", "published", posted.platform_id)
    assert (refused[0], refused[1]["error"]["code"]) == (403, "scope_missing")
    assert (long[0], long[1]["error"]["code"], long[1]["error"]["target"]) == (422, "text_too_long", account)
    assert "Validation failed" in long[1]["error"]["platform"]["error"]
    for words in (("audit", "fsck"), ("audit", "verify")):
        done = await asyncio.to_thread(installation.run, *words)
        assert done.exit_code == 0, done.output


async def test_authors_and_operators_look_after_posts_at_a_running_node(house: ApiNode) -> None:
    """A block is appealed against, what waits is withdrawn; who settles unclear posts needs a scope of its own."""
    account = "mastodon:presse"
    installation = await asyncio.to_thread(house.installation.with_account)
    own = await asyncio.to_thread(installation.issue)
    operator = await asyncio.to_thread(installation.signer, "Otto Beispiel", "deliver")
    node = await house.node()
    await node.start()
    try:
        client = Client(f"http://{house.origin}", own)
        (stopped,) = await asyncio.to_thread(lambda: client.post("DE02 1203 0000 0000 2020 51", to=[account]))
        appeal = await asyncio.to_thread(client.appeal, str(stopped.decision_id))
        again = await asyncio.to_thread(client.appeal, str(stopped.decision_id))
        about = await asyncio.to_thread(client.status, str(stopped.decision_id))
        waits = await asyncio.to_thread(client.status, str(appeal.decision_id))
        listed = await asyncio.to_thread(client.waiting, account)
        taken = await asyncio.to_thread(client.take_back, str(appeal.decision_id))
        refused = await house.get("/v1/deliveries", own)
        unclear = await asyncio.to_thread(Client(f"http://{house.origin}", operator).unclear)
    finally:
        await node.stop()

    assert (stopped.status, appeal.status, again.replayed) == ("blocked", "held", True)
    assert (about["appeal"], about["may_appeal"], about["next"]["role"]) == (appeal.decision_id, False, "author")
    assert about["rules"][0]["message"]["de"]
    assert (waits["appeal_of"], waits["next"]["queue"]) == (stopped.decision_id, "compliance")
    assert [row.decision_id for row in listed] == [appeal.decision_id]
    assert taken.status == "withdrawn"
    assert (refused[0], refused[1]["error"]["code"], unclear) == (403, "scope_missing", ())
    for words in (("audit", "fsck"), ("audit", "verify")):
        done = await asyncio.to_thread(installation.run, *words)
        assert done.exit_code == 0, done.output


async def test_an_appeal_with_an_image_is_published_when_people_approve_it(house: ApiNode) -> None:
    """Real detectors, the built-in platform: its author says why, a reviewer reads that, sees the picture, approves."""
    account = "mastodon:presse"
    everything = policy_text().replace("rules:", "applies_to: {kinds: [all]}\nrules:", 1)
    house.policy.write_text(everything, encoding="utf-8")
    installation = await asyncio.to_thread(house.installation.with_account)
    own = await asyncio.to_thread(installation.issue)
    reviewer = await asyncio.to_thread(installation.signer, "Rita Beispiel", "review")
    node = await house.node()
    await node.start()
    try:
        client = Client(f"http://{house.origin}", own)
        kept = await asyncio.to_thread(lambda: client.upload(PIXEL, name="muster.png", alt="Ein Muster"))
        media = [{"id": str(kept.id)}]
        (stopped,) = await asyncio.to_thread(lambda: client.post(f"Muster: {IBAN}", to=[account], media=media))
        says = f"Die {IBAN} ist erfunden."
        appeal = await asyncio.to_thread(lambda: client.appeal(str(stopped.decision_id), reason=says))
        listed = await house.get("/v1/reviews", reviewer)
        name = listed[1]["reviews"][0]["id"]
        shown = await house.get(f"/v1/reviews/{name}", reviewer)
        clear = await house.say(f"/v1/reviews/{name}/reveal", reviewer, purpose="appeal")
        voted = await house.say(f"/v1/reviews/{name}/votes", reviewer, verdict="approve")
        status = await _published(client, str(appeal.decision_id))
    finally:
        await node.stop()

    assert (stopped.status, appeal.status, voted[1]["state"]) == ("blocked", "held", "approved")
    assert [image["type"] for image in shown[1]["images"]] == ["image/png"]
    covered = shown[1]["appeal"]["says"]["text"]
    assert (IBAN in covered, covered.endswith(" ist erfunden."), clear[1]["appeal"]["says"]["text"]) == (
        False,
        True,
        says,
    )
    assert status == ("published", None)
    leaves = await asyncio.to_thread(house.leaves)
    assert "erfunden" not in str(leaves)
    for words in (("audit", "fsck"), ("audit", "verify")):
        done = await asyncio.to_thread(installation.run, *words)
        assert done.exit_code == 0, done.output


async def _published(client: Client, name: str) -> tuple[str, str | None]:
    """Return what became of an approved post, once it waits no more, and why it was not sent."""
    while True:
        row = await asyncio.to_thread(client.show, name)
        if row.status not in {"approved", "in_progress"}:
            return row.status, row.reason
        await asyncio.sleep(0.05)


def _tool(installation: Installation) -> str:
    """Issue a token of a program that may ask."""
    done = installation.run("token", "issue", "--principal", "Werkzeug", "--kind", "service", "--scope", "check")
    assert done.exit_code == 0, done.output
    return done.stdout.strip()
