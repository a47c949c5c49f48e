"""Images over the API: decided once for their own texts, kept for every account of their author."""

from __future__ import annotations

import pytest

from proxy.core.model import Part, PartKind, PostKind
from proxy.gate.api_ports import Attached
from proxy.gate.examine import API_ACCOUNT
from proxy.gate.native import Entry
from proxy.gate.results import Opened
from proxy.gate.uploads import _ENDPOINT, _Rows
from proxy.gate.wire import Draft, Upload
from tests.fakes.composing import GIF
from tests.fakes.native_house import BOARD, PRESS, NativeHouse, anna


def draft(alt: str = "Unsere Filiale", *, data: bytes = GIF) -> Draft:
    """Return an upload."""
    return Draft(
        operation="media.upload",
        kind=PostKind.MEDIA,
        parts=(Part(kind=PartKind.ALT_TEXT, slot="alt", text=alt),),
        uploads=(Upload(slot="file", mime="image/gif", data=data, removed=("exif",)),),
    )


async def test_an_image_is_kept_for_every_account_of_its_author() -> None:
    """One decision for the image, one for each post that shows it, with its texts."""
    house = NativeHouse()
    row = await house.uploads.take(draft(), by=anna())
    assert row.id is not None
    image = (Attached(id=row.id),)
    rows = await house.order(
        Entry(account=PRESS, texts=("Moin",), media=image), Entry(account=BOARD, texts=("Servus",), media=image)
    )

    assert (row.status, row.verdict, row.mime, row.size, row.removed) == (
        "kept", "allow", "image/gif", len(GIF), ("exif",),
    )  # fmt: skip
    assert [one.status for one in rows] == ["published", "published"]
    first = house.log.records[0]
    assert (first.code, first.subject.account, first.data["platform"]) == ("PG-101", API_ACCOUNT, API_ACCOUNT)
    assert [[item.data for item in media] for _, media in house.publisher.published] == [[GIF]]
    assert [part.text for part in house.second.published[0][0].post.parts] == ["Servus", "Unsere Filiale"]


async def test_the_same_image_is_kept_once() -> None:
    """So that a post that is sent again with the same key is the same post; another text makes another one."""
    house = NativeHouse()
    first, again, other = [await house.uploads.take(one, by=anna()) for one in (draft(), draft(), draft("Markt"))]

    assert first.id == again.id != other.id
    assert len(house.log.tables.media) == 2


async def test_what_is_blocked_is_not_kept() -> None:
    """With the words of the rules, and no text of the image."""
    house = NativeHouse()
    row = await house.uploads.take(draft("IBAN Zwielicht"), by=anna())

    assert (row.id, row.status, row.verdict, row.rules) == (None, "blocked", "block", ("sample/iban",))
    assert [words.en for words in row.messages] == ["rule iban"]
    assert "Zwielicht" not in repr(row)
    assert house.log.tables.media == {}


@pytest.mark.parametrize(("alt", "verdict", "status"), [("Mensch", "hold", "held"), ("Kunde", "redact", "published")])
async def test_what_a_person_or_a_label_settles_is_settled_with_its_post(alt: str, verdict: str, status: str) -> None:
    """The image is kept, and its author is told."""
    house = NativeHouse()
    row = await house.uploads.take(draft(alt), by=anna())
    assert row.id is not None
    (posted,) = await house.order(Entry(account=PRESS, texts=("Moin",), media=(Attached(id=row.id),)))

    assert (row.status, row.verdict, bool(row.messages)) == ("kept", verdict, True)
    assert (posted.verdict, posted.status) == (verdict, status)
    assert all(alt not in part.text for released, _ in house.publisher.published for part in released.post.parts)


def test_only_uploads_have_rows() -> None:
    """Anything else is a defect."""
    with pytest.raises(TypeError):
        _Rows(draft()).answer(_ENDPOINT, Opened(media_id="m"))
