"""Where things lie: one package, empty `__init__.py` files, a test file for every module, no surprise in the wheel."""

from __future__ import annotations

import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.house.files import PACKAGE, REPOSITORY, Module, below, committed, modules

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_A_UNIT_TEST = {
    "proxy/gate/api_ports.py": "protocols and their values: a contract suite over all implementations",
    "proxy/gate/post_views.py": "as api_ports.py",
    "proxy/gate/ports.py": "protocols: each has a contract suite over all implementations",
    "proxy/gate/session_ports.py": "as ports.py",
}
"""Modules without a test file of their own, and why."""


def _test_file(module: Module) -> Path:
    place = module.path.relative_to(PACKAGE)
    return REPOSITORY / "tests" / "unit" / place.parent / f"test_{place.stem.strip('_')}.py"


def test_every_module_has_a_test_file_at_the_same_place() -> None:
    """`proxy/a/b.py` is tested by `tests/unit/a/test_b.py`."""
    missing = [
        below(_test_file(module))
        for module in modules()
        if module.path.name != "__init__.py"
        and not module.migration
        and module.name not in WITHOUT_A_UNIT_TEST
        and not _test_file(module).is_file()
    ]

    assert missing == []


def test_the_list_of_exceptions_is_not_stale() -> None:
    """A module leaves the list when it gets its test, or goes away."""
    by_name = {module.name: module for module in modules()}

    assert [name for name in WITHOUT_A_UNIT_TEST if name not in by_name or _test_file(by_name[name]).is_file()] == []


def test_every_unit_test_has_its_module() -> None:
    """A test file whose module went away goes too."""
    expected = {_test_file(module) for module in modules()}
    found = set((REPOSITORY / "tests" / "unit").rglob("test_*.py"))

    assert sorted(below(path) for path in found - expected) == []


def test_packages_do_nothing_when_they_are_imported() -> None:
    """Every `__init__.py` is empty."""
    assert [module.name for module in modules() if module.path.name == "__init__.py" and module.lines] == []


def test_every_folder_with_code_is_a_package() -> None:
    """No folder of the package becomes a namespace package by accident."""
    folders = {module.path.parent for module in modules() if not module.migration}

    assert sorted(below(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


@pytest.mark.parametrize("folder", ["deploy", "docs", "policies", "rules", "tests", "training"])
def test_only_proxy_can_be_imported(folder: str) -> None:
    """No other folder at the top is a package."""
    assert list((REPOSITORY / folder).rglob("__init__.py")) == []


def test_the_top_level_is_fixed() -> None:
    """Nothing joins the top level without a decision."""
    allowed = {
        ".ci",
        ".dockerignore",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".pre-commit-config.yaml",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "NOTICE",
        "README.md",
        "SECURITY.md",
        "deploy",
        "docs",
        "policies",
        "proxy",
        "pyproject.toml",
        "requirements",
        "rules",
        "tests",
        "training",
    }

    assert {path.relative_to(REPOSITORY).parts[0] for path in committed()} - allowed == set()


def test_the_ci_runs_what_the_readme_says() -> None:
    """One test command: the one people type."""
    assert (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8") == "#!/bin/sh\nexec make test\n"
    assert "make test" in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_changelog_knows_this_version() -> None:
    """The version of the project has a section in the changelog."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert f"## [{project['version']}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    """A wheel installs `proxy` with the bundled policies and rules, its own metadata, and no second top-level name."""
    wheel = next(WheelBuilder(str(REPOSITORY)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    code = {name for name in names if name.endswith(".py")}
    bundled = {name.removeprefix("proxy/_bundled/") for name in names if name.startswith("proxy/_bundled/")}
    data = {
        path.relative_to(REPOSITORY).as_posix()
        for path in committed()
        if below(path).startswith(("policies/", "rules/"))
    }

    assert {name.split("/")[0] for name in names} <= {"proxy", "postgate-0.1.0.dist-info"}
    assert code == {module.name for module in modules()}
    assert data <= bundled
    assert any(name.endswith("licenses/NOTICE") for name in names)
