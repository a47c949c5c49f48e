"""Identifiers of LinkedIn, and images by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import UnreadableField
from proxy.platforms._wire.fields import Sink
from proxy.platforms.linkedin import fields as own

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree

SPOOL = "00000000-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    "urn",
    ["urn:li:share:7", "urn:li:organization:5583111", "urn:li:person:a_-B", "urn:li:comment:(urn:li:activity:7,8)"],
)
def test_urns(urn: str) -> None:
    """As they stand in a body, and encoded in a path."""
    assert own.URN.fullmatch(urn)
    encoded = urn.replace(":", "%3A").replace(",", "%2C").replace("(", "%28").replace(")", "%29")
    assert own.PATH_URN.fullmatch(encoded)
    assert own.IDENTIFIER.fullmatch(urn)


@pytest.mark.parametrize(
    "text", ["", "urn:li:share:", "urn:li:share:7 8", "urn:li:person:Max Muster", "urn:x:a:b", "7/8"]
)
def test_other_texts_are_none(text: str) -> None:
    """No blanks, no other name space."""
    assert not own.URN.fullmatch(text)
    assert not own.PATH_URN.fullmatch(text)


def test_names_of_images() -> None:
    """There and back."""
    assert own.spool_id_of(own.image_urn(SPOOL)) == SPOOL
    assert own.spool_id_of("urn:li:image:C4E22AQ") is None


def test_an_image_in_its_place() -> None:
    """The option says which image stands there; nothing else is an image."""
    sink = Sink()
    own.Image().read(own.image_urn(SPOOL), "content.media.id", sink)
    assert (sink.media, sink.options, sink.parts) == ([SPOOL], [("content.media.id", 0)], [])
    values: list[Tree] = [own.image_urn(SPOOL), "urn:li:image:C4E22AQ", 7, None]
    for value in values:
        with pytest.raises(UnreadableField):
            own.Image().read(value, "x", sink)


@pytest.mark.parametrize("name", ["urn:li:organization:5583111", "urn:li:person:a_-B"])
def test_a_name_is_an_option(name: str) -> None:
    """It carries nothing out, for nothing is sent in a name that the account does not have."""
    sink = Sink()
    own.Name().read(name, "author", sink)
    assert (sink.parts, sink.options) == ([], [("author", name)])


@pytest.mark.parametrize("value", ["Max Muster", "urn:li:share:7", "urn:li:person:Max Muster", "", 7, None, ["urn"]])
def test_nothing_else_is_a_name(value: Tree) -> None:
    """Neither what people are called, nor the name of a post."""
    with pytest.raises(UnreadableField):
        own.Name().read(value, "author", Sink())


def test_an_empty_list() -> None:
    """Which says what its absence says."""
    own.Empty().read([], "x", Sink())
    values: list[Tree] = [["a"], {}, "", None]
    for value in values:
        with pytest.raises(UnreadableField):
            own.Empty().read(value, "x", Sink())
