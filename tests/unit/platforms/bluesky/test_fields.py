"""What fields of the AT Protocol may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import EndpointDenied, RefusedRequest, UnknownField, UnreadableField
from proxy.core.model import PartKind
from proxy.platforms._wire.fields import Number, Sink
from proxy.platforms.bluesky import fields as f
from tests.fakes.bluesky import BLOB, CID, DID, NOW, TID, URI, blob

if TYPE_CHECKING:
    from proxy.platforms._wire.fields import Field


def read(reader: Field, value: Any) -> Sink:
    """Read one value at the slot `x`."""
    sink = Sink()
    reader.read(value, "x", sink)
    return sink


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (f.ACCOUNT, DID),
        (f.ACTOR, DID),
        (f.RECORD_URI, URI),
        (f.RECORD_URI, f"at://{DID}/app.bsky.actor.profile/self"),
        (f.RECORD_KEY, TID),
        (f.RECORD_KEY, "self"),
        (f.DIGEST, CID),
        (f.DIGEST, BLOB),
        (f.MOMENT, NOW),
        (f.MOMENT, "2026-11-23T09:00:00+01:00"),
        (f.LANGUAGE_TAG, "de"),
        (f.LANGUAGE_TAG, "zh-Hant-TW"),
        (f.LANGUAGE_TAG, "es-419"),
    ],
)
def test_what_machines_compute_is_kept_apart_from_language(reader: Field, value: str) -> None:
    """It leaves no room for a text, so it is an option."""
    sink = read(reader, value)
    assert (sink.options, sink.parts) == ([("x", value)], [])


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (f.ACCOUNT, "did:web:erika.mustermann.example"),
        (f.ACTOR, "erika.mustermann.example"),
        (f.RECORD_KEY, "DE02120300000000202051"),
        (f.RECORD_KEY, "erika-mustermann"),
        (f.RECORD_URI, f"at://{DID}/app.bsky.feed.post/DE02120300000000202051"),
        (f.RECORD_URI, f"at://erika.mustermann.example/app.bsky.feed.post/{TID}"),
        (f.RECORD_URI, f"at://{DID}/app.bsky.feed.post/{TID}x"),
        (f.RECORD_URI, f"at://{DID}/Erika.Mustermann.DE02120300000000202051.x/self"),
        (f.RECORD_URI, f"at://{DID}/app.bsky.feed.erikamustermann/{TID}"),
        (f.RECORD_KEY, "geheimprojekt"),
    ],
)
def test_what_a_person_can_write_is_scanned(reader: Field, value: str) -> None:
    """An identifier of the client's choice is a part like a text."""
    sink = read(reader, value)
    assert [(part.kind, part.slot, part.text) for part in sink.parts] == [(PartKind.OTHER, "x", value)]
    assert sink.options == []


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (f.ACCOUNT, "erika"),
        (f.ACCOUNT, f"{DID}\n"),
        (f.RECORD_KEY, "."),
        (f.RECORD_KEY, ".."),
        (f.RECORD_KEY, "a b"),
        (f.RECORD_KEY, "a/b"),
        (f.RECORD_KEY, ""),
        (f.RECORD_KEY, 12),
        (f.RECORD_URI, "https://bank.example"),
        (f.RECORD_URI, f"at://{DID}/app.bsky.feed.post"),
        (f.DIGEST, "bafy"),
        (f.DIGEST, CID.upper()),
        (f.MOMENT, "gestern"),
        (f.MOMENT, "2026-11-23T09:00:00.1234567890123456Z"),
        (f.MOMENT, "1985-11-23"),
        (f.LANGUAGE_TAG, "deutsch"),
        (f.Truth(), "true"),
        (f.Truth(), 1),
        (f.Whole(Number(0, 9)), "1"),
        (f.Whole(Number(0, 9)), True),
        (f.Whole(Number(0, 9)), 10),
        (f.Whole(Number(0, 9)), 1.0),
        (f.listed(f.DIGEST, 2), CID),
        (f.listed(f.DIGEST, 2), {"0": CID}),
        (f.listed(f.DIGEST, 2), [CID, CID, CID]),
        (f.Typed({}, "a"), []),
        (f.OneOf({"a": {}}), "a"),
        (f.Blob(), "bafk"),
        (f.Blob(), {"cid": BLOB, "mimeType": "image/png"}),
        (f.Blob(), {**blob(), "mimeType": "video/mp4"}),
        (f.Blob(), {**blob(), "size": "9"}),
        (f.Blob(), {**blob(), "ref": BLOB}),
        (f.Blob(), {**blob(), "ref": {"$link": CID}}),
        (f.Blob(), {name: value for name, value in blob().items() if name != "size"}),
        (f.Picture(), {"alt": "Hund"}),
        (f.Picture(), {"alt": ["Hund"], "image": blob()}),
        (f.Picture(), {"alt": "Hund", "image": blob(), "file": "hund.png"}),
    ],
)
def test_everything_else_is_refused(reader: Field, value: Any) -> None:
    """Nothing is guessed, and the error repeats nothing."""
    with pytest.raises(RefusedRequest) as caught:
        read(reader, value)
    assert "erika" not in str(caught.value)


def test_an_empty_list_is_not_none() -> None:
    """A thread gate that allows nobody is another one than none."""
    assert read(f.listed(f.DIGEST, 2), []).options == [("x", None)]
    assert read(f.listed(f.DIGEST, 2), [CID, BLOB]).options == [("x.0", CID), ("x.1", BLOB)]


def test_an_object_may_say_what_it_is() -> None:
    """And nothing else than that."""
    reader = f.Typed({"cid": f.DIGEST}, "app.thing")
    assert read(reader, {"cid": CID}).options == [("x.cid", CID)]
    assert read(reader, {"$type": "app.thing", "cid": CID}).options == [("x.$type", "app.thing"), ("x.cid", CID)]
    with pytest.raises(EndpointDenied):
        read(reader, {"$type": "app.other", "cid": CID})
    with pytest.raises(UnknownField):
        read(reader, {"cid": CID, "note": "Erika Mustermann"})


@pytest.mark.parametrize("value", [{}, {"$type": "app.other"}, {"$type": None}, {"$type": ["app.thing"]}])
def test_one_of_several_kinds_has_to_say_which(value: dict[str, Any]) -> None:
    """A kind that is not listed is refused by name of the listed ones."""
    with pytest.raises(EndpointDenied) as caught:
        read(f.OneOf({"app.thing": {}}), value)
    assert "app.thing" in str(caught.value)
    assert "app.other" not in str(caught.value)


def test_a_description_stands_under_the_number_of_its_image() -> None:
    """Policies ask by it whether an image has one."""
    sink = read(
        f.listed(f.Picture(), 4), [{"alt": "Hund", "image": blob()}, {"alt": "", "image": blob("bafkrei" + "b" * 52)}]
    )

    assert sink.media == [BLOB, "bafkrei" + "b" * 52]
    assert [(part.kind, part.slot, part.text) for part in sink.parts] == [
        (PartKind.ALT_TEXT, "media.0.x.0.alt", "Hund"),
        (PartKind.ALT_TEXT, "media.1.x.1.alt", ""),
    ]


def test_an_image_comes_once() -> None:
    """Two descriptions of one image could hide that one is missing."""
    with pytest.raises(UnreadableField):
        read(f.listed(f.Picture(), 4), [{"alt": "Hund", "image": blob()}, {"alt": "", "image": blob()}])
