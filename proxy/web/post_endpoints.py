"""
What the API does with posts: every endpoint with what it takes. What is not listed is refused.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web.api_table import ApiEndpoint, Body
from proxy.web.api_types import ChecksAnswer, MediaAnswer, PostAnswer, PostsAnswer
from proxy.web.post_types import NewMedia, NewPost, Question

POSTING = ("post", "submit")
"""What a token must allow, one of them: to post to its own account, or to all accounts that its holder may post to."""


CHECKING = (*POSTING, "check")
"""The same to ask what would become of a post."""


class PostAct(StrEnum):
    """What an endpoint does; its name in logs."""

    CREATE = "posts.create"
    SHOW = "posts.show"
    RECALL = "posts.recall"
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
        does="What is known of a post of one's own, by the `decision_id` of its row.",
        answers="200: `post`, a row",
        gives=PostAnswer,
    ),
    ApiEndpoint(
        act=PostAct.RECALL,
        method="DELETE",
        path="/v1/posts/{id}",
        scopes=POSTING,
        does="Take a published post of one's own back; its records stay.",
        answers="200, or 202 while it is not known what became of it: `post`, a row",
        gives=PostAnswer,
        statuses=(200, 202),
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
