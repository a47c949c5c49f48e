"""
Databases for the tests of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stores import migrated, url_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind that is up to date."""
    return migrated(url_for(request.param, request, tmp_path))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of a SQLite database that is up to date."""
    return migrated(f"sqlite:///{tmp_path}/log.db")
