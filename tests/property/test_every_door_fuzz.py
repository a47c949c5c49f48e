"""
Requests to every door, broken in every place, through the real door, gate and sender: a part of `fuzz_doors`.

The last tests weaken a door on purpose: a fuzz that finds nothing has to show that it would have found something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.model import PartKind
from tests.fakes.every_door import DOORS, EveryDoor, ViewScanner, told
from tests.fuzz.engine import fuzz, in_shape
from tests.fuzz.leaks import LEAKS, SHAPED, holds_leak
from tests.fuzz.recorded import recorded, table_of_door
from tests.fuzz.shots import shot_of
from tests.fuzz.spooled import prepare
from tests.property import fuzz_doors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Part, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import DoorPlatform
    from proxy.gate.wire import Draft, Endpoint, WireAnswer, WireRequest

SEED = 20_261_130
REQUESTS = 400
"""Of each door; `python -m tests.property.fuzz_doors` sends as many as wanted."""


@pytest.mark.parametrize("name", DOORS)
async def test_every_recorded_request_is_taken(name: str) -> None:
    """Each endpoint of each table is there, and answers with a success: else breaking it would prove nothing."""
    async with EveryDoor(name).open() as door:
        requests = recorded(name, await prepare(door))
        statuses = {}
        for one in requests:
            door.forget()
            statuses[one.name] = told(await door.raw(shot_of(one, door.token).raw())).status
    assert {one.row.name for one in requests} == {row.name for row in table_of_door(name).rows}
    assert {text: status for text, status in statuses.items() if not 200 <= status < 300} == {}


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.req("JOB-SEC-3")
async def test_no_broken_request_gets_a_leak_out(name: str) -> None:
    """None is sent, answered, logged or recorded; nothing fails; refusals have the platform's own shape."""
    async with EveryDoor(name).open() as door:
        tally = await fuzz(door, requests=REQUESTS, seed=SEED)
    assert tally.found == [], f"seed {tally.seed}"
    assert tally.requests == REQUESTS
    assert all(tally.outcomes[outcome] for outcome in ("refused", "blocked"))


class _Weak:
    """A wire side that is as the real one, but for what a test takes from it."""

    def __init__(self, platform: DoorPlatform) -> None:
        self._platform = platform
        self.name = platform.name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)


class _Blind(_Weak):
    """Takes every text of one field for something that nobody writes in: sent, and not looked at."""

    slots = frozenset({"status", "record.text", "text", "commentary", "message"})

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Read a request as a door whose table is wrong."""
        draft = await self._platform.parse(endpoint, request)
        unseen = tuple((part.slot, part.text) for part in draft.parts if part.slot in self.slots)
        seen = tuple(part for part in draft.parts if part.slot not in self.slots)
        return replace(draft, parts=seen, options=(*draft.options, *unseen))


class _Echoing(_Weak):
    """Says in its refusals what it did not like."""

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Remember what came."""
        self.came = request.body
        return await self._platform.parse(endpoint, request)

    def refuse(self, error: Any) -> WireAnswer:
        """Repeat it."""
        answer = self._platform.refuse(error)
        return replace(answer, headers=(*answer.headers, ("x-came", getattr(self, "came", b"").hex()[:4000])))


class _Shapeless(_Weak):
    """Refuses in a shape of its own."""

    def refuse(self, error: Any) -> WireAnswer:
        """Return no object."""
        return replace(self._platform.refuse(error), body=b"[]")


class _Broken(_Weak):
    """Has a defect where a field has another type than it thinks."""

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Fail on anything but what is usual."""
        if b"null" in request.body:
            raise TypeError
        return await self._platform.parse(endpoint, request)


class _BlindScanner(ViewScanner):
    """Does not look at poll options."""

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look at everything else."""
        seen = [replace(part, text="") if part.kind is PartKind.POLL_OPTION else part for part in parts]
        return await super().scan(seen, bundle, thread)


@pytest.mark.parametrize("name", [name for name in DOORS if name != "threads"])
async def test_a_field_that_is_marked_as_no_text_is_found_out(name: str) -> None:
    """One wrong line in a door's table (Threads has no text that is sent without a container)."""
    async with EveryDoor(name, weaken=_Blind).open() as door:
        tally = await fuzz(door, requests=REQUESTS, seed=SEED)
    assert tally.count("platform")


@pytest.mark.parametrize(("weakness", "what"), [(_Echoing, "answer"), (_Shapeless, "shape"), (_Broken, "failed")])
async def test_a_weak_door_is_found_out(weakness: type[_Weak], what: str) -> None:
    """An error that repeats, another shape, a defect: each is found."""
    async with EveryDoor("x", weaken=weakness).open() as door:
        tally = await fuzz(door, requests=REQUESTS, seed=SEED)
    assert tally.count(what)


async def test_a_blind_scanner_is_found_out() -> None:
    """A part that is not looked at."""
    async with EveryDoor("mastodon", scanner=_BlindScanner()).open() as door:
        tally = await fuzz(door, requests=REQUESTS * 2, seed=SEED)
    assert {one.one for one in tally.found if one.what == "platform"} <= {
        "mastodon status.create",
        "mastodon status.edit",
    }
    assert tally.count("platform")


class _Telling(_Weak):
    """Says in the log what it reads."""

    lines: list[str]

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Write a line of its own."""
        self.lines.append(request.body.decode("utf-8", "replace"))
        return await self._platform.parse(endpoint, request)


async def test_a_leak_in_a_log_line_is_found_out() -> None:
    """A door that logs what came."""
    house = EveryDoor("x", weaken=_Telling)
    _Telling.lines = house.lines.lines
    async with house.open() as door:
        tally = await fuzz(door, requests=REQUESTS, seed=SEED)
    assert "log" in {one.what for one in tally.found}


@pytest.mark.parametrize("leak", [*LEAKS, *SHAPED])
def test_a_leak_is_known_in_every_writing(leak: str) -> None:
    """As it is planted, and as it would stand in a body, an address, an escape."""
    assert holds_leak(leak.encode())


def test_what_is_no_leak_is_none() -> None:
    """An oracle that says yes to everything proves nothing."""
    assert not holds_leak(b'{"status":"Hallo","id":"113245678901234567","picture":"iVBORw0KGgoAAAANSUhEUg=="}')


def test_the_order_follows_from_the_seed(capsys: pytest.CaptureFixture[str]) -> None:
    """A finding can be seen again."""
    for _ in range(2):
        assert fuzz_doors.main(["--requests", "20", "--seed", "7", "--door", "threads"]) == 0
    first, second = capsys.readouterr().out.split("seed 7")[1:]
    assert first == second
    assert first.splitlines()[-1].startswith("| threads |")


def test_shapes() -> None:
    """The edge's own refusal of what is no HTTP, and nothing else beside the platform's."""
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json"
    generic = told(head + b'\r\n\r\n{"error":"The request was refused."}')
    assert in_shape("x", generic)
    assert not in_shape("x", told(head + b'\r\n\r\n{"error":"else"}'))
    assert not in_shape("x", told(head + b"\r\n\r\nnothing"))
