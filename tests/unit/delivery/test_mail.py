"""Notices by e-mail, handed to a real server on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.sinks.https import tls_context
from proxy.delivery.mail import Mail, MailServer
from proxy.gate.notices import Kind, Notice, Told
from tests.e2e.servers.ports import free_port
from tests.fakes.clock import START
from tests.fakes.mail_server import Rules, mail_server
from tests.fakes.receivers import certificates

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

SENDER = "postgate@bank.example"
TO_QUEUE = Notice(
    id="r1",
    kind=Kind.REMINDED,
    at=START,
    queue="compliance",
    review="w1",
    rules=("bank/iban",),
    due_at=START,
)
TO_AUTHOR = Notice(id="r2", kind=Kind.EXPIRED, at=START, author="digest", decision="d1")


def _mail(
    port: int, *, tls: ssl.SSLContext | None = None, at_once: bool = False, login: tuple[str, str] | None = None
) -> Mail:
    server = MailServer(host="127.0.0.1", port=port, tls=tls, at_once=at_once, sender=SENDER, login=login)
    return Mail(
        server,
        queues={"compliance": ("anna@bank.example", "ben@bank.example"), "legal": ()},
        authors={"digest": "erika@bank.example"},
        language="en",
        api="https://api.bank.example",
    )


async def test_everybody_of_a_queue_gets_a_mail() -> None:
    """One mail, from the house's address; it says that no machine has to answer."""
    with mail_server() as server:
        told = await _mail(server.port).tell(TO_QUEUE)

    (post,) = server.taken
    assert told is Told.SENT
    assert (post.sender, post.to) == (SENDER, ["anna@bank.example", "ben@bank.example"])
    assert post.message["Subject"] == "[Postgate] compliance: Reminder: a post still waits for a review"
    assert post.message["Message-ID"] == "<r1@bank.example>"
    assert post.message["Auto-Submitted"] == "auto-generated"
    assert post.message["Date"].datetime == START
    text = post.message.get_content()
    assert "Review: w1" in text
    assert "https://api.bank.example/v1/reviews/w1" in text


async def test_an_author_gets_a_mail() -> None:
    """To the address under the digest of the name; the text names nobody."""
    with mail_server() as server:
        told = await _mail(server.port).tell(TO_AUTHOR)

    (post,) = server.taken
    assert (told, post.to) == (Told.SENT, ["erika@bank.example"])
    assert "digest" not in str(post.message)
    assert "d-d1" in post.message.get_content()


@pytest.mark.parametrize(
    "notice",
    [
        Notice(id="r", kind=Kind.OPENED, at=START, queue="legal"),
        Notice(id="r", kind=Kind.OPENED, at=START, queue="unlisted"),
        Notice(id="r", kind=Kind.EXPIRED, at=START, author="another"),
        Notice(id="r", kind=Kind.EXPIRED, at=START),
    ],
)
async def test_who_is_not_listed_gets_none(notice: Notice) -> None:
    """No connection is made for it."""
    assert await _mail(free_port()).tell(notice) is Told.NOBODY


@pytest.mark.parametrize("at_once", [False, True])
async def test_mails_go_over_tls_with_a_login(tmp_path: Path, at_once: bool) -> None:
    """From the first byte, or by STARTTLS before the password is said."""
    made = certificates(tmp_path)
    with mail_server(Rules(tls=made.server, at_once=at_once, password="\0gateway\0secret")) as server:
        mail = _mail(server.port, tls=tls_context(made.ca_file), at_once=at_once, login=("gateway", "secret"))
        told = await mail.tell(TO_AUTHOR)

    (post,) = server.taken
    assert (told, post.encrypted, post.login) == (Told.SENT, True, "gateway")


async def test_a_server_that_proves_nothing_gets_nothing(tmp_path: Path) -> None:
    """Neither one without TLS nor one with a certificate of somebody else."""
    made = certificates(tmp_path)
    with mail_server() as plain, mail_server(Rules(tls=made.server)) as other:
        answers = [await _mail(server.port, tls=tls_context(None)).tell(TO_AUTHOR) for server in (plain, other)]

    assert answers == [Told.FAILED, Told.FAILED]
    assert plain.taken == other.taken == []


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (Rules(recipients={"anna@bank.example": 550, "ben@bank.example": 550}), Told.REFUSED),
        (Rules(recipients={"anna@bank.example": 550, "ben@bank.example": 450}), Told.FAILED),
        (Rules(recipients={"anna@bank.example": 550}), Told.REFUSED),
        (Rules(data=552), Told.REFUSED),
        (Rules(data=451), Told.FAILED),
        (Rules(sender=550), Told.REFUSED),
        (Rules(hangs_up=True), Told.FAILED),
    ],
)
async def test_what_is_refused_for_good_is_told_apart(rules: Rules, told: Told) -> None:
    """An answer that begins with 5 is for good; all else may work later. One good address is served once."""
    with mail_server(rules) as server:
        assert await _mail(server.port).tell(TO_QUEUE) is told

    assert len(server.taken) == (rules.recipients == {"anna@bank.example": 550})


async def test_a_wrong_password_may_be_mended(tmp_path: Path) -> None:
    """It is tried again; nor is a server that is away a reason to give up."""
    made = certificates(tmp_path)
    with mail_server(Rules(tls=made.server, password="\0gateway\0other")) as server:
        mail = _mail(server.port, tls=tls_context(made.ca_file), login=("gateway", "secret"))
        assert await mail.tell(TO_AUTHOR) is Told.FAILED
    assert await _mail(free_port()).tell(TO_AUTHOR) is Told.FAILED


def test_a_password_is_not_shown() -> None:
    """Not even by accident."""
    server = MailServer(
        host="h", port=1, tls=None, at_once=False, sender=SENDER, login=("gateway", "a-secret-of-the-house")
    )

    assert "a-secret-of-the-house" not in repr(server)
