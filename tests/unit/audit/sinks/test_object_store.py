"""
Checkpoints in a bucket with object lock.

The bucket of these tests recomputes every signature and wants what S3 wants. It proves what we ask for; that a store
keeps its promise of retention no test of ours can show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.audit.sinks.https import tls_context
from proxy.audit.sinks.object_store import Bucket, ObjectStore
from proxy.audit.sinks.sigv4 import Credentials
from proxy.audit.sinks.sink import SinkRefused
from proxy.core.errors import AuditBroken
from tests.checkpoints import ANOTHER, SIGNER, TRUST, note_of
from tests.fakes.clock import START
from tests.fakes.receivers import StrictBucket, Told, certificates, web_server
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proxy.audit.tlog.notes import Note

SECRET = "invented/secret+of=a-test"


def _store(endpoint: str, *, secret: str = SECRET, bucket: str = "worm", ca_file: Path | None = None) -> ObjectStore:
    return ObjectStore(
        Bucket(
            endpoint=endpoint, name=bucket, prefix="bank/postgate/", mode="COMPLIANCE", retention=timedelta(days=3650)
        ),
        Credentials(access_key="TESTKEY", secret_key=secret, region="eu-central-1"),
        name="worm",
        trust=TRUST,
        now=lambda: START,
        tls=tls_context(ca_file),
    )


@pytest.fixture
def bucket() -> StrictBucket:
    """Return an empty bucket."""
    return StrictBucket("TESTKEY", SECRET, "eu-central-1")


@pytest.fixture
def store(bucket: StrictBucket) -> Iterator[ObjectStore]:
    """Return the sink that writes into it."""
    with web_server(bucket.answer) as endpoint:
        yield _store(endpoint)


def _name(size: int) -> str:
    return f"bank/postgate/checkpoints/{10**20 - 1 - size:020d}-{size:020d}"


def _newest(store: ObjectStore) -> tuple[int, str | None]:
    found = store.newest()
    return 0 if found.newest is None else found.newest.size, found.problem


def _publish(store: ObjectStore, note: Note) -> None:
    store.publish(TRUST.open(note))


def test_a_checkpoint_becomes_an_object_that_is_kept(bucket: StrictBucket, tmp_path: Path) -> None:
    """Over TLS, with a retention, under a name by which the newest comes first."""
    made = certificates(tmp_path)
    with web_server(bucket.answer, made.server) as endpoint:
        store = _store(endpoint, ca_file=made.ca_file)
        _publish(store, note_of(8))
        _publish(store, note_of(900))
        assert _newest(store) == (900, None)

    first, second = bucket.versions
    until = (START + timedelta(days=3650)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (first.key, first.data) == (_name(8), note_of(8).data())
    assert second.key < first.key
    assert first.headers["x-amz-object-lock-mode"] == "COMPLIANCE"
    assert first.headers["x-amz-object-lock-retain-until-date"] == until


def test_an_object_is_never_written_again(bucket: StrictBucket, store: ObjectStore) -> None:
    """The same is fine; another one of this size is the evidence that auditors look for."""
    _publish(store, note_of(8))
    _publish(store, note_of(8))
    assert len(bucket.versions) == 1
    bucket.versions[0].data = note_of(8, signer=ANOTHER).data()

    with pytest.raises(AuditBroken, match="two of size 8"):
        _publish(store, note_of(8))


def test_an_empty_bucket_has_nothing(store: ObjectStore) -> None:
    """That is no error."""
    assert _newest(store) == (0, None)


def test_a_delete_marker_hides_nothing(bucket: StrictBucket, store: ObjectStore) -> None:
    """Retention does not stop anybody from putting one; the version below is still there."""
    _publish(store, note_of(8))
    bucket.hide(_name(8))
    _publish(store, note_of(5))

    assert _newest(store) == (8, None)


@pytest.mark.parametrize(
    ("key", "data", "problem"),
    [
        (_name(99), note_of(99, signer=ANOTHER).data(), "key_unknown"),
        (_name(99), b"garbage", "note_malformed"),
        (_name(99), note_of(5).data(), "misplaced"),
        (_name(8), b"garbage", "note_malformed"),
        ("bank/postgate/checkpoints/read me", b"of the owner", None),
        (f"bank/postgate/checkpoints/{0:020d}-{8:020d}", note_of(8).data(), None),
    ],
)
def test_what_no_key_of_ours_signed_does_not_count(
    bucket: StrictBucket, store: ObjectStore, key: str, data: bytes, problem: str | None
) -> None:
    """It is told, and hides nothing that we signed; other names are left alone."""
    _publish(store, note_of(5))
    _publish(store, note_of(8))
    bucket.put(key, data)

    assert _newest(store) == (8, problem)


def test_only_forged_objects_are_no_checkpoint(bucket: StrictBucket, store: ObjectStore) -> None:
    """But something is there."""
    bucket.put(_name(99), b"garbage")

    assert _newest(store) == (0, "note_malformed")


@pytest.mark.parametrize("change", [{"secret": "another"}, {"bucket": "other"}])
def test_what_the_store_refuses_is_told(bucket: StrictBucket, change: dict[str, str]) -> None:
    """A key that does not fit, a bucket that is not there: for writing and for reading."""
    with web_server(bucket.answer) as endpoint:
        store = _store(endpoint, **change)  # type: ignore[arg-type]
        with pytest.raises(SinkRefused):
            _publish(store, note_of(8))
        with pytest.raises(SinkRefused):
            store.newest()

    assert bucket.versions == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"<a/>",
        b"",
        b"\xff",
        b"<?xml version='1.0' encoding='gbk'?><ListVersionsResult/>",
        b"<?xml version='1.0' encoding='nope'?><ListVersionsResult/>",
    ],
)
def test_an_answer_that_is_no_list_is_told(body: bytes) -> None:
    """Something else answers at this address; it is not taken for an empty bucket."""
    with web_server(lambda _asked: Told(200, body)) as endpoint, pytest.raises(SinkRefused):
        _store(endpoint).newest()


def test_names_in_front_of_ours_are_read_past(bucket: StrictBucket, store: ObjectStore) -> None:
    """However many lists that takes."""
    _publish(store, note_of(8))
    for number in range(100):
        bucket.put(f"bank/postgate/checkpoints/0{number}", b"of somebody")
    bucket.most = 10

    assert _newest(store) == (8, None)


def test_what_hides_ours_is_told(bucket: StrictBucket, store: ObjectStore) -> None:
    """So many forged checkpoints that ours is not reached, or a list without end."""
    _publish(store, note_of(8))
    for size in range(100, 165):
        bucket.put(_name(size), b"garbage")
    assert _newest(store) == (0, "hidden")

    bucket.versions.clear()
    for number in range(30):
        bucket.put(f"bank/postgate/checkpoints/0{number}", b"of somebody")
    bucket.most = 1
    with pytest.raises(SinkRefused):
        store.newest()


def test_a_later_log_comes_before_every_size_of_an_earlier_one(bucket: StrictBucket, store: ObjectStore) -> None:
    """By its name, so that it is read first; under the name of another log it does not count."""
    signer = SIGNER.named(ORIGIN.removesuffix("1") + "2")
    later = note_of(3, origin=signer.name, signer=signer)
    _publish(store, note_of(900))
    _publish(store, later)

    assert bucket.versions[1].key == f"bank/postgate/checkpoints/999997/{_name(3).rpartition('/')[2]}"
    assert bucket.versions[1].key < bucket.versions[0].key
    found = store.newest()
    assert found.newest is not None
    assert (found.newest.place, found.problem) == ((2, 3), None)
    bucket.versions[1].key = bucket.versions[1].key.replace("999997", "999996")
    assert _newest(store) == (900, "misplaced")
