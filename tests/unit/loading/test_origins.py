"""Where the bundle in force comes from: files, files of one digest only, or what enough people signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError, GateUnavailable, NotFound, SealBroken
from proxy.gate.policy_store import Activation, Kind, Proposal
from proxy.loading.origins import FilesOrigin, StoreOrigin
from proxy.loading.package import pack
from proxy.loading.policies import load
from tests.fakes.clock import START
from tests.policy_files import KEY, policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.loading.policies import Sources

TODAY = date(2026, 11, 23)


def _digest(sources: Sources) -> str:
    bundle = load(sources, TODAY).bundle
    assert bundle is not None
    return bundle.digest


async def _codes(origin: FilesOrigin | StoreOrigin) -> list[str]:
    loaded = await origin.read(TODAY)
    assert (loaded.bundle is None) is bool(loaded.errors)
    return [problem.code for problem in loaded.problems]


class TestFiles:
    """As they lie there."""

    async def test_they_are_looked_at_by_name_and_content(self, tmp_path: Path) -> None:
        """Another text or another file is another look."""
        sources = write_policies(tmp_path)
        origin = FilesOrigin(sources)
        looks = [await origin.look()]
        (sources.directory / "sample.yaml").write_text(policy_text(default="hold"), encoding="utf-8")
        looks.append(await origin.look())
        (sources.directory / "other.yaml").write_text(policy_text("other"), encoding="utf-8")
        looks.append(await origin.look())

        assert len(set(looks)) == 3
        assert not origin.steady
        assert await _codes(origin) == []

    @pytest.mark.blocking
    async def test_only_the_files_of_a_digest_where_one_is_given(self, tmp_path: Path) -> None:
        """What was reviewed elsewhere, and nothing else."""
        sources = write_policies(tmp_path)
        origin = FilesOrigin(sources, digest=_digest(sources))
        assert await _codes(origin) == []
        (sources.directory / "sample.yaml").write_text(policy_text(default="hold"), encoding="utf-8")

        assert await _codes(origin) == ["other-digest"]


class Bundles:
    """What `policy_life` would tell."""

    def __init__(self, answer: tuple[str, bytes] | Exception | None) -> None:
        self.answer = answer
        self.doubtful = False

    async def look(self) -> tuple[Activation | None, bool]:
        if isinstance(self.answer, GateUnavailable):
            raise self.answer
        return (_activation(self.answer[0]) if isinstance(self.answer, tuple) else None), self.doubtful

    async def in_force(self) -> tuple[Activation, bytes] | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return None if self.answer is None else (_activation(self.answer[0]), self.answer[1])


def _activation(digest: str) -> Activation:
    proposal = Proposal(
        id="p",
        digest=digest,
        from_digest=None,
        kind=Kind.ACTIVATION,
        needed=2,
        opened_at=START,
        expires_at=START + timedelta(days=1),
    )
    return Activation(number=7, proposal=proposal, activated_at=START, until=None)


class TestStore:
    """What enough people signed."""

    @pytest.mark.blocking
    async def test_the_package_of_the_activation_is_read(self, tmp_path: Path) -> None:
        """Number and digest say when another one is in force."""
        sources = write_policies(tmp_path)
        digest = _digest(sources)
        origin = StoreOrigin(Bundles((digest, pack(sources))), fingerprint_key=KEY)

        assert origin.steady
        assert await origin.look() == f"7 {digest}"
        assert await _codes(origin) == []
        bundle = (await origin.read(TODAY)).bundle
        assert bundle is not None
        assert bundle.digest == digest

    @pytest.mark.blocking
    async def test_a_package_of_another_digest_is_a_mistake(self, tmp_path: Path) -> None:
        """Files that this version reads as something else were not signed."""
        origin = StoreOrigin(Bundles(("d" * 64, pack(write_policies(tmp_path)))), fingerprint_key=KEY)

        assert await _codes(origin) == ["other-digest"]

    @pytest.mark.parametrize(
        ("answer", "look", "codes"),
        [
            (None, "none", ["nothing-activated"]),
            (SealBroken(found="x"), "none", ["signatures-broken"]),
            (("d" * 64, b"no package"), f"7 {'d' * 64}", ["no-package"]),
        ],
    )
    async def test_what_is_not_signed_is_a_mistake(
        self, answer: tuple[str, bytes] | Exception | None, look: str, codes: list[str]
    ) -> None:
        """Nothing comes into force, and the words say why."""
        origin = StoreOrigin(Bundles(answer), fingerprint_key=KEY)

        assert (await origin.look(), await _codes(origin)) == (look, codes)

    @pytest.mark.blocking
    async def test_rows_that_do_not_count_are_warned_of(self, tmp_path: Path) -> None:
        """And are another look; what counts comes into force."""
        sources = write_policies(tmp_path)
        bundles = Bundles((_digest(sources), pack(sources)))
        bundles.doubtful = True
        origin = StoreOrigin(bundles, fingerprint_key=KEY)
        loaded = await origin.read(TODAY)

        assert (await origin.look()).endswith(" doubtful")
        assert ([one.code for one in loaded.problems], loaded.errors) == (["signatures-doubtful"], ())
        assert loaded.bundle is not None

    async def test_a_bundle_that_is_gone_is_a_mistake(self) -> None:
        """It is kept for ever; somebody took it away."""
        assert await _codes(StoreOrigin(Bundles(NotFound()), fingerprint_key=KEY)) == ["bundle-missing"]

    async def test_a_store_that_does_not_answer_says_nothing(self) -> None:
        """What is in force stays, and the next look tries again."""
        origin = StoreOrigin(Bundles(GateUnavailable()), fingerprint_key=KEY)

        with pytest.raises(GateUnavailable):
            await origin.look()
        with pytest.raises(GateUnavailable):
            await origin.read(TODAY)

    async def test_mistakes_of_a_package_are_told(self) -> None:
        """By their own codes."""
        origin = StoreOrigin(Bundles(ConfigurationError(())), fingerprint_key=KEY)

        assert (await origin.read(TODAY)).bundle is None
