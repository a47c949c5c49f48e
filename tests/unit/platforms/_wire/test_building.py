"""From a post back to the wire, for every platform."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import Part, PartKind
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import building
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.multipart import FilePart, read_multipart
from proxy.platforms._wire.table import Row, Table
from tests.factories import make_part, make_post

ROW = Row(
    name="thing.edit",
    method="PUT",
    path="/things/{id}",
    cls=EndpointClass.WRITE,
    fields={"text": f.Text(PartKind.BODY), "list": f.Many(f.Text(PartKind.OTHER), 5), "flag": f.Flag()},
)
TABLE = Table((ROW,), {"id": re.compile("[0-9]+")})
DIGITS = re.compile("[0-9]+")
ID = make_part("7", PartKind.OTHER, "path.id")


def test_parts_and_options_become_a_body() -> None:
    """Lists are lists, flags are flags; texts of images and file names stay out."""
    parts = (
        make_part("Hallo", slot="text"),
        make_part("b", PartKind.COMMENT, "list.1"),
        make_part("a", PartKind.COMMENT, "list.0"),
        make_part("IMG.png", PartKind.FILE_NAME, "file_name.0"),
        make_part("Hund", PartKind.ALT_TEXT, "media.0.alt"),
        ID,
    )
    post = make_post(operation="thing.edit", parts=parts)
    row = building.row_of(TABLE, post, DIGITS)
    leaves = building.leaves_of(row, post)
    assert building.path_of(row, post) == "/things/7"
    assert building.path_id(post) == "7"
    assert building.json_of(building.tree_of(leaves)) == b'{"text":"Hallo","list":["a","b"]}'
    assert building.alt_text(post, 0) == "Hund"
    assert building.alt_text(post, 1) is None
    assert building.leaves_of(row, post, apart={"list.0", "list.1"}) == [("text", "Hallo")]
    form = building.form_of([*leaves, ("flag", True)])
    assert parse_qsl(form.decode()) == [("text", "Hallo"), ("list[1]", "b"), ("list[0]", "a"), ("flag", "true")]


@pytest.mark.parametrize(
    "parts",
    [
        (make_part("Hallo", slot="text"),),
        (ID, make_part("x", PartKind.OTHER, "path.id")),
        (ID, make_part("Hallo", slot="unlisted")),
        (ID, make_part("a", slot="text"), make_part("b", slot="text.0")),
    ],
)
def test_what_does_not_fit_is_not_sent(parts: tuple[Part, ...]) -> None:
    """No identifier, an odd one, a foreign field, two values in one place."""
    post = make_post(operation="thing.edit", parts=parts)
    with pytest.raises(NotReleased):
        building.tree_of(
            [*building.leaves_of(building.row_of(TABLE, post, DIGITS), post), (building.path_of(ROW, post), "")]
        )


def test_another_operation_is_not_sent() -> None:
    """A post of no row cannot be built."""
    with pytest.raises(NotReleased):
        building.row_of(TABLE, make_post(operation="unheard.of"), DIGITS)


def test_multipart_reads_back_even_around_its_own_boundary() -> None:
    """The boundary occurs in no text and no file."""
    data = b"x\r\n--postgate-0--\r\n"
    body, content_type = building.multipart_of([("text", "postgate-1 ü")], ("file", "image.png", "image/png", data))
    boundary = content_type.partition("boundary=")[2]
    assert read_multipart(body, boundary) == [
        ("file", FilePart(names=("image.png",), data=data)),
        ("text", "postgate-1 ü"),
    ]
