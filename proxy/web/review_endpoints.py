"""
What the API does with reviews: every endpoint with what it takes. What is not listed is refused.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web import review_types as types
from proxy.web.api_table import ApiEndpoint, Body

REVIEWING = ("review", "deputy")
"""What a token must allow, one of them, `review` also for single queues (`review:legal`); a person holds it."""


class ReviewAct(StrEnum):
    """What an endpoint does; its name in logs."""

    LIST = "reviews.list"
    SHOW = "reviews.show"
    REVEAL = "reviews.reveal"
    IMAGE = "reviews.image"
    VOTE = "reviews.vote"
    VOTE_MANY = "reviews.vote-many"
    JUDGE = "reviews.judge"
    DELEGATIONS = "delegations.list"
    DELEGATE = "delegations.begin"
    END = "delegations.end"


REVIEW_ENDPOINTS = (
    ApiEndpoint(
        act=ReviewAct.LIST,
        method="GET",
        path="/v1/reviews",
        scopes=REVIEWING,
        parameters=("queue",),
        does="What whoever asks may decide now, of one queue or of all; nothing of their own.",
        answers="200: `reviews`, what is due first before the rest, without any text; 200 at most",
        gives=types.ReviewsAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.VOTE_MANY,
        method="POST",
        path="/v1/votes",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewVotes,
        does="Approve or reject several reviews, each for itself; none that a hard rule holds or that has stages.",
        answers="200: `reviews`, what became of each",
        gives=types.OfManyAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.SHOW,
        method="GET",
        path="/v1/reviews/{id}",
        scopes=REVIEWING,
        does="A review with the text of its post, what was found covered; the look goes on record before.",
        answers="200: `review`, `parts` with `text` and `places`, `images`, `answers`, `edits`, `options`, `appeal`, "
        "`alike`",
        gives=types.ShownAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.REVEAL,
        method="POST",
        path="/v1/reviews/{id}/reveal",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewReveal,
        does="The same in clear; what for goes on record before.",
        answers="200: as without",
        gives=types.ShownAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.IMAGE,
        method="POST",
        path="/v1/reviews/{id}/image",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewImageLook,
        does="A picture of the post, by its place in `images`; what for goes on record before.",
        answers="200: its bytes; `images` says of which type",
    ),
    ApiEndpoint(
        act=ReviewAct.VOTE,
        method="POST",
        path="/v1/reviews/{id}/votes",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewVote,
        does="Approve, reject or return a post, at the stage its review is at, with words for its author.",
        answers="200: `state` of the post: `held` while others have to approve, `approved`, `rejected`",
        gives=types.VotedAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.JUDGE,
        method="POST",
        path="/v1/reviews/{id}/judgement",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewJudgement,
        does="Say of a sample whether it was rightly allowed.",
        answers="200: `review`, `judgement`",
        gives=types.JudgedAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.DELEGATIONS,
        method="GET",
        path="/v1/delegations",
        scopes=REVIEWING,
        does="Who stands in for whoever asks, and for whom they stand in.",
        answers="200: `delegations`",
        gives=types.DelegationsAnswer,
    ),
    ApiEndpoint(
        act=ReviewAct.DELEGATE,
        method="POST",
        path="/v1/delegations",
        scopes=REVIEWING,
        body=Body.JSON,
        takes=types.NewDelegation,
        does="Let another person stand in for whoever asks, for a time.",
        answers="201: `delegation`",
        gives=types.DelegationAnswer,
        statuses=(201,),
    ),
    ApiEndpoint(
        act=ReviewAct.END,
        method="DELETE",
        path="/v1/delegations/{id}",
        scopes=REVIEWING,
        does="End a delegation of one's own before its time.",
        answers="200: `delegation`",
        gives=types.DelegationAnswer,
    ),
)
