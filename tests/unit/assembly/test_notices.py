"""The ways by which people are told, as the settings describe them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.notices import notifying
from proxy.assembly.store import Store
from proxy.assembly.watchers import Watchers
from proxy.core.errors import ConfigurationError
from proxy.gate.work import AuditRecord, Subject, Work
from proxy.identity.office import name_digest
from proxy.loading.settings_file import load_settings
from proxy.observability.faults import FaultPoints
from proxy.observability.system import SystemClock, random_id
from tests.fakes.mail_server import Rules, mail_server
from tests.fakes.receivers import Asked, Told, certificates, web_server
from tests.installation import Installation
from tests.works import SYSTEM

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.settings.model import Settings


def _secret(directory: Path, name: str, text: str) -> Path:
    file = directory / name
    file.write_text(text, encoding="ascii")
    file.chmod(0o600)
    return file


def _settings(directory: Path, lines: str) -> Settings:
    installation = Installation(directory)
    text = installation.config.read_text(encoding="utf-8")
    installation.config.write_text(f"{text}api: {{}}\nnotify:\n{lines}", encoding="utf-8")
    return load_settings(installation.config, {})


def _store(settings: Settings) -> Store:
    return Store(settings, clock=SystemClock(), observe=lambda _sample: None, faults=FaultPoints(None))


def _reminded() -> Work:
    record = AuditRecord(
        id=random_id(),
        code="PG-209",
        type="review.reminded",
        at=SystemClock().now(),
        actor=SYSTEM,
        subject=Subject(account="mastodon:presse"),
        data={"review": "w1", "queue": "compliance"},
    )
    return Work(records=(record,))


async def test_people_hear_by_mail_and_by_a_signed_post(tmp_path: Path) -> None:
    """Both from the log, over TLS, with the keys of their files; what was told is remembered in the state directory."""
    made, asked = certificates(tmp_path), list[Asked]()
    _secret(tmp_path, "hook", "00" * 32)
    _secret(tmp_path, "login", "gateway\nsecret\n")

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(204)

    rules = Rules(tls=made.server, password="\0gateway\0secret")
    with mail_server(rules) as mails, web_server(answer, made.server) as address:
        lines = (
            f"  smtp: {{host: 127.0.0.1, port: {mails.port}, from: postgate@bank.example, ca_file: {made.ca_file}, "
            f"credentials_file: {tmp_path}/login}}\n"
            f'  webhook: {{url: "{address}/hook", key_file: {tmp_path}/hook, ca_file: {made.ca_file}}}\n'
            "  queues: {compliance: [anna@bank.example]}\n"
        )
        settings = await asyncio.to_thread(_settings, tmp_path, lines)
        store, watchers = await asyncio.to_thread(_store, settings), Watchers(settings, SystemClock())
        await store.start(trust_database=True)
        channels = await asyncio.to_thread(notifying, settings, store, watchers, SystemClock())
        for channel in channels:
            await channel.once()
        await store.audit.commit(_reminded())
        for channel in channels:
            await channel.once()
        await store.stop()
        await watchers.stop()

    (mail,), (posted,) = mails.taken, asked
    moment, _, mac = posted.headers["postgate-signature"].partition(",v1=")
    signed = hmac.new(bytes(32), moment.removeprefix("t=").encode() + b"." + posted.body, hashlib.sha256).hexdigest()
    assert [channel.channel for channel in channels] == ["mail", "webhook"]
    assert (mail.to, mail.encrypted, mail.login) == (["anna@bank.example"], True, "gateway")
    assert "http://127.0.0.1:9041/v1/reviews/w1" in mail.message.get_content()
    assert (posted.target, mac) == ("/hook", signed)
    assert json.loads(posted.body)["kind"] == "reminded"
    assert sorted(file.name for file in settings.state.glob("told-*")) == ["told-mail", "told-webhook"]


async def test_who_is_an_author_is_known_by_the_name(tmp_path: Path) -> None:
    """However it is typed, as when the token was issued."""
    settings = await asyncio.to_thread(_settings, tmp_path, "  queues: {}\n")
    store = await asyncio.to_thread(_store, settings)
    digests = {name_digest(name, store.envelope.digest) for name in ("Erika Beispiel", " erika  BEISPIEL")}
    watchers = Watchers(settings, SystemClock())

    assert notifying(settings, store, watchers, SystemClock()) == []
    assert len(digests) == 1
    await store.stop()
    await watchers.stop()


@pytest.mark.parametrize(
    "lines",
    [
        "  smtp: {host: localhost, tls: none, from: p@bank.example, credentials_file: nowhere}\n",
        "  smtp: {host: localhost, from: p@bank.example, ca_file: nowhere}\n",
        '  webhook: {url: "https://chat.bank.example/hook", key_file: nowhere}\n',
    ],
)
async def test_a_file_that_is_not_there_is_a_mistake_of_the_settings(tmp_path: Path, lines: str) -> None:
    """Found when the node is built, not when somebody should hear."""
    settings = await asyncio.to_thread(_settings, tmp_path, lines)
    store, watchers = await asyncio.to_thread(_store, settings), Watchers(settings, SystemClock())
    with pytest.raises(ConfigurationError):
        await asyncio.to_thread(notifying, settings, store, watchers, SystemClock())
    await store.stop()
    await watchers.stop()
