"""
What the house rules look at: the files of the repository and the syntax trees of the package.
"""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "proxy"
LOCKS = ("base.txt", "demo.txt", "dev.txt", "models.txt", "register.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the package."""

    path: Path
    lines: tuple[str, ...]
    tree: ast.Module

    @property
    def name(self) -> str:
        """Return the path below the repository."""
        return self.path.relative_to(REPOSITORY).as_posix()

    @property
    def migration(self) -> bool:
        """Return whether Alembic runs the file, instead of anybody importing it."""
        return "migrations" in self.path.parts and self.path.name != "__init__.py"


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the package, parsed."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path=path, lines=tuple(text.splitlines()), tree=ast.parse(text, filename=str(path))))
    return tuple(found)


@cache
def committed() -> tuple[Path, ...]:
    """Return every file of the repository that git knows, as it lies on the disk."""
    names = subprocess.run(
        ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"],
        check=True,
        capture_output=True,
        cwd=REPOSITORY,
        text=True,
    ).stdout.split("\0")
    return tuple(path for name in names if name and (path := REPOSITORY / name).is_file())


def text_of(path: Path) -> str:
    """Return the text of a file; empty for a binary one."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def below(path: Path) -> str:
    """Return a path as people write it, from the top of the repository."""
    return path.relative_to(REPOSITORY).as_posix()


@cache
def locked(name: str) -> dict[str, str]:
    """Return the versions that a lock file pins, by distribution; where a marker chooses, the last one."""
    lines = (REPOSITORY / "requirements" / name).read_text(encoding="utf-8").splitlines()
    pins = (line.split(";")[0].rstrip(" \\").split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {distribution.strip(): version.strip() for distribution, version in pins}
