"""Requests as LinkedIn's official client sends them, and what is refused."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import MalformedRequest, RefusedRequest, UnknownField, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, UploadStep, WireRequest
from proxy.platforms.linkedin.fields import image_urn
from proxy.platforms.linkedin.parsing import read_draft
from proxy.platforms.linkedin.table import TABLE, find
from tests.e2e.house import PIXEL

SPOOL = "00000000-0000-4000-8000-00000000000a"
AUTHOR = "urn:li:organization:5583111"
SHARE = "urn%3Ali%3Ashare%3A7"
VERSION = ("linkedin-version", "202601")
POST: dict[str, object] = {
    "author": AUTHOR,
    "commentary": "Hallo",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
    "lifecycleState": "PUBLISHED",
    "isReshareDisabledByAuthor": False,
}


def parse(
    method: str, path: str, fields: object = None, *headers: tuple[str, str], query: str = "", version: bool = True
) -> Draft:
    """Parse one JSON request at its endpoint."""
    endpoint = find(method, path)
    body = b"" if fields is None else json.dumps(fields).encode()
    sent = (*headers, *([VERSION] if version else []), *([("content-type", "application/json")] if body else []))
    request = WireRequest(method=method, path=path, query=query, headers=sent, body=body)
    return read_draft(TABLE.by_name[endpoint.name], endpoint, request)


def texts(draft: Draft) -> dict[str, str]:
    """Return the parts by slot."""
    return {part.slot: part.text for part in draft.parts}


def test_a_post() -> None:
    """The text is a part; author and version stay with the post."""
    draft = parse("POST", "/rest/posts", POST, ("x-restli-method", "CREATE"), ("x-restli-protocol-version", "2.0.0"))
    assert draft.kind is PostKind.POST
    assert texts(draft) == {"commentary": "Hallo"}
    assert dict(draft.options) == {
        "author": AUTHOR,
        "distribution.feedDistribution": "MAIN_FEED",
        "isReshareDisabledByAuthor": False,
        "lifecycleState": "PUBLISHED",
        "restli.version": "202601",
        "visibility": "PUBLIC",
    }


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            {"article": {"source": "https://bank.example", "title": "a", "description": "b"}},
            {
                "content.article.source": "https://bank.example",
                "content.article.title": "a",
                "content.article.description": "b",
            },
        ),
        (
            {"media": {"id": image_urn(SPOOL), "title": "a", "altText": "b"}},
            {"content.media.title": "a", "content.media.altText": "b"},
        ),
        (
            {"multiImage": {"images": [{"id": image_urn(SPOOL), "altText": "a"}]}},
            {"content.multiImage.images.0.altText": "a"},
        ),
        (
            {"poll": {"question": "a", "options": [{"text": "b"}], "settings": {"duration": "ONE_DAY"}}},
            {"content.poll.question": "a", "content.poll.options.0.text": "b"},
        ),
    ],
)
def test_every_text_of_the_content_is_a_part(content: object, found: dict[str, str]) -> None:
    """Articles, images, polls."""
    draft = parse("POST", "/rest/posts", {**POST, "content": content})
    assert texts(draft) == {"commentary": "Hallo", **found}
    assert draft.media == ((SPOOL,) if "image" in str(content) else ())


def test_an_edit() -> None:
    """A partial update knows what it changes."""
    draft = parse(
        "POST",
        f"/rest/posts/{SHARE}",
        {"patch": {"$set": {"commentary": "neu", "contentLandingPage": "https://bank.example"}}},
        ("x-restli-method", "PARTIAL_UPDATE"),
    )
    assert (draft.kind, draft.edit_of) == (PostKind.EDIT, "urn:li:share:7")
    assert texts(draft) == {
        "patch.$set.commentary": "neu",
        "patch.$set.contentLandingPage": "https://bank.example",
        "path.id": "urn:li:share:7",
    }


def test_comments() -> None:
    """A comment is a reply, its change an edit; the actor of a change stands in the query."""
    path = f"/rest/socialActions/{SHARE}/comments"
    draft = parse("POST", path, {"actor": AUTHOR, "object": "urn:li:activity:7", "message": {"text": "Gern!"}})
    assert (draft.kind, draft.reply_to) == (PostKind.REPLY, "urn:li:share:7")
    assert texts(draft)["message.text"] == "Gern!"
    changed = parse("POST", f"{path}/8", {"patch": {"message": {"$set": {"text": "Neu"}}}}, query=f"actor={AUTHOR}")
    assert (changed.kind, changed.edit_of) == (PostKind.EDIT, "8")
    assert texts(changed) == {
        "patch.message.$set.text": "Neu",
        "path.id": "urn:li:share:7",
        "path.comment": "8",
    }
    assert dict(changed.options)["actor"] == AUTHOR


def test_uploads() -> None:
    """Announced with an owner, then sent as they are to our own address."""
    announced = parse(
        "POST", "/rest/images", {"initializeUploadRequest": {"owner": AUTHOR}}, query="action=initializeUpload"
    )
    assert announced.place.step is UploadStep.OPEN
    endpoint = find("PUT", f"/dms-uploads/{SPOOL}")
    request = WireRequest(method="PUT", path=f"/dms-uploads/{SPOOL}", query="", headers=(), body=PIXEL)
    draft = read_draft(TABLE.by_name["image.put"], endpoint, request)
    assert ([one.mime for one in draft.uploads], draft.place.id) == (["image/png"], SPOOL)
    for odd in (
        WireRequest(method="PUT", path=request.path, query="a=b", headers=(), body=PIXEL),
        WireRequest(method="PUT", path=request.path, query="", headers=(), body=b"Max Mustermann"),
    ):
        with pytest.raises(RefusedRequest):
            read_draft(TABLE.by_name["image.put"], endpoint, odd)


def test_an_image_needs_an_author() -> None:
    """It is uploaded in the author's name; without one nothing could be sent, and the client would try for ever."""
    nameless = {key: value for key, value in POST.items() if key != "author"}
    with pytest.raises(UnreadableField) as caught:
        parse("POST", "/rest/posts", {**nameless, "content": {"media": {"id": image_urn(SPOOL)}}})
    assert "author" in caught.value.diagnostics().expected


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"unheard": "x"}, UnknownField),
        ({"elements": [POST]}, UnknownField),
        ({"lifecycleState": "DRAFT"}, UnreadableField),
        ({"author": "Max Mustermann"}, UnreadableField),
        ({"commentary": ["x"]}, UnreadableField),
        ({"commentary": ""}, UnreadableField),
        ({"content": {"media": {"id": "urn:li:image:C4E22AQ"}}}, UnreadableField),
        ({"content": {"media": {"id": "urn:li:video:7"}}}, UnreadableField),
        ({"distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [{"a": "b"}]}}, UnreadableField),
    ],
)
def test_refuses_posts(changes: dict[str, object], error: type[RefusedRequest]) -> None:
    """Unknown fields, drafts, foreign images, targets."""
    with pytest.raises(error):
        parse("POST", "/rest/posts", {**POST, **changes})


@pytest.mark.parametrize(
    "headers",
    [
        (("x-restli-method", "BATCH_CREATE"),),
        (("x-restli-method", "PARTIAL_UPDATE"),),
        (("x-restli-method", "CREATE"), ("x-restli-method", "CREATE")),
        (("linkedin-version", "Mustermann"),),
        (("x-restli-protocol-version", "1.0.0"),),
        (("x-http-method-override", "PUT"),),
    ],
)
def test_refuses_headers(headers: tuple[tuple[str, str], ...]) -> None:
    """Another Rest.li method is another request; nothing else of a header goes on."""
    with pytest.raises(MalformedRequest):
        parse("POST", "/rest/posts", POST, *headers)


def test_a_version_is_needed() -> None:
    """Which one, the client knows and nobody guesses."""
    with pytest.raises(MalformedRequest):
        parse("POST", "/rest/posts", POST, version=False)


def test_a_reshare_needs_no_text() -> None:
    """What it shares is named."""
    draft = parse("POST", "/rest/posts", {**POST, "commentary": "", "reshareContext": {"parent": "urn:li:share:7"}})
    assert PartKind.OTHER in {part.kind for part in draft.parts}
