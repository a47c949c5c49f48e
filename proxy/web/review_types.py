"""
What the API takes and answers where reviews are concerned: the types of requests, answers and OpenAPI.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from proxy.gate.reviewing import MOST
from proxy.web.api_types import Answer, Both
from proxy.web.post_types import Body, Moment

_MOST_REMARKS = 50
_LONGEST_COMMENT = 2_000
_LONGEST_TEXT = 30_000

Reason = Literal[
    "customer-data", "inside-information", "claim", "notice", "facts", "wording", "timing", "fine", "other"
]
"""Words of `gate.review_words.REASONS`; a test compares them."""
Name = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
Queue = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Comment = Annotated[str, Field(min_length=1, max_length=_LONGEST_COMMENT)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class RemarkItem(Body):
    """A comment on a place of the text, in code points of the original."""

    part: Number
    """From 0, as `GET /v1/reviews/{id}` shows them."""
    start: Number
    end: Number
    text: Comment = Field(repr=False)


class SuggestionItem(Body):
    """How a part could read."""

    part: Number
    text: Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT)] = Field(repr=False)


class NewVote(Body):
    """A word on the stage that a review is at."""

    verdict: Literal["approve", "reject", "return"]
    reason: Reason | None = None
    """Needed unless it is an approval."""
    comment: Comment | None = Field(default=None, repr=False)
    remarks: Annotated[tuple[RemarkItem, ...], Field(max_length=_MOST_REMARKS)] = ()
    suggestion: Annotated[tuple[SuggestionItem, ...], Field(max_length=_MOST_REMARKS)] = ()
    false_alarm: bool = False
    """With an approval only: the rules that held it should not have matched."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.false_alarm and self.verdict != "approve":
            raise PydanticCustomError("false_alarm", "false_alarm only with the verdict approve")
        return self


class NewVotes(Body):
    """The same word on several reviews, each for itself."""

    reviews: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST)]
    verdict: Literal["approve", "reject"]
    reason: Reason | None = None
    comment: Comment | None = Field(default=None, repr=False)


class NewReveal(Body):
    """What for a text is uncovered."""

    purpose: Literal["decision", "appeal", "incident"]
    case: Annotated[str, Field(pattern=r"^[0-9A-Za-z._/-]{1,64}$")] | None = None
    """Number of the case, if there is one."""


class NewImageLook(NewReveal):
    """Which picture is fetched, and what for."""

    image: Annotated[int, Field(ge=0, le=100)]
    """From 0, as `images` lists them."""


class NewJudgement(Body):
    """Whether a sample was rightly allowed."""

    judgement: Literal["right", "missed"]
    reason: Reason | None = None


class NewDelegation(Body):
    """Who stands in, and for how long."""

    deputy: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
    """His pseudonym."""
    until: Moment
    """RFC 3339 with an offset."""
    since: Moment | None = None
    """Without it: now."""
    queue: Queue | None = None
    """Without it: every queue of whoever asks."""


class VoteRow(Answer):
    """What one person said about one stage."""

    stage: int
    verdict: str
    reviewer: str
    on_behalf_of: str | None
    at: str


class ReviewRow(Answer):
    """A review, without any text."""

    id: str
    post: str
    decision_id: str
    kind: str
    queue: str
    stage: int
    stages: int
    author: str
    account: str
    platform: str
    operation: str
    rules: list[str]
    bulk: bool
    opened_at: str
    due_at: str
    escalated: bool
    send_at: str | None
    expires_at: str | None
    policy_digest: str
    votes: list[VoteRow]


class ReviewsAnswer(Answer):
    """What is to do, due first."""

    reviews: list[ReviewRow]


class PlaceRow(Answer):
    """Where something was found, in code points."""

    start: int
    end: int
    rule: str
    entity: str


class PartRow(Answer):
    """A part of a post."""

    kind: str
    slot: str
    text: str
    covered: int
    places: list[PlaceRow]


class ImageRow(Answer):
    """An image of a post; without type and size the gateway does not have it (any more)."""

    type: str | None
    size: int | None
    alt: str | None


class ChangeRow(Answer):
    """A passage that is different from the version before."""

    kind: str
    slot: str
    start: int
    removed: str
    added: str


class EditRow(Answer):
    """What a post changes that is on the platform; `known`: the gateway has the version before."""

    id: str
    known: bool
    changes: list[ChangeRow]


class OptionRow(Answer):
    """Who may see a post, or what else its author chose; `says` is null for what only machines need."""

    slot: str
    value: bool | int | str | None
    says: Both | None


class PleaRow(Answer):
    """What the author of an appeal says for it."""

    text: str
    covered: int


class AppealRow(Answer):
    """Against which decision a post is an appeal; `says` is null where its author said nothing."""

    decision: str
    says: PleaRow | None


class PrecedentRow(Answer):
    """What was decided about another post that the same rules held; `reason` is one word of a closed list."""

    review: str
    verdict: str
    at: str
    reason: str | None


class ShownAnswer(Answer):
    """A review with what people are asked about."""

    review: ReviewRow
    revealed: bool
    parts: list[PartRow]
    images: list[ImageRow]
    answers: str | None
    edits: EditRow | None
    appeal: AppealRow | None
    alike: list[PrecedentRow]
    options: list[OptionRow]


class VotedAnswer(Answer):
    """What became of a word; `state` is that of the post."""

    review: str
    verdict: str
    stage: int
    stages: int
    state: str
    on_behalf_of: str | None


class OfManyRow(Answer):
    """What became of one of several; `why` says why it was refused."""

    review: str
    why: str | None
    state: str | None


class OfManyAnswer(Answer):
    """What became of each of several."""

    reviews: list[OfManyRow]


class JudgedAnswer(Answer):
    """A sample that somebody judged."""

    review: str
    judgement: str


class DelegationRow(Answer):
    """Who stands in for whom."""

    id: str
    person: str
    deputy: str
    queue: str | None
    since: str
    until: str


class DelegationAnswer(Answer):
    """One delegation."""

    delegation: DelegationRow


class DelegationsAnswer(Answer):
    """Delegations by and to whoever asks."""

    delegations: list[DelegationRow]
