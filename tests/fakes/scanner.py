"""The twin of the scanner: finds the words it is told, misses the detectors it is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.model import Confidence, DetectorId, Finding, Scan, Span
from proxy.core.text.language import language
from proxy.core.text.links import links
from proxy.core.text.transforms import normalise
from proxy.core.text.views import view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from proxy.core.model import Part, Surface
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.backtest import Known

LONGEST_POST = 30_000


class ScriptedScanner:
    """
    A scanner without processes.

    `words` maps a text to what it is: entity, or entity and confidence. `missing` may be changed between scans.
    """

    def __init__(
        self,
        words: Mapping[str, str | tuple[str, Confidence]] | None = None,
        *,
        missing: Iterable[str] = (),
        detectors: Sequence[str] = ("identifiers", "presidio", "surfaces"),
        fingerprints: Mapping[str, str] | None = None,
    ) -> None:
        self.words = dict(words or {})
        self.fingerprints = dict(fingerprints or {})
        """Those of words that have one."""
        self.missing = set(missing)
        self.scanned: list[tuple[Part, ...]] = []
        self.threads: list[tuple[str, ...]] = []
        """The earlier texts that came with each scan."""
        self.known: list[Known | None] = []
        """What was known of each post that was looked at again."""
        self.loaded: list[str] = []
        self.on_scan: Callable[[], None] = lambda: None
        """Called in the middle of every scan."""
        self.register: str | None = None
        """Version of the register; None: the house has none."""
        self._detectors = tuple(detectors)

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors, and `lexicons` in the version of the bundle's word lists."""
        return frozenset(
            {DetectorId(name="lexicons", version=bundle.rules_digest)}
            | {DetectorId(name=name, version="1") for name in self._detectors}
            | ({DetectorId(name="register", version=f"1-{self.register}")} if self.register is not None else set())
        )

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Find every occurrence of every word; the detectors in `missing` do not complete."""
        self.scanned.append(tuple(parts))
        self.threads.append(tuple(thread))
        self.on_scan()
        expected = self.expected(bundle)
        if sum(len(part.text) for part in parts) > LONGEST_POST:
            return Scan(findings=(), expected=expected, completed=frozenset())
        return Scan(
            findings=tuple(finding for number, part in enumerate(parts) for finding in self._find(number, part.text)),
            expected=expected,
            completed=frozenset(one for one in expected if one.name not in self.missing),
            sentences=tuple((Span(start=0, end=len(part.text)),) if part.text else () for part in parts),
            links=tuple(link for number, part in enumerate(parts) for link in links((_plain(number, part.text),))),
            languages=tuple(language(part.text) for part in parts),
            earlier=tuple(finding for number, text in enumerate(thread) for finding in self._find(number, text))
            if bundle.reaches_threads
            else (),
        )

    async def rescan(
        self,
        parts: Sequence[Part],
        bundles: Sequence[PolicyBundle],
        *,
        known: Known | None = None,
        thread: Sequence[str] = (),
    ) -> tuple[Scan, ...]:
        """Scan under each bundle; what is known is noted and not used."""
        self.known.append(known)
        return tuple([await self.scan(parts, bundle, thread) for bundle in bundles])

    async def load(self, bundle: PolicyBundle) -> None:
        """Note that word lists came."""
        self.loaded.append(bundle.rules_digest)

    def _find(self, number: int, text: str) -> list[Finding]:
        found = []
        for word, what in self.words.items():
            entity, confidence = (what, Confidence.HIGH) if isinstance(what, str) else what
            found += [
                Finding(
                    rule=f"scripted/{entity.lower()}",
                    entity=entity,
                    confidence=confidence,
                    part=number,
                    span=Span(start=match.start(), end=match.end()),
                    fingerprint=self.fingerprints.get(word),
                    detector=self._detectors[0],
                )
                for match in re.finditer(re.escape(word), text)
            ]
        return found


def _plain(number: int, text: str) -> Surface:
    return view("normalised", number, normalise(text))
