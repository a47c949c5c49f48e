"""
Reference of the API's table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.assembly.api import ALL_ENDPOINTS
from proxy.core.errors import (
    ConfigurationError,
    EndpointDenied,
    GateUnavailable,
    IdempotencyMismatch,
    MalformedRequest,
    MisdirectedRequest,
    NotFound,
    OutcomeUnknown,
    RequestTooLarge,
    RequestTooSlow,
    StillInProgress,
    TextTooLong,
    UnknownField,
    UnknownToken,
    UnreadableField,
    UnsupportedEncoding,
    WrongMethod,
)
from proxy.gate.appeal import NotBlocked
from proxy.gate.limits import TooManyChecks
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.post_rows import PostRow
from proxy.gate.questions import CheckRow
from proxy.gate.recall import NotPublished
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.room import QueueFull
from proxy.gate.scopes import ScopeMissing
from proxy.gate.uploads import MediaRow
from proxy.web.api_answers import refusal
from proxy.web.api_table import Said
from proxy.web.post_types import Content, Deviation, MediaItem, NewPost
from tests.house.reference.tables import below, code, codes, page, summary, table

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.web.api_table import ApiEndpoint

_REFUSALS: tuple[PostgateError, ...] = (
    MalformedRequest(),
    UnknownToken(),
    ScopeMissing(),
    EndpointDenied(),
    NotFound(),
    WrongMethod(),
    RequestTooSlow(),
    ProposalRefused(why="same"),
    ReviewRefused(why="own-post"),
    NotBlocked(),
    StillInProgress(),
    NotPublished(),
    RequestTooLarge(),
    UnsupportedEncoding(),
    MisdirectedRequest(),
    UnknownField(),
    UnreadableField(),
    TextTooLong(),
    IdempotencyMismatch(),
    OutcomeUnknown(),
    ConfigurationError(()),
    TooManyChecks(),
    FailingTests(names=()),
    GateUnavailable(),
    QueueFull(),
)
_EXTRA = {
    "proposal_refused": "`why`",
    "configuration": "`problems`",
    "failing_tests": "`tests`",
    "NotAllowed": "`expected`, `remedy`",
    "UnknownField": "`expected`, `remedy`",
    "UnreadableField": "`expected`, `remedy`",
    "text_too_long": "`expected`, `remedy`",
    "OutcomeUnknown": "`decision_id`",
}


def api() -> str:
    """Return the page of the API."""
    endpoints = table(
        ("name", "request", "body", "what it does", "answer"),
        (
            (code(one.act), code(f"{one.method} {one.path}"), _takes(one), one.does, one.answers)
            for one in ALL_ENDPOINTS
        ),
    )
    notes = below(Said)
    words = table(("name", "value", "meaning"), ((code(name), _value(name), text) for name, text in notes.items()))
    refusals = table(
        ("status", "code", "more", "meaning"),
        ((str(refusal(one).status), code(one.code), _EXTRA.get(one.code, ""), summary(type(one))) for one in _REFUSALS),
    )
    reasons = table(
        ("why", "German text", "English text"),
        ((code(why), text.de, text.en) for why, text in sorted(ProposalRefused.REASONS.items())),
    )
    steps = table(
        ("why", "German text", "English text"),
        ((code(why), text.de, text.en) for why, text in sorted(ReviewRefused.REASONS.items())),
    )
    return page(
        "API",
        _INTRO,
        f"## Endpoints\n\n{endpoints}",
        f"## Query and keys\n\n{_WORDS}\n\n{words}",
        f"## A post\n\n{_POST}\n\n{_posts()}",
        f"## A row\n\n{_ROW}\n\n{_members(PostRow)}",
        f"## An image\n\n{_IMAGE}\n\n{_members(MediaRow)}",
        f"## A check\n\n{_CHECK}\n\n{_members(CheckRow)}",
        f"## Refusals\n\n{_REFUSED}\n\n{refusals}",
        f"## Why a change is refused\n\n{reasons}",
        f"## Why a step of a review is refused\n\n{steps}",
    )


def _posts() -> str:
    notes = {**below(Content), **below(NewPost)}
    rows = [(code(name), notes[name]) for name in NewPost.model_fields]
    rows += [(code(f"media.{name}"), text) for name, text in below(MediaItem).items()]
    rows += [(code(f"per_target.ACCOUNT.{name}"), "As above, for this account.") for name in Deviation.model_fields]
    return table(("key", "meaning"), rows)


def _members(kind: type) -> str:
    return table(("key", "meaning"), ((code(name), " ".join(text.split())) for name, text in below(kind).items()))


def _takes(endpoint: ApiEndpoint) -> str:
    optional = [name for name in endpoint.keys if name not in endpoint.required]
    notes = [code(endpoint.body)] if endpoint.body else []
    notes += [f"keys {codes(endpoint.required)}"] if endpoint.required else []
    notes += [f"keys {codes(optional)} (optional)"] if optional else []
    notes += [f"query {codes(endpoint.query)} (optional)"] if endpoint.query else []
    notes += [f"query {codes(endpoint.needed)}"] if endpoint.needed else []
    more = [name for name in endpoint.parameters if name not in endpoint.needed]
    notes += [f"query {codes(more)} (optional)"] if more else []
    return ", ".join(notes)


def _value(name: str) -> str:
    return "`true` or `false`" if Said.__dataclass_fields__[name].type == "bool" else "text"


_INTRO = """
Posts can be published through it by the house's own tools, to one account or several in one request
(`/v1/posts`, images by `/v1/media`; [how to](../how-to/client/post-over-the-api.en.md)).
The audit log can be read over HTTP as with `postgate audit query`, `show` and `prove`, and every look at records is
itself a record before it is answered; nothing there counts, ranks or filters by person.
Policies can be changed over HTTP as with `postgate policy activate`, `approve`, `rollback`, `retire` and `status`
([commands](cli.md)), under the same rules.
A change by one person alone never comes into force, but for an emergency that is proven to weaken nothing, for a day.
A node listens for it only where its settings have a section `api` ([settings](settings.md)).
It speaks plain HTTP/1.1; where others than this machine may reach it, a proxy that ends TLS belongs in front.

Every request needs `Authorization: Bearer TOKEN` with a gateway token: for `/v1/policies` that of a person who may
change policies (`postgate token issue --scope policy` or `--scope policy-hard`), for `/v1/audit` one of the scope
`audit`, whose cases and holds those of the scopes `privacy` and `legal` see as well, for `/v1/posts` and `/v1/media`
one of the scope `post`, for its own account, or `submit`, for every account that its holder has a living token to post
for; `/v1/check` also takes one of the scope `check`, for every account; `/v1/reviews`, `/v1/votes` and
`/v1/delegations` that of a person with `review`, `review:QUEUE` or `deputy`.
Only `/v1/openapi.json` needs none: it describes all of this as OpenAPI 3.1, for the tools that make clients from it.
All others are refused before their body is read, and go on record (PG-110) under the name `api`.

A package is the zip file that `postgate policy activate` makes: the folders `policies`, `lexicons` and `recognizers`,
`organisation.yaml`, and a file `on_incomplete` that says `hold` or `block`.
Its tests run on the node that is asked, one package at a time; it may have `limits.upload_bytes`.
In an answer `source` is the node's `policies.source`: with `files` nodes do not take over what comes into force here.
People are shown by their pseudonyms.
"""
_POST = """
Each account and each part of a thread is a post of its own, with its own decision.
All are decided before any is sent; what is held or blocked never leaves.
A thread is sent only if every part is allowed; with `all_or_nothing` nothing is sent unless every post is.
What belongs to a post that may not be sent is `withheld`: on record, not sent, and nobody reviews it.
What one platform refuses after another has published stays as it is, and its row says so.
An author's text that a platform would not take refuses the whole request, with `target` and, in `platform`, what that
platform would have answered; nothing is decided then.
""".strip()
_ROW = """
200 does not mean that a post is published: each row has its `status`, and 202 means that at least one is `held`,
`unknown` or `in_progress`.
""".strip()
_IMAGE = """
`/v1/media` takes one image as `multipart/form-data`: `file`, and `alt`, its description.
It is read as at the doors: its type is told by its bytes, what is written in its metadata is looked at and taken out,
and it has a decision of its own, for its texts (PG-101, with `api` as account and platform).
Unless it is blocked it is kept encrypted, for every account of its author, because nothing leaves with it alone: the
post that shows it is decided again, with the image's texts and for its own account.
The same image with the same texts has the same `id`.
The whole request may have `limits.upload_bytes`.
""".strip()
_CHECK = """
`/v1/check` takes `text`, `targets`, `thread`, `media` and `per_target` and says what would become of each post.
An answer never tells what was found or where, and comes on the next step of 250 ms; a minute has 60 posts of one
principal and 240 about one account, on each node.
`redact` is the verdict on the text as it is: whether what is left of it may go out is decided when it is posted.
""".strip()
_WORDS = "Names come once and in this spelling; what an endpoint does not list is refused."
_REFUSED = """
A refusal is `{"error": {"code": ..., "message": {"de": ..., "en": ...}}}`, with more where the table says so.
`problems` lists mistakes and warnings with `file`, `line`, `column`, `code`, `warning`, `message` and `remedy`.
`tests` are names as `postgate policy test` shows them.
No answer repeats text of a file.
After 503 the same request may come again; `Retry-After` says when.
""".strip()
