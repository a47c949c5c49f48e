"""Checkpoints as lines of a log receiver."""

from __future__ import annotations

import base64
import re
import ssl
from typing import TYPE_CHECKING

import pytest

from proxy.audit.signed import Trust, signer_of
from proxy.audit.sinks.https import tls_context
from proxy.audit.sinks.sink import NOTHING
from proxy.audit.sinks.syslog import Syslog, frame, line
from tests import outsider
from tests.checkpoints import SIGNER, TRUST, note_of
from tests.fakes.clock import START
from tests.fakes.receivers import certificates, line_receiver
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = TRUST.open(note_of(8))
RFC_5424 = re.compile(
    rb"<(?P<priority>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<host>[!-~]{1,255}) "
    rb"(?P<app>[!-~]{1,48}) (?P<proc>[!-~]{1,128}) (?P<msgid>[!-~]{1,32}) "
    rb'\[(?P<id>[!-<>-\\^-~]{1,32})(?P<data>( [a-z]+="(?:[^"\\\]]|\\["\\\]])*")+)\] (?P<text>.+)'
)


def _sent(framed: bytes) -> re.Match[bytes]:
    length, _, data = framed.partition(b" ")
    assert int(length) == len(data) < 2048  # every receiver should take so much (RFC 5424, 6.1)
    found = RFC_5424.fullmatch(data)
    assert found is not None, data
    return found


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_a_checkpoint_is_one_line_over_tls(tmp_path: Path, says_goodbye: bool) -> None:
    """Octet-counted; the line alone holds the whole note, which proves itself to an outsider."""
    made = certificates(tmp_path)
    with line_receiver(made.server, says_goodbye=says_goodbye) as receiver:
        sink = Syslog(receiver.address, name="siem", node="n1", now=lambda: START, tls=tls_context(made.ca_file))
        sink.publish(SIGNED)

    (framed,) = receiver.received
    found = _sent(framed)
    values = dict(re.findall(rb'([a-z]+)="((?:[^"\\\]]|\\.)*)"', found["data"]))
    assert (found["priority"], found["host"], found["app"], found["id"]) == (
        b"109", b"n1", b"postgate", b"checkpoint@32473",
    )  # fmt: skip
    assert (values[b"origin"], values[b"size"]) == (ORIGIN.encode(), b"8")
    stated = outsider.checkpoint(base64.b64decode(values[b"note"]), SIGNER.key().text())
    assert stated is not None
    assert stated[:2] == (ORIGIN, 8)
    assert sink.newest() == NOTHING


def test_on_this_machine_it_may_go_without_tls() -> None:
    """One connection for each checkpoint."""
    with line_receiver() as receiver:
        sink = Syslog(receiver.address, name="siem", node="n1", now=lambda: START, tls=None)
        sink.publish(SIGNED)
        sink.publish(TRUST.open(note_of(9)))

    assert [_sent(framed)["text"] for framed in receiver.received] == [
        f"checkpoint of {ORIGIN}: {size} records".encode() for size in (8, 9)
    ]


def test_a_receiver_of_another_authority_gets_nothing(tmp_path: Path) -> None:
    """Somebody in the middle."""
    with line_receiver(certificates(tmp_path).server) as receiver:
        sink = Syslog(receiver.address, name="siem", node="n1", now=lambda: START, tls=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            sink.publish(SIGNED)

    assert receiver.received == []


@pytest.mark.parametrize("kind", ["away", "aborts", "hangs"])
def test_a_receiver_that_did_not_read_is_told(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Nobody listens, it hangs up at once (the system says so in more than one way), or it never closes."""
    monkeypatch.setattr("proxy.audit.sinks.syslog.TIMEOUT_S", 0.05)
    with line_receiver(aborts=kind == "aborts", hangs=kind == "hangs") as receiver:
        address = ("127.0.0.1", 1) if kind == "away" else receiver.address
        sink = Syslog(address, name="siem", node="n1", now=lambda: START, tls=None)
        with pytest.raises(OSError) as failed:
            sink.publish(SIGNED)

    assert isinstance(failed.value, TimeoutError) == (kind == "hangs")


def test_signs_of_the_format_are_escaped() -> None:
    """An origin may have them."""
    origin = 'x]"\\y'
    signer = signer_of(origin, bytes(32))
    signed = Trust(origin=origin, keys=(signer.key(),)).open(note_of(3, origin=origin, signer=signer))

    found = _sent(frame(line(signed, node="n1", at=START)))
    assert b'origin="x\\]\\"\\\\y"' in found["data"]
