"""Deciding posts again under two bundles. All texts are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from proxy.core.model import PostId, Verdict
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.backtest import Replayed, Sample, backtest
from tests.factories import make_part, make_post
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OLD = make_bundle()
NEW = make_bundle(
    make_policy(make_rule(action=Verdict.HOLD), make_rule("name", when=FindingSpec(entities=("PERSON",))))
)
AT = datetime(2026, 11, 1, tzinfo=UTC)
CANARY = "Kanarienvogel"


async def _samples(*texts: str) -> AsyncIterator[Sample]:
    for number, text in enumerate(texts):
        yield Sample(post=replace(make_post(text), id=PostId(f"p{number}")), at=AT)


async def _replay(*texts: str, width: int = 2, scanner: ScriptedScanner | None = None) -> list[Replayed]:
    scanner = scanner or ScriptedScanner({"IBAN": "IBAN_CODE", CANARY: "PERSON"})
    return [one async for one in backtest(_samples(*texts), scanner=scanner, old=OLD, new=NEW, width=width)]


async def test_every_post_gets_both_verdicts_in_order() -> None:
    """Whatever is decided at the same time."""
    replayed = await _replay("nichts", "Hier IBAN", f"von {CANARY}", width=2)

    assert [(one.post, one.step.before, one.step.after) for one in replayed] == [
        ("p0", Verdict.ALLOW, Verdict.ALLOW),
        ("p1", Verdict.BLOCK, Verdict.HOLD),
        ("p2", Verdict.ALLOW, Verdict.BLOCK),
    ]
    assert {one.step.at for one in replayed} == {AT}
    assert await _replay() == []


async def test_a_changed_verdict_names_rules_and_masked_places() -> None:
    """Those of the stricter verdict; nothing is said of other posts, and the text is nowhere."""
    same, weaker, stricter = await _replay("nichts", "Hier IBAN", f"Gruß von {CANARY}")

    assert (same.rules, same.places) == ((), ())
    assert (weaker.rules, [place.rule for place in weaker.places]) == (("sample/iban",), ["sample/iban"])
    (place,) = stricter.places
    assert (place.rule, place.kind, place.start, place.end) == ("sample/name", "body", 9, 22)
    assert place.snippet == "… von [PERSON]"
    assert CANARY not in repr((stricter, *[one async for one in _samples(CANARY)]))


async def test_a_finding_in_another_part_is_shown_in_its_part() -> None:
    """With the findings of that part only."""

    async def samples() -> AsyncIterator[Sample]:
        yield Sample(post=make_post(parts=(make_part("Viel IBAN"), make_part(f"Gruß an {CANARY}"))))

    scanner = ScriptedScanner({"Viel": "OTHER", CANARY: "PERSON"})
    (replayed,) = [one async for one in backtest(samples(), scanner=scanner, old=OLD, new=NEW, width=1)]

    assert [place.snippet for place in replayed.places] == ["… an [PERSON]"]


async def test_a_missing_detector_is_noted() -> None:
    """Such a post says little about the rules."""
    scanner = ScriptedScanner(missing=["presidio"])

    (replayed,) = await _replay("nichts", scanner=scanner)

    assert (replayed.step.incomplete, replayed.step.after) == (True, Verdict.HOLD)
