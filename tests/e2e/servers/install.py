"""
Install what the tests with real servers need: PostgreSQL from Debian's main archive, snac2 from its backports.

Nothing is done for what is there already. PostgreSQL is a system package and takes root; snac2 goes into `.cache`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.servers import postgres, snac

_APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]


def install_postgres() -> None:
    """
    Install PostgreSQL when there is none.

    Raises:
        PostgresMissing: it is not there and this user may not install it, or the archive's version is too old.
    """
    try:
        postgres.find_binaries()
    except postgres.PostgresMissing:
        if os.geteuid() != 0:
            raise
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*_APT, "update"], check=True, env=environment)
        subprocess.run(
            [*_APT, "install", "--yes", "--no-install-recommends", "postgresql", "libcurl4"],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        postgres.find_binaries()


def main() -> int:
    """Install both; say what is missing."""
    try:
        install_postgres()
        snac.installed()
    except (postgres.PostgresMissing, snac.SnacMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
