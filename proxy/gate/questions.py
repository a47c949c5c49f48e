"""
What the gate would say of a post, for tools that publish elsewhere and for authors before they post. Nothing is sent.

It must not tell who is a customer: an answer has the verdict, the rules of the policies and their words, never what was
found or where; it comes in steps of a quarter of a second whatever was found; and nobody asks often. Rules that are
being rolled out count for every question, so that nobody learns which posts they pass over.

What a program asks is on record (PG-108), because it acts on the answer. What a person asks about a draft is not:
recording it would watch people at writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.rollout import everywhere
from proxy.core.policy.told import told
from proxy.gate import records
from proxy.gate.consents import in_force
from proxy.gate.examine import compose
from proxy.gate.native import read_texts
from proxy.gate.post_rows import Words, remedies_of
from proxy.gate.replay import decision_id
from proxy.gate.thread import ends
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.core.model import Decision, Post, Principal, Scan
    from proxy.gate.api_ports import Mandates
    from proxy.gate.examine import Ports
    from proxy.gate.limits import Limits
    from proxy.gate.native import Entry
    from proxy.gate.ports import Grant
    from proxy.gate.retention import RetentionTerms
    from proxy.gate.steps import Steps
    from proxy.gate.targets import Target

SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """What the gate would say of one post for one account."""

    target: str
    """The account."""
    part: int
    """Place in its thread, from 0."""
    verdict: str
    """`allow`, `redact`, `hold` or `block`."""
    rules: tuple[str, ...]
    """Rules that would stop it."""
    messages: tuple[Words, ...]
    remedies: tuple[Words, ...] = ()
    """What would make it pass, as far as those rules say."""
    """What those rules say to its author."""
    check_id: str | None
    """Its record in the log; None for what a person asks, which is not recorded."""


class Questions:
    """Answers what would become of posts."""

    def __init__(
        self,
        ports: Ports,
        *,
        targets: Mapping[str, Target],
        mandates: Mandates,
        limits: Limits,
        retention: RetentionTerms,
        steps: Steps,
    ) -> None:
        self._ports = ports
        self._targets = targets
        """By door name."""
        self._mandates = mandates
        self._limits = limits
        self._retention = retention
        self._steps = steps

    async def check(self, entries: Sequence[Entry], *, by: Principal) -> tuple[CheckRow, ...]:
        """
        Return what the gate would say of each post, by account and part.

        Raises:
            TooManyChecks: this principal has asked too often.
            NotFound: an account that this token may not ask about.
            TargetRefused: a post that its platform would not take.
            AuditUnavailable: a program's question could not be recorded; it gets no answer.
        """
        begun = self._steps.begin()
        await self._limits.admit(by, sum(len(entry.texts) for entry in entries))
        try:
            return tuple([row for entry in entries for row in await self._rows(entry, by)])
        finally:
            await self._steps.next(begun)

    async def _rows(self, entry: Entry, by: Principal) -> list[CheckRow]:
        grant = await self._mandates.grant(by, entry.account, to_check=True)
        drafts = await read_texts(entry, grant, self._targets)
        rows = []
        for part, draft in enumerate(drafts):
            post, _ = await compose(self._ports, draft, grant)
            scan, decision = await self._decide(post, ends(entry.texts[:part]))
            decision = await self._limits.answered(decision, grant)
            check = await self._record(post, scan, decision, grant) if by.kind == SERVICE else None
            rows.append(_row(entry.account, part, decision, check))
        return rows

    async def _decide(self, post: Post, before: tuple[str, ...]) -> tuple[Scan, Decision]:
        bundle = everywhere(self._ports.policies.current())
        scan = await self._ports.scanner.scan(post.parts, bundle, before)
        now = self._ports.clock.now()
        consents = await in_force(self._ports.consents, scan, bundle, now)
        expected = self._ports.scanner.expected(bundle)
        return scan, decide(post, scan, bundle, expected=expected, running=bundle.running(now), consents=consents)

    async def _record(self, post: Post, scan: Scan, decision: Decision, grant: Grant) -> str:
        envelope, now, record = self._ports.envelope, self._ports.clock.now(), self._ports.ids()
        terms = self._retention.of(decision)
        key, store_key = envelope.new_key(key_id=self._ports.ids(), post=record, retention=terms, now=now)
        mac = envelope.mac(key, post.canonical())
        content = envelope.seal_content(
            key, record=record, plain=records.content_of(post, scan), mac=mac, retention=store_key.retention
        )
        entry = records.checked(
            record=record, at=now, by=grant.principal, post=post, scan=scan, decision=decision, content=content
        )
        await self._ports.audit.commit(Work(records=(entry,), changes=(store_key,)))
        return record


def _row(account: str, part: int, decision: Decision, check: str | None) -> CheckRow:
    reasons = () if decision.verdict is Verdict.ALLOW else told(decision).reasons
    return CheckRow(
        target=account,
        part=part,
        verdict=decision.verdict.value,
        rules=tuple(dict.fromkeys(reason.rule for reason in reasons)),
        messages=tuple(dict.fromkeys(Words(de=one.message.de, en=one.message.en) for one in reasons)),
        remedies=remedies_of(reasons),
        check_id=None if check is None else decision_id(check),
    )
