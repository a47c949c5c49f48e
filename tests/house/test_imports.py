"""Who imports whom: the contracts of pyproject.toml, a positive list for the core, and no undeclared dependency."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.files import PACKAGE, REPOSITORY, Module, committed, modules, text_of

CORE_MAY_IMPORT = {
    "__future__",
    "ahocorasick",
    "array",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "html",
    "inspect",
    "itertools",
    "json",
    "math",
    "operator",
    "proxy",
    "re",
    "re2",
    "string",
    "types",
    "typing",
    "unicodedata",
    "zlib",
}
DEPENDENCIES_NOBODY_IMPORTS = {
    "psycopg": "SQLAlchemy loads it by the URL's name",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
NOT_A_DISTRIBUTION = {"proxy", "tests", "training"}


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def _lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        check=False,
        capture_output=True,
        cwd=directory,
        text=True,
    )


def test_the_import_contracts_hold() -> None:
    """Layers, siblings, the pure core and every reserved library are as pyproject.toml says."""
    finished = _lint_imports(REPOSITORY)

    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("module", "violation"),
    [
        ("audit/tlog/notes.py", "import time"),
        ("core/model.py", "import asyncio"),
        ("gate/wire.py", "import aiohttp"),
        ("web/edge.py", "import proxy.storage.tables"),
        ("platforms/__init__.py", "from proxy.core.release import release"),
        ("settings/model.py", "import structlog"),
    ],
)
def test_the_contracts_notice_a_violation(tmp_path: Path, module: str, violation: str) -> None:
    """A planted import breaks a contract: the rules bite."""
    shutil.copytree(PACKAGE, tmp_path / "proxy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    with (tmp_path / "proxy" / module).open("a", encoding="utf-8") as victim:
        victim.write(f"\n{violation}\n")
    finished = _lint_imports(tmp_path)

    assert finished.returncode == 1
    assert "BROKEN" in finished.stdout, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    "module", [module for module in modules() if module.name.startswith("proxy/core/")], ids=lambda module: module.name
)
def test_the_core_imports_from_a_positive_list(module: Module) -> None:
    """A library joins the core by joining this list, never unnoticed."""
    assert _imported(module.tree) - CORE_MAY_IMPORT == set()


def _declared(*groups: str) -> set[str]:
    document = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    entries = [*document["project"]["dependencies"]]
    for group in groups:
        entries += [entry for entry in document["dependency-groups"][group] if isinstance(entry, str)]
    return {re.split(r"[\[<>=!~ ]", entry)[0] for entry in entries}


def _used(trees: list[ast.Module]) -> set[str]:
    """Return the distributions whose modules are imported; a name that nobody installed stands for itself."""
    installed = importlib.metadata.packages_distributions()
    names = {name for tree in trees for name in _imported(tree)} - set(sys.stdlib_module_names) - NOT_A_DISTRIBUTION
    return {
        re.sub(r"[-_.]+", "-", distribution).lower() for name in names for distribution in installed.get(name, [name])
    }


def test_what_is_imported_is_declared() -> None:
    """A dependency of a dependency may vanish: what we import stands in pyproject.toml."""
    assert _used([module.tree for module in modules()]) - _declared("demo", "register") == set()


def test_what_the_tests_import_is_declared() -> None:
    """The tests run on a machine that has nothing but the lock."""
    trees = [ast.parse(text_of(path)) for path in committed() if path.suffix == ".py" and "tests" in path.parts]

    assert _used(trees) - _declared("demo", "dev", "register") == set()


def test_what_is_declared_is_imported() -> None:
    """Nothing is installed in a bank that nobody uses."""
    assert _declared() - _used([module.tree for module in modules()]) - set(DEPENDENCIES_NOBODY_IMPORTS) == set()
