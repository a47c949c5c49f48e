"""
Wires the places that checkpoints are handed to.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.audit.sinks.file_drop import FileDrop
from proxy.audit.sinks.https import tls_context
from proxy.audit.sinks.object_store import Bucket, ObjectStore
from proxy.audit.sinks.sigv4 import Credentials
from proxy.audit.sinks.syslog import Syslog
from proxy.audit.sinks.webhook import Webhook
from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.settings import audit as settings
from proxy.vault.keys import load_credentials, load_key

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from proxy.audit.signed import Trust
    from proxy.audit.sinks.sink import Sink


def make_sink(sink: settings.Sink, *, trust: Trust, node: str, now: Callable[[], datetime]) -> Sink:
    """
    Return the sink that the settings describe; nothing is asked yet.

    Raises:
        ConfigurationError: a file of a key, of credentials or of an authority is unfit.
    """
    name = sink.label
    match sink.kind:
        case settings.FileDrop(directory=directory):
            return FileDrop(directory, name=name, trust=trust)
        case settings.Syslog() as syslog:
            tls = tls_of(syslog.ca_file) if syslog.encrypted else None
            return Syslog(syslog.address, name=name, node=node, now=now, tls=tls)
        case settings.Webhook() as webhook:
            key = load_key(webhook.key_file)
            return Webhook(webhook.url, name=name, key=key, now=now, tls=tls_of(webhook.ca_file))
        case settings.ObjectStore() as store:
            return ObjectStore(
                _bucket(store), _credentials(store), name=name, trust=trust, now=now, tls=tls_of(store.ca_file)
            )


def _bucket(store: settings.ObjectStore) -> Bucket:
    return Bucket(
        endpoint=store.endpoint,
        name=store.bucket,
        prefix=store.prefix,
        mode=store.mode,
        retention=timedelta(days=store.retention_days),
    )


def _credentials(store: settings.ObjectStore) -> Credentials:
    access_key, secret_key = load_credentials(store.credentials_file)
    return Credentials(access_key=access_key, secret_key=secret_key, region=store.region)


def tls_of(ca_file: Path | None) -> ssl.SSLContext:
    """
    Return how servers are verified.

    Raises:
        ConfigurationError: the file of the authority is unfit.
    """
    try:
        return tls_context(ca_file)
    except OSError:
        raise ConfigurationError((_unfit(str(ca_file)),)) from None


def _unfit(file: str) -> Problem:
    return Problem(
        file=file,
        line=0,
        column=0,
        code="ca-unreadable",
        message=Localised(
            de="Die Datei fehlt, ist nicht lesbar, oder es steht kein Zertifikat darin.",
            en="The file is missing, cannot be read, or there is no certificate in it.",
        ),
        remedy=Localised(
            de="Das Zertifikat der ausstellenden Stelle als PEM-Datei hinlegen.",
            en="Put the certificate of the authority there, as a PEM file.",
        ),
    )
