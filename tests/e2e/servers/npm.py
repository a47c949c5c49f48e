"""
Programs for Node.js that the tests drive: a real Bluesky server, and real clients.

What is installed is fixed by `tests/e2e/npm/package-lock.json`, which holds digests and no address: npm takes each
package from the registry that this machine is set to. `node_modules` lies in `.cache` and is kept between runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "npm"
CACHE = Path(__file__).resolve().parents[3] / ".cache" / "npm"
OLDEST_MAJOR = 20
NEEDED = {"g++": "g++", "make": "make", "python3": "python3"}
"""Programs that compile the one native module (better-sqlite3), and Debian's packages for them."""
_FILES = ("package.json", "package-lock.json")


class NodeMissing(RuntimeError):
    """Node.js 20 with npm is not installed, or the packages of `tests/e2e/npm` cannot be installed with it."""


def installed(cache: Path = CACHE) -> Path:
    """
    Return the directory that holds `node_modules`, after installing what the lock file says.

    Raises:
        NodeMissing: no Node.js 20, no npm, or a package could not be had or built.
    """
    if not _fresh(cache):
        try:
            _install(cache)
        except (OSError, subprocess.CalledProcessError) as error:
            details = getattr(error, "stderr", None) or error
            raise NodeMissing(f"{NodeMissing.__doc__} {details}") from error
    return cache


def node() -> str:
    """
    Return the program.

    Raises:
        NodeMissing: there is none, or it is too old.
    """
    program = shutil.which("node")
    if program is None:
        raise NodeMissing(NodeMissing.__doc__)
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST_MAJOR:
        raise NodeMissing(f"{NodeMissing.__doc__} Found {version.strip()}.")
    return program


def module_command(*arguments: str) -> list[str]:
    """Return a command that runs a module from its standard input; started in `installed()` it finds all packages."""
    return [node(), "--input-type=module", "-", *arguments]


def _fresh(cache: Path) -> bool:
    """Return whether the last complete installation was made from the same files."""
    return all(
        (cache / "node_modules" / f".postgate-{name}").is_file()
        and (cache / "node_modules" / f".postgate-{name}").read_bytes() == (PROJECT / name).read_bytes()
        for name in _FILES
    )


def _install(cache: Path) -> None:
    program = Path(node()).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(PROJECT / name, cache / name)
    # The headers that belong to this node, so that nothing is downloaded to build against.
    environment = {**os.environ, "npm_config_nodedir": str(program.parents[1]), "npm_config_update_notifier": "false"}
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        check=True,
        capture_output=True,
        cwd=cache,
        env=environment,
        text=True,
    )
    # Last: an interrupted installation must not look like a finished one.
    for name in _FILES:
        shutil.copyfile(PROJECT / name, cache / "node_modules" / f".postgate-{name}")
