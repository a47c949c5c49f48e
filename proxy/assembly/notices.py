"""
Wires the ways by which people are told something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.assembly.sinks import tls_of
from proxy.audit.sinks.https import send
from proxy.audit.sinks.webhook import SIGNATURE, signature
from proxy.delivery.mail import Mail, MailServer
from proxy.delivery.notice_webhook import NoticeWebhook
from proxy.delivery.place_file import PlaceFile
from proxy.gate.notify import Notify
from proxy.identity.office import name_digest
from proxy.storage.news import SqlNews
from proxy.vault.keys import load_credentials, load_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.assembly.store import Store
    from proxy.assembly.watchers import Watchers
    from proxy.gate.notices import Notifier
    from proxy.gate.ports import Clock
    from proxy.settings.audit import Webhook
    from proxy.settings.model import Settings
    from proxy.settings.notify import Smtp


def notifying(settings: Settings, store: Store, watchers: Watchers, clock: Clock) -> list[Notify]:
    """
    Return what tells of this node's records, one for each channel of the settings.

    Raises:
        ConfigurationError: a file of a key, of credentials or of an authority is unfit.
    """
    news = SqlNews(store.reads)
    return [
        Notify(
            news,
            notifier,
            PlaceFile(
                settings.state / f"told-{notifier.channel}",
                failed=lambda channel=notifier.channel: watchers.forgetful(channel),  # type: ignore[misc]
            ),
            clock=clock,
            node=settings.node,
            watch=watchers,
        )
        for notifier in _notifiers(settings, store, clock)
    ]


def _notifiers(settings: Settings, store: Store, clock: Clock) -> list[Notifier]:
    notify, api = settings.notify, settings.api
    address = None if api is None else str(api.public_url or f"http://{api.listen}")
    found: list[Notifier] = []
    if notify.smtp is not None:
        found.append(
            Mail(
                _server(notify.smtp),
                queues=notify.queues,
                authors={name_digest(name, store.envelope.digest): address for name, address in notify.authors.items()},
                language=settings.language,
                api=address,
            )
        )
    if notify.webhook is not None:
        found.append(NoticeWebhook(_poster(notify.webhook, clock.now), api=address))
    return found


def _server(smtp: Smtp) -> MailServer:
    return MailServer(
        host=smtp.host,
        port=smtp.port,
        tls=None if smtp.tls == "none" else tls_of(smtp.ca_file),
        at_once=smtp.tls == "tls",
        sender=smtp.sender,
        login=None if smtp.credentials_file is None else load_credentials(smtp.credentials_file),
    )


def _poster(webhook: Webhook, now: Callable[[], datetime]) -> Callable[[bytes], int]:
    """Return what signs a document and posts it, as checkpoints are posted."""
    key, tls = load_key(webhook.key_file), tls_of(webhook.ca_file)

    def post(document: bytes) -> int:
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature(key, document, at=int(now().timestamp())),
        }
        return send("POST", webhook.url, headers=headers, body=document, tls=tls).status

    return post
