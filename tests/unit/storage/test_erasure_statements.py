"""The statements that destroy; what they do is tested with the changes that they carry out."""

from __future__ import annotations

from proxy.storage.erasure_statements import erasure_statements
from proxy.storage.statements import statements


def test_a_key_goes_before_what_it_opened() -> None:
    """The guards of the database ask whether a key lives before its contents may go; nothing comes after them."""
    names = [name for name, _, _ in erasure_statements()]

    assert names.index("destroy_key") < names.index("forget_contents")
    assert list(statements("sqlite"))[-len(names) :] == names
