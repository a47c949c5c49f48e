"""
Measure the detection on the corpus: the figures that the floors and the page on quality are made of.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from proxy.assembly.scoring import Scoring, mutate, score
from proxy.scoring.corpus import read_corpus
from proxy.scoring.endurance import Plan, Survival, survival
from proxy.scoring.report import Report, report

HERE = Path(__file__).parent
SEED = 1
SAMPLE = 0.03
"""Share of the disguises that the mutation test tries."""
WITHOUT_MODELS = Scoring(organisations=HERE / "organisations", ner=())
WITH_MODELS = Scoring(organisations=HERE / "organisations")


def figures(scoring: Scoring, split: str) -> Report:
    """
    Judge one split.

    Raises:
        RuntimeError: a detector did not answer every post; such figures are not worth keeping.
    """
    found = report(asyncio.run(score(scoring, read_corpus(HERE, split=split))))
    if found.missing:
        message = f"did not answer every post: {', '.join(name for name, _ in found.missing)}"
        raise RuntimeError(message)
    return found


def disguised(scoring: Scoring, *, sample: float = SAMPLE, seed: int = SEED) -> tuple[Survival, ...]:
    """Disguise the posts of the dev part and judge them."""
    examples = read_corpus(HERE, split="dev")
    return survival(asyncio.run(mutate(scoring, examples, lambda: Plan(seed=seed, rounds=range(1), sample=sample))))
