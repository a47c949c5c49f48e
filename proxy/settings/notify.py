"""
The settings of notices: who is told by which way that a review waits, or what became of a post.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from proxy.settings.addresses import Host, is_loopback
from proxy.settings.audit import Webhook
from proxy.settings.mistakes import mistake
from proxy.settings.names import Identifier

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*", re.ASCII)


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise mistake(code="mail-address")
    return value


Address = Annotated[str, AfterValidator(_address)]
"""An e-mail address, such as compliance@bank.example."""


class _Section(BaseModel):
    """A part of the settings: frozen, without unknown keys, silent about its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


class Smtp(_Section):
    """The server that takes the house's mails."""

    host: Host
    """Name or address of the server; its certificate must be for it."""
    port: Annotated[int, Field(strict=True, ge=1, le=65_535)] = 587
    """Usually 587 with `starttls`, 465 with `tls`."""
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; `none` on this machine (loopback) only."""
    sender: Annotated[Address, Field(alias="from")]
    """Address that mails come from."""
    credentials_file: Path | None = None
    """File with user name and password, one a line, readable by the gateway's user only; None: without a login."""
    ca_file: Path | None = None
    """PEM file of the authority that signed the server's certificate; None: those of the system."""

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.tls == "none" and not is_loopback(self.host):
            raise mistake(code="plain-mail", places=(("tls",),))
        return self


class Notify(_Section):
    """Who is told what by which way; nothing of a post, and nobody's name, ever stands in a notice."""

    smtp: Smtp | None = None
    """The server for mails; without it nobody gets any."""
    webhook: Webhook | None = None
    """A web address that gets all notices."""
    queues: dict[Identifier, tuple[Address, ...]] = {}
    """Who gets a mail when a review of a queue opens, is half way to its due time, or comes over from another queue."""
    authors: dict[Annotated[str, Field(min_length=1, max_length=200)], Address] = {}
    """Who gets a mail when a post of theirs that waited was rejected, returned, stopped, sent, or not sent any more."""

    @model_validator(mode="after")
    def _by_mail(self) -> Self:
        if self.smtp is None and (self.queues or self.authors):
            raise mistake(code="mail-server", places=(("queues" if self.queues else "authors",),))
        return self
