"""The settings of the audit log and its sinks; how they are refused inside whole settings is tested with those."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from proxy.settings.audit import Audit, FileDrop, ObjectStore, Sink, Syslog, Webhook

DROP = {"file": {"directory": "/mnt/revision"}}
OTHER_DROP = {"file": {"directory": "/mnt/other"}}
SYSLOG = {"syslog": {"url": "tls://siem.bank.example:6514"}}
HOOK = {"webhook": {"url": "https://audit.bank.example/checkpoints?room=1", "key_file": "var/keys/hook"}}
S3 = {
    "s3": {
        "endpoint": "https://s3.eu-central-1.amazonaws.com",
        "region": "eu-central-1",
        "bucket": "bank-checkpoints",
        "prefix": "postgate/",
        "retention_days": 3650,
        "credentials_file": "var/keys/s3",
    }
}
KEY = "x+0123abcd+" + "A" * 44


def _with(part: dict[str, dict[str, Any]], **changes: object) -> dict[str, object]:
    ((kind, values),) = part.items()
    return {kind: values | changes}


def test_a_sink_is_of_one_kind_and_called_like_it() -> None:
    """Unless it has a name of its own."""
    audit = Audit.model_validate({"origin": "x", "sinks": [DROP, SYSLOG, HOOK, S3, OTHER_DROP | {"name": "revision"}]})

    assert [sink.label for sink in audit.sinks] == ["file", "syslog", "webhook", "s3", "revision"]
    kinds = [FileDrop, Syslog, Webhook, ObjectStore, FileDrop]
    assert [type(sink.kind) for sink in audit.sinks] == kinds


def test_what_is_safe_is_the_default() -> None:
    """TLS, a retention that nobody shortens, a quarter of an hour without signature."""
    audit = Audit.model_validate({"origin": "x", "sinks": [SYSLOG, S3], "verifier_keys": [KEY]})
    syslog, store = audit.sinks[0].kind, audit.sinks[1].kind

    assert isinstance(syslog, Syslog)
    assert (syslog.encrypted, syslog.address) == (True, ("siem.bank.example", 6514))
    assert isinstance(store, ObjectStore)
    assert (store.mode, audit.unsigned_limit) == ("COMPLIANCE", 900)


def test_the_address_of_a_hook_is_not_shown() -> None:
    """It may have a secret of its receiver in it."""
    assert "room" not in repr(Sink.model_validate(HOOK))


@pytest.mark.parametrize(
    ("sinks", "code", "places"),
    [
        ([{}], "sink-kind", ()),
        ([{"name": "x"}], "sink-kind", ()),
        ([DROP | SYSLOG], "sink-kind", ()),
        ([DROP, OTHER_DROP], "sink-name", (("sinks", 1),)),
        ([DROP, OTHER_DROP | {"name": "a"}, SYSLOG | {"name": "a"}], "sink-name", (("sinks", 2),)),
        ([SYSLOG, DROP | {"name": "syslog"}], "sink-name", (("sinks", 1),)),
        ([DROP, DROP | {"name": "b"}], "repeated-entry", (("sinks", 1, "file", "directory"),)),
        ([DROP | {"name": "Revision"}], "string_pattern_mismatch", ()),
        ([_with(SYSLOG, url="tcp://siem.bank.example:514")], "line-receiver", ()),
        ([_with(SYSLOG, url="siem.bank.example:6514")], "line-receiver", ()),
        ([_with(SYSLOG, url="tls://siem.bank.example")], "listen-address", ()),
        ([_with(HOOK, url="http://audit.bank.example/")], "plain-http", ()),
        ([_with(HOOK, url="https://user:secret@audit.bank.example/")], "web-address", ()),
        ([_with(HOOK, url="https://audit.bank.example/#part")], "web-address", ()),
        ([_with(HOOK, url="audit.bank.example")], "web-address", ()),
        ([_with(S3, endpoint="http://s3.example")], "plain-http", ()),
        ([_with(S3, prefix="/a/")], "string_pattern_mismatch", ()),
        ([_with(S3, prefix="a")], "string_pattern_mismatch", ()),
        ([_with(S3, bucket="A_B")], "string_pattern_mismatch", ()),
        ([_with(S3, mode="NONE")], "literal_error", ()),
        ([_with(S3, retention_days=0)], "greater_than_equal", ()),
    ],
)
def test_what_could_not_work_is_refused(sinks: list[object], code: str, places: tuple[object, ...]) -> None:
    """With the place of the mistake."""
    with pytest.raises(ValidationError) as refused:
        Audit.model_validate({"origin": "x", "sinks": sinks})
    (detail,) = refused.value.errors()

    assert detail["type"] == code
    assert detail.get("ctx", {}).get("places", ()) == places


@pytest.mark.parametrize("sink", [_with(SYSLOG, url="tcp://127.0.0.1:514"), _with(HOOK, url="http://[::1]:80/x")])
def test_on_this_machine_it_may_go_unencrypted(sink: dict[str, object]) -> None:
    """To a relay that does the rest."""
    Audit.model_validate({"origin": "x", "sinks": [sink]})


@pytest.mark.parametrize("key", ["", "x", "y" + KEY[1:], KEY[:-1], KEY + "A", KEY.upper(), f" {KEY}"])
def test_a_verifier_key_is_one_line_of_this_log(key: str) -> None:
    """Whether its id fits is found out when it is used."""
    with pytest.raises(ValidationError) as refused:
        Audit.model_validate({"origin": "x", "verifier_keys": [KEY, key]})
    (detail,) = refused.value.errors()

    assert (detail["type"], detail["ctx"]["places"]) == ("verifier-key", (("verifier_keys", 1),))


def test_a_class_of_retention_has_one_time() -> None:
    """Two of one name could not be told apart in the records."""
    five = {"name": "five", "days": 1827}
    for retention, place in (
        ({"classes": [five, five | {"days": 9}]}, 1),
        ({"classes": [five], "published": five}, 0),
    ):
        with pytest.raises(ValidationError) as refused:
            Audit.model_validate({"origin": "x", "retention": retention})
        (detail,) = refused.value.errors()
        assert detail["type"] == "repeated-entry"
        assert detail["ctx"]["places"] == (("classes", place, "name"),)


def test_the_shipped_class_gives_way_to_one_of_the_house() -> None:
    """Whoever called the class of published posts so before has no mistake in the settings now."""
    house = {"name": "de-wphg-5y", "days": 2557}
    retention = Audit.model_validate({"origin": "x", "retention": {"published": house}}).retention

    assert [(one.name, one.days) for one in retention.all()] == [("blocked-30d", 30), ("de-wphg-5y", 2557)]
    assert retention.names() == {"blocked-30d", "de-wphg-5y"}
    assert Audit.model_validate({"origin": "x"}).retention.names() == {"blocked-30d", "published-3y", "de-wphg-5y"}
