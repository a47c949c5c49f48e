"""
Programs from Debian's archive in a private tree: no root, no service that starts by itself, nothing outside `.cache`.

Which archive it is, the machine's own apt settings say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parents[3] / ".cache"
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_SUPPORTED = "main"


def unpack(package: str, cache: Path, *, oldest: tuple[int, int], part: str = "") -> None:
    """
    Unpack the archive's newest version of a package into `cache`/tree.

    Args:
        package: its name.
        cache: a folder of its own, which is emptied first.
        oldest: first two numbers of the oldest version that will do.
        part: of the release, such as `-backports`.

    Raises:
        OSError, subprocess.CalledProcessError, StopIteration: there is no Debian, no network, no such package, or only
            an older one.
    """
    shutil.rmtree(cache, ignore_errors=True)
    lists, packages = cache / "lists", cache / "packages"
    (lists / "partial").mkdir(parents=True)
    (packages / "archives" / "partial").mkdir(parents=True)
    source = cache / "archive.sources"
    release, address = _archive()
    source.write_text(
        f"Types: deb\nURIs: {address}\nSuites: {release}{part}\nComponents: {_SUPPORTED}\nSigned-By: {_KEYRING}\n",
        encoding="ascii",
    )
    options = [
        f"Dir::Etc::sourcelist={source}",
        "Dir::Etc::sourceparts=-",
        f"Dir::State::lists={lists}",
        f"Dir::Cache={packages}",
    ]
    apt = ["apt-get", "-qq", *(piece for option in options for piece in ("-o", option))]
    call([*apt, "update"], cwd=cache)
    call([*apt, "download", package], cwd=cache)
    file = next(cache.glob(f"{package}_*.deb"))
    version = tuple(int(number) for number in file.name.split("_")[1].split("-")[0].split(".")[:2])
    if version < oldest:
        raise OSError(f"expected version {oldest[0]}.{oldest[1]} or newer, found {file.name}")
    # Unpacked beside its place and renamed at the end: an interrupted installation must not look like a finished one.
    call(["dpkg-deb", "-x", file.name, "unpacked"], cwd=cache)
    (cache / "unpacked").rename(cache / "tree")
    for used in (lists, packages):
        shutil.rmtree(used)
    file.unlink()


def _archive() -> tuple[str, str]:
    """Return the release's name and the address that this machine's own apt settings give for it."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    release = next(line.partition("=")[2].strip('"') for line in lines if line.startswith("VERSION_CODENAME="))
    targets = call(
        [
            "apt-get",
            "indextargets",
            "--no-release-info",
            "--format",
            "$(REPO_URI)|$(RELEASE)|$(COMPONENT)",
            "Identifier: Packages",
        ],
        cwd=Path("/"),
    )
    wanted = f"|{release}|{_SUPPORTED}"
    return release, next(line.removesuffix(wanted) for line in targets.splitlines() if line.endswith(wanted))


def call(command: list[str], *, cwd: Path, text: str | None = None) -> str:
    """
    Run a program in a plain locale, with some text as its input, and return what it printed.

    Raises:
        OSError, subprocess.CalledProcessError: it is not there, or failed.
    """
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, check=True, capture_output=True, cwd=cwd, env=environment, input=text, text=True
    ).stdout
