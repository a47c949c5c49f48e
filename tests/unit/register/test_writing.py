"""The file of a register as the builder writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import Shared, Table, read_header, signed_bytes
from proxy.register.writing import public_key, put_in_place
from tests.registers import (
    PUBLIC_KEY,
    SEED,
    digest_of,
    register_bytes,
    write_customers,
    write_restricted,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _body(data: bytes) -> bytes:
    return data[4_096:]


@given(st.dictionaries(st.text(max_size=5), st.sampled_from(Shared), max_size=40))
def test_the_body_is_what_the_format_says(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Shared]) -> None:
    """Byte by byte what a second writer makes of the same values, and each is found."""
    path = tmp_path_factory.mktemp("register") / "register"
    write_customers(path, [(Kind.WORD, value, shared) for value, shared in values.items()])
    data = path.read_bytes()

    digests = {digest_of(Kind.WORD, value): shared for value, shared in values.items()}
    looked = Table(memoryview(data))

    assert _body(data) == _body(register_bytes(digests))
    assert {digest: looked.find(digest) for digest in digests} == digests


def test_a_restricted_list_has_its_windows_behind_the_keys(tmp_path: Path) -> None:
    """In the order of the keys."""
    write_restricted(tmp_path / "list", [("krume", (5, 6)), ("nordlicht", (1, 2)), ("nordlicht", (3, 4))])
    digest = digest_of(Kind.RESTRICTED, "nordlicht")

    expected = register_bytes([(digest, (1, 2)), (digest, (3, 4)), (digest_of(Kind.RESTRICTED, "krume"), (5, 6))])
    assert _body((tmp_path / "list").read_bytes()) == _body(expected)


def test_the_header_is_signed(tmp_path: Path) -> None:
    """With Ed25519, over its bytes and what they are (RFC 8032)."""
    header = write_customers(tmp_path / "register")

    found, raw, signature = read_header(memoryview((tmp_path / "register").read_bytes()))

    Ed25519PublicKey.from_public_bytes(PUBLIC_KEY).verify(signature, signed_bytes(raw))
    assert found == header
    assert public_key(SEED) == PUBLIC_KEY


def test_others_cannot_read_the_file(tmp_path: Path) -> None:
    """With the key it would tell who is a customer."""
    write_customers(tmp_path / "register")

    assert (tmp_path / "register").stat().st_mode & 0o007 == 0


def test_a_finished_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """Whoever has the old one open goes on reading it."""
    (tmp_path / "register").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")

    with (tmp_path / "register").open("rb") as reading:
        put_in_place(tmp_path / "new", tmp_path / "register")
        assert reading.read() == b"old"
    assert (tmp_path / "register").read_bytes() == b"new"
    assert not (tmp_path / "new").exists()
