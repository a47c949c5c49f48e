"""That the tables of consents are among all others."""

from proxy.storage import consent_tables, tables


def test_consents_are_among_the_tables() -> None:
    """Whoever takes the metadata from here has all of them."""
    assert consent_tables.metadata is tables.metadata
    named = {"consents", "consent_names", "consent_approvals", "consent_revocations"}
    assert named <= set(consent_tables.metadata.tables)


def test_no_name_has_a_column() -> None:
    """Names are keyed fingerprints, in a table that has nothing else."""
    assert [column.name for column in consent_tables.consent_names.columns] == ["consent_id", "name"]
