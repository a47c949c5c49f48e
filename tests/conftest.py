"""
What holds for every test: loopback only, a clean environment, no blocking call of ours inside an event loop.

pytest-socket (in pyproject.toml) refuses every address but loopback and unix sockets. pytest-randomly prints its seed
in the first lines of the report; `--randomly-seed=N` repeats an order. Real servers are fixtures here and
never skipped: one that does not start fails the tests that asked for it.

`make test` runs several processes at once, because many tests wait for servers (pytest-xdist). Tests that share a
server for their whole session stay in one process; those that start processes of their own come first, for a long one
must not be the last.
"""

from __future__ import annotations

import os
import random
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from blockbuster import BlockBuster

from tests.e2e.servers.pds import PdsServer
from tests.e2e.servers.postgres import PostgresServer
from tests.e2e.servers.snac import SnacServer

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITING = ("crash", "e2e")
SHARED = frozenset({"house", "bluesky_house"})
"""Fixtures that run the product once for many tests."""
REPOSITORY = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile(
    "postgate",
    deadline=None,
    print_blob=True,
    database=hypothesis.database.DirectoryBasedExampleDatabase(REPOSITORY / ".cache" / "hypothesis"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("postgate")


def pytest_configure() -> None:
    """Remove what the caller's environment could change, and end in an orderly way when a run is stopped."""
    # A run that hits its time limit would else leave its servers behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in list(os.environ):
        if name.startswith("POSTGATE_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    # As in the worker processes: without it ONNX Runtime sends reports to its maker.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that wait for processes first, and keep those in one process that share a running product."""
    items.sort(key=lambda item: item.path.parent.name not in WAITING)
    for item in items:
        for name in SHARED & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def _blocking_guard() -> Iterator[BlockBuster]:
    """Watch every call that can block and has a frame of `proxy` in its stack."""
    guard = BlockBuster(scanned_modules=["proxy"])
    guard.activate()
    yield guard
    guard.deactivate()


@pytest.fixture(autouse=True)
def _no_blocking_in_the_loop(request: pytest.FixtureRequest, _blocking_guard: BlockBuster) -> Iterator[None]:
    """Fail a test whose event loop is blocked by our code, unless the test is marked `blocking`."""
    if request.node.get_closest_marker("blocking") is None:
        yield
        return
    _blocking_guard.deactivate()
    yield
    _blocking_guard.activate()


@pytest.fixture
def moments(pytestconfig: pytest.Config) -> random.Random:
    """Return random numbers from the seed of the run, or from one that is printed here."""
    given = pytestconfig.getoption("randomly_seed", default=None)
    seed = given if isinstance(given, int) else random.SystemRandom().randrange(2**32)
    print(f"random moments with seed {seed}")  # noqa: T201  pytest shows it when the test fails
    return random.Random(seed)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Run a private PostgreSQL server for the session."""
    server = PostgresServer.start(log_directory=tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """Return the SQLAlchemy URL of the server's maintenance database."""
    return postgres_server.url("postgres")


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the SQLAlchemy URL of an empty database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"  # noqa: TID251  a database name, never compared
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def pds(tmp_path: Path) -> Iterator[PdsServer]:
    """Run a real Bluesky server with one account, empty, for this test alone."""
    server = PdsServer.start(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def snac(tmp_path: Path) -> Iterator[SnacServer]:
    """Run a real server with the Mastodon API and one user, empty, for this test alone."""
    server = SnacServer.start(tmp_path)
    yield server
    server.stop()
