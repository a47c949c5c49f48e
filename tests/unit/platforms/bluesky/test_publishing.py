"""The publisher against a PDS that breaks on command: one request, one outcome."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms.bluesky.keys import tid_of
from proxy.platforms.bluesky.publishing import BlueskyPublisher
from tests.fakes import bluesky
from tests.fakes import fault_upstream as fault
from tests.fakes.bluesky import (
    BLOB,
    CHAT,
    CID,
    DID,
    POST_ID,
    TID,
    client_of,
    create,
    parse,
    pds,
    post_of,
    put,
    record,
    request,
)
from tests.fakes.clock import ManualClock
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released

if TYPE_CHECKING:
    from proxy.core.model import Post

PUT = "com.atproto.repo.putRecord"
CREATE = "com.atproto.repo.createRecord"
OWN_URI = f"at://{DID}/app.bsky.feed.post/{tid_of(POST_ID)}"
MADE = json.dumps({"uri": OWN_URI, "cid": CID, "validationStatus": "valid"}).encode()
UPLOADED = json.dumps({"blob": bluesky.blob()}).encode()
PICTURE = SpooledMedia(id=BLOB, mime="image/png", parts=(), data=b"a picture", decision="r")


async def text_post(**more: Any) -> Post:
    """Return a post of one text."""
    return post_of(await parse(request(CREATE, create(value=record(langs=["de"], **more)))))


async def publish(upstream: FaultUpstream, post: Post, *media: SpooledMedia) -> Outcome:
    """Publish once."""
    async with client_of(upstream.origin) as (client, logins):
        publisher = BlueskyPublisher(
            client, logins=logins, agent="postgate/1.2.3", now=ManualClock().now, chat=CHAT, media_seconds=0.5
        )
        return await publisher.publish(make_released(post), media)


async def test_a_post_is_put_with_the_login_of_the_gateway() -> None:
    """Nothing of the client's headers; the answer has the address that was expected."""
    upstream = pds(fault.answer(200, MADE))
    async with upstream.running():
        outcome = await publish(upstream, await text_post())

    (seen,) = bluesky.without_logins(upstream)
    assert (seen.method, seen.path) == ("POST", "/xrpc/com.atproto.repo.putRecord")
    assert set(seen.headers) == {
        *("host", "connection", "user-agent", "accept", "accept-encoding", "authorization"),
        *("content-type", "content-length", "idempotency-key"),
    }
    assert json.loads(seen.body)["swapRecord"] is None
    assert (outcome.kind, outcome.upstream_id, json.loads(outcome.answer)) == (
        OutcomeKind.PUBLISHED,
        OWN_URI,
        json.loads(MADE),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"{",
        json.dumps({"uri": OWN_URI + "x"}).encode(),
        json.dumps({"uri": OWN_URI.replace(DID, bluesky.OTHER_DID)}).encode(),
        b'{"uri":"a","uri":"b"}',
    ],
)
async def test_a_success_without_the_expected_address_proves_nothing(body: bytes) -> None:
    """Nobody says that it was published."""
    upstream = pds(fault.answer(200, body))
    async with upstream.running():
        outcome = await publish(upstream, await text_post())
    assert (outcome.kind, outcome.reason) == (OutcomeKind.UNKNOWN, "success_without_id")


@pytest.mark.parametrize(
    ("behaviour", "kind", "reason"),
    [
        (fault.answer(400, b'{"error":"InvalidRequest"}'), OutcomeKind.REJECTED, "refused"),
        (fault.answer(400, b'{"error":"InvalidSwap"}'), OutcomeKind.REJECTED, "conflict"),
        (fault.answer(400, b'{"error":"ExpiredToken"}'), OutcomeKind.REJECTED, "credential"),
        (fault.answer(400, b'{"error":"InvalidToken"}'), OutcomeKind.REJECTED, "credential"),
        (fault.answer(401, b"{}"), OutcomeKind.REJECTED, "credential"),
        (fault.answer(429, b"{}", ("Retry-After", "7")), OutcomeKind.REJECTED, "rate_limited"),
        (fault.answer(500), OutcomeKind.UNKNOWN, "server_error"),
        (fault.answer(302), OutcomeKind.UNKNOWN, "redirect"),
        (fault.close(), OutcomeKind.UNKNOWN, "closed"),
        (fault.hang(), OutcomeKind.UNKNOWN, "timeout"),
        (fault.answer(200, MADE, length=len(MADE) + 9), OutcomeKind.UNKNOWN, "closed"),
        (fault.answer(200, b"x", ("Content-Encoding", "gzip")), OutcomeKind.UNKNOWN, "success_without_id"),
    ],
)
async def test_every_end_has_its_word(behaviour: fault.Behaviour, kind: OutcomeKind, reason: str) -> None:
    """One request whatever happens; a login that is not taken is no reason to send again."""
    upstream = pds(behaviour)
    async with upstream.running():
        outcome = await publish(upstream, await text_post())

    assert (outcome.kind, outcome.reason) == (kind, reason)
    assert len(bluesky.without_logins(upstream)) == 1


async def test_a_login_that_was_not_taken_is_not_used_again() -> None:
    """The next post logs in anew."""
    upstream = pds(fault.answer(401), fault.answer(200, MADE))
    async with upstream.running(), client_of(upstream.origin) as (client, logins):
        publisher = BlueskyPublisher(client, logins=logins, agent="postgate/1", now=ManualClock().now)
        kinds = [(await publisher.publish(make_released(await text_post()), ())).kind for _ in range(2)]

    assert kinds == [OutcomeKind.REJECTED, OutcomeKind.PUBLISHED]
    assert len(upstream.seen) == 4


@pytest.mark.parametrize("login", [b"{}", bluesky.login_answer(bluesky.OTHER_DID)])
async def test_without_a_login_of_the_account_nothing_is_sent(login: bytes) -> None:
    """Not even an image."""
    upstream = pds(login=login)
    async with upstream.running():
        outcome = await publish(upstream, await text_post())

    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "credential")
    assert bluesky.without_logins(upstream) == []


async def test_a_platform_that_is_away_got_nothing() -> None:
    """Also when it goes away during the login."""
    outcome = await publish(FaultUpstream(behaviours=[], port=1), await text_post())
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "connect")
    upstream = FaultUpstream(behaviours=[fault.close()])
    async with upstream.running():
        outcome = await publish(upstream, await text_post())
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "closed")


async def test_another_repository_is_never_written_to() -> None:
    """Whatever let such a post through."""
    post = await text_post()
    options = tuple(("repo", bluesky.OTHER_DID) if slot == "repo" else (slot, value) for slot, value in post.options)
    upstream = pds(fault.answer(200, MADE))
    async with upstream.running():
        outcome = await publish(upstream, replace(post, options=options))

    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "refused")
    assert bluesky.without_logins(upstream) == []


async def test_an_image_goes_first_and_keeps_its_name() -> None:
    """As raw bytes of the type that was found."""
    upstream = pds(fault.answer(200, UPLOADED), fault.answer(200, MADE))
    async with upstream.running():
        outcome = await publish(upstream, await text_post(embed=bluesky.IMAGES), PICTURE)

    upload, post = bluesky.without_logins(upstream)
    assert (upload.path, upload.headers["content-type"]) == ("/xrpc/com.atproto.repo.uploadBlob", "image/png")
    assert upload.body == PICTURE.data
    assert json.loads(post.body)["record"]["embed"] == bluesky.IMAGES
    assert outcome.kind is OutcomeKind.PUBLISHED


async def test_an_image_that_is_there_already_is_not_uploaded() -> None:
    """As in a profile that keeps its picture."""
    upstream = pds(fault.answer(200, MADE))
    async with upstream.running():
        outcome = await publish(upstream, await text_post(embed=bluesky.IMAGES), replace(PICTURE, mime="", data=b""))

    assert len(bluesky.without_logins(upstream)) == 1
    assert outcome.kind is OutcomeKind.PUBLISHED


@pytest.mark.parametrize(
    "behaviour",
    [
        fault.answer(200, json.dumps({"blob": bluesky.blob("bafkrei" + "b" * 52)}).encode()),
        fault.answer(200, b"{}"),
        fault.answer(400, UPLOADED),
        fault.close(),
        fault.hang(),
    ],
)
async def test_without_its_image_a_post_is_not_sent(behaviour: fault.Behaviour) -> None:
    """Also where the platform names it otherwise than the post does."""
    upstream = pds(behaviour)
    async with upstream.running():
        outcome = await publish(upstream, await text_post(embed=bluesky.IMAGES), PICTURE)

    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert len(bluesky.without_logins(upstream)) == 1


async def test_what_a_platform_says_of_itself_stays_behind() -> None:
    """Addresses of servers and tokens, at any depth."""
    body = json.dumps(
        {"uri": OWN_URI, "cid": CID, "didDoc": {"service": 1}, "commit": {"rev": "1", "accessJwt": "x"}}
    ).encode()
    upstream = pds(fault.answer(200, body, ("ratelimit-remaining", "9"), ("set-cookie", "a=b")))
    async with upstream.running():
        outcome = await publish(upstream, await text_post())

    assert json.loads(outcome.answer) == {"uri": OWN_URI, "cid": CID, "didDoc": {}, "commit": {"rev": "1"}}
    assert outcome.answer_headers == (("ratelimit-remaining", "9"),)


@pytest.mark.parametrize(
    ("nsid", "body", "answer", "identifier"),
    [
        ("app.bsky.notification.updateSeen", {"seenAt": bluesky.NOW}, b"", None),
        ("com.atproto.identity.updateHandle", {"handle": "neu.bank.example"}, b"", None),
        ("chat.bsky.convo.sendMessage", {"convoId": "3k", "message": {"text": "Hallo"}}, b'{"id":"m1"}', "m1"),
        (
            "com.atproto.repo.deleteRecord",
            {"repo": DID, "collection": "app.bsky.feed.post", "rkey": bluesky.TID},
            b"{}",
            f"at://{DID}/app.bsky.feed.post/{bluesky.TID}",
        ),
    ],
)
async def test_other_methods(nsid: str, body: dict[str, Any], answer: bytes, identifier: str | None) -> None:
    """Some answer with nothing at all."""
    post = post_of(await parse(request(nsid, body, *((("atproto-proxy", CHAT),) if "chat" in nsid else ()))))
    upstream = pds(fault.answer(200, answer))
    async with upstream.running():
        outcome = await publish(upstream, post)

    (seen,) = bluesky.without_logins(upstream)
    assert (outcome.kind, outcome.upstream_id) == (OutcomeKind.PUBLISHED, identifier)
    assert (seen.path, json.loads(seen.body)) == (f"/xrpc/{nsid}", body)
    assert seen.headers.get("atproto-proxy") == (CHAT if "chat" in nsid else None)


async def test_an_edit_is_bound_to_the_record_that_it_changes() -> None:
    """Whatever else is there when it arrives, it replaces what was there when it was sent."""
    post = post_of(await parse(request(PUT, put(value=record(langs=["de"])))))
    uri = f"at://{DID}/app.bsky.feed.post/{TID}"
    found = json.dumps({"uri": uri, "cid": CID, "value": {}}).encode()
    upstream = pds(fault.answer(200, found), fault.answer(200, json.dumps({"uri": uri, "cid": CID}).encode()))
    async with upstream.running():
        outcome = await publish(upstream, post)

    asked, sent = bluesky.without_logins(upstream)
    assert (asked.method, asked.path) == (
        "GET",
        f"/xrpc/com.atproto.repo.getRecord?repo={quote(DID)}&collection=app.bsky.feed.post&rkey={TID}",
    )
    assert json.loads(sent.body)["swapRecord"] == CID
    assert (outcome.kind, outcome.upstream_id) == (OutcomeKind.PUBLISHED, uri)


@pytest.mark.parametrize(
    "behaviour",
    [
        fault.answer(400, b'{"error":"RecordNotFound"}'),
        fault.answer(200, b'{"cid":null}'),
        fault.answer(200, b'{"cid":"x"}'),
        fault.close(),
    ],
)
async def test_an_edit_of_nothing_is_not_sent(behaviour: fault.Behaviour) -> None:
    """It would be a new post, decided as something else."""
    upstream = pds(behaviour)
    async with upstream.running():
        outcome = await publish(upstream, post_of(await parse(request(PUT, put(value=record(langs=["de"]))))))

    assert outcome.kind is OutcomeKind.NOT_SENT
    assert [seen.method for seen in bluesky.without_logins(upstream)] == ["GET"]


@pytest.mark.parametrize(("key", "named"), [(TID, True), ("erika-mustermann", False)])
async def test_a_key_of_somebodys_own_words_gets_into_no_record(key: str, named: bool) -> None:
    """What is recorded of an outcome stays when a text is erased."""
    place = {"repo": DID, "collection": "app.bsky.feed.post", "rkey": key}
    upstream = pds(fault.answer(200, b"{}"))
    async with upstream.running():
        outcome = await publish(upstream, post_of(await parse(request("com.atproto.repo.deleteRecord", place))))

    assert outcome.kind is OutcomeKind.PUBLISHED
    assert outcome.upstream_id == (f"at://{'/'.join(place.values())}" if named else None)
