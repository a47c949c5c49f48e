"""Collections and their fields."""

from __future__ import annotations

import pytest

from proxy.core.model import PartKind, PostKind
from proxy.platforms._wire.fields import Sink, Text
from proxy.platforms.bluesky.fields import LINK, OneOf
from proxy.platforms.bluesky.records import KINDS, RECORDS
from tests.fakes import bluesky


def test_every_collection_has_an_example() -> None:
    """The examples that other tests change cover the table."""
    assert bluesky.RECORDS.keys() == RECORDS.keys()


@pytest.mark.parametrize("collection", list(RECORDS))
def test_every_text_of_a_record_is_a_part(collection: str) -> None:
    """Whatever a person reads of it is scanned under a kind of its own."""
    sink = Sink()
    OneOf(RECORDS).read(bluesky.record(collection), "record", sink)
    texts = {name for name, reader in RECORDS[collection].items() if isinstance(reader, Text)}

    assert {f"record.{name}" for name in texts} <= {part.slot for part in sink.parts}
    assert all(part.kind is not PartKind.OTHER for part in sink.parts)


def test_what_people_write_is_no_act() -> None:
    """Collections with free text count as posts, profiles or messages."""
    written = {name for name, fields in RECORDS.items() if any(isinstance(reader, Text) for reader in fields.values())}

    assert set(KINDS) == written
    assert KINDS["app.bsky.feed.post"] is PostKind.POST
    assert isinstance(LINK, Text)
