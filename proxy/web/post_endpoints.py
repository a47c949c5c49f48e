"""
What the API does with posts: every endpoint with what it takes. What is not listed is refused.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web.api_table import ApiEndpoint, Body
from proxy.web.api_types import AllBackAnswer, ChecksAnswer, MediaAnswer, PostAnswer, PostsAnswer, PostStatusAnswer
from proxy.web.post_types import NewAppeal, NewMedia, NewPost, Question

POSTING = ("post", "submit")
"""What a token must allow, one of them: to post to its own account, or to all accounts that its holder may post to."""


CHECKING = (*POSTING, "check")
"""The same to ask what would become of a post."""


class PostAct(StrEnum):
    """What an endpoint does; its name in logs."""

    CREATE = "posts.create"
    LIST = "posts.list"
    SHOW = "posts.show"
    TAKE_BACK = "posts.take_back"
    TAKE_ALL_BACK = "posts.take_all_back"
    APPEAL = "posts.appeal"
    CHECK = "check"
    UPLOAD = "media.upload"


POST_ENDPOINTS = (
    ApiEndpoint(
        act=PostAct.CREATE,
        method="POST",
        path="/v1/posts",
        scopes=POSTING,
        body=Body.JSON,
        takes=NewPost,
        does="Decide a post for one or more accounts, and publish it where it may be.",
        answers="200, or 202 while a person or the platform has to decide, or its time has not come: `posts`, one row "
        "for each account and part",
        gives=PostsAnswer,
        statuses=(200, 202),
    ),
    ApiEndpoint(
        act=PostAct.LIST,
        method="GET",
        path="/v1/posts",
        scopes=POSTING,
        parameters=("account",),
        needed=("account",),
        does="What of one's own posts waits for an account, newest first: for a person, a time, or the platform.",
        answers="200: `posts`, a row each",
        gives=PostsAnswer,
    ),
    ApiEndpoint(
        act=PostAct.UPLOAD,
        method="POST",
        path="/v1/media",
        scopes=POSTING,
        body=Body.FILES,
        takes=NewMedia,
        does="Decide an image with its texts, and keep it for posts to any account of its author.",
        answers="201, or 200 where it is blocked and not kept: `media`, a row",
        gives=MediaAnswer,
        statuses=(200, 201),
    ),
    ApiEndpoint(
        act=PostAct.SHOW,
        method="GET",
        path="/v1/posts/{id}",
        scopes=POSTING,
        does="Where a post of one's own is, by the `decision_id` of its row: why, who acts next by when, and what "
        "reviewers wrote.",
        answers="200: `post`, a row, with `next`, `rules`, `reviewers` and its appeal",
        gives=PostStatusAnswer,
    ),
    ApiEndpoint(
        act=PostAct.TAKE_BACK,
        method="DELETE",
        path="/v1/posts/{id}",
        scopes=POSTING,
        does="Take a post of one's own back: one that waits is withdrawn, a published one recalled; its records stay.",
        answers="200, or 202 while it is not known what became of it: `post`, a row",
        gives=PostAnswer,
        statuses=(200, 202),
    ),
    ApiEndpoint(
        act=PostAct.TAKE_ALL_BACK,
        method="DELETE",
        path="/v1/posts/{id}/request",
        scopes=POSTING,
        does="Take back all posts of the request that asked for a post of one's own, as one action: for all accounts, "
        "a thread from its end. Nothing more of that request is sent. It may be asked for again.",
        answers="200, or 202 while one of them is worth asking for again: `posts`, a row each, and `action`, the id of "
        "the record that all records of it name",
        gives=AllBackAnswer,
        statuses=(200, 202),
    ),
    ApiEndpoint(
        act=PostAct.APPEAL,
        method="POST",
        path="/v1/posts/{id}/appeal",
        scopes=POSTING,
        body=Body.JSON,
        may_be_empty=True,
        takes=NewAppeal,
        does="Appeal against the block of a post of one's own, once: the same post as a new one, held for a person, "
        "with what its author says for it.",
        answers="202: `post`, the row of the appeal",
        gives=PostAnswer,
        statuses=(202,),
    ),
    ApiEndpoint(
        act=PostAct.CHECK,
        method="POST",
        path="/v1/check",
        scopes=CHECKING,
        body=Body.JSON,
        takes=Question,
        does="What would become of a post, for tools that publish elsewhere; nothing is sent.",
        answers="200: `checks`, one row for each account and part",
        gives=ChecksAnswer,
    ),
)
