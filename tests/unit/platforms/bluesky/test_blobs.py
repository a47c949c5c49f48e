"""Names of blobs."""

from __future__ import annotations

import hashlib

from proxy.platforms.bluesky.blobs import blob_object, cid_of
from proxy.platforms.bluesky.fields import BLOB_CID


def test_a_name_is_the_digest_in_the_form_of_the_platform() -> None:
    """CIDv1, raw, SHA-256: the example of an empty file is published in the documentation of IPFS."""
    assert cid_of(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert BLOB_CID.fullmatch(cid_of(hashlib.sha256(b"x").digest()))


def test_what_a_record_says_of_an_image() -> None:
    """Name, type and size, and that it is one."""
    assert blob_object("bafk", "image/png", 9) == {
        "$type": "blob",
        "ref": {"$link": "bafk"},
        "mimeType": "image/png",
        "size": 9,
    }
