"""Field readers of Meta's Graph API alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import EndpointDenied, RefusedRequest, UnreadableField
from proxy.core.model import Part, PartKind
from proxy.platforms._wire.fields import Sink, Text
from proxy.platforms.meta import fields as own

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Field

PICTURE = own.PictureAddress(frozenset({"images.bank.example"}))
NESTED = own.Nested({"text": Text(PartKind.BODY)})


def read(reader: Field, value: Tree) -> Sink:
    """Read one value."""
    sink = Sink()
    reader.read(value, "x", sink)
    return sink


def test_credentials_are_dropped() -> None:
    """Neither a part nor an option."""
    sink = read(own.Credential(), "pgt_secret")
    assert (sink.parts, sink.options) == ([], [])
    with pytest.raises(UnreadableField):
        read(own.Credential(), ["a"])


def test_objects_in_forms() -> None:
    """JSON text in a form is the object it says."""
    assert read(NESTED, '{"text":"Hallo"}').parts == read(NESTED, {"text": "Hallo"}).parts
    for value in ("Hallo", "[]", '{"text":1}', '{"a":1}', '{"text":"a","text":"b"}'):
        with pytest.raises(RefusedRequest):
            read(NESTED, value)


def test_pictures_on_listed_hosts() -> None:
    """The address is a part: it leaves the house."""
    address = "https://images.bank.example/a.jpg?x=1"
    assert read(PICTURE, address).parts == [Part(kind=PartKind.LINK, slot="x", text=address)]


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("https://elsewhere.example/a.jpg", EndpointDenied),
        ("https://images.bank.example.evil.example/a.jpg", EndpointDenied),
        ("https:///a.jpg", EndpointDenied),
        ("http://images.bank.example/a.jpg", UnreadableField),
        ("https://a:b@images.bank.example/a.jpg", UnreadableField),
        ("https://images.bank.example:8443/a.jpg", UnreadableField),
        ("https://images.bank.example:x/a.jpg", UnreadableField),
        ("https://images.bank.example/ä.jpg", UnreadableField),
        (1, UnreadableField),
    ],
)
def test_other_pictures_are_refused(address: Tree, error: type[RefusedRequest]) -> None:
    """Other hosts, ports, schemes, passwords."""
    with pytest.raises(error):
        read(PICTURE, address)
