import copy
import pickle

import pytest

from proxy.vault.secret import Secret


def test_a_secret_is_shown_nowhere() -> None:
    """Printed, formatted, inside other values: a mask."""
    secret = Secret("canary")

    assert "canary" not in f"{secret} {secret!r} {secret!s:>20} {[secret]} {(secret, {1: secret})}"
    assert secret.reveal() == "canary"


def test_a_secret_is_not_dumped() -> None:
    """Neither pickled nor copied, and it has no dictionary to look into."""
    with pytest.raises(TypeError):
        pickle.dumps(Secret("canary"))
    with pytest.raises(TypeError):
        copy.copy(Secret("canary"))
    assert not hasattr(Secret("canary"), "__dict__")
