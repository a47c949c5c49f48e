"""What operators do with the wrapping key, with real keys, files and database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.key_exchange import KeyStatus, Standing, draw_key, exchange_keys, key_status, use_key
from proxy.assembly.store import Store
from proxy.core.errors import ConfigurationError
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.storage.wrapping_keys import Kind
from proxy.vault.fitness import MISSING, RETIRED
from proxy.vault.kek import EARLIER, VARIABLE
from proxy.vault.keys import name_of
from tests.fakes.transit import TOKEN, transit_server
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.settings.model import Settings

pytestmark = pytest.mark.blocking


def _settings(house: Installation) -> Settings:
    return load_settings(house.config, {})


def _standing(status: KeyStatus) -> dict[str, Standing]:
    return {row.kek_id: row.standing for row in status.rows}


def _exchange(settings: Settings) -> None:
    asyncio.run(exchange_keys(settings, reason=None, clock=SystemClock()))


def _unfit(settings: Settings) -> str | None:
    async def ask() -> str | None:
        store = Store(settings, clock=SystemClock())
        try:
            return await store.unfit()
        finally:
            await store.stop()

    return asyncio.run(ask())


def test_from_drawing_a_key_to_destroying_the_old_one(tmp_path: Path) -> None:
    """Each step can be seen; at no time does anything not open."""
    settings = _settings(Installation(tmp_path).with_account())
    (old,) = _standing(key_status(settings))
    new = draw_key(settings)
    drawn = key_status(settings)
    use_key(settings, new)
    used = key_status(settings)
    _exchange(settings)
    exchanged = key_status(settings)
    (settings.keys.directory / f"kek.{old}").unlink()
    destroyed = key_status(settings)

    assert _standing(drawn) == {old: Standing.CURRENT, new: Standing.UNUSED}
    assert _standing(used) == {old: Standing.OPENS, new: Standing.CURRENT}
    assert _standing(exchanged) == _standing(destroyed) == {old: Standing.RETIRED, new: Standing.CURRENT}
    assert {row.kek_id: row.here for row in destroyed.rows} == {old: False, new: True}
    assert next(row for row in destroyed.rows if row.here).usage.live[Kind.CREDENTIAL] == 1
    assert all(status.sound for status in (drawn, used, exchanged, destroyed))


def test_a_node_that_was_left_behind_says_so(tmp_path: Path) -> None:
    """With the old key alone it is unfit, and does not start again."""
    settings = _settings(Installation(tmp_path).with_account())
    kek = settings.keys.directory / "kek"
    old = kek.read_text(encoding="ascii")
    use_key(settings, draw_key(settings))
    _exchange(settings)
    new = kek.read_text(encoding="ascii")
    kek.write_text(old, encoding="ascii")

    assert _unfit(settings) == RETIRED
    assert not key_status(settings).sound
    with pytest.raises(ConfigurationError) as refused:
        _exchange(settings)
    assert [problem.code for problem in refused.value.problems] == [RETIRED]

    kek.write_text(new, encoding="ascii")
    assert _unfit(settings) is None
    use_key(settings, draw_key(settings))
    _exchange(settings)
    for file in settings.keys.directory.glob("kek*"):
        file.unlink()
    kek.write_text("ef" * 32, encoding="ascii")
    kek.chmod(0o600)
    assert _unfit(settings) == MISSING
    lost = key_status(settings)
    assert Standing.MISSING in _standing(lost).values()
    assert not lost.sound


def test_the_environment_exchanges_by_its_variables(tmp_path: Path) -> None:
    """Nothing is drawn; the command runs with the new key and the one of before."""
    house = Installation(tmp_path)
    text = house.config.read_text(encoding="utf-8")
    house.config.write_text(text.replace('/keys"}', '/keys", kek: environment}'), encoding="utf-8")
    settings = _settings(house)
    old, new = "ab" * 32, "cd" * 32
    environ = {VARIABLE: new, EARLIER: old}

    assert _standing(key_status(settings, environ)) == {
        name_of(bytes.fromhex(new)): Standing.CURRENT,
        name_of(bytes.fromhex(old)): Standing.UNUSED,
    }
    with pytest.raises(ConfigurationError) as refused:
        draw_key(settings, environ)
    assert [problem.code for problem in refused.value.problems] == ["kek-elsewhere"]


def test_vault_keeps_keys_that_only_it_opens(tmp_path: Path) -> None:
    """The new key is sealed by it as well, and no file holds a key in clear."""
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="ascii")
    token.chmod(0o600)
    house = Installation(tmp_path)
    with transit_server() as transit:
        more = f'kek: vault, vault: {{address: "{transit.address}", key: postgate, token_file: "{token}"}}'
        text = house.config.read_text(encoding="utf-8")
        house.config.write_text(text.replace('/keys"}', f'/keys", {more}}}'), encoding="utf-8")
        house.run("init")
        settings = _settings(house.with_account())
        (old,) = _standing(key_status(settings))
        new = draw_key(settings)
        use_key(settings, new)
        _exchange(settings)
        assert _standing(key_status(settings)) == {old: Standing.RETIRED, new: Standing.CURRENT}
    files = {file.name for file in settings.keys.directory.glob("kek.vault*")}
    assert files == {"kek.vault", f"kek.vault.{old}"}
