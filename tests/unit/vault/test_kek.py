"""Where the wrapping key comes from, and that nothing starts without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxy.core.errors import ConfigurationError
from proxy.vault.kek import EARLIER, VARIABLE, WRAPPED, FileKek, Reply, TransitKek, VariableKek
from proxy.vault.keys import create_keys, load_keys, name_of, new_key_file

HEX = "ab" * 32


def _codes(wrong: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    return [problem.code for problem in wrong.value.problems]


def test_a_file_is_drawn_once_and_read(tmp_path: Path) -> None:
    """As before."""
    kek = FileKek(tmp_path)
    kek.create()
    first = kek.read()
    kek.create()

    assert kek.read() == first
    assert len(first) == 32


def test_the_environment_gives_a_key_and_no_file_is_made(tmp_path: Path) -> None:
    """All other keys lie in the directory."""
    kek = VariableKek({VARIABLE: f" {HEX}\n"})
    create_keys(tmp_path, kek)

    assert load_keys(tmp_path, kek).kek == bytes.fromhex(HEX)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["checkpoint", "fingerprint", "pepper"]


@pytest.mark.parametrize("value", [None, "", "ab", "x" * 64, HEX + "ab"])
def test_what_is_no_key_is_refused_without_being_shown(value: str | None) -> None:
    """Missing, short, long, no digits."""
    with pytest.raises(ConfigurationError) as wrong:
        VariableKek({} if value is None else {VARIABLE: value}).read()
    assert _codes(wrong) == ["kek-variable"]
    assert "xxxx" not in str(wrong.value)


def test_all_problems_of_keys_are_told_together(tmp_path: Path) -> None:
    """A file and the variable."""
    create_keys(tmp_path, FileKek(tmp_path))
    (tmp_path / "pepper").unlink()
    with pytest.raises(ConfigurationError) as wrong:
        load_keys(tmp_path, VariableKek({}))
    assert _codes(wrong) == ["key-missing", "kek-variable"]


class _Vault:
    """Answers with what a test says."""

    def __init__(self, *replies: Reply | OSError) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, str, bytes]] = []

    def __call__(self, path: str, *, token: str, body: bytes) -> Reply:
        self.asked.append((path, token, body))
        reply = self.replies.pop(0)
        if isinstance(reply, OSError):
            raise reply
        return reply


def _transit(tmp_path: Path, vault: _Vault, *, wrapped: str | None = "vault:v1:c2VhbGVk") -> TransitKek:
    token = tmp_path / "token"
    token.write_text("hvs.invented\n", encoding="ascii")
    token.chmod(0o600)
    if wrapped is not None:
        (tmp_path / WRAPPED).write_text(wrapped + "\n", encoding="ascii")
        (tmp_path / WRAPPED).chmod(0o600)
    return TransitKek(tmp_path, mount="transit", key="postgate", token_file=token, post=vault)


def _data(**values: object) -> Reply:
    return Reply(status=200, body=json.dumps({"data": values}).encode())


def test_vault_is_asked_to_open_the_key(tmp_path: Path) -> None:
    """At its path, with the token, and nothing else."""
    vault = _Vault(_data(plaintext="q6ur" * 10 + "q6s="))

    assert _transit(tmp_path, vault).read() == b"\xab" * 32
    assert vault.asked == [
        ("/v1/transit/decrypt/postgate", "hvs.invented", json.dumps({"ciphertext": "vault:v1:c2VhbGVk"}).encode())
    ]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (OSError("secret words"), "vault-away"),
        (Reply(status=503, body=b"secret words"), "vault-refused"),
        (Reply(status=301, body=b""), "vault-refused"),
        (Reply(status=200, body=b"secret words"), "vault-answer"),
        (Reply(status=200, body=b"[]"), "vault-answer"),
        (_data(), "vault-answer"),
        (_data(plaintext=None), "vault-answer"),
        (_data(plaintext="c2hvcnQ="), "vault-answer"),
        (_data(plaintext="q6ur" * 10 + "q6s"), "vault-answer"),
    ],
)
def test_what_vault_does_not_give_stops_the_start(tmp_path: Path, reply: Reply | OSError, code: str) -> None:
    """With a reason, and nothing of what it said."""
    with pytest.raises(ConfigurationError) as wrong:
        _transit(tmp_path, _Vault(reply)).read()
    assert _codes(wrong) == [code]
    assert "secret words" not in wrong.value.render("en") + wrong.value.render("de")


@pytest.mark.parametrize("wrapped", ["", "c2VhbGVk", "vault:v1:", "vault:vx:c2VhbGVk", HEX])
def test_a_file_that_vault_did_not_make_is_refused(tmp_path: Path, wrapped: str) -> None:
    """And Vault is not asked: a bare key must not go over the wire."""
    vault = _Vault()
    with pytest.raises(ConfigurationError) as wrong:
        _transit(tmp_path, vault, wrapped=wrapped).read()
    assert _codes(wrong) == ["vault-file"]
    assert vault.asked == []


def test_an_exposed_token_is_refused(tmp_path: Path) -> None:
    """Others may read it."""
    kek = _transit(tmp_path, _Vault())
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(ConfigurationError) as wrong:
        kek.read()
    assert _codes(wrong) == ["key-exposed"]


def test_a_new_key_is_kept_only_as_vault_sealed_it(tmp_path: Path) -> None:
    """Once; what Vault did not seal is not kept."""
    vault = _Vault(_data(ciphertext="not sealed"), _data(ciphertext="vault:v1:c2VhbGVk"))
    kek = _transit(tmp_path, vault, wrapped=None)
    with pytest.raises(ConfigurationError) as wrong:
        kek.create()
    assert _codes(wrong) == ["vault-answer"]
    assert not (tmp_path / WRAPPED).exists()
    kek.create()
    kek.create()

    assert (tmp_path / WRAPPED).read_text(encoding="ascii") == "vault:v1:c2VhbGVk\n"
    assert (tmp_path / WRAPPED).stat().st_mode & 0o077 == 0
    assert [path for path, _, _ in vault.asked] == ["/v1/transit/encrypt/postgate"] * 2


def test_earlier_keys_lie_beside_the_current_one_under_their_names(tmp_path: Path) -> None:
    """Nothing else that begins like them is taken for one."""
    create_keys(tmp_path, FileKek(tmp_path))
    before = bytes.fromhex(HEX)
    new_key_file(tmp_path / f"kek.{name_of(before)}", HEX)
    new_key_file(tmp_path / "kek.next")
    new_key_file(tmp_path / f"kek.vault.{name_of(before)}", "vault:v1:AAAA")

    keys = load_keys(tmp_path, FileKek(tmp_path))

    assert keys.earlier == (before,)
    assert keys.kek != before


def test_an_earlier_key_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    """Otherwise the loss of a key would show only when something does not open."""
    create_keys(tmp_path, FileKek(tmp_path))
    new_key_file(tmp_path / f"kek.{'0' * 16}", HEX)

    with pytest.raises(ConfigurationError) as wrong:
        load_keys(tmp_path, FileKek(tmp_path))
    assert _codes(wrong) == ["kek-misnamed"]
    assert HEX not in str(wrong.value)


def test_the_environment_names_earlier_keys_in_a_variable_of_their_own() -> None:
    """One that is no key spoils the start, and is not shown."""
    assert VariableKek({EARLIER: f"{HEX}\n{'cd' * 32} "}).earlier() == (bytes.fromhex(HEX), b"\xcd" * 32)
    assert VariableKek({}).earlier() == ()
    with pytest.raises(ConfigurationError) as wrong:
        VariableKek({EARLIER: f"{HEX} {HEX}ab"}).earlier()
    assert _codes(wrong) == ["kek-variable"]
    assert HEX not in str(wrong.value)


def test_vault_opens_earlier_keys_too(tmp_path: Path) -> None:
    """Each from a file of its own, under its name."""
    vault = _Vault(_data(plaintext="q6ur" * 10 + "q6s="), _data(plaintext="zc3N" * 10 + "zc0="))
    kek, before = _transit(tmp_path, vault), b"\xab" * 32
    new_key_file(tmp_path / f"{WRAPPED}.{name_of(before)}", "vault:v1:b2xk")

    assert kek.earlier() == (before,)
    with pytest.raises(ConfigurationError) as wrong:
        kek.earlier()
    assert _codes(wrong) == ["kek-misnamed"]
    assert [json.loads(body) for _, _, body in vault.asked] == [{"ciphertext": "vault:v1:b2xk"}] * 2


def _names(tmp_path: Path) -> set[str]:
    return {file.name for file in tmp_path.iterdir()}


def test_a_drawn_key_opens_first_and_wraps_once_it_is_used(tmp_path: Path) -> None:
    """The one of before stays to open; once more does no harm."""
    kek = FileKek(tmp_path)
    kek.create()
    before = kek.read()
    drawn = kek.draw()
    assert (kek.read(), [name_of(one) for one in kek.earlier()]) == (before, [drawn])
    for _ in range(2):
        kek.use(drawn)
        assert name_of(kek.read()) == drawn
        assert kek.earlier() == (before,)
        assert _names(tmp_path) == {"kek", f"kek.{name_of(before)}"}
    kek.use(name_of(before))

    assert kek.read() == before
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_after_a_crash_the_same_key_is_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    """Wherever it was, both keys are there, and the command goes on."""
    kek = FileKek(tmp_path)
    kek.create()
    before, drawn = kek.read(), kek.draw()
    left = [calls]
    whole = Path.replace

    def crash(self: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise ZeroDivisionError
        return whole(self, target)

    def crash_late(self: Path, *, missing_ok: bool = False) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Path, "replace", crash)
    if calls == 3:
        monkeypatch.setattr(Path, "unlink", crash_late)
    with pytest.raises(ZeroDivisionError):
        kek.use(drawn)
    monkeypatch.undo()
    assert {name_of(one) for one in (kek.read(), *kek.earlier())} == {name_of(before), drawn}
    kek.use(drawn)

    assert (name_of(kek.read()), kek.earlier()) == (drawn, (before,))


@pytest.mark.parametrize("name", ["0" * 16, "../pepper", "", "next"])
def test_only_a_key_that_is_here_is_put_into_use(tmp_path: Path, name: str) -> None:
    """Nothing is changed."""
    create_keys(tmp_path, FileKek(tmp_path))
    new_key_file(tmp_path / "kek.next")
    before = FileKek(tmp_path).read()
    with pytest.raises(ConfigurationError) as wrong:
        FileKek(tmp_path).use(name)

    assert _codes(wrong) == ["kek-unknown"]
    assert FileKek(tmp_path).read() == before


def test_the_environment_is_set_by_others() -> None:
    """And it says what they do."""
    kek = VariableKek({VARIABLE: HEX})
    with pytest.raises(ConfigurationError) as drawn:
        kek.draw()
    with pytest.raises(ConfigurationError) as used:
        kek.use("0" * 16)

    assert _codes(drawn) == _codes(used) == ["kek-elsewhere"]
    assert EARLIER in drawn.value.render("en")


def test_vault_seals_a_drawn_key_and_what_it_sealed_is_put_into_use(tmp_path: Path) -> None:
    """The key itself lies in no file."""
    vault = _Vault(_data(ciphertext="vault:v2:bmV3"))
    kek, before = _transit(tmp_path, vault), b"\xab" * 32
    drawn = kek.draw()
    plain = json.loads(vault.asked[0][2])["plaintext"]
    assert (tmp_path / f"{WRAPPED}.{drawn}").read_text(encoding="ascii") == "vault:v2:bmV3\n"
    vault.replies += [_data(plaintext="q6ur" * 10 + "q6s="), _data(plaintext=plain)]
    kek.use(drawn)

    assert (tmp_path / WRAPPED).read_text(encoding="ascii") == "vault:v2:bmV3\n"
    assert (tmp_path / f"{WRAPPED}.{name_of(before)}").read_text(encoding="ascii") == "vault:v1:c2VhbGVk\n"
    assert not (tmp_path / f"{WRAPPED}.{drawn}").exists()


def test_what_vault_did_not_seal_is_not_drawn(tmp_path: Path) -> None:
    """No file is made."""
    kek = _transit(tmp_path, _Vault(_data(ciphertext="not sealed")))
    files = _names(tmp_path)
    with pytest.raises(ConfigurationError) as wrong:
        kek.draw()

    assert _codes(wrong) == ["vault-answer"]
    assert _names(tmp_path) == files
