"""
What reviewers write to an author: why, a comment, remarks on places of the text, a suggested text.

It is content: sealed under the key of the post, and gone with it. The leaf says only who decided what, and the reason
as one word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from proxy.core.errors import Localised
from proxy.gate.sealed import opened_content

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proxy.gate.ports import Envelope
    from proxy.gate.review_ports import Reviews, SealedWords

REASONS: Mapping[str, Localised] = {
    "customer-data": Localised(de="Kundendaten", en="customer data"),
    "inside-information": Localised(de="Insiderinformation oder Internes", en="inside or internal information"),
    "claim": Localised(de="unzulässige Werbeaussage", en="a claim that may not be made"),
    "notice": Localised(de="Pflichthinweis fehlt", en="a notice that must be there is missing"),
    "facts": Localised(de="sachlich falsch", en="not correct"),
    "wording": Localised(de="Wortwahl oder Ton", en="wording or tone"),
    "timing": Localised(de="falscher Zeitpunkt", en="the wrong time"),
    "fine": Localised(de="geprüft, in Ordnung", en="checked, all right"),
    "other": Localised(de="anderer Grund", en="another reason"),
}
"""Words for the record, and what they mean to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment on a place of the text, in code points of the author's original."""

    part: int
    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """How a part could read."""

    part: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a reviewer writes."""

    comment: str | None = field(default=None, repr=False)
    remarks: tuple[Remark, ...] = ()
    suggestion: tuple[Suggestion, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is anything to read."""
        return bool(self.comment or self.remarks or self.suggestion)

    def parts(self) -> frozenset[int]:
        """Return the parts that it is about."""
        return frozenset({one.part for one in self.remarks} | {one.part for one in self.suggestion})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A reviewer's word, as its author reads it; by whom it is, he is not told."""

    record: str
    """Id of its PG-202."""
    at: datetime
    stage: int
    stages: int
    verdict: str
    reason: str | None
    """One of `REASONS`."""
    said: Said


def written(said: Said, reason: str | None) -> bytes:
    """Return what is sealed."""
    return orjson.dumps(
        {
            "reason": reason,
            "comment": said.comment,
            "remarks": [[one.part, one.start, one.end, one.text] for one in said.remarks],
            "suggestion": [[one.part, one.text] for one in said.suggestion],
        }
    )


class ReviewWords:
    """Opens what reviewers wrote; whoever asks must have seen to it that the post is the reader's own."""

    def __init__(self, *, reviews: Reviews, envelope: Envelope) -> None:
        self._reviews = reviews
        self._envelope = envelope

    async def __call__(self, post: str) -> tuple[Words, ...]:
        """
        Return what reviewers wrote about a post, oldest first; what was erased, or does not open, is left out.

        Raises:
            GateUnavailable: the database does not answer.
        """
        opened = [self._opened(one) for one in await self._reviews.words(post)]
        return tuple(one for one in opened if one is not None)

    def _opened(self, sealed: SealedWords) -> Words | None:
        content, vote = opened_content(self._envelope, sealed.content), sealed.vote
        if content is None:
            return None
        read = content.says
        return Words(
            record=vote.record,
            at=vote.at,
            stage=vote.stage,
            stages=sealed.stages,
            verdict=vote.verdict,
            reason=read["reason"],
            said=Said(
                comment=read["comment"],
                remarks=tuple(
                    Remark(part=part, start=start, end=end, text=text) for part, start, end, text in read["remarks"]
                ),
                suggestion=tuple(Suggestion(part=part, text=text) for part, text in read["suggestion"]),
            ),
        )
