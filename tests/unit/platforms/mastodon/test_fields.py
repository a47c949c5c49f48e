"""Field readers of Mastodon's API alone: attached images and the centre of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import UnreadableField
from proxy.core.model import Part, PartKind
from proxy.platforms._wire.fields import Sink
from proxy.platforms.mastodon import fields as own

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Field

SPOOL = "00000000-0000-4000-8000-00000000000a"


def read(reader: Field, value: Tree) -> Sink:
    """Read one value."""
    sink = Sink()
    reader.read(value, "x", sink)
    return sink


def test_media_ids_of_the_spool() -> None:
    """Ids of the gateway's own images are no parts: their texts are."""
    sink = read(own.Media(), [SPOOL])
    assert (sink.media, sink.parts) == ([SPOOL], [])


def test_an_edit_keeps_images_of_the_platform() -> None:
    """They keep their place in the list as parts."""
    sink = read(own.Media(edit=True), ["115", SPOOL])
    assert sink.parts == [Part(kind=PartKind.OTHER, slot="x.0", text="115")]
    assert sink.media == [SPOOL]


def test_nothing_is_kept_of_the_centre() -> None:
    """The default changes nothing."""
    sink = read(own.Centre(), "0.0,-0.0")
    assert (sink.parts, sink.options) == ([], [])


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        *((own.Media(), value) for value in (["115"], [SPOOL, SPOOL], "1", [True], [["1"]], [SPOOL.upper()])),
        *((own.Media(edit=True), value) for value in (["1/2"], [""])),
        *((own.Centre(), value) for value in ("0.5,0", "0", "Max Mustermann", 0)),
    ],
)
def test_refuses(reader: Field, value: Tree) -> None:
    """Other kinds and other shapes."""
    with pytest.raises(UnreadableField):
        read(reader, value)
