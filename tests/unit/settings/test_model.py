"""
Settings: what is accepted, what is a mistake, where it is, and that nothing turns a safeguard off.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from proxy.settings.mistakes import MISTAKES
from proxy.settings.model import Settings

LANGUAGE_MODEL = {"name": "ours", "kind": "spacy", "path": "/models/ours", "sha256": "0" * 64}
DROP = {"file": {"directory": "/mnt/revision"}}
DOOR = {
    "name": "mastodon",
    "platform": "mastodon",
    "listen": "127.0.0.1:8080",
    "public_url": "https://mastodon.bank.example",
    "upstream": "https://social.example",
}
MINIMAL: dict[str, Any] = {
    "schema": 1,
    "doors": [DOOR],
    "policies": {"directory": "policies", "organisation": "organisation.yaml"},
    "audit": {"origin": "bank.example/postgate"},
}


def _with_door(**changes: object) -> dict[str, Any]:
    return MINIMAL | {"doors": [DOOR | changes]}


def _mistakes(mapping: dict[str, Any]) -> list[tuple[str, tuple[int | str, ...]]]:
    """Return type and place of every mistake, with the exact places of those that name a section."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(mapping)
    found = []
    for error in caught.value.errors(include_input=False, include_url=False):
        places = error.get("ctx", {}).get("places") or ((),)
        found += [(error["type"], (*error["loc"], *place)) for place in places]
    return found


def test_the_smallest_settings_have_safe_defaults() -> None:
    """What is not said has the documented value."""
    settings = Settings.model_validate(MINIMAL)
    assert settings.database.url == "sqlite:///var/postgate.db"
    assert settings.operations.address == ("127.0.0.1", 9040)
    assert settings.detection.ner == ("postgate", "classifier")
    assert settings.policies.on_incomplete == "hold"
    assert (settings.withdraw, settings.drain) == (5, 25)
    limits = settings.limits
    assert (limits.connections, limits.per_peer, limits.in_flight, limits.per_principal) == (2000, 100, 256, 8)
    assert (limits.header_seconds, limits.body_seconds, limits.idle_seconds) == (5, 30, 75)
    assert (limits.body_bytes, limits.upload_bytes) == (262_144, 16_777_216)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, "var/state"),
        ({"keys": {"directory": "/etc/postgate/keys"}}, "/etc/postgate/state"),
        ({"audit": {"origin": "x", "state": "/var/lib/postgate"}}, "/var/lib/postgate"),
    ],
)
def test_the_state_lies_beside_the_keys(changes: dict[str, Any], place: str) -> None:
    """Unless somebody says otherwise: not in the database, and not in its directory by accident."""
    assert str(Settings.model_validate(MINIMAL | changes).state) == place


def test_settings_never_change() -> None:
    """A setting cannot be set after it was read."""
    settings = Settings.model_validate(MINIMAL)
    with pytest.raises(ValidationError):
        settings.drain = 1


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://Mastodon.Bank.example/", "mastodon.bank.example"),
        ("https://mastodon.bank.example:443", "mastodon.bank.example"),
        ("https://mastodon.bank.example:8443", "mastodon.bank.example:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost", "localhost"),
        ("http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_a_door_has_exactly_one_host(public_url: str, host: str) -> None:
    """The accepted Host is the public address without its scheme and default port, in lower case."""
    settings = Settings.model_validate(_with_door(public_url=public_url))
    assert settings.doors[0].host == host


def test_a_door_may_lead_to_the_sandbox() -> None:
    """The word `sandbox` stands for the built-in platform and needs no address."""
    settings = Settings.model_validate(_with_door(upstream="sandbox"))
    assert settings.doors[0].sandboxed
    assert not Settings.model_validate(MINIMAL).doors[0].sandboxed


def test_a_door_speaks_its_own_language_or_that_of_the_house() -> None:
    """A door's language wins over the installation's."""
    settings = Settings.model_validate(MINIMAL | {"language": "en"})
    assert settings.language_of(settings.doors[0]) == "en"
    settings = Settings.model_validate(_with_door(language="en"))
    assert (settings.language, settings.language_of(settings.doors[0])) == ("de", "en")


@pytest.mark.parametrize(
    "redirect", ["http://app.example/", "javascript:/x", "data:/x", "https://app.example;x/", "app.example", "app:x y"]
)
def test_addresses_to_come_back_to_are_safe_ones(redirect: str) -> None:
    """Encrypted, or an app's own; programs on people's own machine need no entry."""
    assert _mistakes(_with_door(redirects=[redirect])) == [("redirect-address", ("doors", 0, "redirects", 0))]
    good = ["https://app.example/back?x=1", "https://app.example:8443", "de.bank.redaktion:/back", "app://back"]
    assert Settings.model_validate(_with_door(redirects=good)).doors[0].redirects == tuple(good)


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ({"listen": "8080"}, "listen-address", "listen"),
        ({"listen": "127.0.0.1:0"}, "listen-address", "listen"),
        ({"listen": "127.0.0.1:65536"}, "listen-address", "listen"),
        ({"listen": "127.0.0.1:٨٠"}, "listen-address", "listen"),
        ({"listen": "::1:8080"}, "listen-address", "listen"),
        ({"listen": "http://127.0.0.1:8080"}, "listen-address", "listen"),
        ({"public_url": "mastodon.bank.example"}, "origin-only", "public_url"),
        ({"public_url": "https://bank.example/mastodon"}, "origin-only", "public_url"),
        ({"public_url": "https://bank.example?x"}, "origin-only", "public_url"),
        ({"public_url": "https://bank.example:0"}, "origin-only", "public_url"),
        ({"public_url": "https://bank.example:"}, "origin-only", "public_url"),
        ({"public_url": "https://bänk.example"}, "origin-only", "public_url"),
        ({"public_url": "ftp://bank.example"}, "origin-only", "public_url"),
        ({"public_url": "http://bank.example"}, "plain-http", "public_url"),
        ({"upstream": "https://user:secret@social.example"}, "origin-only", "upstream"),
        ({"upstream": "https://social.example/api"}, "origin-only", "upstream"),
        ({"upstream": "https://social.example#x"}, "origin-only", "upstream"),
        ({"upstream": "https://social.example\\@evil.example"}, "origin-only", "upstream"),
        ({"upstream": "https://[::1"}, "origin-only", "upstream"),
        ({"upstream": "https://"}, "origin-only", "upstream"),
        ({"upstream": "Sandbox"}, "origin-only", "upstream"),
        ({"upstream": "http://social.example"}, "plain-http", "upstream"),
        ({"upstream": "http://10.0.0.1", "allow_private": True}, "plain-http", "upstream"),
        ({"platform": "x", "upstream": "sandbox"}, "sandbox-platform", "upstream"),
        ({"upstream": "http://127.0.0.1:3000"}, "private-upstream", "upstream"),
        ({"upstream": "https://10.0.0.1"}, "private-upstream", "upstream"),
        ({"upstream": "https://169.254.169.254"}, "private-upstream", "upstream"),
        ({"upstream": "https://[::ffff:10.0.0.1]"}, "private-upstream", "upstream"),
        ({"upstream": "https://localhost"}, "private-upstream", "upstream"),
        ({"upstream": "https://mastodon.bank.example"}, "upstream-is-door", "upstream"),
        ({"name": "Mastodon"}, "identifier", "name"),
        ({"name": ""}, "identifier", "name"),
        ({"platform": "myspace"}, "literal_error", "platform"),
        ({"max_characters": 0}, "greater_than_equal", "max_characters"),
        ({"allow_private": "yes"}, "bool_type", "allow_private"),
        ({"held_reply": "nothing"}, "literal_error", "held_reply"),
        ({"insecure": True}, "extra_forbidden", "insecure"),
    ],
)
def test_mistakes_in_a_door(changes: dict[str, object], code: str, key: str) -> None:
    """Each mistake has a stable type and the place of its key."""
    assert _mistakes(_with_door(**changes)) == [(code, ("doors", 0, key))]


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"schema": 2}, "literal_error", ("schema",)),
        ({"doors": []}, "no-door", ("doors",)),
        ({"database": {"url": "sqlite://"}}, "database-url", ("database", "url")),
        ({"database": {"url": "sqlite:///:memory:"}}, "database-url", ("database", "url")),
        ({"database": {"url": "mysql://x"}}, "database-url", ("database", "url")),
        ({"audit": {"origin": "two words"}}, "audit-origin", ("audit", "origin")),
        ({"audit": {"origin": "a+b"}}, "audit-origin", ("audit", "origin")),
        ({"audit": {"origin": "x", "enabled": False}}, "extra_forbidden", ("audit", "enabled")),
        ({"audit": {"origin": "x", "sinks": [{"file": {}}]}}, "missing", ("audit", "sinks", 0, "file", "directory")),
        (
            {"audit": {"origin": "x", "sinks": [DROP, DROP]}},
            "repeated-entry",
            ("audit", "sinks", 1, "file", "directory"),
        ),
        ({"audit": {"origin": "x", "publish_seconds": 0}}, "greater_than_equal", ("audit", "publish_seconds")),
        ({"detection": {"workers": 0}}, "greater_than_equal", ("detection", "workers")),
        ({"detection": {"workers": True}}, "int_type", ("detection", "workers")),
        ({"detection": {"workers": "2"}}, "int_type", ("detection", "workers")),
        ({"detection": {"ner": ["rampart", "rampart"]}}, "repeated-entry", ("detection", "ner")),
        ({"detection": {"ner": ["rampart", "other"]}}, "unknown-model", ("detection", "ner", 1)),
        ({"language_models": [LANGUAGE_MODEL | {"kind": "hub"}]}, "literal_error", ("language_models", 0, "kind")),
        ({"language_models": [LANGUAGE_MODEL] * 2}, "repeated-entry", ("language_models", 1, "name")),
        ({"limits": {"header_seconds": 0}}, "greater_than_equal", ("limits", "header_seconds")),
        ({"limits": {"body_bytes": 10_000_000}}, "less_than_equal", ("limits", "body_bytes")),
        ({"policies": {"directory": "p"}}, "missing", ("policies", "organisation")),
        (
            {"policies": MINIMAL["policies"] | {"on_incomplete": "allow"}},
            "literal_error",
            ("policies", "on_incomplete"),
        ),
        ({"node": "N 1"}, "identifier", ("node",)),
        ({"drain": -1}, "greater_than_equal", ("drain",)),
        ({"fault": "x"}, "extra_forbidden", ("fault",)),
    ],
)
def test_mistakes_in_the_rest(changes: dict[str, object], code: str, place: tuple[int | str, ...]) -> None:
    """Each mistake has a stable type and a place; numbers are numbers and nothing else."""
    assert _mistakes(MINIMAL | changes) == [(code, place)]


def test_a_model_of_the_house_may_be_named() -> None:
    """Described under `language_models`, named in `detection.ner`, beside ours."""
    described = {"language_models": [LANGUAGE_MODEL], "detection": {"ner": ["ours", "postgate"]}}

    assert Settings.model_validate(MINIMAL | described).detection.ner == ("ours", "postgate")


def test_an_empty_list_of_models_is_allowed() -> None:
    """Without language models the gate still looks with everything else."""
    assert Settings.model_validate(MINIMAL | {"detection": {"ner": []}}).detection.ner == ()


def test_doors_may_share_nothing() -> None:
    """Every repeated name, address and public address is reported, at the later door."""
    second = DOOR | {"listen": "127.0.0.1:9040"}
    third = DOOR | {"name": "other"}
    assert _mistakes(MINIMAL | {"doors": [DOOR, second, third]}) == [
        ("not-unique", ("doors", 1, "name")),
        ("not-unique", ("doors", 2, "listen")),
        ("not-unique", ("doors", 1, "public_url")),
        ("not-unique", ("doors", 2, "public_url")),
        ("not-unique", ("doors", 1, "listen")),
    ]


def test_the_api_has_no_listener_unless_it_is_asked_for() -> None:
    """Its host is that of its own address, or the public one; never all addresses by default."""
    api = Settings.model_validate(MINIMAL | {"api": {}}).api
    public = Settings.model_validate(MINIMAL | {"api": {"public_url": "https://Gate.bank.example/"}}).api
    plain = Settings.model_validate(MINIMAL | {"api": {"listen": "127.0.0.1:80"}}).api

    assert Settings.model_validate(MINIMAL).api is None
    assert api is not None
    assert public is not None
    assert plain is not None
    assert (api.address, api.host) == (("127.0.0.1", 9041), "127.0.0.1:9041")
    assert (public.host, plain.host) == ("gate.bank.example", "127.0.0.1")


def test_the_api_shares_nothing_with_doors_and_operations() -> None:
    """Neither its address nor its name in records."""
    doors = [DOOR | {"name": "api", "listen": "127.0.0.1:9040"}]
    assert _mistakes(MINIMAL | {"doors": doors, "api": {"listen": "127.0.0.1:9040"}}) == [
        ("not-unique", ("doors", 0, "listen")),
        ("not-unique", ("doors", 0, "name")),
        ("not-unique", ("api", "listen")),
    ]
    assert Settings.model_validate(MINIMAL | {"doors": [DOOR | {"name": "api"}]}).api is None


@pytest.mark.parametrize(
    ("api", "code", "key"),
    [
        ({"listen": "9041"}, "listen-address", "listen"),
        ({"public_url": "http://gate.bank.example"}, "plain-http", "public_url"),
        ({"tokens": "none"}, "extra_forbidden", "tokens"),
    ],
)
def test_mistakes_in_the_api_section_are_named(api: dict[str, str], code: str, key: str) -> None:
    """As everywhere else."""
    assert _mistakes(MINIMAL | {"api": api}) == [(code, ("api", key))]


def test_all_mistakes_are_reported_together() -> None:
    """One look at the errors shows everything that can be seen at once."""
    mapping = _with_door(listen="x", upstream="http://social.example") | {"node": "N"}
    assert {code for code, _ in _mistakes(mapping)} == {"listen-address", "plain-http", "identifier"}


def test_errors_never_repeat_the_input() -> None:
    """An address may carry a password; the message does not."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(
            _with_door(upstream="https://user:s3cret@social.example") | {"database": {"url": "s3cret"}}
        )
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in json.dumps(caught.value.errors(include_input=False))


def test_the_database_address_is_not_in_representations() -> None:
    """The address of the database may carry a password."""
    settings = Settings.model_validate(MINIMAL | {"database": {"url": "postgresql://postgate:s3cret@db/postgate"}})
    assert "s3cret" not in repr(settings)


def test_every_mistake_type_has_a_text_in_both_languages() -> None:
    """What validators raise can be explained."""
    assert MISTAKES
    for code, mistake in MISTAKES.items():
        assert re.fullmatch("[a-z]+(-[a-z]+)*", code)
        for text in (mistake.message, mistake.remedy):
            assert text.de.endswith(".")
            assert text.en.endswith(".")
            assert text.de != text.en


def test_no_setting_turns_a_safeguard_off() -> None:
    """The only switch is about the network of an upstream; no name speaks of disabling, skipping or ignoring."""
    schema = Settings.model_json_schema()
    sections = {"Settings": schema, **schema["$defs"]}
    keys = {(name, key): field for name, section in sections.items() for key, field in section["properties"].items()}
    forbidden = "enable|disable|skip|ignore|bypass|insecure|unsafe|debug|fail_open|allow_all|dry|fault|trust|verify"
    assert [key for key in keys if re.search(forbidden, key[1])] == []
    switches = [key for key, field in keys.items() if field.get("type") == "boolean"]
    assert switches == [("Door", "allow_private")]
    assert all(section["additionalProperties"] is False for section in sections.values())


@pytest.mark.parametrize(
    ("door", "rest", "mistakes"),
    [
        ({"listen": "0.0.0.0:8443"}, {}, [("plain-listener", ("doors", 0, "listen"))]),
        ({"listen": "gw.bank.example:80"}, {}, [("plain-listener", ("doors", 0, "listen"))]),
        ({"listen": "0.0.0.0:8443", "tls": {"certificate": "c.pem", "key": "c.key"}}, {}, []),
        ({"listen": "10.1.2.3:8080"}, {"proxies": ["10.1.0.0/24", "fd00::1"]}, []),
        ({"listen": "[::1]:8080"}, {}, []),
        ({}, {"proxies": ["10.1.0.1/24"]}, [("network", ("proxies", 0))]),
        ({}, {"proxies": ["proxy.bank.example"]}, [("network", ("proxies", 0))]),
        ({"tls": {"certificate": "c.pem"}}, {}, [("missing", ("doors", 0, "tls", "key"))]),
    ],
)
def test_no_door_is_open_to_the_network_in_clear(
    door: dict[str, Any], rest: dict[str, Any], mistakes: list[tuple[str, tuple[int | str, ...]]]
) -> None:
    """It has a certificate, or proxies that end TLS, or it listens on this machine alone."""
    mapping = _with_door(**door) | rest
    if mistakes:
        assert _mistakes(mapping) == mistakes
    else:
        Settings.model_validate(mapping)
