import hashlib

from proxy.audit.chain import genesis, link
from proxy.audit.tlog.hashes import HASH_BYTES, leaf_hash


def test_a_link_follows_from_the_one_before_and_the_leaf() -> None:
    """Exactly the bytes of the format."""
    assert link(b"p" * 32, b"l" * 32) == hashlib.sha256(b"\x02" + b"p" * 32 + b"l" * 32).digest()


def test_kinds_of_hash_are_kept_apart() -> None:
    """Equal bytes as leaf, link and name of a log have different hashes."""
    same = b"x" * 64

    assert len({leaf_hash(same), link(same[:32], same[32:]), genesis(same.decode())}) == 3
    assert len(genesis("a")) == HASH_BYTES
