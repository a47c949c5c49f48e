"""
What every spool promises: an image comes back to its author and account, and to nobody else.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict, SealBroken
from proxy.core.model import Part, PartKind, PostId
from proxy.gate.lifecycle import State
from proxy.gate.work import StoreMedia, Work
from tests.works import ACCOUNT, AUTHOR, RETENTION, Sample, decided, stored

if TYPE_CHECKING:
    from tests.stores import Ports

IMAGE = b"not really an image"


def _upload(ports: Ports, *, media: str = "m1", author: str = AUTHOR.ref, texts: object = None) -> Work:
    sample = Sample()
    key, store = ports.envelope.new_key(key_id=sample.key, post=sample.post, retention=RETENTION, now=sample.at)
    parts = [["alt_text", "description", "Unser Team"]] if texts is None else texts
    image_nonce, image = ports.envelope.seal(key, place=f"media:{media}:image", plain=IMAGE)
    texts_nonce, sealed = ports.envelope.seal(key, place=f"media:{media}:texts", plain=json.dumps(parts).encode())
    change = StoreMedia(
        id=media,
        account=ACCOUNT,
        author=author,
        mime="image/png",
        size=len(IMAGE),
        key=sample.key,
        image_nonce=image_nonce,
        image=image,
        texts_nonce=texts_nonce,
        texts=sealed,
        decision_record=sample.decision,
        created_at=sample.at,
    )
    return Work(records=(decided(sample),), changes=(store, change), post=PostId(sample.post))


async def test_an_image_comes_back_to_its_author(ports: Ports) -> None:
    """With its bytes, its type and its texts as parts."""
    await ports.audit.commit(_upload(ports))

    kept = await ports.spool.open("m1", author=AUTHOR.ref, account=ACCOUNT)

    assert kept is not None
    assert (kept.id, kept.mime, kept.data) == ("m1", "image/png", IMAGE)
    assert kept.parts == (Part(kind=PartKind.ALT_TEXT, slot="description", text="Unser Team"),)


@pytest.mark.parametrize(
    ("media", "author", "account"),
    [("m2", AUTHOR.ref, ACCOUNT), ("m1", "a_other", ACCOUNT), ("m1", AUTHOR.ref, "mastodon:other")],
)
async def test_nobody_else_sees_it(ports: Ports, media: str, author: str, account: str) -> None:
    """Another id, person or account finds nothing."""
    await ports.audit.commit(_upload(ports))

    assert await ports.spool.open(media, author=author, account=account) is None


async def test_its_texts_can_be_replaced(ports: Ports) -> None:
    """A new upload under the same id replaces it, for its own author only."""
    await ports.audit.commit(_upload(ports))
    await ports.audit.commit(_upload(ports, texts=[["alt_text", "description", "Neu"]]))

    with pytest.raises(Conflict, match="media"):
        await ports.audit.commit(_upload(ports, author="a_other"))
    kept = await ports.spool.open("m1", author=AUTHOR.ref, account=ACCOUNT)

    assert kept is not None
    assert [part.text for part in kept.parts] == ["Neu"]


async def test_swapped_rows_do_not_open(ports: Ports) -> None:
    """An image sealed for one place is refused at another."""
    work = _upload(ports)
    moved = replace(next(change for change in work.changes if isinstance(change, StoreMedia)), id="m9")
    await ports.audit.commit(replace(work, changes=(work.changes[0], moved)))

    with pytest.raises(SealBroken):
        await ports.spool.open("m9", author=AUTHOR.ref, account=ACCOUNT)


async def test_posts_of_the_same_store_do_not_matter(ports: Ports) -> None:
    """A post in the table changes nothing for the spool."""
    sample = Sample()
    work = Work(records=(decided(sample, "hold"),), changes=stored(sample, State.HELD), post=sample.post)
    await ports.audit.commit(work)

    assert await ports.spool.open(sample.post, author=AUTHOR.ref, account=ACCOUNT) is None
