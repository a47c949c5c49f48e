"""
Every endpoint of LinkedIn's versioned API that the door knows, with every field it may carry.

What is not listed is denied.

Left out on purpose: the older `/v2` writes, batches and query tunnelling (requests within requests), videos and
documents, advertisements, messages, OAuth (the gateway hands out its own tokens).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.table import MEDIA_LIMIT, Row, Table
from proxy.platforms.linkedin import fields as own

if TYPE_CHECKING:
    from proxy.gate.wire import Endpoint
    from proxy.platforms._wire.fields import Fields

METHODS = {
    "post.create": "CREATE",
    "post.update": "PARTIAL_UPDATE",
    "post.delete": "DELETE",
    "comment.create": "CREATE",
    "comment.update": "PARTIAL_UPDATE",
    "comment.delete": "DELETE",
    "like.create": "CREATE",
    "like.delete": "DELETE",
    "reaction.create": "CREATE",
    "image.initialize": "ACTION",
}
"""The Rest.li method that belongs to an endpoint: another one in the header would mean another request."""
_TITLE = f.Text(PartKind.TITLE)
_ALT = f.Text(PartKind.ALT_TEXT)
_LINK = f.Text(PartKind.LINK)
_BUTTON = f.Choice(
    frozenset(
        {"APPLY", "DOWNLOAD", "VIEW_QUOTE", "LEARN_MORE", "SIGN_UP", "SUBSCRIBE", "REGISTER", "JOIN", "ATTEND"}
        | {"REQUEST_DEMO", "SEE_MORE", "BUY_NOW", "SHOP_NOW"}
    )
)
_POST: Fields = {
    "commentary": f.Text(PartKind.BODY),
    "author": own.Name(),
    "visibility": f.Choice(frozenset({"PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"})),
    "distribution": f.Group(
        {
            "feedDistribution": f.Choice(frozenset({"MAIN_FEED", "NONE"})),
            "targetEntities": own.Empty(),
            "thirdPartyDistributionChannels": own.Empty(),
        }
    ),
    "content": f.Group(
        {
            "media": f.Group({"id": own.Image(), "title": _TITLE, "altText": _ALT}),
            "multiImage": f.Group({"images": f.Many(f.Group({"id": own.Image(), "altText": _ALT}), 20)}),
            "article": f.Group(
                {"source": _LINK, "title": _TITLE, "description": f.Text(PartKind.BODY), "thumbnail": own.Image()}
            ),
            "poll": f.Group(
                {
                    "question": _TITLE,
                    "options": f.Many(f.Group({"text": f.Text(PartKind.POLL_OPTION)}), 4),
                    "settings": f.Group(
                        {
                            "duration": f.Choice(frozenset({"ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"})),
                            "voteSelectionType": f.Choice(frozenset({"SINGLE_VOTE"})),
                            "isVoterVisibleToAuthor": f.Flag(),
                        }
                    ),
                }
            ),
        }
    ),
    "lifecycleState": f.Choice(frozenset({"PUBLISHED"})),
    "isReshareDisabledByAuthor": f.Flag(),
    "reshareContext": f.Group({"parent": own.ONE_URN}),
    "contentLandingPage": _LINK,
    "contentCallToActionLabel": _BUTTON,
    "container": own.ONE_URN,
}
_CHANGES: Fields = {
    "commentary": f.Text(PartKind.BODY),
    "contentLandingPage": _LINK,
    "contentCallToActionLabel": _BUTTON,
}
_MESSAGE = f.Group({"text": f.Text(PartKind.BODY)})
_COMMENT: Fields = {
    "actor": own.Name(),
    "object": own.ONE_URN,
    "parentComment": own.ONE_URN,
    "message": _MESSAGE,
}


def _row(
    name: str,
    method: str,
    path: str,
    *,
    kind: PostKind = PostKind.ACT,
    fields: Fields | None = None,
    asked: tuple[str, ...] = (),
) -> Row:
    return Row(
        name=name,
        method=method,
        path=path,
        cls=EndpointClass.ACT if kind is PostKind.ACT else EndpointClass.WRITE,
        kind=kind,
        fields=fields or {},
        query=bool(asked),
        asked=asked,
        needs_id=kind in {PostKind.POST, PostKind.REPLY},
    )


_SOCIAL = "/rest/socialActions/{id:urn}"
_WRITES = (
    _row("post.create", "POST", "/rest/posts", kind=PostKind.POST, fields=_POST),
    _row(
        "post.update",
        "POST",
        "/rest/posts/{id:urn}",
        kind=PostKind.EDIT,
        fields={"patch": f.Group({"$set": f.Group(_CHANGES)})},
    ),
    _row("comment.create", "POST", f"{_SOCIAL}/comments", kind=PostKind.REPLY, fields=_COMMENT),
    _row(
        "comment.update",
        "POST",
        f"{_SOCIAL}/comments/{{comment:number}}",
        kind=PostKind.EDIT,
        fields={"patch": f.Group({"message": f.Group({"$set": _MESSAGE})}), "actor": own.Name()},
        asked=("actor",),
    ),
)
_ACTOR: Fields = {"actor": own.Name()}
_ACTS = (
    _row("post.delete", "DELETE", "/rest/posts/{id:urn}"),
    _row("comment.delete", "DELETE", f"{_SOCIAL}/comments/{{comment:number}}", fields=_ACTOR, asked=("actor",)),
    _row("like.create", "POST", f"{_SOCIAL}/likes", fields={**_ACTOR, "object": own.ONE_URN}),
    _row("like.delete", "DELETE", f"{_SOCIAL}/likes/{{liker:urn}}", fields=_ACTOR, asked=("actor",)),
    _row(
        "reaction.create",
        "POST",
        "/rest/reactions",
        fields={
            **_ACTOR,
            "root": own.ONE_URN,
            "reactionType": f.Choice(
                frozenset({"LIKE", "PRAISE", "EMPATHY", "INTEREST", "APPRECIATION", "ENTERTAINMENT"})
            ),
        },
        asked=("actor",),
    ),
)
_MEDIA = (
    Row(
        name="image.initialize",
        method="POST",
        path="/rest/images",
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        query=True,
        fields={
            "action": f.Fixed(frozenset({"initializeUpload"})),
            "initializeUploadRequest": f.Group({"owner": own.ONE_URN}),
        },
    ),
    Row(
        name="image.put",
        method="PUT",
        path="/dms-uploads/{id:media}",
        cls=EndpointClass.MEDIA,
        kind=PostKind.MEDIA,
        body_limit=MEDIA_LIMIT,
    ),
    Row(name="media.show", method="GET", path="/rest/images/{id:image}", cls=EndpointClass.OWN),
)
_COUNTS: Fields = {"start": f.Number(0, 100_000), "count": f.Number(1, 100)}
_READS = (
    Row(name="user.info", method="GET", path="/v2/userinfo", cls=EndpointClass.READ),
    Row(name="post.show", method="GET", path="/rest/posts/{id:urn}", cls=EndpointClass.READ),
    Row(
        name="posts",
        method="GET",
        path="/rest/posts",
        cls=EndpointClass.READ,
        fields={
            **_COUNTS,
            "q": f.Choice(frozenset({"author"})),
            "author": own.ONE_URN,
            "sortBy": f.Choice(frozenset({"LAST_MODIFIED", "CREATED"})),
        },
    ),
    Row(name="social.show", method="GET", path=_SOCIAL, cls=EndpointClass.READ),
    Row(name="comments", method="GET", path=f"{_SOCIAL}/comments", cls=EndpointClass.READ, fields=_COUNTS),
    Row(name="likes", method="GET", path=f"{_SOCIAL}/likes", cls=EndpointClass.READ, fields=_COUNTS),
)
TABLE = Table(
    (*_WRITES, *_ACTS, *_MEDIA, *_READS),
    {"urn": own.PATH_URN, "number": own.NUMBER, "media": f.SPOOL_ID, "image": own.PATH_IMAGE},
)


def find(method: str, path: str) -> Endpoint:
    """
    Match a request; identifiers are returned as they stand in a body, not as a path encodes them.

    Raises:
        NotFound: a read that is not listed.
        EndpointDenied: anything else that is not listed.
    """
    endpoint = TABLE.find(method, path)
    plain = [(name, unquote(identifier)) for name, identifier in endpoint.arguments]
    if endpoint.name == "media.show":
        plain = [(name, own.spool_id_of(urn) or "") for name, urn in plain]
    return replace(endpoint, arguments=tuple(plain))
