"""
Plain functions that make posts with findings for tests of combinations. All people here are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.combining.scene import look
from proxy.core.model import Confidence, Finding, Span, View
from proxy.core.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.detection.combining.scene import Scene


def mark(
    texts: Sequence[str],
    kind: str,
    piece: str,
    *,
    confidence: Confidence = Confidence.MEDIUM,
    view: View = View.PLAIN,
) -> Finding:
    """Return a finding where a piece of text stands first: of an entity in capitals, of a word list otherwise."""
    part = next(number for number, text in enumerate(texts) if piece in text)
    start = texts[part].index(piece)
    entity = kind.isupper()
    return Finding(
        rule="test/rule" if entity else kind,
        entity=kind if entity else "WORDS",
        confidence=confidence if entity else Confidence.HIGH,
        part=part,
        span=Span(start=start, end=start + len(piece)),
        view=view,
        fingerprint="f" * 32 if entity else None,
        detector="test",
    )


def marks(texts: Sequence[str], pieces: Sequence[tuple[str, str]]) -> list[Finding]:
    """Return findings for (kind, piece) pairs."""
    return [mark(texts, kind, piece) for kind, piece in pieces]


def spans(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """Return where the sentences of all parts are."""
    return [sentences(text) for text in texts]


def suspicion(texts: Sequence[str]) -> Finding:
    """Return the finding that a post reads like one that gives something away."""
    return mark(texts, "DISCLOSURE", texts[0][:1], confidence=Confidence.LOW)


def scene_of(
    *texts: str, found: Sequence[tuple[str, str]] = (), extra: Sequence[Finding] = (), suspect: bool = True
) -> Scene:
    """Make a scene of parts with (kind, piece) pairs as findings, in a post that reads like a disclosure or not."""
    judged = [suspicion(texts)] if suspect and any(texts) else []
    return look(texts, spans(texts), [*marks(texts, found), *extra, *judged])
