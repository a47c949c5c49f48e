"""
The collections of records that the door knows, with every field of their lexicons. What is not listed is refused.

Videos, drafts of posts, feed generators and labelers are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind
from proxy.platforms._wire.fields import Choice, Number, Text
from proxy.platforms.bluesky import fields as f

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.platforms._wire.fields import Fields

POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"

_TITLE = Text(PartKind.TITLE)
_PLACE = f.Whole(Number(0, 100_000))
_FACET = f.Typed(
    {
        "index": f.Typed({"byteStart": _PLACE, "byteEnd": _PLACE}, "app.bsky.richtext.facet#byteSlice"),
        "features": f.listed(
            f.OneOf(
                {
                    "app.bsky.richtext.facet#mention": {"did": f.ACCOUNT},
                    "app.bsky.richtext.facet#link": {"uri": f.LINK},
                    "app.bsky.richtext.facet#tag": {"tag": _TITLE},
                }
            ),
            20,
        ),
    },
    "app.bsky.richtext.facet",
)
FACETS = f.listed(_FACET, 100)
_LABELS = f.OneOf(
    {
        "com.atproto.label.defs#selfLabels": {
            "values": f.listed(f.Typed({"val": _TITLE}, "com.atproto.label.defs#selfLabel"), 10)
        }
    }
)
_LANGUAGES = f.listed(f.LANGUAGE_TAG, 3)
_EXTERNAL = f.Typed(
    {"uri": f.LINK, "title": _TITLE, "description": Text(PartKind.COMMENT), "thumb": f.Blob()},
    "app.bsky.embed.external#external",
)
_MEDIA: dict[str, Fields] = {
    "app.bsky.embed.images": {"images": f.listed(f.Picture(), 4)},
    "app.bsky.embed.external": {"external": _EXTERNAL},
}
_QUOTE: Fields = {"record": f.REFERENCE}
EMBED = f.OneOf(
    {
        **_MEDIA,
        "app.bsky.embed.record": _QUOTE,
        "app.bsky.embed.recordWithMedia": {
            "record": f.Typed(_QUOTE, "app.bsky.embed.record"),
            "media": f.OneOf(_MEDIA),
        },
    }
)
QUOTE = f.OneOf({"app.bsky.embed.record": _QUOTE})
_WHO = Choice(frozenset({"all", "none", "following"}))
_PURPOSE = Choice(frozenset(f"app.bsky.graph.defs#{purpose}" for purpose in ("modlist", "curatelist", "referencelist")))
_MARK: Fields = {"subject": f.REFERENCE, "via": f.REFERENCE, "createdAt": f.MOMENT}

RECORDS: Mapping[str, Fields] = {
    POST: {
        "text": Text(PartKind.BODY),
        "facets": FACETS,
        "reply": f.Typed({"root": f.REFERENCE, "parent": f.REFERENCE}, "app.bsky.feed.post#replyRef"),
        "embed": EMBED,
        "langs": _LANGUAGES,
        "labels": _LABELS,
        "tags": f.listed(_TITLE, 8),
        "createdAt": f.MOMENT,
    },
    "app.bsky.feed.like": _MARK,
    "app.bsky.feed.repost": _MARK,
    "app.bsky.feed.threadgate": {
        "post": f.RECORD_URI,
        "allow": f.listed(
            f.OneOf(
                {
                    "app.bsky.feed.threadgate#mentionRule": {},
                    "app.bsky.feed.threadgate#followerRule": {},
                    "app.bsky.feed.threadgate#followingRule": {},
                    "app.bsky.feed.threadgate#listRule": {"list": f.RECORD_URI},
                }
            ),
            5,
        ),
        "hiddenReplies": f.listed(f.RECORD_URI, 300),
        "createdAt": f.MOMENT,
    },
    "app.bsky.feed.postgate": {
        "post": f.RECORD_URI,
        "embeddingRules": f.listed(f.OneOf({"app.bsky.feed.postgate#disableRule": {}}), 5),
        "detachedEmbeddingUris": f.listed(f.RECORD_URI, 50),
        "createdAt": f.MOMENT,
    },
    "app.bsky.graph.follow": {"subject": f.ACCOUNT, "via": f.REFERENCE, "createdAt": f.MOMENT},
    "app.bsky.graph.block": {"subject": f.ACCOUNT, "createdAt": f.MOMENT},
    "app.bsky.graph.listitem": {"subject": f.ACCOUNT, "list": f.RECORD_URI, "createdAt": f.MOMENT},
    "app.bsky.graph.listblock": {"subject": f.RECORD_URI, "createdAt": f.MOMENT},
    "app.bsky.graph.list": {
        "purpose": _PURPOSE,
        "name": _TITLE,
        "description": Text(PartKind.COMMENT),
        "descriptionFacets": FACETS,
        "avatar": f.Blob(),
        "labels": _LABELS,
        "createdAt": f.MOMENT,
    },
    "app.bsky.graph.starterpack": {
        "name": _TITLE,
        "description": Text(PartKind.COMMENT),
        "descriptionFacets": FACETS,
        "list": f.RECORD_URI,
        "feeds": f.listed(f.Typed({"uri": f.RECORD_URI}, "app.bsky.graph.starterpack#feedItem"), 3),
        "createdAt": f.MOMENT,
    },
    PROFILE: {
        "displayName": Text(PartKind.DISPLAY_NAME),
        "description": Text(PartKind.PROFILE_FIELD),
        "pronouns": Text(PartKind.PROFILE_FIELD),
        "website": f.LINK,
        "avatar": f.Blob(),
        "banner": f.Blob(),
        "labels": _LABELS,
        "joinedViaStarterPack": f.REFERENCE,
        "pinnedPost": f.REFERENCE,
        "createdAt": f.MOMENT,
    },
    "chat.bsky.actor.declaration": {"allowIncoming": _WHO, "allowGroupInvites": _WHO},
}

KINDS: Mapping[str, PostKind] = {
    POST: PostKind.POST,
    PROFILE: PostKind.PROFILE,
    "app.bsky.graph.list": PostKind.MESSAGE,
    "app.bsky.graph.starterpack": PostKind.MESSAGE,
}
"""What somebody does who writes a record of a collection; everything else is an act."""
