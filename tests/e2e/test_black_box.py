"""A short run of the proof from outside; `python -m tests.e2e.black_box` makes a long one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.e2e.black_box import TWICE, Weather, prove
from tests.e2e.black_box_house import Heard, Submission, Way, drawn, heard_at_door
from tests.e2e.black_box_truth import Evidence, Log, Sent, complaints
from tests.e2e.broken_lines import Told

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.e2e.servers.relay import Fault

POSTS = 40


def _check(platform: str, directory: Path, seed: int, database: str | None) -> None:
    figures = prove(platform, directory, seed, posts=POSTS, database=database)

    assert figures.complaints == [], str(figures)
    assert figures.ends.total() == POSTS
    assert figures.broken.total() >= POSTS // 4


@pytest.mark.req("JOB-DEL-6")
def test_nothing_is_lost_or_doubled_over_sqlite(tmp_path: Path, moments: random.Random) -> None:
    """Before snac2, which knows no keys."""
    _check("mastodon", tmp_path, moments.randrange(2**32), None)


@pytest.mark.req("JOB-DEL-6")
def test_nothing_is_lost_or_doubled_over_postgresql(
    tmp_path: Path, postgres_database: str, moments: random.Random
) -> None:
    """Before Bluesky's server, where what is absent is sent again by itself."""
    _check("bluesky", tmp_path, moments.randrange(2**32), postgres_database)


def test_a_seed_breaks_the_same_requests_in_any_order() -> None:
    """So that a run can be repeated although its posts come many at once."""
    bodies = [f'{{"status": "Ausgabe {number} unseres Newsletters"}}'.encode() for number in range(60)]

    def faults(order: list[bytes]) -> dict[bytes, Fault | None]:
        weather = Weather("5 bluesky", "bluesky")
        return {body: weather.behind("POST", "/xrpc/com.atproto.repo.putRecord", body) for body in order}

    assert faults(bodies) == faults(bodies[::-1])
    assert any(faults(bodies).values())


def test_a_repeated_request_reaches_only_a_server_that_can_tell() -> None:
    """Snac2 would make two posts of it, whatever stands in front."""
    for platform, may in (("mastodon", False), ("bluesky", True)):
        weather = Weather("5", platform)
        drew = {weather.behind("POST", "/x", f"Ausgabe {number} ".encode()) for number in range(2000)}
        assert (TWICE in drew) is may
        assert TWICE in {weather.before("POST", "/x", f"Ausgabe {number} ".encode()) for number in range(2000)}


def test_one_in_twenty_leaks_and_bluesky_has_no_posts_for_later_at_its_door() -> None:
    """What the runs are made of."""
    posts = [drawn(number, "bluesky", random.Random(number)) for number in range(100)]

    assert sum(one.leaks for one in posts) == 5
    assert {one.way.value for one in posts} == {"door", "api", "api, later"}


@pytest.mark.parametrize(
    ("body", "word", "post", "platform_id"),
    [
        ('{"id": "7", "uri": "http://127.0.0.1/7"}', "published", None, "7"),
        ('{"uri": "at://did:plc:a/app.bsky.feed.post/3", "cid": "b"}', "published", None, "at://did:plc:a/app.bsky.feed.post/3"),
        ('{"id": "p", "scheduled_at": "2026-11-23T09:00:00Z"}', "scheduled", "p", None),
        ("broken", "unheard", None, None),
    ],
)  # fmt: skip
def test_answers_of_a_door_are_read(body: str, word: str, post: str | None, platform_id: str | None) -> None:
    """As a client of the platform reads them."""
    heard = heard_at_door(Told(status=200, body=body))

    assert (heard.word, heard.post, heard.platform_id) == (word, post, platform_id)


def _record(code: str, name: str, post: str, **data: str) -> dict[str, Any]:
    return {"code": code, "id": name, "subject": {"post": post}, "data": data}


OUT = Heard(word="published", platform_id="7")
NEVER = Heard(word="not sent", decision="d-1")
LATER = Heard(word="queued", decision="d-1")
UNCLEAR = Heard(word="unknown", decision="d-1")


@pytest.mark.parametrize(
    ("heard", "state", "times", "listed", "complaint"),
    [
        (OUT, "published", 1, False, None),
        (OUT, "published", 2, False, "DOUBLED"),
        (OUT, "published", 0, False, "LOST, told"),
        (LATER, "published", 1, False, None),
        (LATER, "published", 0, False, "on record and not on the server"),
        (LATER, "queued", 0, False, "still queued"),
        (LATER, None, 0, False, "LOST, taken"),
        (LATER, "failed", 0, False, None),
        (LATER, "failed", 1, False, "failed, and 1 times"),
        (NEVER, "failed", 0, False, None),
        (UNCLEAR, "unknown", 1, True, None),
        (UNCLEAR, "unknown", 0, True, None),
        (UNCLEAR, "unknown", 0, False, "is not listed"),
        (Heard(word="unheard"), "published", 1, False, "no clear word"),
    ],
)
def test_what_does_not_hold_is_named(
    heard: Heard, state: str | None, times: int, listed: bool, complaint: str | None
) -> None:
    """Each kind of it, and nothing where all is well."""
    submission = Submission(number=1, way=Way.DOOR, at_once=1, ahead_s=2)
    records = [_record("PG-101", "1", "p")] if state is not None else []
    records += [_record("PG-103", "2", "p", result="published", upstream_id="7")] if state == "published" else []
    evidence = Evidence(
        sent=[Sent(submission=submission, heard=[heard])],
        there=[("7", submission.text)] * times,
        states={} if state is None else {"p": state},
        listed=frozenset({"p"} if listed else set()),
        log=Log.of(records),
    )
    found = "\n".join(complaints(evidence))

    assert (complaint in found) if complaint is not None else found == ""
