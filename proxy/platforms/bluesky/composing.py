"""
What a client of the AT Protocol would send for a post that comes over the gateway's own API.

Clients mark links and hashtags of a text themselves, so this does too. What answers a post names it by address and
digest, and the first post of the thread, which the platform is asked for.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from proxy.core.errors import GateUnavailable
from proxy.gate.api_ports import Composed, Offers
from proxy.platforms._wire.composing import json_request, plain_request
from proxy.platforms._wire.values import dump_json, inside, read_object
from proxy.platforms.bluesky.blobs import blob_object, cid_of
from proxy.platforms.bluesky.logins import CREDENTIAL
from proxy.platforms.bluesky.records import POST
from proxy.platforms.bluesky.table import TABLE

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.api_ports import Attached, Wanted
    from proxy.gate.ports import Accounts, Reader
    from proxy.gate.wire import WireRequest
    from proxy.platforms._wire.composing import Headers
    from proxy.platforms._wire.strict_json import JsonValue

_CREATE, _DELETE, _GET = (f"/xrpc/com.atproto.repo.{name}Record" for name in ("create", "delete", "get"))
_ADDRESS = re.compile(r"at://(?P<repo>[^/]+)/(?P<collection>[^/]+)/(?P<rkey>[^/]+)")
_MARKED = re.compile(r"(?P<link>https?://[^\s<>\"]+)|(?<![\w#/&])#(?P<tag>\w{1,64})", re.IGNORECASE)
_TRAILING = ".,:;!?'\")]}"
_MOST_MARKS = 100


class BlueskyComposer:
    """Implements `gate.api_ports.Composer`."""

    makes = frozenset({"record.create"})
    offers = Offers()

    def __init__(self, accounts: Accounts, *, reader: Reader) -> None:
        self._accounts = accounts
        self._reader = reader

    async def compose(self, wanted: Wanted, account: Account) -> Composed:
        """
        Return the request that makes a new post.

        Raises:
            GateUnavailable: the account's credential does not say whose it is, or the post that is answered cannot be
                read.
        """
        owner = await self._owner(account)
        record: dict[str, JsonValue] = {"$type": POST, "text": wanted.text}
        marks = _marks(wanted.text)
        if marks:
            record["facets"] = marks
        if wanted.media:
            images: list[JsonValue] = [_image(item) for item in wanted.media]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        if wanted.reply_to is not None:
            record["reply"] = await self._reply(wanted.reply_to, account)
        body: JsonValue = {"repo": owner, "collection": POST, "record": record}
        return Composed(request=json_request("POST", _CREATE, body, _as(owner)))

    async def recall(self, platform_id: str, account: Account) -> WireRequest:
        """
        Return the request that deletes a post.

        Raises:
            GateUnavailable: the account's credential does not say whose it is.
        """
        place = _ADDRESS.fullmatch(platform_id)
        return json_request("POST", _DELETE, place.groupdict() if place else {}, _as(await self._owner(account)))

    def limits(self) -> tuple[WireRequest, ...]:
        """Return nothing: the limits of a post are known."""
        return ()

    async def _owner(self, account: Account) -> str:
        """Return the DID of an account."""
        credential = CREDENTIAL.fullmatch(await self._accounts.credential(account.id))
        if credential is None:
            raise GateUnavailable(found="the account's credential in another shape")
        return credential[1]

    async def _reply(self, address: str, account: Account) -> JsonValue:
        """Return what an answer to a post names."""
        place = _ADDRESS.fullmatch(address)
        query = urlencode(place.groupdict() if place else {})
        request = plain_request("GET", _GET, query=query)
        answer = await self._reader.read(TABLE.find("GET", _GET), request, account)
        found = read_object(answer.body) if answer.status == 200 else None
        digest = inside(found, "cid")
        if not isinstance(digest, str):
            raise GateUnavailable(found="no answer about the post that is answered")
        parent: JsonValue = {"uri": address, "cid": digest}
        root = inside(found, "value", "reply", "root")
        return {"root": parent if root is None else root, "parent": parent}


def _as(owner: str) -> Headers:
    """Return the header by which the door's parser knows whose request it is; nobody checks or sends this token."""
    claims = base64.urlsafe_b64encode(dump_json({"sub": owner})).decode("ascii").rstrip("=")
    return (("authorization", f"Bearer api.{claims}.api"),)


def _image(item: Attached) -> dict[str, JsonValue]:
    blob = blob_object(cid_of(item.data), item.mime, len(item.data))
    return {"image": blob, "alt": item.alt or ""}


def _marks(text: str) -> list[JsonValue]:
    """Return links and hashtags of a text, by bytes."""
    marks: list[JsonValue] = []
    for match in _MARKED.finditer(text):
        link = match["link"] and match["link"].rstrip(_TRAILING)
        feature: JsonValue = (
            {"$type": "app.bsky.richtext.facet#link", "uri": link}
            if link
            else {"$type": "app.bsky.richtext.facet#tag", "tag": match["tag"]}
        )
        start = len(text[: match.start()].encode("utf-8"))
        length = len((link or match.group()).encode("utf-8"))
        marks.append({"index": {"byteStart": start, "byteEnd": start + length}, "features": [feature]})
    return marks[:_MOST_MARKS]
