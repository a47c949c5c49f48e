"""
Facebook pages, Instagram and Threads as Meta's public documentation describes their Graph API.

The token comes in the header. Fields come as a form, or as multipart with a photo; only documented ones are taken. A
container has to be made, and fetched, before it is published, and is published once.
"""

from __future__ import annotations

import json
import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

from tests.e2e.servers.contract import Reply, Violation

if TYPE_CHECKING:
    from tests.e2e.servers.contract import Call

PAGE = "104567890123456"
FEED = {"message", "link", "name", "caption", "description", "place"}
PHOTO = {"source", "caption", "message", "alt_text_custom", "no_story"}
ABOUT = {"about", "bio", "company_overview", "description", "general_info", "impressum", "mission", "website"}
CONTAINER = {
    "instagram": {"caption", "image_url", "alt_text", "location_id", "media_type"},
    "threads": {
        *("text", "media_type", "image_url", "alt_text", "link_attachment", "topic_tag", "reply_to_id"),
        *("quote_post_id", "reply_control"),
    },
}
LONGEST = {"facebook": 63_206, "instagram": 2_200, "threads": 500}


class Graph:
    """One platform's objects, in memory."""

    headers: frozenset[str] = frozenset()

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self.posts: dict[str, dict[str, Any]] = {}
        self.containers: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.page: dict[str, Any] = {}
        self.messages: list[Any] = []
        self._numbers = 900_000_000_000

    def unauthorised(self) -> Reply:
        """Answer as documented."""
        return error(401, 190, "Invalid OAuth access token.")

    def answer(self, call: Call) -> Reply:
        """Answer as documented, with the usage header."""
        reply = self._answer(call)
        usage = json.dumps({"call_count": 1, "total_cputime": 1, "total_time": 1})
        return Reply(status=reply.status, value=reply.value, headers={"X-App-Usage": usage})

    def _answer(self, call: Call) -> Reply:
        match = re.fullmatch(r"/v\d{1,2}\.\d/(me|\d{1,20}(?:_\d{1,20})?)(?:/([a-z_]+))?", call.path)
        if match is None:
            raise Violation("a path that is not documented")
        node, edge = match[1], match[2] or ""
        if call.method == "GET":
            return self._read(node, edge, call)
        if call.query:
            raise Violation("a query on a write")
        if call.method == "DELETE":
            for number in (node, node.rpartition("_")[2]):  # a photo goes with the post that tells of it
                self.posts.pop(number, None)
            return Reply(status=200, value={"success": True})
        return self._write(node, edge, call)

    def _read(self, node: str, edge: str, call: Call) -> Reply:
        if node in self.containers:
            field = call.query.get("fields", "")
            if field != ("status_code" if self._platform == "instagram" else "status"):
                raise Violation("another field of a container")
            self.asked.append(node)
            state = "IN_PROGRESS" if self.asked.count(node) == 1 else "FINISHED"
            return Reply(status=200, value={"id": node, field: state})
        if edge == "accounts":
            page = {"id": PAGE, "name": "Presse", "access_token": "a real page token"}
            paging = {"next": "https://graph.facebook.com/v26.0/me/accounts?access_token=a%20real%20page%20token"}
            return Reply(status=200, value={"data": [page], "paging": paging})
        return Reply(status=200, value=self.posts.get(node, {"id": PAGE, "name": "Presse"}))

    def _write(self, node: str, edge: str, call: Call) -> Reply:
        if self._platform == "facebook":
            return self._facebook(node, edge, call)
        if edge == ("media" if self._platform == "instagram" else "threads"):
            fields = self._fields(call, CONTAINER[self._platform])
            number = self._number()
            self.containers[number] = fields
            return Reply(status=200, value={"id": number})
        if edge == ("media_publish" if self._platform == "instagram" else "threads_publish"):
            return self._publish(call)
        if edge in {"comments", "replies"} and self._platform == "instagram":
            return self._make(self._fields(call, {"message"}, "message"))
        raise Violation("an edge that is not documented")

    def _publish(self, call: Call) -> Reply:
        number = self._fields(call, {"creation_id"}, "creation_id")["creation_id"]
        if self.asked.count(number) < 2 or number not in self.containers:
            raise Violation("a container that was not made, or not waited for")
        return self._make(self.containers.pop(number))

    def _facebook(self, node: str, edge: str, call: Call) -> Reply:
        if edge == "feed":
            fields = self._fields(call, FEED)
            if not fields.get("message") and not fields.get("link"):
                raise Violation("a post without message or link")
            return self._make(fields, prefix=f"{PAGE}_")
        if edge == "comments":
            return self._make(self._fields(call, {"message"}, "message"), prefix=f"{PAGE}_")
        if edge == "photos":
            fields = self._fields(call, PHOTO, "source")
            made = self._make(fields)
            return Reply(status=200, value={**made.value, "post_id": f"{PAGE}_{made.value['id']}"})
        if edge == "messages":
            value = call.json()
            if set(value) - {"recipient", "message", "messaging_type"} or set(value["message"]) != {"text"}:
                raise Violation("a message of another shape")
            self.messages.append(value)
            return Reply(status=200, value={"recipient_id": value["recipient"]["id"], "message_id": "m_1"})
        if edge == "likes":
            return Reply(status=200, value={"success": True})
        if edge == "" and "_" in node:
            self.posts[node] = {**self.posts.get(node, {}), **self._fields(call, {"message"}, "message")}
            return Reply(status=200, value={"success": True})
        if edge == "":
            self.page |= self._fields(call, ABOUT)
            return Reply(status=200, value={"success": True})
        raise Violation("an edge that is not documented")

    def _fields(self, call: Call, known: set[str], *required: str) -> dict[str, Any]:
        fields: dict[str, Any] = (
            _multipart(call) if "multipart" in call.headers.get("content-type", "") else call.form()
        )
        if set(fields) - known or not set(required) <= set(fields):
            raise Violation("a field that is not documented, or a missing one")
        texts = [value for name, value in fields.items() if name in {"message", "caption", "text"}]
        if any(len(text) > LONGEST[self._platform] for text in texts):
            raise Violation("a text that is too long")
        return fields

    def _make(self, fields: dict[str, Any], prefix: str = "") -> Reply:
        number = f"{prefix}{self._number()}"
        self.posts[number] = fields
        return Reply(status=200, value={"id": number})

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)


def error(status: int, code: int, message: str) -> Reply:
    """Return an error as Meta documents it."""
    value = {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2C3"}}
    return Reply(status=status, value=value)


def _multipart(call: Call) -> dict[str, Any]:
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, Any] = {}
    for part in BytesParser(policy=policy.HTTP).parsebytes(head + call.body).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        fields[name] = data if part.get_filename() else data.decode()
    return fields
