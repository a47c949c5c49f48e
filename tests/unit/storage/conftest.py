"""
Databases for the tests of what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.storage.engines import create_engine
from tests.stores import migrated, url_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of each kind."""
    return url_for(request.param, request, tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Return an engine on a database that is up to date."""
    made = create_engine(migrated(url))
    yield made
    made.dispose()
