"""
What became of every post: what the server has, the gateway's own states and its log, held against what was told.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.e2e.black_box_house import BlackBox, Heard, Submission

_OF_SNAC = re.compile(r"\d{10}[0-9a-f]{32}")
_NUMBER = re.compile(r"\bAusgabe (\d+)\b")
OPEN = frozenset({"intent", "queued", "scheduled", "approved"})
"""States in which the gateway itself goes on."""
PERSON = frozenset({"unknown", "absent"})
"""States in which it waits for a person."""
UNSENT = frozenset({"blocked", "failed", "rejected_upstream", "expired"})
"""States in which a post certainly is not out."""
LONGEST_S = 480.0
"""A post that could not be sent twice waits a minute, then five, each up to a fifth longer."""
_TAKEN = frozenset({"published", "scheduled", "queued", "unknown"})
"""What a client hears of a post that it must not send again."""


def number_in(text: str) -> int | None:
    """Return the number of a post."""
    found = _NUMBER.search(text)
    return None if found is None else int(found[1])


def lasting(name: str) -> str:
    """Return what tells posts apart in a platform's id: snac2's begins with a second that its files do not tell."""
    return name[10:] if _OF_SNAC.fullmatch(name) else name


def states(box: BlackBox) -> dict[str, str]:
    """Return the state of every post that the gateway knows."""
    engine = sa.create_engine(box.gateway.setup.database or f"sqlite:///{box.gateway.database_file}")
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT id, state FROM posts"))
            return {str(row[0]): str(row[1]) for row in rows}
    finally:
        engine.dispose()


def wait_until_nothing_is_open(box: BlackBox, *, still_s: float) -> dict[str, str]:
    """Wait until the gateway goes on with no post, and found out nothing more for a while; return the states."""
    give_up, since = time.monotonic() + LONGEST_S, time.monotonic()
    same: dict[str, str] = {}
    while True:
        now = states(box)
        if now != same or OPEN & set(now.values()):
            same, since = now, time.monotonic()
        if time.monotonic() - since > (still_s if PERSON & set(now.values()) else 0.5):
            return now
        assert time.monotonic() < give_up, f"still open: {Counter(now.values())}"
        time.sleep(0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The audit log, as far as it tells posts apart."""

    records: Sequence[dict[str, Any]]
    decisions: Mapping[str, str]
    """Posts by the names of their decisions."""
    places: Mapping[str, str]
    """Posts by what lasts of their ids on the platform."""

    @classmethod
    def of(cls, records: Sequence[dict[str, Any]]) -> Log:
        """Read it."""
        published = [
            one for one in records if one["code"] in {"PG-103", "PG-104"} and one["data"]["result"] == "published"
        ]
        places = {lasting(str(one["data"]["upstream_id"])): str(one["subject"]["post"]) for one in published}
        assert len(places) == len(published), "two posts are the same one on the platform"
        decisions = {f"d-{one['id']}": str(one["subject"]["post"]) for one in records if one["code"] == "PG-101"}
        return cls(records=records, decisions=decisions, places=places)

    def data(self, code: str) -> list[dict[str, Any]]:
        """Return what records of a code say."""
        return [record["data"] for record in self.records if record["code"] == code]

    def story(self, post: str) -> str:
        """Return what is on record of a post, in short."""
        own = [record for record in self.records if record["subject"].get("post") == post]
        return f"{post}: " + ", ".join(f"{one['code']} {one['at']} {one['data'].get('result', '')}" for one in own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A submission and everything that its client was told."""

    submission: Submission
    heard: list[Heard]

    @property
    def word(self) -> str:
        """Return what the client knows at last."""
        clear = [one.word for one in self.heard if one.clear]
        return clear[-1] if clear else self.heard[-1].word

    @property
    def late(self) -> bool:
        """Return whether all that was heard is that one of two requests at once lost against one that ended unsent."""
        clear = [one for one in self.heard if one.clear]
        return len(self.heard) > len(clear) > 0 and all(one.word == "unknown" and not one.decision for one in clear)

    def post(self, log: Log) -> str | None:
        """Return the post that the last clear word was about; some words name none."""
        latest_first = self.heard[::-1]
        for one in sorted(latest_first, key=lambda one: not one.clear):
            place = None if one.platform_id is None else log.places.get(lasting(one.platform_id))
            post = one.post or log.decisions.get(one.decision or "") or place
            if post is not None:
                return post
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that is known after the fact."""

    sent: Sequence[Sent]
    there: Sequence[tuple[str, str]]
    """What the server has, each with its id and text."""
    states: Mapping[str, str]
    """Of the gateway's posts."""
    listed: frozenset[str]
    """Posts that are listed for a person."""
    log: Log


def gathered(box: BlackBox, sent: Sequence[Sent]) -> Evidence:
    """Ask everybody."""
    log = Log.of(box.gateway.records())
    return Evidence(
        sent=sent,
        there=[(lasting(name), text) for name, text in box.server.posts()],
        states=states(box),
        listed=frozenset(log.decisions[str(row["decision_id"])] for row in box.operator.unclear()),
        log=log,
    )


def complaints(evidence: Evidence) -> list[str]:
    """Return everything that does not hold."""
    times = Counter(number_in(text) for _, text in evidence.there)
    people = {post for post, state in evidence.states.items() if state in PERSON}
    found = [f"{post}: waits for a person and is not listed, or is, and does not" for post in evidence.listed ^ people]
    found += [f"still {state}: {post}" for post, state in evidence.states.items() if state in OPEN]
    told = {one.post(evidence.log) for one in evidence.sent}
    found += [f"nobody was told of it: {evidence.log.story(post)}" for post in people if post not in told]
    for one in evidence.sent:
        found += [f"{one.submission}: {what}; heard {one.heard}" for what in _complaints(one, times, evidence)]
    return found + _places(evidence)


def _places(evidence: Evidence) -> list[str]:
    """Compare the server with the log, post by post."""
    on_record, there = set(evidence.log.places), {name for name, _ in evidence.there}
    unclear = {
        one.submission.number for one in evidence.sent if evidence.states.get(one.post(evidence.log) or "") == "unknown"
    }
    return [
        *(f"on record and not on the server: {name}" for name in sorted(on_record - there)),
        *(
            f"on the server and not on record: {name}"
            for name, text in evidence.there
            if name not in on_record and number_in(text) not in unclear
        ),
    ]


def _complaints(one: Sent, times: Counter[int | None], evidence: Evidence) -> list[str]:
    count, words = times[one.submission.number], {heard.word for heard in one.heard}
    state = evidence.states.get(one.post(evidence.log) or "")
    unsent = state in UNSENT | {"absent"}
    return [
        what
        for what, holds in (
            (f"DOUBLED, {count} times on the server", count > 1),
            ("LOST, told that it is published, and not there", "published" in words and count == 0),
            ("LOST, taken, and the gateway does not know it", state is None and bool(words & _TAKEN) and not one.late),
            ("not blocked", one.submission.leaks and (count > 0 or one.word not in {"refused", "not sent"})),
            (f"{state}, and {count} times on the server", (state == "published") > count or (unsent and count > 0)),
            ("no clear word at last", one.word in {"unheard", "in progress"}),
        )
        if holds
    ]
