import pytest

from proxy.storage.order_tables import metadata


@pytest.mark.req("TRAP-03")
def test_nothing_cascades() -> None:
    """A row near the log goes by a statement that names it, or not at all."""
    actions = [
        (key.ondelete, key.onupdate) for table in metadata.tables.values() for key in table.foreign_key_constraints
    ]

    assert set(actions) == {(None, None)}


def test_tables_of_sqlite_are_strict() -> None:
    """A column holds what it says."""
    assert all(table.dialect_options["sqlite"]["strict"] for table in metadata.tables.values())


def test_no_text_of_a_post_has_a_column() -> None:
    """What people wrote is in bytes that were sealed before they came here."""
    names = {column.name for table in metadata.tables.values() for column in table.columns}

    assert not names & {"text", "body", "content", "parts", "matched"}
