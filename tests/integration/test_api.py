"""
The API over real sockets: who is let in, what is refused, and that one person alone changes nothing.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.loading.package import LARGEST, pack
from proxy.settings.model import Limits
from proxy.web.api_table import ENDPOINTS
from tests.fakes.api_house import ZIP, ApiHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.web.api_table import ApiEndpoint

pytestmark = pytest.mark.blocking

JSON = "application/json"
CANARY = "Zwielichtkanarie"
STATUS = "/v1/policies"
PROPOSALS = "/v1/policies/proposals"


def _first(directory: Path) -> bytes:
    return pack(write_policies(directory / "first", sample=policy_text()))


def _weaker(directory: Path) -> bytes:
    return pack(write_policies(directory / "weaker", sample=policy_text(mode="monitor")))


def _stricter(directory: Path) -> bytes:
    return pack(write_policies(directory / "stricter", sample=policy_text(), other=policy_text("other")))


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policies/a.yaml", content)
    return packed.getvalue()


async def test_one_proposes_and_another_signs(tmp_path: Path) -> None:
    """The whole life of a change; every answer has the rows that the commands show."""
    house = ApiHouse()
    anna, ben = house.token("anna"), house.token("ben")
    async with house.open():
        proposed = await house.propose(_first(tmp_path), token=anna)
        name = proposed.json["proposal"]["proposal"]
        preview = await house.ask("GET", f"{PROPOSALS}/{name}", token=ben)
        signed = await house.sign(name, token=ben)
        status = await house.ask("GET", STATUS, token=anna)

    assert (proposed.status, signed.status, status.status) == (201, 200, 200)
    assert (proposed.json["in_force"], proposed.json["until"], proposed.json["source"]) == (False, None, "store")
    assert preview.json == {"proposal": name, "from_digest": None, "changes": []}
    assert (signed.json["in_force"], signed.json["proposal"]["signed_by"]) == (True, ["anna", "ben"])
    assert status.json["active"]["digest"] == proposed.json["proposal"]["digest"]
    assert house.steps() == ["PG-301", "PG-302", "PG-303"]
    assert house.tried == [proposed.json["proposal"]["digest"]]


@pytest.mark.req("JOB-POL-4")
async def test_two_tokens_of_one_person_are_one_person(tmp_path: Path) -> None:
    """A change by one person cannot become active, whatever is asked of the API with however many tokens."""
    house = ApiHouse()
    one, two, ben = house.token("anna"), house.token("anna"), house.token("ben")
    async with house.open():
        proposed = await house.propose(_first(tmp_path), token=one)
        name = proposed.json["proposal"]["proposal"]
        again = [await house.sign(name, token=token) for token in (one, two)]
        twin = await house.propose(_first(tmp_path), token=two)
        other = await house.sign(twin.json["proposal"]["proposal"], token=one)
        at_once = await house.propose(_first(tmp_path), token=two, query="?emergency=true")
        status = await house.ask("GET", STATUS, token=ben)

    assert [(told.status, told.code) for told in (*again, other)] == [(409, "proposal_refused:same-person")] * 3
    assert again[0].json["error"]["message"] == {
        "de": "Diese Person hat schon unterschrieben. Eine andere muss zustimmen.",
        "en": "This person has signed already. Another one has to approve.",
    }
    assert (at_once.status, at_once.code) == (409, "proposal_refused:not-stricter")
    assert (status.json["active"], status.json["activations"]) == (None, [])
    assert set(house.steps()) == {"PG-301"}


async def test_signatures_at_the_same_time_are_still_of_one_person(tmp_path: Path) -> None:
    """Two requests in one moment do not make two people."""
    house = ApiHouse()
    one, two = house.token("anna"), house.token("anna")
    async with house.open():
        name = (await house.propose(_first(tmp_path), token=one)).json["proposal"]["proposal"]
        told = await asyncio.gather(*(house.sign(name, token=token) for token in (one, two, one, two)))

    assert {one.code for one in told} == {"proposal_refused:same-person"}
    assert house.steps() == ["PG-301"]


async def test_an_emergency_only_makes_stricter_and_ends(tmp_path: Path) -> None:
    """At once by one signature where nothing gets weaker; what weakens is refused."""
    house = ApiHouse()
    anna, ben = house.token("anna"), house.token("ben")
    async with house.open():
        name = (await house.propose(_first(tmp_path), token=anna)).json["proposal"]["proposal"]
        await house.sign(name, token=ben)
        weaker = await house.propose(_weaker(tmp_path), token=anna, query="?emergency=true")
        stricter = await house.propose(_stricter(tmp_path), token=anna, query="?emergency=true")
        back = await house.say("rollbacks", b'{"emergency": true}', token=ben)

    assert (weaker.status, weaker.code) == (409, "proposal_refused:not-stricter")
    assert (stricter.status, stricter.json["in_force"]) == (201, True)
    assert stricter.json["until"] == "2026-11-24T09:00:00+00:00"
    assert {row["direction"] for row in stricter.json["changes"]} == {"stricter"}
    assert (back.status, back.code) == (409, "proposal_refused:not-stricter")


async def test_going_back_and_retiring(tmp_path: Path) -> None:
    """By digest or to the one before; what is in force cannot be retired, what is retired does not come back."""
    house = ApiHouse()
    anna, ben = house.token("anna"), house.token("ben")
    async with house.open():
        digests = []
        for package in (_first(tmp_path), _weaker(tmp_path)):
            proposed = await house.propose(package, token=anna)
            await house.sign(proposed.json["proposal"]["proposal"], token=ben)
            digests.append(proposed.json["proposal"]["digest"])
        back = await house.say("rollbacks", b"{}", token=anna)
        named = await house.say("rollbacks", json.dumps({"digest": digests[0]}).encode(), token=ben)
        in_force = await house.say("retirements", json.dumps({"digest": digests[1]}).encode(), token=anna)
        retired = await house.say("retirements", json.dumps({"digest": digests[0]}).encode(), token=anna)
        gone = await house.say("rollbacks", json.dumps({"digest": digests[0]}).encode(), token=anna)
        unknown = await house.say("retirements", json.dumps({"digest": "f" * 64}).encode(), token=anna)

    assert [told.json["proposal"]["digest"] for told in (back, named)] == [digests[0]] * 2
    assert (back.status, back.json["proposal"]["kind"], back.json["in_force"]) == (201, "rollback", False)
    assert in_force.code == "proposal_refused:in-force"
    assert (retired.status, retired.json) == (200, {"retired": digests[0]})
    assert gone.code == "proposal_refused:retired"
    assert (unknown.status, unknown.code) == (404, "not_found")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.act.value)
async def test_nobody_without_a_valid_token_gets_in(tmp_path: Path, endpoint: ApiEndpoint) -> None:
    """At no endpoint: no token, an unknown, an expired, a changed one; it is on record."""
    house = ApiHouse()
    old = house.token("anna")
    house.clock.advance(2 * 86_400)
    path = endpoint.path.replace("{id}", "x")
    async with house.open():
        for token in (None, CANARY, old, old[:-1], f"{old} "):
            told = await house.ask(endpoint.method, path, token=token, body=_first(tmp_path))
            assert (told.status, told.code, told.headers["www-authenticate"]) == (401, "unknown_token", "Bearer")

    assert await house.refused() == [("api", "auth")]
    assert house.steps() == []
    assert CANARY not in "\n".join(house.lines.lines)


@pytest.mark.parametrize(("person", "scope", "kind"), [("dora", "post", "employee"), ("bot", "policy", "service")])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.act.value)
async def test_only_people_with_the_role_get_in(
    tmp_path: Path, endpoint: ApiEndpoint, person: str, scope: str, kind: str
) -> None:
    """Whoever may only post, and no program: refused before a package is looked at, and on record."""
    house = ApiHouse()
    token = house.token(person, scope=scope, kind=kind)
    path = endpoint.path.replace("{id}", "x")
    async with house.open():
        told = await house.ask(endpoint.method, path, token=token, body=_first(tmp_path), kind=ZIP)

    assert (told.status, told.code) == (409, "proposal_refused:no-role")
    assert await house.refused() == [("api", "auth")]
    assert (house.steps(), house.tried) == ([], [])


@pytest.mark.parametrize(
    ("method", "target", "body", "kind", "status", "reason"),
    [
        ("GET", "/", None, None, 404, "endpoint"),
        ("GET", "/v1/policies/proposals/x/y", None, None, 404, "endpoint"),
        ("GET", f"{PROPOSALS}/nobody-knows-it", None, None, 404, "endpoint"),
        ("POST", f"{PROPOSALS}/nobody-knows-it/signatures", None, None, 404, "endpoint"),
        ("DELETE", STATUS, None, None, 405, "endpoint"),
        ("GET", PROPOSALS, None, None, 405, "endpoint"),
        ("GET", f"{STATUS}?since=1", None, None, 422, "field"),
        ("POST", f"{PROPOSALS}?emergency=true&yes=1", b"x", ZIP, 422, "field"),
        ("POST", f"{PROPOSALS}?emergency=1", b"x", ZIP, 422, "field"),
        ("POST", f"{PROPOSALS}?emergency=true&emergency=false", b"x", ZIP, 400, "malformed"),
        ("POST", PROPOSALS, b"x", JSON, 415, "malformed"),
        ("POST", PROPOSALS, b"x", None, 415, "malformed"),
        ("GET", STATUS, b"x", ZIP, 400, "malformed"),
        ("POST", f"{PROPOSALS}/x/signatures", b"{}", JSON, 400, "malformed"),
        ("POST", "/v1/policies/rollbacks", b"", JSON, 400, "malformed"),
        ("POST", "/v1/policies/rollbacks", b'{"digest":"a","digest":"b"}', JSON, 400, "malformed"),
        ("POST", "/v1/policies/rollbacks", b'{"to":"a"}', JSON, 422, "field"),
        ("POST", "/v1/policies/rollbacks", b'{"emergency":"yes"}', JSON, 422, "field"),
        ("POST", "/v1/policies/rollbacks", b"[]", JSON, 422, "field"),
        ("POST", "/v1/policies/retirements", b"{}", JSON, 422, "field"),
        ("POST", "/v1/policies/retirements", b'{"digest":null}', JSON, 422, "field"),
    ],
)
async def test_what_is_not_listed_is_refused(
    method: str, target: str, body: bytes | None, kind: str | None, status: int, reason: str
) -> None:
    """Paths, methods, parameters, keys, kinds of body: refused, noted once, and nothing was done."""
    house = ApiHouse()
    async with house.open():
        told = await house.ask(method, target, token=house.token("anna"), body=body, kind=kind)

    assert told.status == status
    assert told.json["error"]["message"].keys() == {"de", "en"}
    assert await house.refused() == [("api", reason)]
    assert (house.steps(), house.tried) == ([], [])


async def test_another_host_is_refused() -> None:
    """One name, as at a door."""
    house = ApiHouse()
    async with house.open():
        told = await house.ask("GET", STATUS, token=house.token("anna"), host="other.test")

    assert (told.status, told.code) == (421, "misdirected")


def _lying_bomb() -> bytes:
    size = LARGEST // 2
    return _zip(b" " * size).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (f"{CANARY}: no package".encode(), "no-package"),
        (b"PK\x03\x04", "no-package"),
        (b"", "no-package"),
        (_zip(b" " * (LARGEST + 1)), "package-too-large"),
        (_lying_bomb(), "no-package"),
    ],
    ids=["text", "head-only", "empty", "bomb", "lying-bomb"],
)
async def test_what_is_no_package_does_no_harm(tmp_path: Path, package: bytes, code: str) -> None:
    """Refused with all problems and nothing of what came; nothing is proposed, and the next one is taken."""
    house = ApiHouse()
    anna = house.token("anna")
    async with house.open():
        told = await house.propose(package, token=anna)
        good = await house.propose(_first(tmp_path), token=anna)

    assert (told.status, told.code) == (422, "configuration")
    assert [one["code"] for one in told.json["error"]["problems"]] == [code]
    assert CANARY not in told.text
    assert (good.status, house.steps(), len(house.tried)) == (201, ["PG-301"], 1)


@pytest.mark.parametrize("length", [2000, 500_000])
async def test_a_package_over_the_limit_is_refused_by_its_length(tmp_path: Path, length: int) -> None:
    """Before it is read; the connection is closed, the next request finds another one."""
    house = ApiHouse(limits=Limits(upload_bytes=1999))
    anna = house.token("anna")
    async with house.open():
        told = await house.propose(b"x" * length, token=anna)
        status = await house.ask("GET", STATUS, token=anna)

    assert (told.status, told.code, told.headers["connection"]) == (413, "too_large", "close")
    assert (status.status, house.steps(), house.tried) == (200, [], [])
    assert await house.refused() == [("api", "size")]


async def test_mistakes_come_all_at_once_with_their_places(tmp_path: Path) -> None:
    """In both languages; warnings and mistakes alike, and nothing is proposed."""
    files = {"sample": policy_text(default="maybe"), "other": policy_text("other", mode="perhaps")}
    house = ApiHouse()
    async with house.open():
        told = await house.propose(pack(write_policies(tmp_path, **files)), token=house.token("anna"))
    problems = told.json["error"]["problems"]

    assert told.status == 422
    assert [(one["file"], one["line"], one["code"]) for one in problems] == [
        ("other.yaml", 6, "bad-choice"),
        ("sample.yaml", 19, "bad-choice"),
    ]
    assert all(one[text].keys() == {"de", "en"} for one in problems for text in ("message", "remedy"))
    assert (house.steps(), house.tried) == ([], [])


async def test_failing_tests_are_named(tmp_path: Path) -> None:
    """By name only: the texts of samples stay where they are."""
    house = ApiHouse(scanner=ScriptedScanner({}))
    async with house.open():
        told = await house.propose(_first(tmp_path), token=house.token("anna"))

    assert (told.status, told.code, told.json["error"]["tests"]) == (422, "failing_tests", ["sample/iban #1"])
    assert "DE02" not in told.text
    assert house.steps() == []


async def test_nothing_counts_that_is_not_on_record(tmp_path: Path) -> None:
    """Without the log nothing is proposed; the client is told when to come back."""
    house = ApiHouse()
    async with house.open():
        anna = house.token("anna")
        house.log.down = True
        told = await house.propose(_first(tmp_path), token=anna)
        house.log.down = False
        status = await house.ask("GET", STATUS, token=anna)

    assert (told.status, told.code, told.headers["retry-after"]) == (503, "audit_unavailable", "2")
    assert status.json["waiting"] == []


async def test_a_defect_is_an_answer_without_details(tmp_path: Path) -> None:
    """Only the class of the error is logged; the place of whoever asked is free again."""
    house = ApiHouse()

    def fail() -> None:
        raise RuntimeError(CANARY)

    house.scanner.on_scan = fail
    async with house.open():
        told = await house.propose(_first(tmp_path), token=house.token("anna"))

    assert (told.status, told.code) == (500, "internal")
    assert [one["error"] for one in house.lines.events() if one["event"] == "request.failed"] == ["RuntimeError"]
    assert CANARY not in told.text + "\n".join(house.lines.lines)
    assert (house.flight.requests, house.steps()) == (0, [])


async def test_rows_of_somebody_else_put_nothing_into_force(tmp_path: Path) -> None:
    """An activation whose second signature is gone does not count."""
    house = ApiHouse()
    anna, ben = house.token("anna"), house.token("ben")
    async with house.open():
        name = (await house.propose(_first(tmp_path), token=anna)).json["proposal"]["proposal"]
        await house.sign(name, token=ben)
        del house.log.tables.signatures[name, "ben"]
        told = await house.ask("GET", STATUS, token=anna)

    assert told.json["active"] is None


async def test_changed_bytes_are_told_and_logged(tmp_path: Path) -> None:
    """Files that somebody changed past the gateway are signed by nobody."""
    house = ApiHouse()
    anna, ben = house.token("anna"), house.token("ben")
    async with house.open():
        for package in (_first(tmp_path), _weaker(tmp_path)):
            proposal = (await house.propose(package, token=anna)).json["proposal"]
            preview = await house.ask("GET", f"{PROPOSALS}/{proposal['proposal']}", token=ben)
            assert preview.status == 200
            if proposal["from_digest"] is None:
                await house.sign(proposal["proposal"], token=ben)
        kept = house.log.tables.bundles[proposal["digest"]]
        house.log.tables.bundles[proposal["digest"]] = replace(
            kept, package=kept.package[:-1] + bytes([kept.package[-1] ^ 1])
        )
        told = await house.sign(proposal["proposal"], token=ben)

    assert (told.status, told.code) == (500, "seal_broken")
    assert any(one["event"] == "request.failed" and one["code"] == "seal_broken" for one in house.lines.events())
    assert house.steps() == ["PG-301", "PG-302", "PG-303", "PG-301"]


async def test_a_step_ends_although_its_client_left(tmp_path: Path) -> None:
    """What was begun is on record; nothing is left half done."""
    house = ApiHouse()
    anna = house.token("anna")
    async with house.open():
        reached = asyncio.Event()
        house.scanner.on_scan = reached.set
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(house.propose(_first(tmp_path), token=anna))
            await reached.wait()
            asked.cancel()
        assert await house.shield.drain(10)
        status = await house.ask("GET", STATUS, token=anna)

    assert house.steps() == ["PG-301"]
    assert len(status.json["waiting"]) == 1


async def test_a_node_that_stops_takes_nothing_more() -> None:
    """Whoever asks is told to come back, and the connection closes."""
    house = ApiHouse()
    anna = house.token("anna")
    house.flight.drain()
    async with house.open():
        told = await house.ask("GET", STATUS, token=anna)

    assert (told.status, told.code, told.headers["connection"]) == (503, "draining", "close")


async def test_every_request_is_a_line_without_content(tmp_path: Path) -> None:
    """Endpoint, status and time; counted under the name of the API."""
    house = ApiHouse()
    async with house.open():
        await house.propose(_first(tmp_path), token=house.token("anna"))
    (line,) = house.lines.events()

    assert {"event": "request", "door": "api", "route": "policies.propose", "status": 201}.items() <= line.items()
    assert 'postgate_requests_total{door="api",status_class="2xx"} 1.0' in house.metrics.render().decode()
