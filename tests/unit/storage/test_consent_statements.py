from __future__ import annotations

from typing import get_args

import pytest

from proxy.gate.consent_changes import ConsentChange
from proxy.storage.consent_statements import CONSENT_ROWS
from proxy.storage.statements import statements


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_change_becomes_rows_of_a_statement(dialect: str) -> None:
    """A consent is there before its names and its approval."""
    known = statements(dialect)
    order = {name: known[name].order for rows in CONSENT_ROWS.values() for name, _ in rows}

    assert set(CONSENT_ROWS) == set(get_args(ConsentChange))
    assert order["add_consent"] < order["name_consent"] < order["approve_consent"] < order["revoke_consent"]
