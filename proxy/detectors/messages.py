"""
What parent and workers say to each other: JSON arrays in frames of a length and a body.

Everything that comes from a worker is checked here, piece by piece: a worker that says something else is broken and
gets killed. Nothing is unpickled, because a worker that a text has taken over must not take over the parent.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from proxy.core.model import (
    Confidence,
    DetectorId,
    Finding,
    Language,
    Link,
    Span,
    View,
)
from proxy.detectors.loads import load_row, read_load
from proxy.detectors.port import Described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.detectors.loads import Load

HEADER = struct.Struct("!I")
MAX_FRAME = 64 * 1024 * 1024
NOTHING_DESCRIBED = Described()
_CONFIDENCES = {one.value: one for one in Confidence}
_VIEWS = {one.value: one for one in View}
"""An enumeration asked for a member costs five times what a dictionary does, and every finding asks twice."""


class BrokenMessage(Exception):
    """The other side said something that is no message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """First message to a worker: what it is."""

    factory: str
    stages: tuple[str, ...]
    options: Mapping[str, object] = field(repr=False)
    recycle_posts: int
    recycle_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts to look at, each with its number, the texts of its parts, and earlier texts of its thread."""

    rules: str
    register: str = ""
    """Version of the register; empty without one."""
    posts: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A detector that did not do its work: a code and the name of a class, never a message."""

    detector: str
    code: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The worker takes posts; detectors named in `faults` will be missing."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The worker has the word lists, or says why not."""

    rules: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A detector looked at the whole post."""

    detector: DetectorId
    micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything one worker saw in one post."""

    post: int
    completed: tuple[Completed, ...]
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    sentences: tuple[tuple[Span, ...], ...]
    described: Described = field(default=NOTHING_DESCRIBED, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to a batch, and whether the worker asks to be replaced."""

    answers: tuple[Answer, ...]
    retire: bool


def frame(body: bytes) -> bytes:
    """Put the length before a body."""
    return HEADER.pack(len(body)) + body


def encode_configure(message: Configure) -> bytes:
    """Return the frame of the first message."""
    options = {
        key: {"hex": value.hex()} if isinstance(value, bytes) else value for key, value in message.options.items()
    }
    return frame(
        orjson.dumps(
            [
                "configure",
                message.factory,
                list(message.stages),
                options,
                message.recycle_posts,
                message.recycle_mib,
            ]
        )
    )


def encode_load(message: Load) -> bytes:
    """Return the frame of word lists, recognizers and the register."""
    return frame(orjson.dumps(["load", *load_row(message)]))


def encode_texts(texts: Sequence[str], thread: Sequence[str] = ()) -> bytes:
    """
    Return the texts of one post and of its thread, ready to be put into a batch.

    Raises:
        BrokenMessage: a text holds half a character (a lone surrogate), which no detector can read.
    """
    try:
        return orjson.dumps((texts, thread))
    except TypeError:
        # From None: nothing may carry the text.
        raise BrokenMessage from None


def encode_batch(rules: str, posts: Sequence[tuple[int, bytes]], register: str = "") -> bytes:
    """Return the frame of a batch; the texts are made by `encode_texts`."""
    return frame(
        orjson.dumps(["batch", rules, register, [[number, orjson.Fragment(texts)] for number, texts in posts]])
    )


def decode_order(body: bytes) -> Configure | Load | Batch:
    """
    Read a message of the parent.

    Raises:
        BrokenMessage: it is none.
    """
    match orjson.loads(body):
        case ["batch", rules, register, posts]:
            return Batch(
                rules=rules,
                register=register,
                posts=tuple((number, tuple(texts), tuple(thread)) for number, (texts, thread) in posts),
            )
        case ["load", *row]:
            return read_load(row)
        case ["configure", factory, stages, options, posts, mib]:
            return Configure(
                factory=factory,
                stages=tuple(stages),
                options={
                    key: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
                    for key, value in options.items()
                },
                recycle_posts=posts,
                recycle_mib=mib,
            )
        case _:
            raise BrokenMessage


def encode_ready(faults: Sequence[Fault]) -> bytes:
    """Return the frame that says the worker takes posts."""
    return frame(orjson.dumps(["ready", _fault_rows(faults)]))


def encode_loaded(rules: str, faults: Sequence[Fault]) -> bytes:
    """Return the frame that says word lists were taken."""
    return frame(orjson.dumps(["loaded", rules, _fault_rows(faults)]))


def encode_answers(rows: Sequence[list[object]], *, retire: bool) -> bytes:
    """Return the frame of the answers to a batch; the rows are made by `answer_row`."""
    return frame(orjson.dumps(["answers", rows, retire]))


def answer_row(
    post: int,
    *,
    completed: Sequence[Completed],
    faults: Sequence[Fault],
    findings: Sequence[list[object]],
    sentences: Sequence[Sequence[Span]],
    described: Described = NOTHING_DESCRIBED,
) -> list[object]:
    """Return one answer as plain values; the findings are made by `finding_row`."""
    return [
        post,
        [[done.detector.name, done.detector.version, done.micros] for done in completed],
        _fault_rows(faults),
        findings,
        [[[span.start, span.end] for span in spans] for spans in sentences],
        [[link.part, link.span.start, link.span.end, link.host, link.parameters] for link in described.links],
        described.languages,
    ]


def finding_row(finding: Finding, detector: str) -> list[object]:
    """Return a finding as plain values, under the name of the detector that returned it."""
    return [
        finding.rule,
        finding.entity,
        finding.confidence.value,
        finding.part,
        finding.span.start,
        finding.span.end,
        finding.view.value,
        list(finding.transforms),
        finding.fingerprint,
        detector,
        finding.negated,
    ]


def _fault_rows(faults: Sequence[Fault]) -> list[list[str]]:
    return [[fault.detector, fault.code, fault.kind] for fault in faults]


def decode_report(body: bytes) -> Ready | Loaded | Answers:
    """
    Read a message of a worker, trusting nothing in it.

    Raises:
        BrokenMessage: it is none.
    """
    try:
        return _report(orjson.loads(body))
    except (ValueError, TypeError, KeyError):
        # From None: the error of the parser would carry what the worker said.
        raise BrokenMessage from None


def _report(message: object) -> Ready | Loaded | Answers:
    match message:
        case ["answers", list(rows), bool(retire)]:
            return Answers(answers=tuple(_answer(row) for row in rows), retire=retire)
        case ["ready", list(faults)]:
            return Ready(faults=_faults(faults))
        case ["loaded", str(rules), list(faults)]:
            return Loaded(rules=rules, faults=_faults(faults))
        case _:
            raise BrokenMessage


def _answer(row: object) -> Answer:
    match row:
        case [int(post), list(completed), list(faults), list(findings), list(sentences), list(links), list(languages)]:
            return Answer(
                post=post,
                completed=tuple([_completed(item) for item in completed]),
                faults=_faults(faults) if faults else (),
                findings=tuple([_finding(item) for item in findings]),
                sentences=tuple([tuple([_span(item) for item in spans]) for spans in sentences]),
                described=Described(
                    links=tuple([_link(item) for item in links]),
                    languages=tuple([Language(item) for item in languages]),
                ),
            )
        case _:
            raise BrokenMessage


def _completed(row: list[object]) -> Completed:
    name, version, micros = row
    if type(name) is str and type(version) is str and type(micros) is int:
        return Completed(detector=_detector(name, version), micros=micros)
    raise BrokenMessage


@lru_cache(maxsize=64)
def _detector(name: str, version: str) -> DetectorId:
    """Return one value for what every answer repeats."""
    return DetectorId(name=name, version=version)


def _faults(rows: list[object]) -> tuple[Fault, ...]:
    faults = []
    for row in rows:
        match row:
            case [str(detector), str(code), str(kind)]:
                faults.append(Fault(detector=detector, code=code, kind=kind))
            case _:
                raise BrokenMessage
    return tuple(faults)


def _span(row: list[object]) -> Span:
    start, end = row
    if type(start) is int and type(end) is int:
        return Span(start=start, end=end)
    raise BrokenMessage


def _link(row: object) -> Link:
    match row:
        case [int(part), int(start), int(end), str() | None as host, list(parameters)] if not any(
            isinstance(number, bool) for number in (part, start, end)
        ) and all(type(name) is str for name in parameters):
            return Link(part=part, span=Span(start=start, end=end), host=host, parameters=tuple(parameters))
        case _:
            raise BrokenMessage


def _finding(row: list[object]) -> Finding:
    rule, entity, confidence, part, start, end, view, transforms, fingerprint, detector, negated = row
    if (
        type(rule) is type(entity) is type(confidence) is type(view) is type(detector) is str
        and type(part) is type(start) is type(end) is int
        and type(transforms) is list
        and (not transforms or all(type(item) is str for item in transforms))
        and (fingerprint is None or type(fingerprint) is str)
        and type(negated) is bool
    ):
        return Finding(
            rule=rule,
            entity=entity,
            confidence=_CONFIDENCES[confidence],
            part=part,
            span=Span(start=start, end=end),
            view=_VIEWS[view],
            transforms=tuple(transforms),
            fingerprint=fingerprint,
            detector=detector,
            negated=negated,
        )
    raise BrokenMessage
