"""A package is checked as a whole, on a node that goes on deciding."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError, GateBusy
from proxy.core.model import NOBODY
from proxy.gate.policy_refusals import FailingTests
from proxy.loading.package import pack
from proxy.loading.package_check import NodePackageCheck
from tests.fakes.scanner import ScriptedScanner
from tests.policy_files import KEY, policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.model import Register
    from proxy.core.policy.bundle import PolicyBundle

WORDS = {"DE02 1203": "IBAN_CODE"}


@dataclass
class Node:
    """A scanner, and what was tried beside what is in force."""

    scanner: ScriptedScanner = field(default_factory=lambda: ScriptedScanner(WORDS))
    tried: list[str] = field(default_factory=list)
    registers: list[Register | None] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    hurdle: asyncio.Event | None = None

    async def beside(self, bundle: PolicyBundle) -> None:
        self.tried.append(bundle.rules_digest)
        self.registers.append(bundle.register)
        self.begun.set()
        if self.hurdle is not None:
            await self.hurdle.wait()

    def check(self) -> NodePackageCheck:
        return NodePackageCheck(self.scanner, self, fingerprint_key=KEY, today=lambda: date(2026, 11, 23))


def _package(directory: Path, **files: str) -> bytes:
    return pack(write_policies(directory, **files))


@pytest.mark.blocking
async def test_a_good_package_passes(tmp_path: Path) -> None:
    """Its tests ran, with its word lists beside those in force and never instead of them."""
    node = Node()
    await node.check()(_package(tmp_path))

    assert len(node.tried) == 1
    assert node.registers == [NOBODY]  # a test that fails must not tell who is a customer
    assert node.scanner.loaded == []
    assert len(node.scanner.scanned) == 2


@pytest.mark.blocking
async def test_samples_with_a_register_are_not_tried_on_a_node(tmp_path: Path) -> None:
    """It opens no register but its own, and posts are compared with that meanwhile."""
    tests = """
schema: 1
policy: sample
now: 2026-03-02T09:00:00+01:00
fixtures:
  posts:
    erika: {text: Erika Muster, register: [{first: Erika, last: Muster}]}
matrix:
  - {posts: erika, expect: block}
"""
    node = Node()
    await node.check()(_package(tmp_path, sample=policy_text(), sample_test=tests))

    assert (len(node.tried), len(node.scanner.scanned)) == (1, 2)


@pytest.mark.blocking
@pytest.mark.parametrize("package", [b"", b"no package"])
async def test_what_is_no_package_is_not_tried(package: bytes) -> None:
    """Nothing reaches the workers."""
    node = Node()
    with pytest.raises(ConfigurationError) as wrong:
        await node.check()(package)

    assert [one.code for one in wrong.value.problems] == ["no-package"]
    assert node.tried == []


@pytest.mark.blocking
async def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Of policies and of the files with their tests, by place; nothing is tried."""
    files = {"other": policy_text("other", default="maybe"), "sample": policy_text(mode="perhaps")}
    node = Node()
    with pytest.raises(ConfigurationError) as wrong:
        await node.check()(_package(tmp_path, **files))

    assert [(one.file, one.code) for one in wrong.value.problems] == [
        ("other.yaml", "bad-choice"),
        ("sample.yaml", "bad-choice"),
    ]
    assert node.tried == []


@pytest.mark.blocking
async def test_a_mistake_in_a_test_file_counts(tmp_path: Path) -> None:
    """A test that cannot be read has not passed."""
    node = Node()
    with pytest.raises(ConfigurationError) as wrong:
        await node.check()(_package(tmp_path, sample=policy_text(), sample_test="schema: 1\npolicy: sample\nno: 1\n"))

    assert {one.file for one in wrong.value.problems} == {"sample_test.yaml"}


@pytest.mark.blocking
@pytest.mark.parametrize(
    ("scanner", "names"),
    [
        (ScriptedScanner({}), ("sample/iban #1",)),
        (ScriptedScanner(WORDS, missing=["lexicons"]), ("sample/iban #1", "sample/iban #2")),
    ],
)
async def test_failing_tests_are_named(tmp_path: Path, scanner: ScriptedScanner, names: tuple[str, ...]) -> None:
    """Also those whose scan was not complete."""
    with pytest.raises(FailingTests) as failing:
        await Node(scanner=scanner).check()(_package(tmp_path))

    assert failing.value.names == names


@pytest.mark.blocking
async def test_one_package_is_checked_at_a_time(tmp_path: Path) -> None:
    """The workers are there for posts; the place is free again afterwards, also after a failure."""
    hurdle = asyncio.Event()
    node = Node(hurdle=hurdle)
    check, package = node.check(), _package(tmp_path)
    async with asyncio.TaskGroup() as group:
        group.create_task(check(package))
        await node.begun.wait()
        with pytest.raises(GateBusy):
            await check(package)
        hurdle.set()
    with pytest.raises(ConfigurationError):
        await check(b"")
    await check(package)

    assert len(node.tried) == 2
