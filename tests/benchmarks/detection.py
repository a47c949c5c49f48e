"""
What looking costs: against Presidio's own analyzer, on hostile texts against ordinary ones, in batches or one by one.

Ratios of processor time within one run, median of interleaved rounds.

`python -m tests.benchmarks.detection` prints the tables, with `--json` for `make bench`. It has a process of its own,
and each library one thread.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from proxy.core.detection.prefilter import LookFailed
from proxy.core.detection.recognizers import RecognizerMatcher
from proxy.core.text.decoding import TooMuchHidden
from proxy.core.text.surfaces import surfaces
from proxy.detectors.config import DEFAULT_NER, detector_name
from proxy.detectors.models import SPACY_EN
from proxy.detectors.sheet import make_sheet
from proxy.detectors.standard import build_fast, build_ner
from proxy.detectors.worker import settle_memory
from proxy.loading.policies import Sources, load
from tests.benchmarks.posts import posts
from tests.e2e.gateway import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.model import Recognizer

LONG = 30_000
BATCH = 16
ROUNDS = 7
_KEY = b"k" * 32
_RULES = "measured"
_PIECES = ("1", "a", "a.", "1 ", "DE02 ", "A1", "@a.", "%41", "//a.", "-.", "&#49;", "VGVz", "m ", "Nr. ", "é", "x@")
"""What kept other scanners busy; each is repeated up to the length."""


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


class _Ours:
    """The product's default detectors, called as its workers call them."""

    def __init__(self) -> None:
        sources = Sources(
            directory=REPOSITORY / "policies" / "de-bank",
            organisation=REPOSITORY / "policies" / "organisation.yaml",
            lexicons=REPOSITORY / "rules" / "lexicons",
            recognizers=REPOSITORY / "rules" / "recognizers",
            fingerprint_key=_KEY,
        )
        bundle = load(sources, date(2026, 11, 24)).bundle
        assert bundle is not None
        self.recognizers = bundle.recognizers
        self.fast: list[Any] = [build() for build in build_fast({"key": _KEY}).values()]
        builders = build_ner({"key": _KEY})
        self.models: list[Any] = [builders[detector_name(name)]() for name in DEFAULT_NER]
        for detector in self.fast:
            if hasattr(detector, "load"):
                detector.load(_RULES, bundle.lexicons)
            if hasattr(detector, "learn"):
                detector.learn(_RULES, bundle.recognizers, bundle.house)
        settle_memory()

    def look(self, detectors: Sequence[Any], texts: Sequence[str]) -> None:
        """Make the views as each pool does, then search them."""
        sheets = [make_sheet((text,), _RULES) for text in texts]
        for detector in detectors:
            if hasattr(detector, "prepare"):
                detector.prepare(sheets)
            for sheet in sheets:
                detector.find(sheet)
            if hasattr(detector, "prepare"):
                detector.prepare(())

    def look_in_batches(self, detectors: Sequence[Any], texts: Sequence[str], size: int) -> None:
        """Look at all texts, some at a time."""
        for start in range(0, len(texts), size):
            self.look(detectors, texts[start : start + size])


def _presidio() -> AnalyzerEngine:
    """Return Presidio's analyzer as it comes: English, its default recognizers, a pipeline that PyPI has."""
    model = {"lang_code": "en", "model_name": str(SPACY_EN.locate())}
    return AnalyzerEngine(nlp_engine=SpacyNlpEngine(models=[model]))


def _against_presidio(ours: _Ours, texts: Sequence[str]) -> tuple[list[float], list[list[float]]]:
    """Return the ratios, and milliseconds a post for Presidio, our fast detectors and our models."""
    engine = _presidio()
    rows: list[list[float]] = []
    for number in range(ROUNDS + 1):
        works = (
            lambda: [engine.analyze(text, language="en") for text in texts],
            lambda: ours.look_in_batches(ours.fast, texts, BATCH),
            lambda: ours.look_in_batches(ours.models, texts, BATCH),
        )
        row = [_cpu(work) / len(texts) * 1000 for work in works]
        if number:  # the first round warms up
            rows.append(row)
    return [(fast + models) / presidio for presidio, fast, models in rows], rows


def _batches(ours: _Ours, texts: Sequence[str]) -> list[float]:
    return [
        _cpu(lambda: ours.look_in_batches(ours.models, texts, 1))
        / _cpu(lambda: ours.look_in_batches(ours.models, texts, BATCH))
        for _ in range(ROUNDS)
    ]


def _repeated(piece: str) -> str:
    return (piece * (LONG // len(piece) + 1))[:LONG]


def _bounded(work: Callable[[], object]) -> None:
    """Run to the end, or to the bound at which a detector says that it did not look to the end."""
    try:
        work()
    except (LookFailed, TooMuchHidden):
        return


def _hostile(rule: Recognizer) -> Iterator[str]:
    """Yield texts made of what a rule looks for: its cues, digits and letters of its pattern, cut before the end."""
    word = rule.cues[0] if rule.cues else "Nr"
    for piece in (f"{word} ", f"{word} 1234567", "12345678901", "1 2 3 4 ", "AB1234567", f"{word} AB-12.3", "a1b2"):
        yield _repeated(piece)


def _search(matcher: RecognizerMatcher) -> Callable[[str], object]:
    return lambda text: matcher.find(surfaces(0, text))


def _find(detector: Any) -> Callable[[str], object]:
    return lambda text: detector.find(make_sheet((text,), _RULES))


def _times_ordinary(ours: _Ours, ordinary: str) -> tuple[str, float]:
    """Return the worst of all views, of every detector and of every shipped rule, each against an ordinary text."""
    worst = ("", 0.0)
    works: list[tuple[str, Callable[[str], object], Iterator[str]]] = [
        ("views", lambda text: surfaces(0, text), map(_repeated, _PIECES)),
        *((detector.name, _find(detector), map(_repeated, _PIECES)) for detector in ours.fast),
    ]
    for rule in ours.recognizers:
        matcher = RecognizerMatcher((rule,), _KEY)
        works.append((rule.id, _search(matcher), _hostile(rule)))
    for name, work, texts in works:
        base = min(_cpu(lambda: _bounded(lambda: work(ordinary))) for _ in range(3))  # noqa: B023  called at once
        for text in texts:
            ratio = min(_cpu(lambda: _bounded(lambda: work(text))) for _ in range(2)) / base  # noqa: B023
            if ratio > worst[1]:
                worst = (name, ratio)
    return worst


def measure() -> dict[str, Any]:
    """Return ratios and tables."""
    ours = _Ours()
    texts = list(islice(posts(), 200))
    ratios, rows = _against_presidio(ours, texts)
    gains = _batches(ours, texts)
    name, worst = _times_ordinary(ours, "\n".join(islice(posts(), LONG // 200))[:LONG])
    presidio, fast, models = (statistics.median(column) for column in zip(*rows, strict=True))
    lines = [
        "| looking, processor time for a post of 280 characters | ms | times Presidio |",
        "|---|---|---|",
        f"| Presidio's analyzer, English, as it comes | {presidio:.2f} | 1.00 |",
        f"| our fast detectors, views included | {fast:.2f} | {fast / presidio:.2f} |",
        f"| our language models, in batches of {BATCH} | {models:.2f} | {models / presidio:.2f} |",
        f"| ours together | {fast + models:.2f} | {_spread(ratios)} |",
        "",
        f"Language models one by one against batches of {BATCH}: {_spread(gains)} times the processor time.",
        (
            f"Hostile text of {LONG:,} characters against an ordinary one, worst of views, detectors and every shipped"
            f" rule (`{name}`): {worst:.1f} times."
        ),
    ]
    return {
        "of_presidio": statistics.median(ratios),
        "times_ordinary": worst,
        "gain_of_a_batch": statistics.median(gains),
        "lines": lines,
    }


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    found = measure()
    sys.stdout.write(json.dumps(found) if "--json" in sys.argv else "\n".join(found["lines"]) + "\n")
