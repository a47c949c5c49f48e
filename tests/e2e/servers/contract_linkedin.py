"""
LinkedIn as its public documentation describes it: Posts API, Comments API, Images API, version 202601.

Each request under `/rest` must carry the version, the protocol and the Rest.li method; what was made is named in the
header `x-restli-id`; a post may only name images that were announced and uploaded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema

from tests.e2e.servers.contract import Reply, Violation

if TYPE_CHECKING:
    from tests.e2e.servers.contract import Call

URN = {"type": "string", "pattern": r"^urn:li:[a-zA-Z]+:[A-Za-z0-9_-]+$"}
IMAGE = {"type": "string", "pattern": r"^urn:li:image:[A-Za-z0-9_-]+$"}
ORGANISATION = "urn:li:organization:5583111"


def shape(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return a strict object."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


TEXT = {"type": "string"}
MESSAGE = shape({"text": {"type": "string", "minLength": 1, "maxLength": 1250}}, "text")
CONTENT = {
    **shape(
        {
            "media": shape({"id": IMAGE, "title": TEXT, "altText": {"type": "string", "maxLength": 4086}}, "id"),
            "multiImage": shape(
                {
                    "images": {
                        "type": "array",
                        "minItems": 2,
                        "maxItems": 20,
                        "items": shape({"id": IMAGE, "altText": TEXT}, "id"),
                    }
                },
                "images",
            ),
            "article": shape({"source": TEXT, "thumbnail": IMAGE, "title": TEXT, "description": TEXT}, "source"),
            "poll": shape(
                {
                    "question": {"type": "string", "minLength": 1, "maxLength": 140},
                    "options": {
                        "type": "array",
                        "minItems": 2,
                        "maxItems": 4,
                        "items": shape({"text": {"type": "string", "maxLength": 30}}, "text"),
                    },
                    "settings": shape(
                        {
                            "duration": {"enum": ["ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"]},
                            "voteSelectionType": {"const": "SINGLE_VOTE"},
                            "isVoterVisibleToAuthor": {"type": "boolean"},
                        },
                        "duration",
                    ),
                },
                "question",
                "options",
                "settings",
            ),
        }
    ),
    "maxProperties": 1,
}
POST = shape(
    {
        "author": URN,
        "commentary": {"type": "string", "maxLength": 3000},
        "visibility": {"enum": ["PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"]},
        "distribution": shape(
            {
                "feedDistribution": {"enum": ["MAIN_FEED", "NONE"]},
                "targetEntities": {"type": "array"},
                "thirdPartyDistributionChannels": {"type": "array"},
            },
            "feedDistribution",
        ),
        "content": CONTENT,
        "lifecycleState": {"const": "PUBLISHED"},
        "isReshareDisabledByAuthor": {"type": "boolean"},
        "reshareContext": shape({"parent": URN}, "parent"),
    },
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
)
UPDATE = shape(
    {"patch": shape({"$set": shape({"commentary": {"type": "string", "maxLength": 3000}})}, "$set")}, "patch"
)
COMMENT = shape({"actor": URN, "object": URN, "parentComment": TEXT, "message": MESSAGE}, "actor", "message")
COMMENT_UPDATE = shape({"patch": shape({"message": shape({"$set": MESSAGE}, "$set")}, "message")}, "patch")
ANNOUNCED = shape({"initializeUploadRequest": shape({"owner": URN}, "owner")}, "initializeUploadRequest")
_URN_PATH = r"urn%3Ali%3A[A-Za-z]+%3A[A-Za-z0-9_-]+"


class LinkedIn:
    """Posts, comments and images, in memory."""

    headers = frozenset({"linkedin-version", "x-restli-protocol-version", "x-restli-method"})

    def __init__(self) -> None:
        self.uploads = ""
        """Origin to which images are sent."""
        self.posts: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, dict[str, Any]] = {}
        self.images: dict[str, bytes | None] = {}
        self.owners: list[str] = []
        self._numbers = 7_000_000_000_000_000_000

    def unauthorised(self) -> Reply:
        """Answer as documented."""
        value = {"status": 401, "serviceErrorCode": 65600, "code": "INVALID_ACCESS_TOKEN", "message": "Invalid token"}
        return Reply(status=401, value=value)

    def answer(self, call: Call) -> Reply:
        """Answer as documented."""
        if call.path == "/v2/userinfo" and call.method == "GET":
            return Reply(status=200, value={"sub": "782bbtaQ", "name": "Presse"})
        if call.path.startswith("/dms-uploads/") and call.method == "PUT":
            return self._put(call)
        if call.headers.get("linkedin-version") != "202601":
            raise Violation("no LinkedIn-Version")
        if call.headers.get("x-restli-protocol-version") != "2.0.0":
            raise Violation("no X-RestLi-Protocol-Version")
        return self._rest(call, call.headers.get("x-restli-method", ""))

    def _rest(self, call: Call, method: str) -> Reply:
        if call.method == "GET":
            urn = unquote(call.path.removeprefix("/rest/posts/"))
            found = self.posts.get(urn)
            return Reply(status=404, value={"status": 404}) if found is None else Reply(status=200, value=found)
        if (call.method, call.path, method) == ("POST", "/rest/images", "ACTION"):
            return self._announce(call)
        if call.path == "/rest/posts" and method == "CREATE" and call.method == "POST" and not call.query:
            return self._post(call)
        if re.fullmatch(rf"/rest/posts/{_URN_PATH}", call.path) and not call.query:
            return self._change(call, method)
        if re.fullmatch(rf"/rest/socialActions/{_URN_PATH}/comments(/[0-9]+)?", call.path):
            return self._comment(call, method)
        if re.fullmatch(rf"/rest/socialActions/{_URN_PATH}/likes", call.path) and method == "CREATE":
            jsonschema.validate(call.json(), shape({"actor": URN, "object": URN}, "actor"))
            return Reply(status=201, value={"actor": ORGANISATION}, headers={"x-restli-id": ORGANISATION})
        raise Violation("an endpoint or Rest.li method that is not documented")

    def _post(self, call: Call) -> Reply:
        value = call.json()
        jsonschema.validate(value, POST)
        if not value["commentary"] and not value.get("content") and not value.get("reshareContext"):
            raise Violation("an empty post")
        for name in re.findall(r"urn:li:image:[A-Za-z0-9_-]+", str(value)):
            if self.images.get(name) is None:
                raise Violation("an image that was never uploaded")
        urn = f"urn:li:share:{self._number()}"
        self.posts[urn] = value
        return Reply(status=201, headers={"x-restli-id": urn})

    def _change(self, call: Call, method: str) -> Reply:
        urn = unquote(call.path.removeprefix("/rest/posts/"))
        if call.method == "DELETE" and method == "DELETE" and not call.body:
            self.posts.pop(urn, None)
            return Reply(status=204)
        if call.method != "POST" or method != "PARTIAL_UPDATE":
            raise Violation("neither an update nor a deletion")
        jsonschema.validate(call.json(), UPDATE)
        if urn not in self.posts:
            return Reply(status=404, value={"status": 404, "code": "NOT_FOUND", "message": "no such post"})
        self.posts[urn] |= call.json()["patch"]["$set"]
        return Reply(status=204)

    def _comment(self, call: Call, method: str) -> Reply:
        number = call.path.rpartition("/")[2]
        if method == "CREATE":
            value = call.json()
            jsonschema.validate(value, COMMENT)
            made = self._number()
            self.comments[made] = value
            return Reply(status=201, value={**value, "id": made}, headers={"x-restli-id": made})
        if not re.fullmatch(URN["pattern"], call.query.get("actor", "")):
            raise Violation("a change of a comment without its actor")
        if method == "DELETE" and call.method == "DELETE":
            self.comments.pop(number, None)
            return Reply(status=204)
        value = call.json()
        jsonschema.validate(value, COMMENT_UPDATE)
        self.comments[number] = {"message": value["patch"]["message"]["$set"]}
        return Reply(status=200, value={"id": number})

    def _announce(self, call: Call) -> Reply:
        jsonschema.validate(call.json(), ANNOUNCED)
        if call.query != {"action": "initializeUpload"}:
            raise Violation("another action")
        self.owners.append(call.json()["initializeUploadRequest"]["owner"])
        name = f"C4E22AQ{self._number()}"
        self.images[f"urn:li:image:{name}"] = None
        address = f"{self.uploads}/dms-uploads/{name}?ca=vector_feedshare&sync=0"
        value = {"uploadUrlExpiresAt": 1795900000000, "uploadUrl": address, "image": f"urn:li:image:{name}"}
        return Reply(status=200, value={"value": value})

    def _put(self, call: Call) -> Reply:
        name = f"urn:li:image:{call.path.removeprefix('/dms-uploads/')}"
        if name not in self.images or call.query != {"ca": "vector_feedshare", "sync": "0"} or not call.body:
            raise Violation("an upload that was not announced")
        self.images[name] = call.body
        return Reply(status=201)

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)
