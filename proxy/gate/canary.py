"""
A canary: invented leaks that must be stopped, and a clean post that must pass, through the gate that decides for all.

    each round   every leak is scanned and decided as a post would be; a part that is off shows at once
    red          something was not as it must be; after `RED_S` without a good round in between the node is not fit
    recorded     when it turns red or green (PG-605), and in each heartbeat

A leak counts as stopped when what its own rules look for stops it: a language model that finds the whole text
suspicious would hide that a rule is off. Nothing here is kept or sent, no post has an author or account, and every text
is invented.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.model import Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.rollout import everywhere
from proxy.gate.check import Question, body_and_parts, post_of
from proxy.gate.records import SYSTEM
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import AuditLog, Clock, Ids, Policies, Scanner

ROUND_S = 30.0
"""How often everything is looked at."""
RED_S = 60.0
"""A canary that is red for so long makes its node not fit: two rounds, so that one busy moment does not."""
CLEAN = "clean"
"""Name of the post that must pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A text that must never be allowed."""

    name: str
    text: str = field(repr=False)
    entities: frozenset[str]
    """What has to be found in it, and has to be enough to stop it."""


def _leak(name: str, entities: str, text: str) -> Leak:
    return Leak(name=name, text=text, entities=frozenset(entities.split()))


LEAKS = (
    _leak("iban", "IBAN_CODE", "Bitte überweisen Sie auf DE02 1203 0000 0000 2020 51."),
    _leak("spelled", "IBAN_CODE", "Von D E 0 2 1 2 0 3 0 0 0 0 0 0 0 0 2 0 2 0 5 1 ging es ab."),
    _leak("secret", "SECRET", "Zugang zum Schulungsportal, Passwort: Zx7#kQ9vLm2p"),
    _leak("internal", "INTERNAL_URL", "Die Anleitung liegt unter https://wiki.intern.bank.local/kredit/prozesse."),
    _leak(
        "insider",
        "INSIDER_TOPIC WORDS",
        "Unsere Quartalszahlen liegen über den Erwartungen, die Ad-hoc-Meldung kommt erst morgen.",
    ),
    _leak(
        "advertising",
        "WORDS",
        "Mit unserem Fonds sind 8 Prozent Rendite im Jahr garantiert, völlig ohne Risiko.",
    ),
)
"""One for each family of rules that the shipped packs have in common."""
CLEAN_TEXT = "Heute öffnet unsere Filiale um neun Uhr. Wir freuen uns auf Ihren Besuch."


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryPorts:
    """What the canary needs."""

    scanner: Scanner
    policies: Policies
    audit: AuditLog
    clock: Clock
    ids: Ids


class Watched(Protocol):
    """Who is told what became of each look."""

    def canary(self, kind: str, *, ok: bool) -> None:
        """Note whether one leak was stopped, or the clean post passed."""
        ...


class Canary:
    """Looks at its posts, one round after the other, and remembers since when something is wrong."""

    def __init__(
        self,
        ports: CanaryPorts,
        *,
        leaks: Sequence[str],
        platforms: Sequence[str],
        watch: Watched,
        round_s: float = ROUND_S,
        red_s: float = RED_S,
    ) -> None:
        """
        Remember what is looked at.

        Args:
            ports: of the gate.
            leaks: names of those that this house's rules must stop.
            platforms: that this node posts to; each round is about the next one.
            watch: who is told.
            round_s: how long `run` waits before each round.
            red_s: how long it may be red until the node is not fit.
        """
        self._ports = ports
        self._leaks = [leak for leak in LEAKS if leak.name in leaks]
        self._platforms = tuple(platforms)
        self._watch = watch
        self._round_s = round_s
        self._old_s = round_s + red_s
        self._red_s = red_s
        self._rounds = 0
        self._last = ports.clock.monotonic()
        self._red: dict[str, float] = {}
        """What is wrong, and since when, in monotonic seconds."""
        self._noted: tuple[str, ...] = ()
        """What is on record as wrong."""

    async def once(self) -> None:
        """
        Look at every leak and at the clean post; record what changed.

        Raises:
            AuditUnavailable, AuditBusy: a change could not be recorded; the next round tries again.
        """
        platform = self._platforms[self._rounds % len(self._platforms)]
        bundle = everywhere(self._ports.policies.current())
        found = {
            leak.name: await self._verdict(leak.text, platform, bundle, leak.entities) is not Verdict.ALLOW
            for leak in self._leaks
        }
        found[CLEAN] = await self._verdict(CLEAN_TEXT, platform, bundle) is Verdict.ALLOW
        self._rounds += 1
        self._last = self._ports.clock.monotonic()
        for kind, ok in found.items():
            self.told(kind, ok=ok)
        await self._record()

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """
        Look again and again until cancelled.

        Raises:
            AuditUnavailable, AuditBusy: a change could not be recorded; run again later.
        """
        while True:
            await sleep(self._round_s)
            await self.once()

    def told(self, kind: str, *, ok: bool) -> None:
        """Take in what a look found, also one of somebody else, such as one through a door."""
        self._watch.canary(kind, ok=ok)
        if ok:
            self._red.pop(kind, None)
        else:
            self._red.setdefault(kind, self._ports.clock.monotonic())

    def fit(self) -> bool:
        """Return whether the node may go on: nothing is red for long, and the looks go on."""
        now = self._ports.clock.monotonic()
        red = any(now - since >= self._red_s for since in self._red.values())
        return not red and now - self._last <= self._old_s

    def detail(self) -> str:
        """Return what is red, by name."""
        if self._ports.clock.monotonic() - self._last > self._old_s:
            return "too-old"
        return ",".join(sorted(self._red))

    def state(self) -> str:
        """Return `green`, `red`, or `untested` before the first round."""
        if not self._rounds:
            return "untested"
        return "red" if self._red else "green"

    async def _verdict(
        self, text: str, platform: str, bundle: PolicyBundle, entities: frozenset[str] | None = None
    ) -> Verdict:
        """Decide a new post; of what was found, only these entities count."""
        ports = self._ports
        question = Question(id=ports.ids(), platform=platform, parts=body_and_parts(text))
        scan = await ports.scanner.scan(question.parts, bundle)
        if entities is not None:
            # An incomplete scan stops everything; that would say nothing of the rule. The clean post shows it.
            own = tuple(finding for finding in scan.findings if finding.entity in entities)
            scan = replace(scan, findings=own, completed=scan.expected)
        expected = ports.scanner.expected(bundle)
        return decide(
            post_of(question), scan, bundle, expected=expected, running=bundle.running(ports.clock.now())
        ).verdict

    async def _record(self) -> None:
        red = tuple(sorted(self._red))
        if red == self._noted:
            return
        record = AuditRecord(
            id=self._ports.ids(),
            code="PG-605",
            type="canary.changed",
            at=self._ports.clock.now(),
            actor=SYSTEM,
            data={"state": "red" if red else "green", "kinds": list(red)},
        )
        await self._ports.audit.commit(Work(records=(record,)))
        self._noted = red
