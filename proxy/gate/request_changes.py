"""
Changes of requests: one request over the API may ask for several posts, and all of them may be taken back at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import Localised, PostgateError
from proxy.gate.lifecycle import WAITING, State

if TYPE_CHECKING:
    from proxy.core.model import Post

TAKEN_BACK = "taken_back"
"""Why a post is not sent, or waits no more: all posts of its request were taken back."""


class RequestTakenBack(PostgateError):
    """All posts of this request were taken back meanwhile; this one was not sent."""

    code = TAKEN_BACK
    status = 409
    text = Localised(
        de="Alle Beiträge dieser Anfrage wurden inzwischen zurückgenommen. Dieser wurde nicht gesendet.",
        en="All posts of this request were taken back meanwhile. This one was not sent.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackRequest:
    """Note that all posts of a request are taken back. Loses with `Conflict("taken-back")` when they are already."""

    request: str
    record: str
    """Id of the record that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeedRequest:
    """Refuse to send a post, or to let it wait, whose request was taken back. Loses with `Conflict("request")`."""

    post: str


RequestChange = TakeBackRequest | HeedRequest


def heed(post: Post, state: State) -> tuple[HeedRequest, ...]:
    """Return the condition of a new post in a state from which it may go out; an appeal is a wish of its own."""
    goes_out = state in WAITING or state is State.INTENT
    asked = post.request is not None and post.appeal_of is None
    return (HeedRequest(post=post.id),) if goes_out and asked else ()
