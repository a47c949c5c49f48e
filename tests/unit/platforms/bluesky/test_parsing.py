"""From requests to drafts."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from proxy.core import errors
from proxy.core.errors import RefusedRequest
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms.bluesky.answers import Answers
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.parsing import RESENT_WITHIN
from tests.fakes import bluesky
from tests.fakes.bluesky import BLOB, CID, DID, NOW, REFERENCE, TID, URI, create, parse, put, record, request, writes

CREATE = "com.atproto.repo.createRecord"
PUT = "com.atproto.repo.putRecord"
WRITES = "com.atproto.repo.applyWrites"
DELETE = "com.atproto.repo.deleteRecord"
PROFILE = "app.bsky.actor.profile"


def texts(draft: Draft) -> dict[str, str]:
    """Return the texts of a draft by slot."""
    return {part.slot: part.text for part in draft.parts}


@pytest.mark.parametrize("collection", list(bluesky.RECORDS))
async def test_records_of_every_collection_are_read(collection: str) -> None:
    """The same record, new, put and among several, has the same texts."""
    made = await parse(request(CREATE, create(collection)))
    changed = await parse(request(PUT, put(collection)))
    body = writes(("create", record(collection)))
    if collection in bluesky.ONCE:
        body["writes"][0]["rkey"] = "self"
    among = await parse(request(WRITES, body))

    assert [part.text for part in made.parts] == [part.text for part in changed.parts]
    assert [part.text for part in made.parts] == [part.text for part in among.parts]
    assert made.kind is not PostKind.EDIT


async def test_every_string_of_a_post_is_there() -> None:
    """Text, alt text, tags, labels, links: under kinds that policies know."""
    draft = await parse(request(CREATE, create()))

    assert [(part.kind, part.text) for part in draft.parts] == [
        (PartKind.BODY, "Hallo"),
        (PartKind.LINK, "https://bank.example/"),
        (PartKind.TITLE, "sparen"),
        (PartKind.ALT_TEXT, "Die Filiale"),
        (PartKind.TITLE, "graphic-media"),
        (PartKind.TITLE, "sparen"),
    ]
    assert draft.media == (BLOB,)
    assert (draft.kind, draft.reply_to) == (PostKind.REPLY, URI)


@pytest.mark.parametrize(
    ("nsid", "body", "kind"),
    [
        (CREATE, create(value=record(langs=["de"])), PostKind.POST),
        (CREATE, create(), PostKind.REPLY),
        (CREATE, create("app.bsky.feed.like"), PostKind.ACT),
        (CREATE, create("app.bsky.graph.list"), PostKind.MESSAGE),
        (CREATE, create(PROFILE), PostKind.PROFILE),
        (PUT, put(PROFILE), PostKind.PROFILE),
        (PUT, put(value=record(langs=["de"])), PostKind.EDIT),
        (PUT, put(value=record(langs=["de"]), swapRecord=CID), PostKind.EDIT),
        (PUT, put(value=record(langs=["de"]), swapRecord=None), PostKind.POST),
        (WRITES, writes(("create", record(langs=["de"])), ("create", record("app.bsky.feed.like"))), PostKind.POST),
        (WRITES, writes(("update", record(langs=["de"]))), PostKind.EDIT),
        (WRITES, writes(("delete", {})), PostKind.ACT),
        (DELETE, {"repo": DID, "collection": "app.bsky.feed.post", "rkey": TID}, PostKind.ACT),
    ],
)
async def test_what_somebody_does(nsid: str, body: dict[str, Any], kind: PostKind) -> None:
    """Told by the collection, by what is answered, and by whether it may be there already."""
    assert (await parse(request(nsid, body))).kind is kind


async def test_an_edit_names_what_it_changes() -> None:
    """By its address, so that it belongs to the thread of the original."""
    draft = await parse(request(PUT, put(value=record(langs=["de"]))))
    among = await parse(request(WRITES, writes(("update", record(langs=["de"])))))

    assert draft.edit_of == among.edit_of == f"at://{DID}/app.bsky.feed.post/{TID}"
    assert (draft.keeps_media, among.keeps_media) == (True, True)


async def test_a_new_record_shows_only_what_was_uploaded_here() -> None:
    """A change beside it, which may keep what is on the platform, is no way around that."""
    pictured = ("create", record(embed=bluesky.IMAGES))
    changed = ("update", record("app.bsky.feed.threadgate"))

    assert (await parse(request(WRITES, writes(changed)))).keeps_media
    assert not (await parse(request(WRITES, writes(pictured, changed)))).keeps_media


@pytest.mark.parametrize(
    ("nsid", "body"),
    [
        (CREATE, create(repo=bluesky.OTHER_DID)),
        (CREATE, create(repo=bluesky.HANDLE)),
        (CREATE, create(value={"$type": "app.bsky.feed.generator"}, collection="app.bsky.feed.generator")),
        (CREATE, create(value={**record(), "$type": "app.bsky.feed.generator"})),
        (CREATE, create(value={name: value for name, value in record().items() if name != "$type"})),
        (CREATE, create(value={"$type": "com.example.note", "text": "x"}, collection="com.example.note")),
        (CREATE, create(collection="app.bsky.feed.like", value=record())),
        (CREATE, create(value=record(note="x"))),
        (CREATE, create(value=record(reply={"root": REFERENCE, "parent": REFERENCE, "note": "x"}))),
        (CREATE, create(value=record(embed={"$type": "app.bsky.embed.video", "video": {}}))),
        (CREATE, create(value=record(entities=[]))),
        (CREATE, create(value=record(createdAt="gestern"))),
        (CREATE, create(value=record(createdAt="DE02120300000000202051"))),
        (CREATE, create(note="x")),
        (CREATE, create(rkey="self")),
        (CREATE, create(rkey="erika-mustermann")),
        (PUT, put(value=record(langs=["de"]), rkey="geheimprojekt")),
        (WRITES, {**writes(), "writes": [{**writes(("update", record(langs=["de"])))["writes"][0], "rkey": "erika"}]}),
        (CREATE, create(PROFILE, rkey=TID)),
        (CREATE, create(validate="false")),
        (CREATE, create(swapRecord=None)),
        (CREATE, {"repo": DID, "collection": "app.bsky.feed.post"}),
        (CREATE, []),
        (PUT, {name: value for name, value in put().items() if name != "rkey"}),
        (WRITES, {"repo": DID}),
        (WRITES, {"repo": DID, "writes": [{"$type": "com.atproto.repo.applyWrites#move"}]}),
        (WRITES, writes(("create", record(langs=["de"])), ("create", record(PROFILE)))),
        (WRITES, writes(("create", record(langs=["de"])), ("create", record()))),
        (WRITES, writes(("update", record(langs=["de"])), ("update", record(langs=["en"])))),
        (DELETE, {"repo": bluesky.OTHER_DID, "collection": "app.bsky.feed.post", "rkey": TID}),
        (DELETE, {"repo": DID, "collection": "app.bsky.feed.post"}),
        ("com.atproto.identity.updateHandle", {}),
        ("chat.bsky.convo.sendMessage", {"convoId": "3k", "message": {"text": "x", "note": "y"}}),
    ],
)
async def test_what_does_not_fit_is_refused(nsid: str, body: Any) -> None:
    """Another repository, an unknown collection or field, a contradiction: nothing is ignored."""
    with pytest.raises(RefusedRequest):
        await parse(request(nsid, body))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (request(CREATE, b'{"repo":"a","repo":"b"}'), errors.MalformedRequest),
        (request(CREATE, b"repo=a", ("content-type", "application/x-www-form-urlencoded")), errors.UnsupportedEncoding),
        (request(CREATE, b"{}", ("content-type", "text/plain")), errors.UnsupportedEncoding),
        (request(CREATE, create(), ("content-encoding", "gzip")), errors.UnsupportedEncoding),
        (request(CREATE, create(), query="repo=x"), errors.MalformedRequest),
        (request(CREATE, create(), ("x-http-method-override", "GET")), errors.MalformedRequest),
        (request(CREATE, create(), ("authorization", "Bearer x")), errors.EndpointDenied),
    ],
)
async def test_what_can_be_read_in_two_ways_is_refused(asked: WireRequest, error: type[RefusedRequest]) -> None:
    """Duplicate keys, other wire formats, compression, a query, two logins."""
    with pytest.raises(error):
        await parse(asked)


@pytest.mark.parametrize("claims", [{}, {"sub": bluesky.OTHER_DID}, {"sub": None}])
async def test_a_repository_is_that_of_the_login(claims: dict[str, Any]) -> None:
    """Whatever a token says, or does not say, about somebody else."""
    headers = (("authorization", f"Bearer {bluesky.jwt(**claims)}"), ("content-type", "application/json"))
    body = json.dumps(create()).encode()
    with pytest.raises(errors.EndpointDenied):
        await parse(WireRequest(method="POST", path=f"/xrpc/{CREATE}", query="", headers=headers, body=body))


@pytest.mark.parametrize("text", ["x" * 301, "ü" * 301, "👨\u200d👩\u200d👧" * 200])
async def test_a_text_is_as_long_as_the_platform_allows(text: str) -> None:
    """300 characters as people see them, 3,000 bytes; the last one has few and heavy ones."""
    with pytest.raises(errors.TextTooLong) as caught:
        await parse(request(CREATE, create(value=record(text=text))))
    answer = Answers(language="en").refused(caught.value)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "InvalidRequest")


@pytest.mark.parametrize("text", ["x" * 300, "👍🏽" * 300, "ü" * 300])
async def test_a_longest_text_passes(text: str) -> None:
    """What the platform takes is not refused."""
    assert texts(await parse(request(CREATE, create(value=record(text=text)))))["record.text"] == text


async def test_the_same_record_with_the_same_time_is_the_same_post() -> None:
    """Clients of this platform send no key; one that comes counts instead."""
    draft = await parse(request(CREATE, create()))
    again = await parse(request(CREATE, create()))
    other = await parse(request(CREATE, create(value=record(createdAt="2026-11-23T09:00:00.124Z"))))
    keyed = await parse(request(CREATE, create(), ("idempotency-key", "k1")))
    put_again = await parse(request(PUT, put(PROFILE)))
    timeless = await parse(request(CREATE, create("chat.bsky.actor.declaration")))

    assert draft.idempotency_key == again.idempotency_key is not None
    assert draft.idempotency_key != other.idempotency_key
    assert draft.key_life == RESENT_WITHIN
    assert (keyed.idempotency_key, keyed.key_life) == ("k1", None)
    assert (put_again.idempotency_key, timeless.idempotency_key) == (None, None)


async def test_a_repetition_is_told_by_any_new_record() -> None:
    """A change that comes along with a post does not let the post be sent twice; a change alone is none."""
    gate = record("app.bsky.feed.threadgate")
    body = writes(("create", record(langs=["de"])), ("update", gate))
    draft, again = [await parse(request(WRITES, body)) for _ in range(2)]
    changed = await parse(request(WRITES, writes(("update", gate), ("delete", {}))))

    assert draft.idempotency_key == again.idempotency_key is not None
    assert changed.idempotency_key is None


async def test_a_message_is_a_message() -> None:
    """Each text of a batch, with its marks."""
    body = {"items": [{"convoId": "3kabc", "message": {"text": f"Hallo {name}", "facets": []}} for name in "ab"]}
    draft = await parse(request("chat.bsky.convo.sendMessageBatch", body, ("atproto-proxy", bluesky.CHAT)))

    assert draft.kind is PostKind.MESSAGE
    assert [part.text for part in draft.parts if part.kind is PartKind.BODY] == ["Hallo a", "Hallo b"]


def picture() -> bytes:
    """Return a small picture with a comment in it."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG", pnginfo=None)
    return out.getvalue()


@pytest.mark.parametrize("content_type", ["*/*", "image/png", "text/plain"])
async def test_an_upload_is_named_as_the_platform_will_name_it(content_type: str) -> None:
    """Its type is told by its bytes, whatever the client says."""
    draft = await parse(request("com.atproto.repo.uploadBlob", picture(), ("content-type", content_type)))

    (upload,) = draft.uploads
    assert draft.place.id == cid_of(upload.data)
    assert draft.options == (("blob.mimeType", "image/png"), ("blob.size", len(upload.data)))
    assert (draft.kind, draft.parts) == (PostKind.MEDIA, ())


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b'{"repo":"x"}', b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_image_is_refused(body: bytes) -> None:
    """Documents, videos and broken images."""
    with pytest.raises(RefusedRequest):
        await parse(request("com.atproto.repo.uploadBlob", body, ("content-type", "image/png")))


async def test_a_time_of_the_clients_is_no_place_for_a_text() -> None:
    """It has exactly one shape."""
    draft = await parse(request("app.bsky.notification.updateSeen", {"seenAt": NOW}))
    assert (draft.kind, draft.parts, draft.options) == (PostKind.ACT, (), (("seenAt", NOW),))
