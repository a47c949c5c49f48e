"""
The nouns of Postgate: frozen values that every layer shares.

Values only: nothing here reads a clock, draws a number or does I/O. Fields that hold text of a post have `repr=False`,
so that no representation, traceback or log line can show it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from proxy.core.errors import Localised
from proxy.core.house import NOBODY, UNTOLD, Calendar, House, Lexicon, LexiconTerm, Register
from proxy.core.places import (
    ELSEWHERE,
    Language,
    Link,
    Piece,
    Span,
    Statement,
    Surface,
    View,
    count_digits,
    merge_places,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "ELSEWHERE",
    "NOBODY",
    "UNTOLD",
    "Account",
    "Calendar",
    "Confidence",
    "Decision",
    "DetectorId",
    "Finding",
    "House",
    "Language",
    "Lexicon",
    "LexiconTerm",
    "Link",
    "Localised",
    "MatchedRule",
    "Obligation",
    "Part",
    "PartKind",
    "Phase",
    "Piece",
    "Post",
    "PostId",
    "PostKind",
    "Principal",
    "Reason",
    "Receipt",
    "Recognizer",
    "Register",
    "RuleConfidence",
    "Scan",
    "Span",
    "Statement",
    "Surface",
    "Verdict",
    "View",
    "count_digits",
    "merge_places",
    "strictest",
]

PostId = NewType("PostId", str)
_CANONICAL = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


class Verdict(StrEnum):
    """What may happen to a post, weakest first. The set is closed."""

    ALLOW = "allow"
    REDACT = "redact"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """Return 0 for the weakest verdict, 3 for the strictest."""
        return _VERDICT_RANKS[self]


_VERDICT_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """
    Return the strictest of at least one verdict; order never matters.

    Raises:
        ValueError: nothing to compare; "no verdict" must never become `allow`.
    """
    return max(verdicts, key=lambda verdict: verdict.rank)


class Confidence(StrEnum):
    """How sure a detector is: `high` is proven, `medium` form plus a second signal, `low` form or a model alone."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Return 0 for low, 1 for medium, 2 for high."""
        return _CONFIDENCE_RANKS[self._value_]


_CONFIDENCE_RANKS = {confidence.value: rank for rank, confidence in enumerate(Confidence)}
"""By value: the hash of a member is computed in Python, and findings are compared often."""


class PostKind(StrEnum):
    """What the author is doing."""

    POST = "post"
    REPLY = "reply"
    EDIT = "edit"
    PROFILE = "profile"
    MESSAGE = "message"
    MEDIA = "media"
    ACT = "act"
    """A like, boost, follow or delete: no text of the author's own."""


class PartKind(StrEnum):
    """Where in a post a text stands."""

    BODY = "body"
    CONTENT_WARNING = "content_warning"
    POLL_OPTION = "poll_option"
    ALT_TEXT = "alt_text"
    FILE_NAME = "file_name"
    LINK = "link"
    PROFILE_FIELD = "profile_field"
    DISPLAY_NAME = "display_name"
    TITLE = "title"
    COMMENT = "comment"
    OTHER = "other"
    """A string that is no text field, such as an identifier: it leaves the house too, so it is scanned too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One text of a post, exactly as the author wrote it."""

    kind: PartKind
    slot: str
    """Place in the platform's wire format, our own words, such as `status` or `poll.options.0`."""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    What an author wants to say or do on one platform, with every text that would leave the house.

    A post is complete: the request to the platform is built from it alone.
    """

    id: PostId
    platform: str
    account: str
    """Account id, such as `mastodon:presse`."""
    author: str
    """Reference of the principal, random, never a name."""
    operation: str
    """Name of the endpoint in the platform's table, such as `status.create`."""
    kind: PostKind
    parts: tuple[Part, ...] = field(repr=False)
    options: tuple[tuple[str, bool | int | str | None], ...] = field(default=(), repr=False)
    """Values that carry no free text: numbers, booleans, members of closed sets. Sorted by slot."""
    media: tuple[str, ...] = ()
    """Ids of images in the gateway's own encrypted spool, in display order."""
    edit_of: str | None = None
    replaces: PostId | None = None
    """The post as its author wrote it, when this one is its redacted form."""
    reply_to: str | None = field(default=None, repr=False)
    """The platform's id of the post that is answered; a part of the post has it too."""
    appeal_of: str | None = None
    """Record of the decision that this post appeals against, when it does."""
    request: str | None = None
    """Id of the request over the API that asked for it, perhaps with others."""

    def canonical(self) -> bytes:
        """
        Return the bytes that say what this post is, whoever submits it and whenever.

        Two posts with equal bytes would look the same on the platform. Basis of the content code and the idempotency
        fingerprint.
        """
        return _CANONICAL.encode(
            [
                self.platform,
                self.account,
                self.operation,
                self.kind,
                self.options,
                [(part.kind, part.slot, part.text) for part in self.parts],
                self.media,
            ]
        ).encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person or service that presented a valid gateway token."""

    ref: str
    """Random pseudonym, one per natural person."""
    kind: str
    """`employee` or `service`."""
    scopes: frozenset[str]
    token_prefix: str
    account: str | None = None
    """The account that the token presented is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A platform account a principal may post to through one door."""

    id: str
    platform: str
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a detector saw, without what it saw: never the matched text."""

    rule: str
    """Stable id of the rule or recognizer, such as `presidio/iban`; for WORDS the lexicon id."""
    entity: str
    confidence: Confidence
    part: int
    """Index into the post's parts."""
    span: Span
    view: View = View.PLAIN
    transforms: tuple[str, ...] = ()
    fingerprint: str | None = field(default=None, repr=False)
    """Keyed digest of the canonical value; equal values of equal kind have equal fingerprints."""
    detector: str = ""
    negated: bool = False
    """A word hit that its own clause denies: `nicht garantiert`, `no guarantee`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleConfidence:
    """How sure a rule is, by what speaks for a match; None: no finding."""

    bare: Confidence | None = None
    cue: Confidence | None = None
    check: Confidence | None = None
    cue_and_check: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """A detection rule as data: a pattern, where it is searched, and what proves it."""

    id: str
    """A finding's `rule`."""
    entity: str
    pattern: str = field(repr=False)
    """RE2 syntax; a mask has become a pattern."""
    status: str = "stable"
    """`draft` and `retired` find nothing, `experimental` finds with low confidence at most, `stable` counts."""
    boundary: str = "word"
    """`word`, `field`, `digit` or `none`: what may not touch a match."""
    surface: str = "text"
    """`text`, `grouped` or `stream`: the kind of view that is searched."""
    check: str | None = None
    """Name of a check of `core.detection.checks`."""
    cues: tuple[str, ...] = ()
    forms: str = "exact"
    """How cues may be inflected: `exact`, `stem` or `compound`."""
    before: int = 8
    after: int = 5
    """Tokens before and after a match in which a cue counts."""
    anywhere: bool = False
    """Whether a cue anywhere in the text counts for a match that passes the check."""
    exclude: tuple[str, ...] = ()
    """Texts that a match may not begin with."""
    confidence: RuleConfidence

    @property
    def in_force(self) -> bool:
        """Return whether it finds anything."""
        return self.status in {"experimental", "stable"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DetectorId:
    """A detector and the digest of everything that decides what it finds."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """
    What all detectors saw in one post, and which of them looked to the end.

    A detector that is late, crashed, raised, cut its input or answered in another version is not in `completed`.
    """

    findings: tuple[Finding, ...]
    expected: frozenset[DetectorId]
    completed: frozenset[DetectorId]
    sentences: tuple[tuple[Span, ...], ...] = ()
    """Per part, the author's spans of its sentences; empty while `surfaces` is missing."""
    stated: tuple[Statement, ...] = ()
    """Words of lists that any reader sees as they are. No findings, because a duty text may weaken a verdict."""
    links: tuple[Link, ...] | None = None
    """None while `surfaces` is missing: nobody looked, which is not the same as no link."""
    languages: tuple[Language, ...] | None = None
    """Per part; None while `surfaces` is missing."""
    earlier: tuple[Finding, ...] = ()
    """Findings in earlier posts of the thread, for rules that ask; their `part` counts those posts, oldest first."""
    told: tuple[Finding, ...] | None = None
    """What `findings` would be without entities that are `UNTOLD`, also none that follows from them; None: the same."""
    told_earlier: tuple[Finding, ...] | None = None
    """The same of `earlier`."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of detectors that did not complete, sorted."""
        return tuple(sorted({detector.name for detector in self.expected - self.completed}))

    @property
    def complete(self) -> bool:
        """Return whether at least one detector was expected and every expected one completed."""
        return bool(self.expected) and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Something the gate has to do because of a decision, as data."""

    name: str
    """`review`, `replace` or `retain`."""
    arguments: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedRule:
    """A rule that matched, and the findings (indexes into the scan) that made it match."""

    rule: str
    """`policy/rule`."""
    verdict: Verdict
    findings: tuple[int, ...] = ()
    rollout: int | None = None
    """For how many of a thousand posts the rule counts; None: for all."""
    hard: bool = False
    """Whether the house holds this rule to be beyond weakening; a person decides such posts one by one."""
    untold: str | None = None
    """`customer` or `topic`: it matched only by what its author must not hear of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a decision is what it is, in words for the author; never the matched text."""

    rule: str
    """`policy/rule`, or `gate/NAME` for the gate's own reasons such as `gate/incomplete-scan`."""
    verdict: Verdict
    message: Localised
    remedy: Localised | None = None
    """What would make it pass."""


class Phase(StrEnum):
    """At which point of its life a post was decided."""

    SUBMIT = "submit"
    REDACTED = "redacted"
    RELEASE = "release"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one post and everything needed to explain and to repeat it."""

    post: PostId
    verdict: Verdict
    reasons: tuple[Reason, ...]
    """All rules of the winning strength, or `gate/...` reasons; for `allow`, which policies looked."""
    matched: tuple[MatchedRule, ...]
    would_have: tuple[MatchedRule, ...]
    """Rules that matched in monitor mode or outside their sample: recorded, without any effect."""
    obligations: tuple[Obligation, ...]
    policy_digest: str
    rules_digest: str
    organisation_digest: str
    expected: frozenset[DetectorId]
    completed: frozenset[DetectorId]
    running: frozenset[str] = frozenset()
    """Names of the calendars that were running."""
    consents: frozenset[str] = frozenset()
    """Ids of the consents by which a rule did not match that would have matched without them."""
    phase: Phase = Phase.SUBMIT

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of detectors that did not complete, sorted."""
        return tuple(sorted({detector.name for detector in self.expected - self.completed}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that records are durable: they are committed and flushed to disk."""

    post: PostId | None
    mac: str
    """Code of the content that was recorded, empty for records without content."""
    records: Mapping[str, str]
    """Record code (`PG-101`) to record id."""
    first_seq: int
    size: int
    """Number of records in the log once these were in it."""
