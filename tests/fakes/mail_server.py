"""
A mail server on loopback, for tests: a real one in a thread, with STARTTLS, a login, and refusals as a test wants them.
"""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass(slots=True)
class Post:
    """A mail that was taken."""

    sender: str
    to: list[str]
    message: EmailMessage
    encrypted: bool
    login: str | None


@dataclass(slots=True)
class Rules:
    """How the server behaves."""

    tls: ssl.SSLContext | None = None
    at_once: bool = False
    password: str | None = None
    """What a client has to log in with, behind a NUL the user's name and another NUL."""
    recipients: dict[str, int] = field(default_factory=dict)
    """Answers to addresses that are refused."""
    data: int = 250
    """Answer to a whole mail."""
    sender: int = 250
    hangs_up: bool = False


class MailServer:
    """What came, and where it listens."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.taken: list[Post] = []
        self.port = 0


class _Conversation(socketserver.StreamRequestHandler):
    """One client."""

    mail: MailServer

    def handle(self) -> None:
        """Talk until the client goes."""
        rules = self.mail.rules
        if rules.hangs_up:
            return
        self.encrypted = rules.at_once
        self.login: str | None = None
        self.sender, self.to = "", list[str]()
        self._say("220 mail.test ready")
        while line := self._hear():
            word = line.split(" ", 1)[0].upper()
            if not self._answer(word, line):
                return

    def finish(self) -> None:
        """Close what STARTTLS put in the place of the first connection."""
        super().finish()
        self.connection.close()

    def _answer(self, word: str, line: str) -> bool:
        rules = self.mail.rules
        match word:
            case "EHLO" | "HELO":
                extras = ["250-mail.test"]
                extras += ["250-STARTTLS"] if rules.tls is not None and not self.encrypted else []
                extras += ["250-AUTH PLAIN"] if rules.password is not None else []
                self._say(*extras, "250 8BITMIME")
            case "STARTTLS":
                self._say("220 go ahead")
                self._encrypt()
            case "AUTH":
                said = base64.b64decode(line.rsplit(" ", maxsplit=1)[-1]).decode()
                self.login = said.split("\0")[1] if said == rules.password else None
                self._say("235 welcome" if self.login else "535 no")
            case "MAIL":
                self.sender, self.to = _address(line), []
                self._say(f"{rules.sender} sender")
            case "RCPT":
                code = rules.recipients.get(_address(line), 250)
                self.to += [_address(line)] if code == 250 else []
                self._say(f"{code} recipient")
            case "DATA":
                self._say("354 go on")
                self._take()
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _encrypt(self) -> None:
        tls = self.mail.rules.tls
        assert tls is not None
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.encrypted = True

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.mail.rules.data == 250:
            message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            self.mail.taken.append(Post(self.sender, self.to, message, self.encrypted, self.login))
        self._say(f"{self.mail.rules.data} mail")

    def _hear(self) -> str:
        return self.rfile.readline().decode("ascii").strip()

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode("ascii"))


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextmanager
def mail_server(rules: Rules | None = None) -> Iterator[MailServer]:
    """Run a mail server."""
    mail = MailServer(rules or Rules())
    handler = type("Handler", (_Conversation,), {"mail": mail})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # a client that hung up
    if mail.rules.at_once and mail.rules.tls is not None:
        server.socket = mail.rules.tls.wrap_socket(server.socket, server_side=True)
    mail.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield mail
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
