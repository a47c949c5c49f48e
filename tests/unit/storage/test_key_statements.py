"""The statements of an exchange of the wrapping key; what they do is tested with the changes that they carry out."""

from __future__ import annotations

from proxy.storage.key_statements import key_statements
from proxy.storage.wrapping_keys import WRAPPED


def test_every_kind_of_wrapped_key_can_be_wrapped_anew() -> None:
    """And keys are retired after what they wrapped was wrapped anew, in the same unit of work as well."""
    names = [name for name, _, _ in key_statements()]
    tables = [sql.table for name, sql, _ in key_statements() if name.startswith("rewrap_")]

    assert tables == [column.table for column in WRAPPED.values()]
    assert names[-2:] == ["leave_wrapping_key", "retire_wrapping_key"]
