"""What the gate relies on in every Scanner."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from proxy.detectors.scanner import WorkerScanner
from tests.factories import make_part
from tests.fakes.detectors import FakeBundle, config, line_up
from tests.fakes.scanner import ScriptedScanner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.backtest import Rescanner
    from proxy.gate.ports import Scanner

BUNDLE = cast("PolicyBundle", FakeBundle())
ASKING = cast("PolicyBundle", FakeBundle(reaches_threads=True))
"""With a rule about threads."""


@pytest.fixture(params=["worker", "scripted"])
async def scanner(request: pytest.FixtureRequest) -> AsyncIterator[Scanner]:
    """Make a scanner that finds Geheim, and whose detector `a` fails on TRIGGER."""
    if request.param == "scripted":
        yield ScriptedScanner({"Geheim": "SECRET"}, detectors=("a", "b"))
        return
    real = WorkerScanner(config(), line_ups=(line_up(surfaces="good", a="raises"),))
    await real.load(BUNDLE)
    await real.start()
    yield real
    await real.stop()


async def test_something_is_always_expected(scanner: Scanner) -> None:
    """An empty set would let everything pass."""
    assert scanner.expected(BUNDLE)
    assert scanner.expected(BUNDLE) == scanner.expected(BUNDLE)


async def test_a_healthy_scan_is_complete(scanner: Scanner) -> None:
    """All expected detectors completed, and what they found lies in the author's text."""
    parts = (make_part("nichts"), make_part("ist Geheim hier"))

    scan = await scanner.scan(parts, BUNDLE)

    assert scan.complete
    assert scan.expected == scanner.expected(BUNDLE)
    assert {(finding.part, parts[1].text[finding.span.start : finding.span.end]) for finding in scan.findings} == {
        (1, "Geheim")
    }
    assert len(scan.sentences) == 2
    assert scan.links == ()
    assert scan.languages is not None
    assert len(scan.languages) == 2


async def test_a_post_that_is_looked_at_again_has_a_scan_for_each_bundle(scanner: Scanner) -> None:
    """The same as if each bundle had scanned it alone."""
    rescanner = cast("Rescanner", scanner)
    parts = (make_part("ist Geheim hier"),)

    scans = await rescanner.rescan(parts, (BUNDLE, BUNDLE))

    assert scans == (await scanner.scan(parts, BUNDLE),) * 2


async def test_a_broken_detector_is_missing_and_nothing_is_raised(scanner: Scanner) -> None:
    """The scan comes, without the detector's name in `completed`."""
    if isinstance(scanner, ScriptedScanner):
        scanner.missing.add("a")

    scan = await scanner.scan((make_part("TRIGGER"),), BUNDLE)

    assert scan.missing == ("a",)
    assert not scan.complete


async def test_too_long_a_post_is_looked_at_by_nobody(scanner: Scanner) -> None:
    """Nothing is cut."""
    scan = await scanner.scan((make_part("Geheim" + "x" * 30_000),), BUNDLE)

    assert scan.completed == frozenset()
    assert scan.findings == ()


async def test_word_lists_can_be_loaded_again(scanner: Scanner) -> None:
    """A reload of the same bundle changes nothing."""
    await scanner.load(BUNDLE)
    await scanner.load(BUNDLE)

    assert (await scanner.scan((make_part("x"),), BUNDLE)).complete


async def test_earlier_posts_of_a_thread_may_come_along(scanner: Scanner) -> None:
    """They are read beside the post: nothing is reported in them."""
    scan = await scanner.scan((make_part("ist Geheim hier"),), BUNDLE, ("auch Geheim", "x" * 40_000))

    assert scan.complete
    assert [finding.part for finding in scan.findings] == [0]
    assert len(scan.sentences) == 1
    assert scan.earlier == ()


async def test_where_a_rule_asks_earlier_posts_are_looked_at_too(scanner: Scanner) -> None:
    """What is there is told apart from what the post says."""
    scan = await scanner.scan((make_part("nichts"),), ASKING, ("nichts", "auch Geheim"))

    assert scan.complete
    assert (scan.findings, [finding.part for finding in scan.earlier]) == ((), [1])


async def test_what_is_missed_in_an_earlier_post_is_missing(scanner: Scanner) -> None:
    """Nobody knows what it would have completed."""
    if isinstance(scanner, ScriptedScanner):
        scanner.missing.add("a")

    assert (await scanner.scan((make_part("nichts"),), ASKING, ("TRIGGER",))).missing == ("a",)
