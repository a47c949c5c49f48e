"""
A look without consequences: scan and decide a text, send nothing, record nothing.

For operators at the command line. The answer holds spans and rule ids, never the matched text. Rules that are being
rolled out count for every question: whoever asks chooses the id, and must not learn which posts a rule passes over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind, Post, PostId, PostKind, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.rollout import everywhere

if TYPE_CHECKING:
    from proxy.core.model import Decision, Scan
    from proxy.gate.ports import Clock, Policies, Scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text to look at."""

    id: str
    platform: str
    parts: tuple[Part, ...] = field(repr=False)
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the same thread, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the gate would decide."""

    decision: Decision
    scan: Scan


async def check(question: Question, *, scanner: Scanner, policies: Policies, clock: Clock) -> Opinion:
    """Return what the gate would decide about a new post with these parts, in the sample of every rule."""
    bundle = everywhere(policies.current())
    scan = await scanner.scan(question.parts, bundle, question.thread)
    post = post_of(question)
    running = bundle.running(clock.now())
    return Opinion(scan=scan, decision=decide(post, scan, bundle, expected=scanner.expected(bundle), running=running))


def post_of(question: Question) -> Post:
    """Return the new post that a question is about."""
    return Post(
        id=PostId(question.id),
        platform=question.platform,
        account="check",
        author="check",
        operation="check",
        kind=PostKind.POST,
        parts=question.parts,
    )


def opinion_row(question: Question, opinion: Opinion) -> dict[str, object]:
    """Return the stable JSON line of `postgate check`; offsets are code points of the original text."""
    decision = opinion.decision
    return {
        "id": question.id,
        "decision": decision.verdict.value,
        "rules": [] if decision.verdict is Verdict.ALLOW else [reason.rule for reason in decision.reasons],
        "findings": finding_rows(opinion.scan),
        "missing": list(decision.missing),
    }


def finding_rows(scan: Scan) -> list[dict[str, object]]:
    """Return where what was found, in the order of the scan; offsets are code points of the original text."""
    return [
        {
            "start": finding.span.start,
            "end": finding.span.end,
            "type": finding.entity,
            "rule": finding.rule,
            "confidence": finding.confidence.value,
            "part": finding.part,
        }
        for finding in scan.findings
    ]


def body_and_parts(text: str, parts: tuple[tuple[str, str], ...] = ()) -> tuple[Part, ...]:
    """
    Return the parts of a question: the text as body, then `(kind, text)` pairs.

    Raises:
        ValueError: a kind that is none of PartKind.
    """
    extra = (Part(kind=PartKind(kind), slot=f"parts.{index}", text=value) for index, (kind, value) in enumerate(parts))
    return (Part(kind=PartKind.BODY, slot="text", text=text), *extra)
