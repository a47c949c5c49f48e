"""
A private PostgreSQL server for the tests: own directory, own unix socket, no network, gone afterwards.

PostgreSQL refuses to run as root, so under root it runs as `postgres` or, without such a user, as `nobody`.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

OLDEST_MAJOR = 15
_SUPERUSER = "postgate"
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{directory}'
unix_socket_permissions = 0777
max_connections = 200
shared_buffers = 32MB
"""


class PostgresMissing(RuntimeError):
    """No PostgreSQL 15 or newer is installed. As root `make test` installs it; else: apt-get install postgresql."""


def find_binaries() -> Path:
    """
    Return the directory of the newest installed PostgreSQL.

    Raises:
        PostgresMissing: there is none, or it is too old.
    """
    candidates = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
    on_path = shutil.which("initdb")
    if on_path:
        candidates.add(Path(on_path).resolve().parent)
    versions = {_major(directory): directory for directory in candidates}
    newest = max(versions, default=0)
    if newest < OLDEST_MAJOR:
        raise PostgresMissing(PostgresMissing.__doc__)
    return versions[newest]


def _major(binaries: Path) -> int:
    answer = subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
    match = re.search(r"\b(\d+)", answer)
    return int(match.group(1)) if match else 0


def _owner() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server."""

    binaries: Path
    directory: Path
    log: Path

    @classmethod
    def start(cls, *, log_directory: Path) -> PostgresServer:
        """Create a cluster in a new directory and start it; return once it takes connections."""
        # A socket path may have at most 107 bytes: not below pytest's own long directories.
        directory = Path(tempfile.mkdtemp(prefix="postgate-pg-"))
        owner = _owner()
        if os.geteuid() == 0:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        server = cls(binaries=find_binaries(), directory=directory, log=log_directory / "initdb.log")
        server._run(
            "initdb", "--no-sync", "--auth=trust", f"--username={_SUPERUSER}", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        with (directory / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS.format(directory=directory))
        server._run("pg_ctl", "start", "--wait", "--silent", "--log", str(directory / "server.log"))
        return server

    def stop(self) -> None:
        """Stop the server and remove its directory."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--wait", "--silent")
        shutil.rmtree(self.directory)

    def restart(self) -> None:
        """Crash the server and start it again, as after a loss of power."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--wait", "--silent")
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", str(self.directory / "server.log"))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{_SUPERUSER}@/{database}?host={self.directory}"

    def create_database(self, name: str) -> None:
        """Create an empty database."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.directory), user=_SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        owner = _owner()
        as_root = os.geteuid() == 0
        with self.log.open("ab") as log:
            finished = subprocess.run(
                [self.binaries / program, f"--pgdata={self.directory / 'data'}", *arguments],
                check=False,
                cwd=self.directory,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.directory)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=owner.pw_uid if as_root else None,
                group=owner.pw_gid if as_root else None,
                extra_groups=[] if as_root else None,
            )
        if finished.returncode != 0:
            raise RuntimeError(f"{program} ended with {finished.returncode}: {self.log.read_text(errors='replace')}")
