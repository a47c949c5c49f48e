"""Who is told what by which way."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from proxy.settings.notify import Notify

SMTP = {"host": "mail.bank.example", "from": "postgate@bank.example"}


def test_without_a_word_nobody_is_told() -> None:
    """There is no server to guess."""
    assert (Notify().smtp, Notify().webhook, Notify().queues, Notify().authors) == (None, None, {}, {})


def test_a_house_lists_its_people() -> None:
    """Encrypted at the usual port unless it says otherwise."""
    notify = Notify.model_validate(
        {
            "smtp": SMTP,
            "webhook": {"url": "https://chat.bank.example/hook", "key_file": "hook.key"},
            "queues": {"compliance": ["anna@bank.example", "ben+review@bank.example"]},
            "authors": {"Erika Beispiel": "erika@bank.example"},
        }
    )

    assert notify.smtp is not None
    assert (notify.smtp.port, notify.smtp.tls, notify.smtp.sender) == (587, "starttls", "postgate@bank.example")
    assert notify.queues == {"compliance": ("anna@bank.example", "ben+review@bank.example")}


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({"smtp": SMTP | {"host": "mail server"}}, "host"),
        ({"smtp": SMTP | {"tls": "none"}}, "plain-mail"),
        ({"smtp": SMTP | {"from": "Postgate <postgate@bank.example>"}}, "mail-address"),
        ({"smtp": SMTP, "queues": {"compliance": ["anna@bank.example\nBcc: x@y.example"]}}, "mail-address"),
        ({"smtp": SMTP, "queues": {"compliance": ["anna"]}}, "mail-address"),
        ({"smtp": SMTP, "queues": {"Compliance": []}}, "identifier"),
        ({"queues": {"compliance": ["anna@bank.example"]}}, "mail-server"),
        ({"authors": {"Erika Beispiel": "erika@bank.example"}}, "mail-server"),
        ({"webhook": {"url": "http://chat.bank.example/hook", "key_file": "hook.key"}}, "plain-http"),
    ],
)
def test_what_would_not_work_is_a_mistake(given: dict[str, Any], mistake: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        Notify.model_validate(given)
    assert [error["type"] for error in caught.value.errors(include_input=False)] == [mistake]


def test_mails_may_be_handed_over_in_clear_on_this_machine() -> None:
    """To a relay that encrypts."""
    notify = Notify.model_validate({"smtp": SMTP | {"host": "127.0.0.1", "port": 25, "tls": "none"}})

    assert notify.smtp is not None
    assert notify.smtp.tls == "none"
