from dataclasses import replace

import pytest

from proxy.core.errors import SealBroken
from proxy.vault.credentials import Vault, bundle_place, credential_place, name_place
from proxy.vault.keys import Keys
from proxy.vault.secret import Secret
from tests.stores import KEYS

ACCOUNT = {"account": "mastodon:presse", "platform": "mastodon"}


def test_a_credential_opens_for_its_account() -> None:
    """And is a Secret again."""
    vault = Vault(KEYS)

    sealed = vault.seal_credential(Secret("canary"), **ACCOUNT)

    assert vault.open_credential(sealed, **ACCOUNT).reveal() == "canary"
    assert b"canary" not in sealed.ciphertext
    assert "canary" not in repr(sealed)


@pytest.mark.parametrize("other", [{"account": "mastodon:other"}, {"platform": "bluesky"}])
def test_it_opens_for_no_other_account(other: dict[str, str]) -> None:
    """A row that was copied to another account or platform is refused."""
    vault = Vault(KEYS)
    sealed = vault.seal_credential(Secret("canary"), **ACCOUNT)

    with pytest.raises(SealBroken) as caught:
        vault.open_credential(sealed, **(ACCOUNT | other))
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("field", ["nonce", "ciphertext", "key"])
def test_a_changed_bit_is_noticed(field: str) -> None:
    """In any column of the row."""
    vault = Vault(KEYS)
    sealed = vault.seal_credential(Secret("canary"), **ACCOUNT)
    value = getattr(sealed, field)

    with pytest.raises(SealBroken):
        vault.open_credential(replace(sealed, **{field: bytes([value[0] ^ 1]) + value[1:]}), **ACCOUNT)


def test_another_installation_opens_nothing() -> None:
    """The wrapping key is named, and is another one."""
    sealed = Vault(KEYS).seal_credential(Secret("canary"), **ACCOUNT)

    with pytest.raises(SealBroken, match="another wrapping key"):
        Vault(Keys(kek=b"x" * 32, pepper=b"p" * 32, fingerprint=b"f" * 32)).open_credential(sealed, **ACCOUNT)


def test_a_name_is_bound_to_its_pseudonym() -> None:
    """It opens for that pseudonym, and not as a credential."""
    vault = Vault(KEYS)
    sealed = vault.seal_name("Erika Beispiel", ref="a_1")

    assert vault.open_name(sealed, ref="a_1") == "Erika Beispiel"
    with pytest.raises(SealBroken):
        vault.open_name(sealed, ref="a_2")
    with pytest.raises(SealBroken):
        vault.open_credential(sealed, account="a_1", platform="name")


def test_a_value_of_an_earlier_wrapping_key_opens_and_is_wrapped_anew() -> None:
    """Only the key of the value changes; afterwards the earlier wrapping key is not needed, and opens nothing."""
    later = replace(KEYS, kek=b"n" * 32, earlier=(KEYS.kek,))
    both, after = Vault(later), Vault(replace(later, earlier=()))
    sealed = Vault(KEYS).seal_credential(Secret("canary"), **ACCOUNT)

    key = both.rewrap(sealed.key, credential_place(**ACCOUNT), kek_id=sealed.kek_id)
    again = replace(sealed, key=key, kek_id=later.kek_id())

    assert both.open_credential(sealed, **ACCOUNT).reveal() == "canary"
    assert after.open_credential(again, **ACCOUNT).reveal() == "canary"
    for vault, value in ((after, sealed), (Vault(KEYS), again), (Vault(KEYS), replace(again, kek_id=sealed.kek_id))):
        with pytest.raises(SealBroken):
            vault.open_credential(value, **ACCOUNT)


def test_a_key_is_not_wrapped_anew_for_another_place() -> None:
    """A row that was copied to another one stays shut."""
    vault = Vault(KEYS)
    name, bundle = vault.seal_name("Erika Beispiel", ref="a_1"), vault.seal_bundle(b"files", digest="d1")

    for sealed, wrong in ((name, name_place("a_2")), (bundle, bundle_place("d2")), (name, bundle_place("a_1"))):
        with pytest.raises(SealBroken):
            vault.rewrap(sealed.key, wrong, kek_id=sealed.kek_id)
