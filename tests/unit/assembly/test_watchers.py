"""Log and metrics of one node, and what reports to them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.watchers import Watchers
from proxy.audit.checkpointing import Start
from proxy.audit.writer import CommitSample
from proxy.gate.review_clock import OpenReviews
from proxy.loading.messages import problem
from proxy.loading.origins import DOUBTFUL, FilesOrigin
from proxy.loading.reload import PolicySource
from proxy.loading.settings_file import load_settings
from proxy.settings.audit import FileDrop, Sink, Syslog
from tests.fakes.clock import START, ManualClock
from tests.fakes.scanner import ScriptedScanner
from tests.installation import Installation
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from proxy.loading.policies import Loaded


class House:
    """Watchers, and what they wrote."""

    def __init__(self, directory: Path, capfd: pytest.CaptureFixture[str]) -> None:
        settings = load_settings(Installation(directory).config, {})
        sinks = (Sink(file=FileDrop(directory=directory)), Sink(name="siem", syslog=Syslog(url="tls://[::1]:6514")))
        self._settings = settings.model_copy(update={"audit": settings.audit.model_copy(update={"sinks": sinks})})
        self._capfd = capfd

    @cached_property
    def watchers(self) -> Watchers:
        """Make the watchers when the test asks first: they take the standard error of that moment."""
        return Watchers(self._settings, ManualClock())

    async def events(self) -> list[dict[str, object]]:
        """Stop the log and return its lines."""
        await self.watchers.stop()
        return [json.loads(line) for line in self._capfd.readouterr().err.splitlines()]

    def page(self) -> str:
        """Return the page of metrics."""
        return self.watchers.metrics.render().decode()


@pytest.fixture
def house(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> House:
    """Return watchers of an installation."""
    return House(tmp_path, capfd)


def _sample(*, failed: bool = False) -> CommitSample:
    return CommitSample(seconds=0.01, works=1, records=2, queued=3, failed=failed)


async def test_a_log_that_fails_is_news_once_and_so_is_its_recovery(house: House) -> None:
    """A store that is down for an hour does not fill the log."""
    for failed in (False, True, True, True, False, False):
        house.watchers.committed(_sample(failed=failed))

    assert [event["event"] for event in await house.events()] == ["audit.failed", "audit.recovered"]


async def test_what_stops_the_signing_is_news_when_it_changes(house: House) -> None:
    """Every round sets the number; the log has one line for each change."""
    for code in (None, "key_missing", "key_missing", "state_unwritable", None, None):
        house.watchers.signing(code, unsigned_s=0.0 if code is None else 4.0)
        page = house.page()
        assert f"postgate_checkpoint_unsigned_seconds {0.0 if code is None else 4.0}" in page
    events = await house.events()

    assert [(event["event"], event.get("code")) for event in events] == [
        ("checkpoints.failed", "key_missing"),
        ("checkpoints.failed", "state_unwritable"),
        ("checkpoints.recovered", None),
    ]


async def test_a_sink_that_fails_is_news_once_and_so_is_its_recovery(house: House) -> None:
    """With its name; how long ago it took something is a number; both changes are passed on to be recorded."""
    told: list[tuple[str, str | None]] = []
    house.watchers.on_sink = lambda sink, problem: told.append((sink, problem))
    for code in (None, "unreachable", "unreachable", "timeout", None):
        house.watchers.handed("file", code)
    house.watchers.anchored("file", age_s=61.0)
    page = house.page()
    events = await house.events()

    assert [(event["event"], event["sink"]) for event in events] == [
        ("sink.failed", "file"),
        ("sink.failed", "file"),
        ("sink.recovered", "file"),
    ]
    assert told == [("file", "unreachable"), ("file", None)]
    assert 'postgate_checkpoint_anchor_age_seconds{sink="file"} 61.0' in page


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_start_without_a_checkpoint_from_outside_shows(house: House, trusted: bool) -> None:
    """As a number that stays, and with the size in the log."""
    house.watchers.begun(Start(size=12, trusted_database=trusted), {"siem": "timeout"})
    page = house.page()
    unread, *events = await house.events()

    assert (unread["event"], unread["sink"], unread["code"]) == ("sink.unread", "siem", "timeout")
    assert 'postgate_checkpoint_sink_unread{sink="siem"} 1.0' in page
    assert f"postgate_checkpoint_database_trusted {float(trusted)}" in page
    assert [(event["event"], event["size"]) for event in events] == [("checkpoints.unanchored", 12)] * trusted


@pytest.mark.parametrize(
    ("event", "logged"),
    [
        ("completed", []),
        ("crash", []),
        ("deadline", []),
        ("error", []),
        ("missing", ["detector.missing"]),
        ("quarantined", ["detector.quarantined"]),
    ],
)
async def test_what_a_detector_fails_at_shows(house: House, event: str, logged: list[str]) -> None:
    """Failures are counted; what an operator must act on is in the log too, by name."""
    house.watchers.detector(event, "presidio", 0.1)
    counted = [
        line
        for line in house.page().splitlines()
        if line.startswith("postgate_detector_failures_total") and "presidio" in line and not line.endswith(" 0.0")
    ]
    events = await house.events()

    assert len(counted) == (event in {"crash", "deadline", "error"})
    assert [one["event"] for one in events] == logged
    assert all(one["detector"] == "presidio" for one in events)


async def test_who_waits_for_people_shows(house: House) -> None:
    """In seconds, and never fewer than none."""
    ahead = START + timedelta(hours=1)
    house.watchers.reviews(OpenReviews(number=2, first_opened_at=START - timedelta(hours=1), first_due_at=ahead))
    waits = house.page()
    house.watchers.reviews(OpenReviews(number=1, first_opened_at=START, first_due_at=START - timedelta(minutes=1)))
    overdue = house.page()
    house.watchers.reviews(OpenReviews(number=0, first_opened_at=None, first_due_at=None))
    await house.events()

    assert "postgate_reviews_open 2.0" in waits
    assert "postgate_review_oldest_seconds 3600.0" in waits
    assert "postgate_review_overdue_seconds 0.0" in waits
    assert "postgate_review_overdue_seconds 60.0" in overdue
    assert "postgate_review_oldest_seconds 0.0" in house.page()


async def test_a_reload_is_counted_and_passed_on(house: House) -> None:
    """Whether it succeeded, and when."""
    told: list[bool] = []
    house.watchers.reloaded(True)
    house.watchers.on_reload = told.append
    house.watchers.reloaded(False)
    page = house.page()
    await house.events()

    assert told == [False]
    assert "postgate_policy_reload_ok 0.0" in page
    (at,) = [
        line.split()[1] for line in page.splitlines() if line.startswith("postgate_policy_reload_timestamp_seconds ")
    ]
    assert float(at) == START.timestamp()


async def test_settled_attempts_are_news_when_there_are_some(house: House) -> None:
    """A round that found nothing is none."""
    house.watchers.settled(0)
    house.watchers.settled(2)

    assert [event["attempts"] for event in await house.events()] == [2]


async def test_a_platform_that_fails_is_news_and_so_is_its_recovery(house: House) -> None:
    """Beside the number for operators."""
    house.watchers.broken("mastodon", True)
    assert 'postgate_breaker_open{platform="mastodon"} 1.0' in house.page()
    house.watchers.broken("mastodon", False)

    assert [event["event"] for event in await house.events()] == ["platform.broken", "platform.recovered"]


async def test_unclear_posts_have_numbers(house: House) -> None:
    """How many, and for how long the oldest; none is 0."""
    house.watchers.unclear(2, START - timedelta(minutes=31))
    assert "postgate_unclear_oldest_seconds 1860.0" in house.page()
    house.watchers.unclear(0, None)
    page = house.page()
    await house.events()

    assert "postgate_unclear_posts 0.0" in page
    assert "postgate_unclear_oldest_seconds 0.0" in page


async def test_reconciled_posts_are_news_when_there_are_some(house: House) -> None:
    """A round that found nothing is none."""
    house.watchers.reconciled(0)
    house.watchers.reconciled(2)

    assert [event["posts"] for event in await house.events()] == [2]


@pytest.mark.blocking
async def test_every_broken_line_of_the_policies_is_named(house: House, tmp_path: Path) -> None:
    """File, line and code; then, once it is corrected, which policies are in force."""
    sources = write_policies(tmp_path)
    policies = PolicySource(
        FilesOrigin(sources), fingerprint_key=sources.fingerprint_key, scanner=ScriptedScanner(), today=START.date
    )
    await policies.start()
    file = sources.directory / "sample.yaml"
    file.write_text(policy_text() + "surprise: 1\n", encoding="utf-8")
    await policies.reload()
    house.watchers.explained(policies)
    file.write_text(policy_text(), encoding="utf-8")
    await policies.reload()
    house.watchers.explained(policies)
    page = house.page()
    broken, loaded = await house.events()

    assert (broken["event"], broken["file"], broken["code"]) == ("policies.broken", "sample.yaml", "unknown-key")
    assert (loaded["event"], loaded["policies"]) == ("policies.loaded", 1)
    assert loaded["digest"] == policies.current().digest
    assert f'postgate_policy_info{{digest="{policies.current().digest[:12]}"}} 1.0' in page


@pytest.mark.blocking
async def test_rows_that_do_not_count_are_told(house: House, tmp_path: Path) -> None:
    """The policies run, and whoever is on call learns that somebody wrote past the gateway."""
    sources = write_policies(tmp_path)
    policies = PolicySource(
        Doubtful(sources), fingerprint_key=sources.fingerprint_key, scanner=ScriptedScanner(), today=START.date
    )
    await policies.start()
    house.watchers.explained(policies)
    doubtful, loaded = await house.events()

    assert (doubtful["event"], doubtful["code"], doubtful["level"]) == ("policies.doubtful", DOUBTFUL, "warning")
    assert loaded["event"] == "policies.loaded"


class Doubtful(FilesOrigin):
    """Files, and a store with rows that do not count."""

    async def read(self, today: date) -> Loaded:
        """Add the warning."""
        loaded = await super().read(today)
        return replace(loaded, problems=(*loaded.problems, problem(DOUBTFUL, "policy store")))


async def test_a_channel_that_fails_is_news_once_and_so_is_its_recovery(house: House) -> None:
    """Each notice is a number; a server that is away for an hour does not fill the log."""
    for result in ("sent", "failed", "failed", "refused", "sent", "sent"):
        house.watchers.notified("mail", result)
    house.watchers.forgetful("webhook")
    house.watchers.round_failed("review-clock", "unavailable")
    page = house.page()
    events = await house.events()

    assert 'postgate_notices_total{channel="mail",result="sent"} 3.0' in page
    assert 'postgate_notices_total{channel="mail",result="failed"} 2.0' in page
    assert [(event["event"], event.get("channel"), event.get("code")) for event in events] == [
        ("notices.failed", "mail", None),
        ("notices.recovered", "mail", None),
        ("notices.forgetful", "webhook", None),
        ("round.failed", None, "unavailable"),
    ]
