"""
Notices by e-mail (SMTP, RFC 5321), blocking and therefore in a thread, with the standard library.

A server's certificate is verified, and nothing is sent in clear to another machine: the settings see to that.
"""

from __future__ import annotations

import asyncio
import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from proxy.delivery.letters import body, subject
from proxy.gate.notices import Told

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence

    from proxy.gate.notices import Notice

TIMEOUT_S = 10.0
"""For each step of a conversation."""
_FOR_GOOD = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    """None: in clear, on this machine."""
    at_once: bool
    """Whether TLS begins with the connection; otherwise with STARTTLS."""
    sender: str
    login: tuple[str, str] | None = field(default=None, repr=False)


class Mail:
    """Implements `gate.notices.Notifier` by e-mail."""

    channel = "mail"

    def __init__(
        self,
        server: MailServer,
        *,
        queues: Mapping[str, Sequence[str]],
        authors: Mapping[str, str],
        language: str,
        api: str | None,
    ) -> None:
        """
        Remember who is told.

        Args:
            server: takes the mails.
            queues: addresses, by queue.
            authors: addresses, by keyed digest of a name.
            language: of the texts.
            api: address of the API, for links.
        """
        self._server = server
        self._queues = queues
        self._authors = authors
        self._language = language
        self._api = api

    async def tell(self, notice: Notice) -> Told:
        """Send one mail to everybody who is listed."""
        to = self._to(notice)
        return await asyncio.to_thread(self._send, notice, to) if to else Told.NOBODY

    def _to(self, notice: Notice) -> tuple[str, ...]:
        if notice.queue is not None:
            return tuple(self._queues.get(notice.queue, ()))
        address = self._authors.get(notice.author or "")
        return () if address is None else (address,)

    def _send(self, notice: Notice, to: tuple[str, ...]) -> Told:
        try:
            with self._connected() as server:
                refused = server.send_message(self._message(notice, to), self._server.sender, to)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            return Told.REFUSED if min(codes) >= _FOR_GOOD else Told.FAILED
        except smtplib.SMTPAuthenticationError:
            return Told.FAILED  # a credential that is mended later
        except smtplib.SMTPResponseException as error:
            return Told.REFUSED if error.smtp_code >= _FOR_GOOD else Told.FAILED
        except (OSError, smtplib.SMTPException):
            return Told.FAILED
        return Told.REFUSED if refused else Told.SENT

    def _connected(self) -> smtplib.SMTP:
        server, own = self._server, self._server.sender.rpartition("@")[2]
        if server.tls is not None and server.at_once:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=own, timeout=TIMEOUT_S, context=server.tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, local_hostname=own, timeout=TIMEOUT_S)
        try:
            if server.tls is not None and not server.at_once:
                connection.starttls(context=server.tls)
            if server.login is not None:
                connection.login(*server.login)
        except BaseException:  # the connection is not handed out; the error goes on
            connection.close()
            raise
        return connection

    def _message(self, notice: Notice, to: tuple[str, ...]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = ", ".join(to)
        message["Subject"] = subject(notice, language=self._language)
        message["Date"] = format_datetime(notice.at)
        message["Message-ID"] = f"<{notice.id}@{self._server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body(notice, language=self._language, api=self._api))
        return message
