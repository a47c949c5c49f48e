"""Sinks as the settings describe them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.assembly.sinks import make_sink
from proxy.audit.sinks.file_drop import FileDrop
from proxy.audit.sinks.object_store import ObjectStore
from proxy.audit.sinks.syslog import Syslog
from proxy.audit.sinks.webhook import Webhook
from proxy.core.errors import ConfigurationError
from proxy.settings.audit import Sink
from tests.checkpoints import TRUST, note_of
from tests.fakes.clock import START
from tests.fakes.receivers import Asked, StrictBucket, Told, certificates, line_receiver, web_server

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.sinks.sink import Sink as Place

SIGNED = TRUST.open(note_of(8))


def _made(**parts: object) -> Place:
    return make_sink(Sink.model_validate(parts), trust=TRUST, node="n1", now=lambda: START)


def _secret(directory: Path, name: str, text: str) -> Path:
    file = directory / name
    file.write_text(text, encoding="ascii")
    file.chmod(0o600)
    return file


def test_a_directory_is_a_sink(tmp_path: Path) -> None:
    """Under the name of the settings."""
    sink = _made(name="revision", file={"directory": tmp_path})
    sink.publish(SIGNED)

    assert isinstance(sink, FileDrop)
    assert sink.name == "revision"
    assert sink.newest().newest == SIGNED


def test_the_authority_of_the_settings_counts(tmp_path: Path) -> None:
    """For lines, for the web address and for the bucket; keys come from their files."""
    made, asked = certificates(tmp_path), list[Asked]()
    bucket = StrictBucket("KEY", "secret", "us-east-1")
    key = _secret(tmp_path, "hook", "00" * 32)
    access = _secret(tmp_path, "access", "KEY\nsecret\n")

    def answer(request: Asked) -> Told:
        asked.append(request)
        return bucket.answer(request) if request.method == "PUT" else Told(200)

    with line_receiver(made.server) as receiver, web_server(answer, made.server) as address:
        for sink in (
            _made(syslog={"url": "tls://{}:{}".format(*receiver.address), "ca_file": made.ca_file}),
            _made(webhook={"url": f"{address}/hook", "key_file": key, "ca_file": made.ca_file}),
            _made(
                s3={
                    "endpoint": address, "bucket": "worm", "retention_days": 10,
                    "credentials_file": access, "ca_file": made.ca_file,
                }
            ),
        ):  # fmt: skip
            assert isinstance(sink, Syslog | Webhook | ObjectStore)
            sink.publish(SIGNED)

    assert len(receiver.received) == 1
    assert [request.method for request in asked] == ["POST", "PUT"]
    assert [version.data for version in bucket.versions] == [SIGNED.note.data()]


def test_without_tls_a_line_goes_as_it_is() -> None:
    """On this machine."""
    with line_receiver() as receiver:
        _made(syslog={"url": "tcp://{}:{}".format(*receiver.address)}).publish(SIGNED)

    assert b"postgate - checkpoint" in receiver.received[0]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_a_mistake_of_the_settings(tmp_path: Path, content: str | None) -> None:
    """Found when the node is built, with the name of the file."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="ascii")

    with pytest.raises(ConfigurationError) as refused:
        _made(syslog={"url": "tls://siem.bank.example:6514", "ca_file": file})
    (problem,) = refused.value.problems

    assert (problem.code, problem.file) == ("ca-unreadable", str(file))


def test_a_missing_secret_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    """So is one that others may read."""
    exposed = _secret(tmp_path, "hook", "00" * 32)
    exposed.chmod(0o644)

    for file in (tmp_path / "away", exposed):
        with pytest.raises(ConfigurationError):
            _made(webhook={"url": "https://audit.bank.example/", "key_file": file})
