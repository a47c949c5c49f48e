"""
The settings of the audit log and of the places its checkpoints are handed to.

Secrets stand in files of their own; here are only their names.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from proxy.settings.addresses import Origin, is_loopback, split_listen, web_address
from proxy.settings.mistakes import mistake, repeated

_ORIGIN_NAME = re.compile(r"[!-*,-~]{1,128}")
_VERIFIER_KEY = re.compile(r"[!-*,-~]{1,128}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")
KINDS = ("file", "syslog", "webhook", "s3")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


def _log_origin(value: str) -> str:
    if not _ORIGIN_NAME.fullmatch(value):
        raise mistake(code="audit-origin")
    return value


def _receiver(value: str) -> str:
    scheme, _, address = value.partition("://")
    if scheme not in {"tls", "tcp"}:
        raise mistake(code="line-receiver")
    host, _ = split_listen(address)
    if scheme == "tcp" and not is_loopback(host):
        raise mistake(code="line-receiver")
    return value


class _Section(BaseModel):
    """A part of the settings: frozen, without unknown keys, silent about its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


class FileDrop(_Section):
    """A directory in which every checkpoint becomes a file."""

    directory: Path
    """Directory on the share of another system; it must exist, so that a share that is not there is noticed."""


class Syslog(_Section):
    """A receiver of log lines (RFC 5424, octet-counted), such as a SIEM: one line for each checkpoint."""

    url: Annotated[str, AfterValidator(_receiver)]
    """`tls://HOST:PORT`, usually port 6514; `tcp://HOST:PORT` on this machine (loopback) only."""
    ca_file: Path | None = None
    """PEM file of the authority that signed the receiver's certificate; None: those of the system."""

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        return split_listen(self.url.partition("://")[2])

    @property
    def encrypted(self) -> bool:
        """Return whether lines go over TLS."""
        return self.url.startswith("tls:")


class Webhook(_Section):
    """A web address that gets each document as JSON, with an HMAC signature."""

    url: Annotated[str, AfterValidator(web_address)] = Field(repr=False)
    """Where to post; unencrypted on this machine only. Redirects are not followed."""
    key_file: Path
    """File of the shared key: 64 hexadecimal digits, readable by the gateway's user only."""
    ca_file: Path | None = None
    """PEM file of the authority that signed the receiver's certificate; None: those of the system."""


class ObjectStore(_Section):
    """A bucket of an object store that speaks S3, with object lock: what is written stays until its retention ends."""

    endpoint: Origin
    """Address of the store, such as https://s3.eu-central-1.amazonaws.com; the bucket stands in the path."""
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = "us-east-1"
    """Region that requests are signed for."""
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    """Name of the bucket; versions and object lock must be on."""
    prefix: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/){0,8}$")] = ""
    """What the names of objects begin with; empty, or with a slash at its end."""
    mode: Literal["COMPLIANCE", "GOVERNANCE"] = "COMPLIANCE"
    """`COMPLIANCE`: nobody can shorten the retention; `GOVERNANCE`: some can."""
    retention_days: Annotated[int, Field(strict=True, ge=1, le=36_500)]
    """For how many days an object cannot be removed."""
    credentials_file: Path
    """File with the access key id and the secret key, one a line, readable by the gateway's user only."""
    ca_file: Path | None = None
    """PEM file of the authority that signed the store's certificate; None: those of the system."""


class Sink(_Section):
    """Where checkpoints are handed to, so that whoever holds the database cannot take them back; of one kind."""

    name: Name | None = None
    """Name in logs, metrics and records; None: its kind."""
    file: FileDrop | None = None
    """A directory in which every checkpoint becomes a file."""
    syslog: Syslog | None = None
    """A receiver of log lines."""
    webhook: Webhook | None = None
    """A web address."""
    s3: ObjectStore | None = None
    """A bucket with object lock."""

    @property
    def kind(self) -> FileDrop | Syslog | Webhook | ObjectStore:
        """Return the settings of the one kind it is of."""
        return next(one for one in self._kinds() if one is not None)

    @property
    def label(self) -> str:
        """Return the name, or that of the kind."""
        return self.name or next(name for name in KINDS if getattr(self, name) is not None)

    def _kinds(self) -> tuple[FileDrop | Syslog | Webhook | ObjectStore | None, ...]:
        return self.file, self.syslog, self.webhook, self.s3

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if sum(one is not None for one in self._kinds()) != 1:
            raise mistake(code="sink-kind")
        return self


class RetentionClass(_Section):
    """How long contents of posts of one kind are kept; then they are destroyed, their records stay."""

    name: Name
    """Stands in every record of this class."""
    days: Annotated[int, Field(strict=True, ge=1, le=36_525)]
    """Days from the decision."""


class Retention(_Section):
    """How long contents of posts are kept."""

    stopped: RetentionClass = RetentionClass(name="blocked-30d", days=30)
    """What was blocked, and the originals of redacted posts."""
    published: RetentionClass = RetentionClass(name="published-3y", days=1096)
    """What was sent, and what waits for a person."""
    classes: tuple[RetentionClass, ...] = (RetentionClass(name="de-wphg-5y", days=1827),)
    """Further ones, which rules may name under `retain`; where several ask for a post, the longest counts."""

    def all(self) -> tuple[RetentionClass, ...]:
        """Return every class that a content may have: those of verdicts first, then the further ones by other names."""
        own = {self.stopped.name, self.published.name}
        return self.stopped, self.published, *(one for one in self.classes if one.name not in own)

    def names(self) -> frozenset[str]:
        """Return the names that rules may use."""
        return frozenset(one.name for one in self.all())

    @model_validator(mode="after")
    def _of_different_names(self) -> Self:
        if "classes" not in self.model_fields_set:  # the shipped one gives way to one of the house
            return self
        names = (self.stopped.name, self.published.name, *(one.name for one in self.classes))
        twice = tuple(("classes", index - 2, "name") for index in repeated(names) if index > 1)
        if twice:
            raise mistake(code="repeated-entry", places=twice)
        return self


class Audit(_Section):
    """The audit log."""

    origin: Annotated[str, AfterValidator(_log_origin)]
    """Lasting name of this log; part of every checkpoint."""
    state: Path | None = None
    """Directory in which the node remembers its last checkpoint; None: `state` beside `keys.directory`."""
    verifier_keys: tuple[str, ...] = ()
    """Verifier keys of the log (`postgate audit key`), for a node that has no key of its own to know what counts."""
    sinks: tuple[Sink, ...] = ()
    """Where checkpoints are handed to; each held by somebody who does not hold the database."""
    publish_seconds: Annotated[int, Field(strict=True, ge=1, le=3600)] = 60
    """How often a sink gets a checkpoint at most."""
    retention: Retention = Retention()
    """How long contents of posts are kept."""
    unsigned_limit: Annotated[int, Field(strict=True, ge=10, le=86_400)] = 900
    """After so many seconds without a signature the node is not ready, if there is a key, a verifier key or a sink."""

    @model_validator(mode="after")
    def _different(self) -> Self:
        files = tuple(
            str(sink.file.directory) if sink.file else f"\x00{index}" for index, sink in enumerate(self.sinks)
        )
        twice = tuple(("sinks", index, "file", "directory") for index in repeated(files))
        if twice:
            raise mistake(code="repeated-entry", places=twice)
        named = tuple(("sinks", index) for index in repeated(sink.label for sink in self.sinks))
        if named:
            raise mistake(code="sink-name", places=named)
        return self

    @model_validator(mode="after")
    def _of_this_log(self) -> Self:
        places = tuple(
            ("verifier_keys", index)
            for index, key in enumerate(self.verifier_keys)
            if not key.startswith(f"{self.origin}+") or not _VERIFIER_KEY.fullmatch(key)
        )
        if places:
            raise mistake(code="verifier-key", places=places)
        return self
