"""
Install what the tests need beside Python: packages of Debian, snac2 and Prometheus, programs for Node.js from npm.

Nothing is done for what is there already. Debian's packages take root; snac2, Prometheus and the packages of npm go
into `.cache`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.e2e.servers import npm, postgres, prometheus, snac

_APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]


_LIBRARIES = {"libcurl.so.4": "libcurl4", "libssl.so.3": "libssl3"}
"""What snac2 is linked with, and Debian's packages for it."""
_PROGRAMS = {
    "strace": "strace",
    "systemd-analyze": "systemd",
    "/usr/sbin/nginx": "nginx",
    "/usr/sbin/haproxy": "haproxy",
}
"""What tests run as it is installed, and Debian's packages for it."""


def missing_packages() -> list[str]:
    """Return Debian's packages that this machine still needs."""
    try:
        postgres.find_binaries()
        needed = []
    except postgres.PostgresMissing:
        needed = ["postgresql"]
    needed += [package for program, package in _PROGRAMS.items() if shutil.which(program) is None]
    needed += [package for program, package in npm.NEEDED.items() if shutil.which(program) is None]
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    return [*needed, *(package for library, package in _LIBRARIES.items() if library not in known)]


def install_packages() -> None:
    """
    Install what is missing.

    Raises:
        PostgresMissing: something is missing and this user may not install it, or the archive's version is too old.
    """
    needed = missing_packages()
    if needed and os.geteuid() != 0:
        raise postgres.PostgresMissing(f"As root: apt-get install --no-install-recommends {' '.join(needed)}")
    if needed:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*_APT, "update"], check=True, env=environment)
        subprocess.run(
            [*_APT, "install", "--yes", "--no-install-recommends", *needed],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    postgres.find_binaries()


def main() -> int:
    """Install everything; say what is missing."""
    try:
        install_packages()
        snac.installed()
        prometheus.installed()
        npm.installed()
    except (postgres.PostgresMissing, snac.SnacMissing, prometheus.PrometheusMissing, npm.NodeMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
