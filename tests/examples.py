"""Invented examples of a corpus, and outcomes, for the tests of the scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind, Span, Verdict
from proxy.scoring.corpus import Example, Mark
from proxy.scoring.judge import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Finding

IBAN = "DE02 1203 0000 0000 2020 51"
LEAK = f"Meine IBAN: {IBAN}, bitte!"


def make_example(
    text: str = LEAK,
    *marks: tuple[str, str],
    leak: bool = True,
    split: str = "dev",
    evasion: tuple[str, ...] = (),
    category: str = "iban",
) -> Example:
    """Return an example; each mark is an entity and the text it stands on, which occurs once."""
    where = marks or ((("IBAN_CODE", IBAN),) if leak and IBAN in text else ())
    return Example(
        id=f"{category}-de-1",
        lang="de",
        category=category,
        organisation="bank",
        split=split,
        leak=leak,
        expected=Verdict.BLOCK if leak else Verdict.ALLOW,
        parts=(Part(kind=PartKind.BODY, slot="parts.0", text=text),),
        marks=tuple(
            Mark(part=0, span=Span(start=text.index(value), end=text.index(value) + len(value)), entity=entity)
            for entity, value in where
        ),
        evasion=evasion,
    )


def make_outcome(
    example: Example,
    verdict: Verdict = Verdict.ALLOW,
    findings: Sequence[Finding] = (),
    *,
    blamed: Sequence[int] = (),
    rules: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> Outcome:
    """Return what a gate may have said about an example."""
    return Outcome(
        example=example,
        verdict=verdict,
        findings=tuple(findings),
        blamed=frozenset(blamed),
        rules=tuple(rules),
        missing=tuple(missing),
    )


def marked_text(example: Example) -> list[str]:
    """Return what stands on the marks of an example."""
    return [example.parts[mark.part].text[mark.span.start : mark.span.end] for mark in example.marks]
