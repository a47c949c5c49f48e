"""The keys of an installation, with its wrapping key from where the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.assembly.keys import keys_of, make_keys
from proxy.core.errors import ConfigurationError
from proxy.loading.settings_file import load_settings
from proxy.vault.kek import VARIABLE, WRAPPED
from tests.fakes.transit import TOKEN, transit_server
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.settings.model import Settings

pytestmark = pytest.mark.blocking


def _settings(tmp_path: Path, more: str) -> Settings:
    house = Installation(tmp_path)
    text = house.config.read_text(encoding="utf-8")
    house.config.write_text(text.replace('/keys"}', f'/other-keys", {more}}}'), encoding="utf-8")
    return load_settings(house.config, {})


def test_the_environment_gives_the_wrapping_key(tmp_path: Path) -> None:
    """Where the settings say so."""
    settings = _settings(tmp_path, "kek: environment")
    environ = {VARIABLE: "cd" * 32}
    make_keys(settings, environ)

    assert keys_of(settings, environ).kek == b"\xcd" * 32
    with pytest.raises(ConfigurationError):
        keys_of(settings, {})


def test_vault_seals_and_opens_the_wrapping_key(tmp_path: Path) -> None:
    """Over HTTP; sealed, forbidden or away, nothing starts, and the key lies on no disk."""
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="ascii")
    token.chmod(0o600)
    with transit_server() as transit:
        more = f'kek: vault, vault: {{address: "{transit.address}", key: postgate, token_file: "{token}"}}'
        settings = _settings(tmp_path, more)
        make_keys(settings)
        keys = keys_of(settings)
        assert keys_of(settings) == keys
        files = [file.read_bytes() for file in settings.keys.directory.iterdir()]
        assert not any(keys.kek.hex().encode() in data or keys.kek in data for data in files)
        assert (settings.keys.directory / WRAPPED).exists()
        transit.sealed = True
        with pytest.raises(ConfigurationError) as sealed:
            keys_of(settings)
        transit.sealed = False
        token.write_text("hvs.somebody-elses", encoding="ascii")
        with pytest.raises(ConfigurationError) as forbidden:
            keys_of(settings)
    with pytest.raises(ConfigurationError) as away:
        keys_of(settings)

    assert [error.value.problems[0].code for error in (sealed, forbidden, away)] == [
        "vault-refused",
        "vault-refused",
        "vault-away",
    ]
    assert "503" in sealed.value.render("en")


@pytest.mark.parametrize("more", ["kek: vault", 'vault: {address: "http://127.0.0.1:1", key: k, token_file: t}'])
def test_vault_and_its_section_belong_together(tmp_path: Path, more: str) -> None:
    """One without the other is a mistake."""
    with pytest.raises(ConfigurationError) as wrong:
        _settings(tmp_path, more)
    assert [problem.code for problem in wrong.value.problems] == ["vault-section"]


def test_an_unreadable_authority_is_a_mistake(tmp_path: Path) -> None:
    """Of the settings, before anything is asked."""
    more = (
        f'kek: vault, vault: {{address: "https://vault.example", key: k, token_file: t, ca_file: "{tmp_path}/nothing"}}'
    )
    with pytest.raises(ConfigurationError) as wrong:
        keys_of(_settings(tmp_path, more))
    assert [problem.code for problem in wrong.value.problems] == ["authority-unreadable"]
