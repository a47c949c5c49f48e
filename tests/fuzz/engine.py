"""
Breaks the recorded requests of a door in every place and in every way, and says what came of it.

Whatever is changed: no leak reaches the platform, an answer, a log line or a record; nothing fails inside; a refusal
has the platform's own shape. The order follows from a seed, so that a finding can be seen again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from proxy.gate.wire import EndpointClass
from proxy.web.answer import GENERIC
from tests.fakes.every_door import EveryDoor, Told, told
from tests.fuzz.fields import FIELDS, GENTLE, Case, a_leak, places
from tests.fuzz.leaks import ANYTHING, NUMBER, holds_leak
from tests.fuzz.recorded import recorded
from tests.fuzz.samples import TEXT
from tests.fuzz.shots import shot_of
from tests.fuzz.spooled import prepare
from tests.fuzz.wholes import FORMATS, WHOLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.fields import Place
    from tests.fuzz.recorded import Recorded
    from tests.fuzz.shots import Shot

OUTCOMES = ("refused", "blocked", "held", "published", "answered")
"""Stopped by the door, by the policy, for a person; sent; a read, an upload without leak, a login."""
_SECOND = 0.35
"""Share of requests that are broken in two ways."""
_WEIGHTS = {EndpointClass.WRITE: 4, EndpointClass.MEDIA: 4, EndpointClass.ACT: 2, EndpointClass.WAITING: 2}
_UNAVAILABLE = {502, 503}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that must not be."""

    what: str
    """`platform`, `answer`, `log`, `record`, `failed`, `silent`, `shape`."""
    one: str
    how: str
    number: int
    request: bytes = field(repr=False)
    told: Told
    sent: tuple[str, ...] = field(default=(), repr=False)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of all requests to one door."""

    door: str
    seed: int
    ways: int = 0
    """How many ways there are to break a request of this door in one place."""
    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)

    def count(self, *kinds: str) -> int:
        """Return how many findings there are of these kinds."""
        return sum(one.what in kinds for one in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One way to break one request."""

    one: Recorded
    how: str
    place: Place = ()


async def fuzz(door: EveryDoor, *, requests: int, seed: int) -> Tally:
    """Send so many broken requests to an open door."""
    tally = Tally(door=door.name, seed=seed)
    deck = cards(recorded(door.name, await prepare(door)))
    tally.ways = len({(card.one.name, card.how, card.place) for card in deck})
    dealt = _dealt(deck, Random(seed))
    for number in range(requests):
        card = next(dealt)
        raw = _broken(card, door.token, Random(f"{seed} {number}")).raw()
        door.forget()
        answer = told(await door.raw(raw))
        tally.requests += 1
        tally.statuses[answer.status] += 1
        tally.outcomes[_outcome(door, answer)] += 1
        sent = tuple(f"{seen.method} {seen.path} {seen.body!r}" for seen in door.seen)
        tally.found += [
            Found(what=what, one=card.one.name, how=card.how, number=number, request=raw, told=answer, sent=sent)
            for what in _problems(door, card.one, raw, answer)
        ]
    return tally


def cards(requests: list[Recorded]) -> list[Card]:
    """Return every way to break every request; what goes deepest comes several times."""
    deck: list[Card] = []
    for one in requests:
        weight = _WEIGHTS.get(one.row.cls, 1)
        everywhere = list(places(one.fields))
        said = [place for place in everywhere if _is_text(one, place)]
        deck += [Card(one=one, how=how, place=place) for place in everywhere for how in FIELDS]
        deck += [Card(one=one, how=how, place=place) for place in said for how in GENTLE for _ in range(2 * weight)]
        deck += [Card(one=one, how=how) for how in (*WHOLES, *FORMATS) for _ in range(weight)]
    return deck


def _dealt(deck: list[Card], rng: Random) -> Iterator[Card]:
    """Yield all cards in the order of a seed, again and again."""
    while True:
        rng.shuffle(deck)
        yield from deck


def _is_text(one: Recorded, place: Place) -> bool:
    value: Any = one.fields
    for key in place:
        value = value[key]
    return value in (TEXT, "Hallo")  # what the samples say where a field holds text


def _broken(card: Card, token: str, rng: Random) -> Shot:
    one, leak = card.one, a_leak(rng)
    everywhere = list(places(one.fields))
    place = card.place or (rng.choice(everywhere) if everywhere else ())
    if card.how in FIELDS:
        shot = FIELDS[card.how](Case(one=one, place=place, leak=leak, token=token, rng=rng))
    elif place:
        shot = FIELDS["plant"](Case(one=one, place=place, leak=leak, token=token, rng=rng))
    else:
        shot = shot_of(one, token)
    if card.how not in FIELDS:
        _break_whole(shot, card.how, leak, rng, one)
    if rng.random() < _SECOND:
        _break_whole(shot, rng.choice((*WHOLES, *FORMATS)), a_leak(rng), rng, one)
    return shot


def _break_whole(shot: Shot, how: str, leak: str, rng: Random, one: Recorded) -> None:
    if how in WHOLES:
        WHOLES[how](shot, leak, rng)
    else:
        FORMATS[how](shot, leak, rng, one)


def _outcome(door: EveryDoor, answer: Told) -> str:
    if "block" in door.verdicts:
        return "blocked"
    if "hold" in door.verdicts:
        return "held"
    if answer.status >= 400 or answer.status == 0:
        return "refused"
    return "published" if door.gate.observer.outcomes else "answered"


def _problems(door: EveryDoor, one: Recorded, raw: bytes, answer: Told) -> Iterator[str]:
    """Yield everything that must not be, by name."""
    for seen in door.seen:
        headers = [f"{name}: {value}" for name, value in seen.headers.items() if name != "authorization"]
        wanted = NUMBER if one.row.cls is EndpointClass.READ else ANYTHING  # see `proxy.gate.reading`
        if holds_leak(f"{seen.method} {seen.path}\n{headers}".encode() + b"\n" + seen.body, wanted):
            yield "platform"
    session = one.row.cls is EndpointClass.SESSION
    if not session and holds_leak(answer.head + b"\n" + answer.body):  # who logs in sees on the page what was asked
        yield "answer"
    if holds_leak("\n".join(door.lines.lines).encode()):
        yield "log"
    if any(holds_leak(f"{record.data} {record.subject} {record.actor}".encode()) for record in door.gate.log.records):
        yield "record"
    if answer.status == 0:
        yield "silent"
    if (answer.status >= 500 and answer.status not in _UNAVAILABLE) or '"request.failed"' in str(door.lines.lines):
        yield "failed"
    bodiless = raw.startswith(b"HEAD ")
    if answer.status >= 400 and not session and not bodiless and not in_shape(door.name, answer):
        yield "shape"


def in_shape(name: str, answer: Told) -> bool:
    """Return whether a refusal looks as the platform's own do, or is the edge's for what is no HTTP."""
    if answer.body == GENERIC[400].body or b"content-type: application/json" not in answer.head.lower():
        return answer.body == GENERIC[400].body and answer.status in {400, 431}
    try:
        value = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(value, dict) and _SHAPES[name](value, answer.status)


def _is_problem(value: dict[str, Any], status: int) -> bool:
    return value.get("status") == status and isinstance(value.get("detail"), str) and bool(value.get("errors"))


def _is_graph_error(value: dict[str, Any], status: int) -> bool:
    error = value.get("error")
    return isinstance(error, dict) and isinstance(error.get("message"), str) and isinstance(error.get("code"), int)


_SHAPES = {
    "mastodon": lambda value, _: isinstance(value.get("error"), str),
    "bluesky": lambda value, _: isinstance(value.get("error"), str) and isinstance(value.get("message"), str),
    "x": _is_problem,
    "linkedin": lambda value, status: value.get("status") == status and isinstance(value.get("message"), str),
    "facebook": _is_graph_error,
    "instagram": _is_graph_error,
    "threads": _is_graph_error,
}
"""What an error of a platform consists of."""
