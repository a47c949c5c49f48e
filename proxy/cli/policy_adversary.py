"""
`postgate policy test --adversarial`: how much of the policies' own samples is still caught in disguise.

It informs: a slipped disguise is a limit of the detection, known beforehand, and fails nothing. Samples are named by
rule, number and transform; no text is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from proxy.core.model import Verdict
from proxy.scoring.adversary import Resistance, Target, disguises, resist
from proxy.scoring.page import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.gate.ports import Scanner
    from proxy.loading.policy_tests import Case

WIDTH = 32
"""Posts in flight; the detectors look at several at a time."""
_WORDS = {
    "de": {
        "title": "Verschleierte Beispiele (Startwert {seed})",
        "headings": ("Regel", "Beispiele", "noch erfasst"),
        "progress": "Verschleierungen",
        "slipped": "{rule} #{sample}: {transform} entgeht ihr",
    },
    "en": {
        "title": "Samples in disguise (seed {seed})",
        "headings": ("rule", "samples", "still caught"),
        "progress": "disguises",
        "slipped": "{rule} #{sample}: {transform} slips",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One adversarial run."""

    seed: int
    rules: tuple[Resistance, ...]


async def attack(cases: Sequence[Case], scanner: Scanner, *, seed: int, language: str) -> Attack:
    """
    Disguise every sample that has to be stopped and see what is still caught; the word lists are loaded already.

    Samples that bring a register of their own are left out: it is gone by now.
    """
    targets = [
        Target(
            rule=case.rule,
            sample=case.sample,
            post=case.post,
            bundle=case.bundle,
            running=case.running,
            expected=case.verdict,
            thread=case.thread,
        )
        for case in cases
        if case.verdict is not Verdict.ALLOW and case.register is None
    ]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(str(_WORDS[language]["progress"]), total=None)
        tried = await disguises(targets, scanner, seed=seed, width=WIDTH)
        progress.update(task, total=len(tried))
        rules = await resist(targets, tried, scanner, width=WIDTH, done=lambda: progress.advance(task))
    return Attack(seed=seed, rules=rules)


def print_attack(found: Attack, language: str) -> None:
    """Print a table of the rules, and a line for each disguise that slips."""
    words = _WORDS[language]
    table = Table(title=str(words["title"]).format(seed=found.seed))
    for heading in words["headings"]:
        table.add_column(heading, overflow="fold")
    for one in found.rules:
        table.add_row(one.rule, str(one.samples), percent(one.caught))
    Console().print(table)
    for one in found.rules:
        for sample, transform in one.slipped:
            click.echo(str(words["slipped"]).format(rule=one.rule, sample=sample, transform=transform))


def attack_as_json(found: Attack) -> dict[str, object]:
    """Return the same as plain values."""
    return {
        "seed": found.seed,
        "rules": [
            {
                "rule": one.rule,
                "samples": one.samples,
                "disguises": one.caught.of,
                "caught": one.caught.hits,
                "slipped": [{"sample": sample, "transform": transform} for sample, transform in one.slipped],
            }
            for one in found.rules
        ],
    }


def attack_as_junit(found: Attack) -> ET.Element:
    """Return a test suite without failures: a case for each rule, what slips in its output."""
    suite = ET.Element(
        "testsuite", name="postgate policy test --adversarial", tests=str(len(found.rules)), failures="0"
    )
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="seed", value=str(found.seed))
    for one in found.rules:
        case = ET.SubElement(suite, "testcase", classname="adversarial", name=one.rule)
        lines = [f"still caught: {percent(one.caught)}"]
        lines += [f"#{sample}: {transform} slips" for sample, transform in one.slipped]
        ET.SubElement(case, "system-out").text = "\n".join(lines)
    return suite
