"""Where a node's policies come from, and that files go through the vault and come out as the same bundle."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.policies import BundlePackages, KeptFiles, origin_of, policy_life
from proxy.assembly.store import Store
from proxy.core.errors import ConfigurationError, SealBroken
from proxy.core.model import Principal
from proxy.gate.policy_store import SIGN
from proxy.gate.records import SYSTEM
from proxy.gate.work import AuditRecord, Work
from proxy.loading.origins import FilesOrigin, StoreOrigin
from proxy.loading.package import pack
from proxy.loading.policies import load
from proxy.loading.settings_file import load_settings
from proxy.vault.credentials import Vault
from tests.fakes.clock import ManualClock
from tests.installation import Installation
from tests.policy_files import KEY, policy_text, write_policies
from tests.stores import KEYS, bytes_on_disk

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "Zwielichtkanarie"


def _packages() -> BundlePackages:
    return BundlePackages(Vault(KEYS), fingerprint_key=KEY, clock=ManualClock())


@pytest.mark.blocking
async def test_files_come_out_as_the_bundle_they_were(tmp_path: Path) -> None:
    """Sealed for their digest; for another one they do not open."""
    sources, packages = write_policies(tmp_path), _packages()
    package = pack(sources)
    bundle = await packages.read(package, kept=True)
    sealed = packages.seal(package, bundle.digest)

    assert bundle == load(sources, ManualClock().now().date()).bundle
    assert packages.open(sealed) == package
    assert package not in sealed.package
    with pytest.raises(SealBroken):
        packages.open(replace(sealed, digest="d" * 64))


@pytest.mark.blocking
async def test_files_in_force_are_kept_once(tmp_path: Path) -> None:
    """Under their digest; files that say something else by now, or that cannot be read, are not."""
    house = Installation(tmp_path)
    sources = replace(write_policies(tmp_path))
    bundle = load(sources, ManualClock().now().date()).bundle
    assert bundle is not None
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=ManualClock()))
    await store.start()
    try:
        keep = KeptFiles(sources, store, ManualClock())
        change = await keep(bundle.digest)
        assert change is not None
        record = AuditRecord(
            id="r1", code="PG-310", type="policy.retired", at=ManualClock().now(), actor=SYSTEM, data={"digest": "d"}
        )
        await store.audit.commit(Work(records=(record,), changes=(change,)))
        assert (await policy_life(store).bundle(bundle.digest)).digest == bundle.digest
        assert await keep(bundle.digest) is None
        assert await keep("f" * 64) is None
        (sources.directory / "broken.yaml").write_text("policy: [", encoding="utf-8")
        assert await keep("e" * 64) is None
    finally:
        await store.stop()


@pytest.mark.blocking
async def test_files_with_mistakes_are_told(tmp_path: Path) -> None:
    """All of them, as when they lie on disk."""
    with pytest.raises(ConfigurationError) as wrong:
        await _packages().read(pack(write_policies(tmp_path, sample=policy_text(default="maybe"))), kept=False)

    assert [problem.code for problem in wrong.value.problems] == ["bad-choice"]


@pytest.mark.blocking
async def test_the_profile_is_not_readable_in_the_database(tmp_path: Path) -> None:
    """What the house keeps to itself is sealed there."""
    house = Installation(tmp_path)
    sources = write_policies(tmp_path)
    assert sources.organisation is not None
    with sources.organisation.open("a", encoding="utf-8") as file:
        file.write(f"confidential_terms: [{CANARY}]\n")
    await asyncio.to_thread(house.signer, "Anna Beispiel")
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=ManualClock()))
    await store.start()
    try:
        people = await store.reads.run(lambda connection: connection.exec_driver_sql("SELECT ref FROM actors").all())
        anna = Principal(ref=people[0][0], kind="employee", scopes=frozenset({SIGN}), token_prefix="pgt_0000")
        step = await policy_life(store).propose(pack(sources), by=anna)
        assert (await policy_life(store).bundle(step.proposal.digest)).house.terms
    finally:
        await store.stop()

    assert CANARY.encode() not in bytes_on_disk(house.url)


@pytest.mark.parametrize(("source", "kind"), [("files", FilesOrigin), ("store", StoreOrigin)])
def test_the_settings_say_where_policies_come_from(tmp_path: Path, source: str, kind: type) -> None:
    """Files as they lie there, or what people signed."""
    house = Installation(tmp_path)
    settings = load_settings(house.config, {})
    settings = settings.model_copy(update={"policies": settings.policies.model_copy(update={"source": source})})
    store = Store(settings, clock=ManualClock())

    assert isinstance(origin_of(settings, write_policies(tmp_path), store, ManualClock()), kind)
