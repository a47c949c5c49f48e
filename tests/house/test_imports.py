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

from tests.house.files import PACKAGE, REPOSITORY, Module, modules

CORE_MAY_IMPORT = {
    "__future__",
    "ahocorasick",
    "array",
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
    "string",
    "types",
    "typing",
    "unicodedata",
}
DEPENDENCIES_NOBODY_IMPORTS = {
    "psycopg": "SQLAlchemy loads it by the URL's name",
    "tldextract": "Presidio imports it; pinned here because its look-up in the network is switched off in our code",
}
NOT_A_DISTRIBUTION = {"proxy"}


def _imported(module: Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(module.tree):
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
    assert _imported(module) - CORE_MAY_IMPORT == set()


def _declared() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in project["dependencies"]}


def _distributions() -> dict[str, set[str]]:
    return {
        name: {re.sub(r"[-_.]+", "-", distribution).lower() for distribution in distributions}
        for name, distributions in importlib.metadata.packages_distributions().items()
    }


def _used() -> set[str]:
    found = _distributions()
    names = {name for module in modules() for name in _imported(module)}
    third_party = names - set(sys.stdlib_module_names) - NOT_A_DISTRIBUTION
    return {distribution for name in third_party for distribution in found.get(name, {name})}


def test_what_is_imported_is_declared() -> None:
    """A dependency of a dependency may vanish: what we import stands in pyproject.toml."""
    from_groups = {"mastodon-py"}

    assert _used() - _declared() - from_groups == set()


def test_what_is_declared_is_imported() -> None:
    """Nothing is installed in a bank that nobody uses."""
    assert _declared() - _used() - set(DEPENDENCIES_NOBODY_IMPORTS) == set()
