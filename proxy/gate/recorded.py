"""
From the record of a decision back to the post that was decided, for those who decide it again.

What came before the record in the same thread is not in it and stays out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from proxy.core.model import (
    Confidence,
    DetectorId,
    Finding,
    Part,
    PartKind,
    Phase,
    Post,
    PostId,
    PostKind,
    Span,
    View,
)
from proxy.gate.backtest import Known, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Recorded", "post_in", "post_of", "sample_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The record of a decision (PG-101), and its content in clear."""

    leaf: bytes = field(repr=False)
    content: bytes = field(repr=False)


def sample_of(recorded: Recorded) -> Sample | None:
    """
    Return the post of a record with what was found in it; None for a text that the gate itself redacted.

    Raises:
        LookupError, TypeError, ValueError: it is no record of a decision that this version wrote.
    """
    leaf, content = json.loads(recorded.leaf), json.loads(recorded.content)
    data = leaf["data"]
    if data["phase"] != Phase.SUBMIT:
        return None
    post = post_of(leaf, content)
    return Sample(post=post, at=datetime.fromisoformat(leaf["at"]), known=_known(data, content))


def post_of(leaf: Mapping[str, Any], content: Mapping[str, Any], *, replaces: str | None = None) -> Post:
    """
    Return the post of a decision, from its leaf and its content in clear.

    Raises:
        LookupError, TypeError, ValueError: it is no record of a decision that this version wrote.
    """
    data, subject = leaf["data"], leaf["subject"]
    return post_in(
        content,
        id=subject["post"],
        platform=data["platform"],
        account=subject["account"],
        author=leaf.get("on_behalf_of") or leaf["actor"]["ref"],
        kind=data["kind"],
        replaces=replaces,
    )


def post_in(
    content: Mapping[str, Any],
    *,
    id: str,  # noqa: A002  the field of a Post
    platform: str,
    account: str,
    author: str,
    kind: str,
    replaces: str | None = None,
) -> Post:
    """
    Return the post whose content in clear this is; what is not content is known from elsewhere.

    Raises:
        LookupError, TypeError, ValueError: it is no content that this version wrote.
    """
    return Post(
        id=PostId(id),
        platform=platform,
        account=account,
        author=author,
        operation=content["operation"],
        kind=PostKind(kind),
        parts=tuple(Part(kind=PartKind(kind), slot=slot, text=text) for kind, slot, text in content["parts"]),
        options=tuple((slot, value) for slot, value in content["options"]),
        media=tuple(content["media"]),
        edit_of=content.get("edit_of"),
        reply_to=content["reply_to"],
        replaces=None if replaces is None else PostId(replaces),
        appeal_of=content.get("appeal_of"),
    )


def _known(data: Mapping[str, Any], content: Mapping[str, Any]) -> Known:
    completed = set(data["completed"])
    return Known(
        findings=tuple(_finding(row) for row in content["findings"]),
        completed=frozenset(
            DetectorId(name=one["name"], version=one["version"])
            for one in data["detectors"]
            if one["name"] in completed
        ),
    )


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=row["rule"],
        entity=row["entity"],
        confidence=Confidence(row["confidence"]),
        part=row["part"],
        span=Span(start=row["start"], end=row["end"]),
        view=View(row["view"]),
        fingerprint=row["fingerprint"],
    )
