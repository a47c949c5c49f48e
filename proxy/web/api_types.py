"""
What the API answers: the types that OpenAPI is made from.

Answers are made as plain values where they come from; a test asks a running API for everything and compares.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from proxy.gate.post_rows import PostRow
from proxy.gate.questions import CheckRow
from proxy.gate.settle import UnclearRow
from proxy.gate.status import Next, ReviewerSays, RuleRow
from proxy.gate.take_all_back import BackRow
from proxy.gate.uploads import MediaRow


class Answer(BaseModel):
    """A JSON object of an answer, with nothing but its keys."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Both(Answer):
    """A text for people, in German and English."""

    de: str
    en: str


class Mistake(Answer):
    """A mistake or warning in a file of a package."""

    file: str
    line: int
    column: int
    code: str
    warning: bool
    message: Both
    remedy: Both


class RefusalBody(Answer):
    """Why a request was refused; no text of it."""

    code: str
    message: Both
    why: str = ""
    tests: list[str] = []
    problems: list[Mistake] = []
    expected: str = ""
    remedy: str = ""
    decision_id: str | None = None
    target: str = ""
    platform: dict[str, Any] = {}


class Refusal(Answer):
    """An answer that is no success."""

    error: RefusalBody


class ProposalRow(Answer):
    """A proposed change of policies; people by their pseudonyms."""

    proposal: str
    digest: str
    from_digest: str | None
    kind: str
    needed: int
    opened_at: str
    expires_at: str
    signed_by: list[str]


class ActivationRow(ProposalRow):
    """What was in force, with the proposal that brought it."""

    number: int
    activated_at: str
    until: str | None


class ChangeRow(Answer):
    """One difference between two bundles."""

    subject: str
    name: str
    kind: str
    field: str | None
    before: Any
    after: Any
    direction: str
    hard: bool
    personal: list[str]


class PolicyStatus(Answer):
    """What is in force, what waits, what was in force before."""

    active: ActivationRow | None
    waiting: list[ProposalRow]
    activations: list[ActivationRow]
    retired: list[str]
    doubtful: bool


class PolicyPreview(Answer):
    """What a proposal would change."""

    proposal: str
    from_digest: str | None
    changes: list[ChangeRow]


class PolicyStep(Answer):
    """What became of a proposal."""

    proposal: ProposalRow
    changes: list[ChangeRow]
    in_force: bool
    until: str | None
    source: str


class Retired(Answer):
    """A bundle that nobody goes back to."""

    retired: str


class FoundRecord(Answer):
    """A record of the log."""

    log: int
    seq: int
    leaf_hash: str
    leaf: dict[str, Any]


class RecordPage(Answer):
    """Records of a time, as many as one page holds."""

    records: list[FoundRecord]
    log: int
    size: int
    cursor: str | None
    checkpoint: str | None


class RecordAlone(FoundRecord):
    """One record, and the newest checkpoint."""

    checkpoint: str | None


class CasesAnswer(Answer):
    """The cases that may be used now."""

    cases: list[dict[str, Any]]
    checkpoint: str | None


class HoldsAnswer(Answer):
    """The holds that count."""

    holds: list[dict[str, Any]]
    checkpoint: str | None


class PostsAnswer(Answer):
    """What became of each post, by account and place in its thread."""

    posts: list[PostRow]


class ChecksAnswer(Answer):
    """What would become of each post, by account and place in its thread."""

    checks: list[CheckRow]


class MediaAnswer(Answer):
    """What became of an upload."""

    media: MediaRow


class PostAnswer(Answer):
    """What is known of one post."""

    post: PostRow


class AllBackAnswer(Answer):
    """What became of all posts of a request, by account, the newest first."""

    action: str | None
    posts: list[BackRow]


class PostStatusAnswer(Answer):
    """Where one post is, why, and who acts next."""

    post: PostRow
    next: Next | None
    rules: list[RuleRow]
    reviewers: list[ReviewerSays]
    may_appeal: bool
    appeal: str | None
    appeal_of: str | None
    may_withdraw: bool


class DeliveriesAnswer(Answer):
    """Posts that may have been published, or that are known not to be."""

    deliveries: list[UnclearRow]


class DeliveryAnswer(Answer):
    """What became of one of them."""

    delivery: UnclearRow
