import pytest

from proxy.core.errors import SealBroken
from proxy.core.model import Part, PartKind
from proxy.storage.media import _parts


def test_texts_become_parts() -> None:
    """Kind, place and text, as the gate packed them; the rest is in tests/contract/test_media_spool.py."""
    assert _parts(b'[["alt_text","description","Team"]]') == (
        Part(kind=PartKind.ALT_TEXT, slot="description", text="Team"),
    )


@pytest.mark.parametrize("texts", [b"", b"{", b"[1]", b'[["nothing","a","b"]]', b'[["alt_text","a"]]'])
def test_other_bytes_are_refused(texts: bytes) -> None:
    """What was not packed by the gate is no text of an image."""
    with pytest.raises(SealBroken):
        _parts(texts)
