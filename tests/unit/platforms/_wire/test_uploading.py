"""An upload over the API is read as strictly as one at a door."""

from __future__ import annotations

import pytest

from proxy.core import errors
from proxy.core.model import PartKind, PostKind
from proxy.platforms._wire.building import multipart_of
from proxy.platforms._wire.uploading import read_upload
from tests.fakes.composing import GIF

PICTURE = ("file", "bild.gif", "image/gif", GIF)


async def test_an_image_comes_with_its_texts() -> None:
    """Its description and its local name are parts; an empty description is none."""
    body, kind = multipart_of([("alt", "Die Filiale")], PICTURE)
    draft = await read_upload(kind, body)
    empty, same = multipart_of([("alt", "")], PICTURE)
    bare = await read_upload(same, empty)

    assert (draft.operation, draft.kind) == ("media.upload", PostKind.MEDIA)
    assert [(part.kind, part.text) for part in draft.parts] == [
        (PartKind.FILE_NAME, "bild.gif"),
        (PartKind.ALT_TEXT, "Die Filiale"),
    ]
    assert [(upload.mime, upload.data) for upload in draft.uploads] == [("image/gif", GIF)]
    assert [part.kind for part in bare.parts] == [PartKind.FILE_NAME]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (multipart_of([("alt", "x")]), errors.UnreadableField),
        (multipart_of([("file", "x")]), errors.UnreadableField),
        (multipart_of([("titel", "x")], PICTURE), errors.UnknownField),
        (multipart_of([], PICTURE, PICTURE), errors.MalformedRequest),
        (multipart_of([], ("file", "x.gif", "image/gif", b"kein Bild")), errors.UnreadableField),
        ((GIF, "image/gif"), errors.UnsupportedEncoding),
        ((b"", "multipart/form-data; boundary=x"), errors.UnreadableField),
    ],
)
async def test_anything_else_is_refused(body: tuple[bytes, str], error: type[errors.RefusedRequest]) -> None:
    """No image, two of them, another field, another file, another type."""
    with pytest.raises(error):
        await read_upload(body[1], body[0])
