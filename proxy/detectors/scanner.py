"""
The gate's Scanner over pools of worker processes.

Order of a scan: length, quarantine, all pools at the same time, and what came back by the deadline. Whatever is late,
dead, broken or of another version is missing in the Scan; nothing is raised, nothing is cut, no message has a text.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from proxy.core.detection.combination import NAME as COMBINATION
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import DetectorId, Part, PartKind
from proxy.core.text.joining import recent
from proxy.detectors.collect import collect, nothing
from proxy.detectors.config import PoolLimits
from proxy.detectors.lexicons import NAME as LEXICONS
from proxy.detectors.messages import BrokenMessage, encode_texts
from proxy.detectors.pool import LARGEST_BATCH, Pool
from proxy.detectors.quarantine import Quarantine
from proxy.detectors.register import NAME as REGISTER
from proxy.detectors.remembered import remembered, remembers
from proxy.detectors.standard import line_ups as standard_line_ups
from proxy.detectors.surfaces import NAME as SURFACES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.core.model import Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.detectors.config import LineUp, ScannerConfig, Stage
    from proxy.detectors.messages import Answer
    from proxy.gate.backtest import Known

LONGEST_POST = 30_000
"""Code points over all parts; beyond, nothing is scanned and nothing is cut."""

SAMPLES = (
    "Meine IBAN: DE02 1203 0000 0000 2020 51, Anna Müller aus der Gartenstraße 5 in Hamburg.",
    "Yesterday John Smith of Example Ltd in London told the board about it.",
    "Unser Kunde Thomas Schneider hat heute bei uns den Kredit für sein Haus unterschrieben.",
)
"""Invented; every shipped detector finds something in them."""


def _ignore(_event: str, _detector: str, _seconds: float) -> None:
    """Stand in for metrics where nobody measures."""


class WorkerScanner:
    """
    All configured detectors, in worker processes, behind one deadline.

    `observe(event, detector, seconds)` is told `completed` (with the time it took), `missing`, `crash`, `deadline`,
    `error` and `quarantined` by detector, and `started` and `error` by pool.

    Raises:
        ValueError: no line-up, or one detector in two of them.
    """

    def __init__(
        self,
        config: ScannerConfig,
        *,
        observe: Callable[[str, str, float], None] = _ignore,
        line_ups: Sequence[LineUp] | None = None,
        in_flight: Callable[[], int] = lambda: LARGEST_BATCH,
    ) -> None:
        self._config = config
        self._in_flight = in_flight
        self._deadline = config.deadline_ms / 1000
        self._key = config.fingerprint_key
        self._named = partial(fingerprint, config.fingerprint_key, "ORGANIZATION")
        self._observe = observe
        self._quarantine = Quarantine()
        self._stages: tuple[Stage, ...] = ()
        self._combination: tuple[DetectorId, ...] = ()
        self._register = config.register
        self._expected: tuple[tuple[str, str] | None, frozenset[DetectorId]] = (None, frozenset())
        self._pools: tuple[Pool, ...] = ()
        self._latest: PolicyBundle | None = None
        if line_ups is not None:
            self._line_up(line_ups)

    def _line_up(self, line_ups: Sequence[LineUp]) -> None:
        stages = tuple(stage for line_up in line_ups for stage in line_up.stages)
        if len({stage.name for stage in stages}) != len(stages) or not stages:
            raise ValueError("no detectors, or one of them twice: nothing configured to look, nothing may pass")
        limits = PoolLimits(
            spares=self._config.spares,
            queue=self._config.queue,
            start_seconds=self._config.start_ms / 1000,
            recycle_posts=self._config.recycle_posts,
            recycle_mib=self._config.recycle_mib,
        )
        self._stages = stages
        self._combination = tuple(
            DetectorId(name=COMBINATION, version=line_up.combination)
            for line_up in line_ups
            if line_up.combination is not None
        )
        self._expected = (None, frozenset())
        self._pools = tuple(
            Pool(line_up, limits, quarantine=self._quarantine, observe=self._observe, in_flight=self._in_flight)
            for line_up in line_ups
        )

    async def start(self) -> None:
        """Start all processes at the same time; return when they are ready or given up. Missing models do not raise."""
        if not self._pools:
            # Versions are digests of files, and reading files blocks.
            self._line_up(await asyncio.to_thread(standard_line_ups, self._config))
        if self._latest is not None:
            await self.load(self._latest)
        async with asyncio.TaskGroup() as group:
            for pool in self._pools:
                group.create_task(pool.start())

    async def stop(self) -> None:
        """End all processes; posts that still wait have everything missing."""
        async with asyncio.TaskGroup() as group:
            for pool in self._pools:
                group.create_task(pool.stop())

    @property
    def faults(self) -> dict[str, str]:
        """Return the detectors that could not be built, each with a code such as `model-absent`."""
        return {name: code for pool in self._pools for name, code in pool.faults.items()}

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the process ids of all workers that are ready."""
        return tuple(pid for pool in self._pools for pid in pool.pids)

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """
        Return every configured detector in the version that must answer; never empty.

        Raises:
            RuntimeError: the scanner was never started, so what its detectors are is not known.
        """
        if not self._stages:
            raise RuntimeError("the scanner was not started")
        known, expected = self._expected
        asked = self._asked(bundle)
        if known != asked:
            expected = frozenset(stage.id_under(*asked) for stage in self._stages).union(self._combination)
            self._expected = asked, expected
        return expected

    def _asked(self, bundle: PolicyBundle) -> tuple[str, str]:
        """Return the rules that a post is looked at under, and the version of the register: the latest by default."""
        register = bundle.register or self._register
        return bundle.rules_digest, "" if register is None else register.version

    async def load(self, bundle: PolicyBundle) -> None:
        """
        Bring the word lists of a bundle, and its register, to every worker; the last two sets stay usable.

        Raises:
            GateUnavailable: a worker cannot use them; keep the earlier bundle.
        """
        register = bundle.register or self._register
        for pool in self._pools:
            await pool.load(bundle.rules_digest, bundle.lexicons, bundle.recognizers, bundle.house, register)
        self._latest, self._register = bundle, register

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """
        Look at every part with every detector; what does not complete by the deadline is missing.

        `thread` holds earlier texts of the same thread, oldest first; only the end of the latest ones is used. Where a
        rule asks what stands in them, they are looked at too, and what was missed there is missing here.
        """
        expected = self.expected(bundle)
        if sum(len(part.text) for part in parts) > LONGEST_POST:
            scan = nothing(expected)
        elif thread and bundle.reaches_threads:
            earlier = tuple(
                Part(kind=PartKind.BODY, slot=f"thread.{number}", text=text)
                for number, text in enumerate(recent(thread))
            )
            scan, above = await asyncio.gather(
                self._looked(parts, bundle, expected, recent(thread)), self._looked(earlier, bundle, expected)
            )
            scan = replace(
                scan, earlier=above.findings, told_earlier=above.told, completed=scan.completed & above.completed
            )
        else:
            scan = await self._looked(parts, bundle, expected, recent(thread))
        for name in scan.missing:
            self._observe("missing", name, 0.0)
        return scan

    async def _looked(
        self,
        parts: Sequence[Part],
        bundle: PolicyBundle,
        expected: frozenset[DetectorId],
        thread: tuple[str, ...] = (),
    ) -> Scan:
        answers = await self._ask(tuple(part.text for part in parts), self._asked(bundle), thread)
        for answer in answers:
            for done in answer.completed:
                self._observe("completed", done.detector.name, done.micros / 1_000_000)
            for fault in answer.faults:
                self._observe("error", fault.detector, 0.0)
        return collect(parts, expected, answers, thread, named=self._named)

    async def rescan(
        self,
        parts: Sequence[Part],
        bundles: Sequence[PolicyBundle],
        *,
        known: Known | None = None,
        thread: Sequence[str] = (),
    ) -> tuple[Scan, ...]:
        """
        Look at a post under several bundles, whose word lists are loaded; return one scan for each.

        Detectors that no rules change look once for all of them, and not at all where what they found is known.
        """
        expected = [self.expected(bundle) for bundle in bundles]
        if sum(len(part.text) for part in parts) > LONGEST_POST:
            return tuple(nothing(one) for one in expected)
        if thread and any(bundle.reaches_threads for bundle in bundles):  # what stands above is looked at too
            return tuple([await self.scan(parts, bundle, thread) for bundle in bundles])
        texts, earlier = tuple(part.text for part in parts), recent(thread)
        by_rules = [pool for pool in self._pools if any(stage.by_rules for stage in pool.stages)]
        others = [pool for pool in self._pools if pool not in by_rules]
        answered = [] if known is None else [pool for pool in others if remembers(known, pool.stages)]
        others = [pool for pool in others if pool not in answered]
        asked = tuple(dict.fromkeys(map(self._asked, bundles)))
        shared, *own = await asyncio.gather(
            self._ask(texts, asked[0], earlier, pools=others),
            *(self._ask(texts, one, earlier, pools=by_rules) for one in asked),
        )
        if known is not None:
            shared += [remembered(known, pool.stages, bundles) for pool in answered]
        found = dict(zip(asked, own, strict=True))
        return tuple(
            collect(parts, one, [*found[self._asked(bundle)], *shared], earlier, named=self._named)
            for bundle, one in zip(bundles, expected, strict=True)
        )

    async def self_test(self) -> dict[str, bool]:
        """Scan invented samples and the first term of the latest word lists; return which detectors found theirs."""
        samples: tuple[str, ...] = SAMPLES
        asked = "", ""
        if self._latest is not None:
            asked = self._asked(self._latest)
            samples += tuple(lexicon.terms[0].text for lexicon in self._latest.lexicons[:1])
        answers = await self._ask(samples, asked)
        found = {finding.detector for answer in answers for finding in answer.findings}
        completed = {(done.detector.name, done.detector.version) for answer in answers for done in answer.completed}
        nothing_to_find = {SURFACES, REGISTER}
        if len(samples) == len(SAMPLES) and self._latest is not None:
            nothing_to_find.add(LEXICONS)
        return {
            stage.name: (stage.name, stage.version_under(*asked)) in completed
            and (stage.name in found or stage.name in nothing_to_find)
            for stage in self._stages
        }

    async def _ask(
        self,
        texts: tuple[str, ...],
        asked: tuple[str, str],
        thread: tuple[str, ...] = (),
        *,
        pools: Sequence[Pool] | None = None,
    ) -> list[Answer]:
        """Ask all pools, or those given, at once; return the answers that came."""
        now = asyncio.get_running_loop().time()
        key = self._digest((*texts, *thread))
        if self._quarantine.holds(key, now):
            return []
        try:
            encoded = encode_texts(texts, thread)
        except BrokenMessage:
            return []
        deadline = now + self._deadline
        rules, register = asked
        replies = [
            pool.submit(encoded, rules=rules, register=register, key=key, deadline=deadline)
            for pool in (self._pools if pools is None else pools)
        ]
        answers = [(await reply).answer for reply in replies]
        return [answer for answer in answers if answer is not None]

    def _digest(self, texts: tuple[str, ...]) -> bytes:
        """Return the keyed hash by which a post is known to have killed workers."""
        state = hashlib.blake2b(digest_size=16, key=self._key, person=b"pg:quarantine")
        for text in texts:
            state.update(text.encode("utf-8", "surrogatepass") + b"\0\xff")
        return state.digest()
