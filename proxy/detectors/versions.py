"""
Versions of detectors: a digest of code, data and libraries, the same in the parent and in the workers.

The parent computes what it expects without importing a detector; a worker computes its own when it starts. If files
were replaced in between, they differ and the detector is missing until all processes are new.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version as installed_version
from pathlib import Path

_CORE = Path(__file__).parent.parent / "core"
_COMMON = (
    _CORE / "house.py",
    _CORE / "model.py",
    _CORE / "places.py",
    _CORE / "text",
    _CORE / "detection",
    Path(__file__).with_name("sheet.py"),
)
_DETECTORS = Path(__file__).parent


def with_rules(version: str, rules: str) -> str:
    """Return the version of a detector whose answer depends on the rules as well."""
    return f"{version}-{rules[:16]}"


def with_register(version: str, register: str) -> str:
    """Return the version of a detector whose answer depends on the register of customers as well."""
    return f"{version}-{register}"


def digest_of(
    name: str, *, modules: tuple[str, ...], libraries: tuple[str, ...] = (), data: tuple[str, ...] = ()
) -> str:
    """
    Return the version of a detector.

    Args:
        modules: names of the modules beside this one whose code decides.
        libraries: distributions whose version decides.
        data: digests of files, and settings, that decide.
    """
    state = hashlib.sha256(name.encode())
    for path in (*_COMMON, *(_DETECTORS / f"{module}.py" for module in modules)):
        for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
            state.update(f"\0{file.relative_to(_CORE.parent)}\0".encode())
            state.update(hashlib.sha256(file.read_bytes()).digest())
    for library in libraries:
        state.update(f"\0{library}=={installed_version(library)}".encode())
    for item in data:
        state.update(f"\0{item}".encode())
    return state.hexdigest()[:16]
