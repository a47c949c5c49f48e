"""
Installations for the crash tests: prepared once, copied for each test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    """Prepare an installation without language models, to be copied."""
    gateway = Gateway(tmp_path_factory.mktemp("prepared"), Setup(upstream="http://127.0.0.1:9", own_policies=True))
    gateway.prepare()
    return gateway


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """Run the platform that keeps a diary."""
    with Recorder(tmp_path) as running:
        yield running


@pytest.fixture
def gateway(tmp_path: Path, prepared: Gateway, recorder: Recorder) -> Iterator[Gateway]:
    """Return a prepared gateway on SQLite, not running."""
    directory = tmp_path / "gateway"
    directory.mkdir()
    with prepared.copy(directory, upstream=recorder.address) as copy:
        yield copy


@pytest.fixture
def gateway_on_postgres(tmp_path: Path, postgres_database: str, recorder: Recorder) -> Iterator[Gateway]:
    """Return a prepared gateway on PostgreSQL, not running."""
    directory = tmp_path / "gateway"
    directory.mkdir()
    setup = Setup(upstream=recorder.address, database=postgres_database, own_policies=True)
    with Gateway(directory, setup) as gateway:
        gateway.prepare()
        yield gateway
