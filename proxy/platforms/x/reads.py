"""
Reads of X's API: what a client asks about itself, about posts by number, and its own timelines.

Which fields an answer has is said in words of closed sets, so that a read carries no text out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.table import Row

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Fields


def _words(text: str) -> f.Words:
    return f.Words(frozenset(text.split()))


_POSTS = _words(
    "article article_title attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang "
    "matched_media_notes media_metadata non_public_metrics note_post note_request_suggestions note_tweet "
    "organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics referenced_tweets "
    "reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld"
)
_SHOWN: Fields = {
    "tweet.fields": _POSTS,
    "post.fields": _POSTS,
    "user.fields": _words(
        "affiliation confirmed_email connection_status created_at description entities id is_identity_verified "
        "location most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected "
        "public_metrics receives_your_dm subscribes_to_you subscription subscription_type url username verified "
        "verified_followers_count verified_type withheld"
    ),
    "media.fields": _words(
        "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics "
        "public_metrics type url variants width"
    ),
    "poll.fields": _words("duration_minutes end_datetime id options voting_status"),
    "place.fields": _words("contained_within country country_code full_name geo id name place_type"),
    "list.fields": _words("created_at description follower_count id member_count name private"),
    "dm_event.fields": _words("attachments created_at dm_conversation_id entities event_type id text"),
    "expansions": _words(
        "affiliation article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
        "attachments.poll_ids author_id edit_history_post_ids edit_history_tweet_ids entities.mentions.username "
        "entities.note.mentions.username geo.place_id in_reply_to_user_id most_recent_post_id most_recent_tweet_id "
        "owner_id participant_ids pinned_post_id pinned_tweet_id referenced_posts referenced_tweets.id "
        "referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id sender_id"
    ),
}
_ID = f.Shaped(re.compile(r"[0-9]{1,19}", re.ASCII))
_IDS = f.Shaped(re.compile(r"[0-9]{1,19}(?:,[0-9]{1,19}){0,99}", re.ASCII))
_TIME = f.Shaped(re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,3})?Z"))
_PAGE: Fields = {
    **_SHOWN,
    "max_results": f.Number(1, 1000),
    "pagination_token": f.Shaped(re.compile(r"[0-9a-z]{1,64}", re.ASCII)),
}
_TIMELINE: Fields = {
    **_PAGE,
    "since_id": _ID,
    "until_id": _ID,
    "start_time": _TIME,
    "end_time": _TIME,
    "exclude": _words("replies retweets"),
}
_EVENTS: Fields = {**_PAGE, "event_types": _words("MessageCreate ParticipantsJoin ParticipantsLeave")}


def _read(name: str, path: str, fields: Fields = _SHOWN) -> Row:
    return Row(name=name, method="GET", path=f"/2/{path}", cls=EndpointClass.READ, fields=fields)


READS = (
    _read("user.self", "users/me"),
    _read("users", "users", {**_SHOWN, "ids": _IDS}),
    _read("user.show", "users/{id}"),
    _read("tweets", "tweets", {**_SHOWN, "ids": _IDS}),
    _read("tweet.show", "tweets/{id}"),
    *(
        _read(f"tweet.{name}", f"tweets/{{id}}/{name}", _PAGE)
        for name in ("liking_users", "retweeted_by", "quote_tweets", "retweets")
    ),
    _read("timeline.home", "users/{id}/timelines/reverse_chronological", _TIMELINE),
    *(_read(f"user.{name}", f"users/{{id}}/{name}", _TIMELINE) for name in ("tweets", "mentions")),
    *(
        _read(f"user.{name}", f"users/{{id}}/{name}", _PAGE)
        for name in (
            *("liked_tweets", "bookmarks", "followers", "following", "muting", "blocking"),
            *("owned_lists", "pinned_lists", "followed_lists", "list_memberships"),
        )
    ),
    _read("list.show", "lists/{id}"),
    *(_read(f"list.{name}", f"lists/{{id}}/{name}", _PAGE) for name in ("tweets", "members", "followers")),
    _read("dm.events", "dm_events", _EVENTS),
    _read("dm.event", "dm_events/{id}"),
    _read("dm.user.events", "dm_conversations/with/{user:id}/dm_events", _EVENTS),
    _read("dm.conversation.events", "dm_conversations/{id:conversation}/dm_events", _EVENTS),
)
