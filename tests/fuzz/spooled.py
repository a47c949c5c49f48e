"""
What is in the gateway's spool before each broken request, uploaded the way clients do.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from PIL import Image as Drawing

from tests.fakes.every_door import AUTHOR, PICTURES
from tests.fuzz.bodies import FORM, JSON, FileField, multipart_of

if TYPE_CHECKING:
    from tests.fakes.every_door import EveryDoor, Told

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is in the spool before each request."""

    images: tuple[str, ...] = ()
    """As this platform writes their names."""
    open_upload: str = ""
    """An upload whose pieces are there."""
    waiting: str = ""
    """A post that waits for its time."""
    program: tuple[str, ...] = ()
    """Id and secret of a program that registered to log people in."""


def picture(shade: int = 0, form: str = "PNG", **options: Any) -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Drawing.new("RGB", (4, 4), (shade, shade, shade)).save(out, form, **options)
    return out.getvalue()


async def prepare(door: EveryDoor) -> Kept:
    """Upload what the recorded requests use, the way clients do."""
    steps = {"mastodon": _mastodon, "bluesky": _bluesky, "x": _x, "linkedin": _linkedin, "facebook": _nothing}
    kept = await steps.get(door.name, _containers)(door)
    door.keep()
    door.forget()
    return kept


async def _upload(door: EveryDoor, path: str, field_name: str, data: bytes) -> Told:
    body, kind = multipart_of([(field_name, FileField(name="filiale.png", data=data))])
    return await door.ask("POST", path, f"Content-Type: {kind}", body=body)


async def _nothing(door: EveryDoor) -> Kept:
    assert door.name
    return Kept()


async def _mastodon(door: EveryDoor) -> Kept:
    answers = [await _upload(door, "/api/v2/media", "file", picture(shade)) for shade in (1, 2)]
    said = {"client_name": "Programm", "redirect_uris": OUT_OF_BAND, "scopes": "read write"}
    program = await door.ask("POST", "/api/v1/apps", f"Content-Type: {JSON}", body=json.dumps(said).encode())
    keys = (program.json()["client_id"], program.json()["client_secret"])
    later = json.dumps({"status": "Morgen", "scheduled_at": "2026-11-24T09:00:00+00:00"}).encode()
    waits = await door.ask("POST", "/api/v1/statuses", f"Content-Type: {JSON}", body=later)
    return Kept(images=tuple(one.json()["id"] for one in answers), waiting=waits.json()["id"], program=keys)


async def _bluesky(door: EveryDoor) -> Kept:
    path = "/xrpc/com.atproto.repo.uploadBlob"
    answers = [await door.ask("POST", path, "Content-Type: image/png", body=picture(shade)) for shade in (1, 2)]
    return Kept(images=tuple(one.json()["blob"]["ref"]["$link"] for one in answers))


async def _x(door: EveryDoor) -> Kept:
    answers = [await _upload(door, "/2/media/upload", "media", picture(shade)) for shade in (1, 2)]
    said = json.dumps({"media_type": "image/png", "total_bytes": 100}).encode()
    opened = await door.ask("POST", "/2/media/upload/initialize", f"Content-Type: {JSON}", body=said)
    number = opened.json()["data"]["id"]
    piece = json.dumps({"media": base64.b64encode(picture(3)).decode(), "segment_index": 0}).encode()
    await door.ask("POST", f"/2/media/upload/{number}/append", f"Content-Type: {JSON}", body=piece)
    return Kept(images=tuple(one.json()["data"]["id"] for one in answers), open_upload=number)


async def _linkedin(door: EveryDoor) -> Kept:
    names = []
    for shade in (1, 2):
        said = json.dumps({"initializeUploadRequest": {"owner": AUTHOR}}).encode()
        path = "/rest/images?action=initializeUpload"
        opened = await door.ask("POST", path, f"Content-Type: {JSON}", "LinkedIn-Version: 202601", body=said)
        value = opened.json()["value"]
        names.append(value["image"])
        await door.ask("PUT", f"/dms-uploads/{value['uploadUrl'].rpartition('/')[2]}", body=picture(shade))
    return Kept(images=tuple(names), open_upload=names[0].rpartition(":")[2])


async def _containers(door: EveryDoor) -> Kept:
    path = "/v26.0/17/media" if door.name == "instagram" else "/v1.0/17/threads"
    said = {"image_url": f"https://{PICTURES}/b.jpg"}
    said |= {"caption": "Hallo"} if door.name == "instagram" else {"text": "Hallo", "media_type": "IMAGE"}
    answers = []
    for number in (1, 2):
        body = urlencode({**said, "alt_text": str(number)}).encode()
        answers.append(await door.ask("POST", path, f"Content-Type: {FORM}", body=body))
    return Kept(images=tuple(one.json()["id"] for one in answers))
