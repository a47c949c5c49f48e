"""The table of a door: what is listed is matched exactly, everything else is denied."""

from __future__ import annotations

import re

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import Endpoint, EndpointClass
from proxy.platforms._wire.table import Row, Table

EDIT = Row(name="thing.edit", method="PUT", path="/things/{id}/parts/{part:word}", cls=EndpointClass.WRITE)
READ = Row(name="thing.show", method="GET", path="/things/own", cls=EndpointClass.READ)
TABLE = Table((READ, EDIT), {"id": re.compile("[0-9]+"), "word": re.compile("[a-z]+")})


def test_matches_with_every_identifier() -> None:
    """Names and shapes of the places in a path."""
    assert TABLE.find("PUT", "/things/7/parts/a").arguments == (("id", "7"), ("part", "a"))
    assert TABLE.find("GET", "/things/own/").name == "thing.show"
    assert EDIT.places == ("id", "part")
    assert EDIT.fill({"id": "7", "part": "a"}) == "/things/7/parts/a"


def test_no_request_reaches_what_only_the_gateway_makes() -> None:
    """It is known by its name alone."""
    table = Table((READ,), {"id": re.compile("[0-9]+"), "word": re.compile("[a-z]+")}, inner=(EDIT,))

    assert table.changing(Endpoint(name="thing.edit", cls=EndpointClass.WRITE)) is EDIT
    with pytest.raises(EndpointDenied):
        table.find("PUT", "/things/7/parts/a")


@pytest.mark.parametrize("path", ["/things/7/parts/7", "/things/a/parts/a", "/things/7", "/things/7/parts/a/b", "/x"])
def test_denies(path: str) -> None:
    """Other shapes, other lengths, other words."""
    with pytest.raises(EndpointDenied):
        TABLE.find("PUT", path)
    with pytest.raises(NotFound):
        TABLE.find("GET", path)


@pytest.mark.parametrize("name", ["thing.show", "unheard.of"])
def test_only_what_changes_something_is_parsed(name: str) -> None:
    """A read, or an endpoint of no row, has no draft."""
    with pytest.raises(EndpointDenied):
        TABLE.changing(Endpoint(name=name, cls=EndpointClass.WRITE))
    assert TABLE.changing(TABLE.find("PUT", "/things/7/parts/a")) is EDIT
