"""
What belongs to a post, and what must stay because of another one.

To a post belong the posts that it replaced or that replaced it, all its edits whatever became of them, and each image
it shows with every text that was decided for that image. Which images a post shows is named in its sealed content only.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.orders import rows
from proxy.core.errors import SealBroken
from proxy.gate.examine import API_ACCOUNT
from proxy.gate.lifecycle import WAITING
from proxy.storage.tables import media, posts
from proxy.storage.waiting_tables import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from proxy.audit.orders.model import Order
    from proxy.audit.orders.rows import KeptKey
    from proxy.gate.ports import Envelope

_CHUNK = 500


def whole(connection: Connection, named: Iterable[str], envelope: Envelope) -> set[str]:
    """Return posts with everything that belongs to them."""
    found = rows.originals(connection, named, envelope.digest)
    images = shown(connection, rows.keys_of_posts(connection, found), envelope)
    images |= rows.images_of(connection, found)
    return found | rows.uploads_of(connection, images)


def shown(connection: Connection, keys: Sequence[KeptKey], envelope: Envelope) -> set[str]:
    """Return the images that posts show."""
    by_id = {key.id: key for key in keys}
    images: set[str] = set()
    for content in rows.contents_of(connection, (key.record for key in keys)):
        key = by_id[content.key]
        try:
            opened = envelope.unwrap(key_id=key.id, wrapped=key.wrapped, kek_id=key.kek_id)
            plain = envelope.open_content(
                opened, record=content.record, nonce=content.nonce, ciphertext=content.ciphertext
            )
        except SealBroken:
            continue  # nobody can read which images it shows, and it is to be erased or held all the same
        images |= set(json.loads(plain).get("media", ()))
    return images


def held(connection: Connection, keys: Sequence[KeptKey], among: Sequence[Order], envelope: Envelope) -> set[str]:
    """
    Return those of the posts of these keys that a hold covers.

    A hold of posts covers what belongs to them now: an edit, or another text of an image, may be younger than the hold.
    """
    grown = [
        replace(hold, target=replace(hold.target, posts=tuple(whole(connection, hold.target.posts, envelope))))
        for hold in among
    ]
    return {key.post for key in keys if rows.is_held(connection, key.post, grown)}


def needed(connection: Connection, keys: Sequence[KeptKey], envelope: Envelope) -> set[str]:
    """Return those of the posts of these keys whose images a post that is not decided yet, or on its way, shows."""
    by_image = {
        row.id: row
        for start in range(0, len(keys), _CHUNK)
        for row in connection.execute(
            sa.select(media.c.id, media.c.key_id, media.c.author, media.c.account).where(
                media.c.key_id.in_([key.id for key in keys[start : start + _CHUNK]])
            )
        )
    }
    waiting: set[str] = set()
    for author, account in {(row.author, row.account) for row in by_image.values()}:
        waiting |= _undecided(connection, author, account)
    wanted = shown(connection, rows.keys_of_posts(connection, waiting), envelope)
    in_use = {row.key_id for image, row in by_image.items() if image in wanted}
    return {key.post for key in keys if key.id in in_use}


def _undecided(connection: Connection, author: str, account: str) -> set[str]:
    """Return the posts of an author for an account that still need their images."""
    anywhere = account == API_ACCOUNT  # such an image may be shown by posts of every account
    theirs = sa.and_(posts.c.author == author, sa.true() if anywhere else posts.c.account == account)
    on_their_way = sa.select(posts.c.id).where(sa.text("posts.state IN ('intent', 'unknown')"), theirs)
    # A post that is absent has no place in the outbox, and a person may have it sent again.
    absent = sa.select(posts.c.id).where(sa.text("posts.state = 'absent'"), theirs)
    waits = (
        sa.select(posts.c.id)
        .join(outbox, outbox.c.post_id == posts.c.id)
        .where(posts.c.state.in_(sorted(WAITING)), theirs)
    )
    return {post for query in (on_their_way, absent, waits) for post in connection.execute(query).scalars()}
