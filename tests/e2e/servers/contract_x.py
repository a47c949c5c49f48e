"""
X as its public documentation describes it (API reference of version 2, and of 1.1 for the profile).

Request bodies are strict schemas. A post is refused when it is empty, too long, a duplicate, or names an image that was
never uploaded.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import jsonschema

from tests.e2e.servers.contract import Reply, Violation

if TYPE_CHECKING:
    from tests.e2e.servers.contract import Call

ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}
WHO = {"enum": ["following", "mentionedUsers", "subscribers", "verified"]}


def shape(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return a strict object."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "minProperties": 1,
    }


TWEET = shape(
    {
        "text": {"type": "string"},
        "card_uri": {"type": "string"},
        "community_id": ID,
        "direct_message_deep_link": {"type": "string"},
        "edit_options": shape({"previous_post_id": ID}, "previous_post_id"),
        "for_super_followers_only": {"type": "boolean"},
        "geo": shape({"place_id": {"type": "string"}}),
        "made_with_ai": {"type": "boolean"},
        "media": shape(
            {
                "media_ids": {"type": "array", "items": ID, "minItems": 1, "maxItems": 4},
                "tagged_user_ids": {"type": "array", "items": ID, "maxItems": 10},
            },
            "media_ids",
        ),
        "nullcast": {"type": "boolean"},
        "paid_partnership": {"type": "boolean"},
        "poll": shape(
            {
                "options": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 4,
                    "items": {"type": "string", "minLength": 1, "maxLength": 25},
                },
                "duration_minutes": {"type": "integer", "minimum": 5, "maximum": 10080},
                "reply_settings": WHO,
            },
            "options",
            "duration_minutes",
        ),
        "quote_tweet_id": ID,
        "reply": shape(
            {
                "in_reply_to_tweet_id": ID,
                "exclude_reply_user_ids": {"type": "array", "items": ID},
                "auto_populate_reply_metadata": {"type": "boolean"},
            },
            "in_reply_to_tweet_id",
        ),
        "reply_settings": WHO,
        "share_with_followers": {"type": "boolean"},
    }
)
MESSAGE = shape(
    {
        "text": {"type": "string", "minLength": 1},
        "attachments": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": shape({"media_id": ID}, "media_id"),
        },
    }
)
GROUP = shape(
    {
        "conversation_type": {"const": "Group"},
        "participant_ids": {"type": "array", "items": ID, "minItems": 2},
        "message": MESSAGE,
    },
    "conversation_type",
    "participant_ids",
    "message",
)
LIST = {
    "name": {"type": "string", "minLength": 1, "maxLength": 25},
    "description": {"type": "string", "maxLength": 100},
    "private": {"type": "boolean"},
}
UPLOAD = shape(
    {
        "media": {"type": "string"},
        "media_category": {"enum": ["tweet_image", "tweet_gif", "dm_image", "dm_gif"]},
        "media_type": {"enum": ["image/png", "image/jpeg", "image/gif", "image/webp"]},
    },
    "media",
    "media_category",
)
METADATA = shape(
    {"id": ID, "metadata": shape({"alt_text": shape({"text": {"type": "string", "maxLength": 1000}}, "text")})}, "id"
)
JSON_WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", r"/2/tweets", TWEET),
    ("POST", r"/2/dm_conversations", GROUP),
    ("POST", r"/2/dm_conversations/with/\d{1,19}/messages", MESSAGE),
    ("POST", r"/2/dm_conversations/\d{1,19}(-\d{1,19})?/messages", MESSAGE),
    ("POST", r"/2/lists", shape(LIST, "name")),
    ("PUT", r"/2/lists/\d+", shape(LIST)),
    ("POST", r"/2/lists/\d+/members", shape({"user_id": ID}, "user_id")),
    ("POST", r"/2/media/upload", UPLOAD),
    ("POST", r"/2/media/metadata", METADATA),
    ("PUT", r"/2/tweets/\d+/hidden", shape({"hidden": {"type": "boolean"}}, "hidden")),
    ("POST", r"/2/users/\d+/(likes|retweets)", shape({"tweet_id": ID}, "tweet_id")),
    ("POST", r"/2/users/\d+/(following|muting)", shape({"target_user_id": ID}, "target_user_id")),
]
DELETES = r"/2/(tweets/\d+|dm_events/\d+|lists/\d+|users/\d+/(likes|retweets|following|muting)/\d+)"
PROFILE = shape({name: {"type": "string"} for name in ("name", "description", "location", "url")})
DONE: dict[str, dict[str, Any]] = {
    "/likes": {"liked": True},
    "/retweets": {"retweeted": True},
    "/following": {"following": True, "pending_follow": False},
    "/muting": {"muting": True},
    "/members": {"is_member": True},
    "/hidden": {"hidden": True},
}
ME = {"id": "2244994945", "name": "Presse", "username": "presse"}
LONGEST = 280


class X:
    """Posts, messages, lists and images, in memory."""

    headers: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.images: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.profile: dict[str, str] = {}
        self.deleted: list[str] = []
        self._numbers = 1_900_000_000_000_000_000
        self._left = 200

    def answer(self, call: Call) -> Reply:
        """Answer as documented, with rate-limit headers."""
        self._left -= 1
        reply = self._answer(call)
        limits = {"limit": "200", "remaining": str(self._left), "reset": "1795900000"}
        return Reply(
            status=reply.status,
            value=reply.value,
            headers={f"x-rate-limit-{name}": value for name, value in limits.items()},
        )

    def unauthorised(self) -> Reply:
        """Answer as documented."""
        return problem(401, "Unauthorized")

    def _answer(self, call: Call) -> Reply:
        if call.method == "GET":
            return self._read(call)
        if call.query:
            raise Violation("a query on a write")
        if call.method == "DELETE":
            return self._delete(call)
        if call.path == "/1.1/account/update_profile.json":
            fields = call.form()
            jsonschema.validate(fields, PROFILE)
            self.profile |= fields
            return Reply(status=200, value={"id": int(ME["id"]), "id_str": ME["id"], **self.profile})
        for method, path, schema in JSON_WRITES:
            if call.method == method and re.fullmatch(path, call.path):
                value = call.json()
                jsonschema.validate(value, schema)
                return self._write(call.path, value)
        raise Violation("an endpoint that is not documented")

    def _read(self, call: Call) -> Reply:
        if call.path == "/2/users/me":
            return Reply(status=200, value={"data": ME})
        number = call.path.removeprefix("/2/tweets/")
        if number in self.posts:
            return Reply(status=200, value={"data": self.posts[number]})
        return problem(404, "Not Found")

    def _delete(self, call: Call) -> Reply:
        if call.body or not re.fullmatch(DELETES, call.path):
            raise Violation("a delete that is not documented")
        number = call.path.rpartition("/")[2]
        self.posts.pop(number, None)
        self.deleted.append(call.path)
        return Reply(status=200, value={"data": {"deleted": True}})

    def _write(self, path: str, value: dict[str, Any]) -> Reply:
        if path == "/2/tweets":
            return self._post(value)
        if path == "/2/media/upload":
            return self._upload(value)
        if path == "/2/media/metadata":
            self._image(value["id"])["alt_text"] = value["metadata"]["alt_text"]["text"]
            return Reply(status=200, value={"data": {"id": value["id"]}})
        if path.startswith("/2/dm_conversations"):
            message = value.get("message", value)
            for attachment in message.get("attachments", []):
                self._image(attachment["media_id"])
            self.messages.append(message)
            return Reply(status=201, value={"data": {"dm_conversation_id": "1-2", "dm_event_id": self._number()}})
        if path == "/2/lists":
            return Reply(status=201, value={"data": {"id": self._number(), "name": value["name"]}})
        done = next((made for end, made in DONE.items() if path.endswith(end)), {"updated": True})
        return Reply(status=200, value={"data": done})

    def _post(self, value: dict[str, Any]) -> Reply:
        text = value.get("text", "")
        if not text and "media" not in value:
            return problem(400, "Invalid Request")
        if weight(text) > LONGEST:
            return problem(403, "Forbidden")
        if any(text and post["text"] == text for post in self.posts.values()):
            return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        for image in value.get("media", {}).get("media_ids", []):
            self._image(image)
        number = self._number()
        self.posts[number] = {"id": number, "text": text, "sent": value}
        return Reply(status=201, value={"data": {"id": number, "text": text, "edit_history_tweet_ids": [number]}})

    def _upload(self, value: dict[str, Any]) -> Reply:
        data = base64.b64decode(value["media"], validate=True)
        number = self._number()
        self.images[number] = {"data": data, "category": value["media_category"]}
        made = {"id": number, "media_key": f"3_{number}", "size": len(data), "expires_after_secs": 86400}
        return Reply(status=200, value={"data": made})

    def _image(self, number: str) -> dict[str, Any]:
        if number not in self.images:
            raise Violation("an image that was never uploaded")
        return self.images[number]

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)


def problem(status: int, title: str, detail: str | None = None) -> Reply:
    """Return an error as X documents it."""
    value = {"title": title, "detail": detail or title, "type": "about:blank", "status": status}
    return Reply(status=status, value=value)


def weight(text: str) -> int:
    """Return the documented weight of a text without emoji: Latin 1, others 2, a link 23."""
    rest = re.sub(r"https?://\S+", "", unicodedata.normalize("NFC", text))
    links = len(re.findall(r"https?://\S+", text))
    return 23 * links + sum(1 if ord(character) <= 0x10FF else 2 for character in rest)
