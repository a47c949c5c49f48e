"""The table: what is listed is matched exactly, everything else is denied."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire.table import MEDIA_LIMIT
from proxy.platforms.mastodon.table import TABLE

SPOOL = "00000000-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("method", "path", "name", "arguments"),
    [
        ("GET", "/api/v1/instance", "instance.v1", ()),
        ("GET", "/api/v1/instance/", "instance.v1", ()),
        ("GET", "/api/v2/instance/", "instance.v2", ()),
        ("GET", "/api/v1/accounts/verify_credentials", "account.self", ()),
        ("GET", "/api/v1/accounts/115", "account.show", (("id", "115"),)),
        ("POST", "/api/v1/statuses", "status.create", ()),
        ("PUT", "/api/v1/statuses/115", "status.edit", (("id", "115"),)),
        ("DELETE", "/api/v1/statuses/115", "status.delete", (("id", "115"),)),
        ("POST", "/api/v1/statuses/1763890000ab/reblog", "status.reblog", (("id", "1763890000ab"),)),
        ("POST", "/api/v1/reports/", "report.create", ()),
        ("POST", "/api/v2/media", "media.create.v2", ()),
        ("GET", f"/api/v1/media/{SPOOL}", "media.show", (("id", SPOOL),)),
        ("GET", f"/api/v1/media/{SPOOL}/content", "media.content", (("id", SPOOL),)),
        ("PUT", f"/api/v1/media/{SPOOL}", "media.update", (("id", SPOOL),)),
        ("PATCH", "/api/v1/accounts/update_credentials", "profile.update", ()),
        ("GET", "/api/v1/notifications/unread_count", "notification.count", ()),
    ],
)
def test_matches(method: str, path: str, name: str, arguments: tuple[tuple[str, str], ...]) -> None:
    """Fixed paths win over templates; identifiers are taken out."""
    endpoint = TABLE.find(method, path)
    assert (endpoint.name, endpoint.arguments) == (name, arguments)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/v1/apps"),
        ("PUT", "/oauth/token"),
        ("PUT", "/oauth/revoke"),
        ("POST", "/api/v1/accounts"),
        ("POST", "/api/v1/push/subscription"),
        ("POST", "/api/v1/statuses//"),
        ("POST", "/api//v1/statuses"),
        ("POST", "/API/v1/statuses"),
        ("POST", "api/v1/statuses"),
        ("POST", "/api/v1/statuses/115"),
        ("POST", "/api/v1/statuses/115/translate"),
        ("POST", "/api/v1/statuses/%31/reblog"),
        ("POST", "/api/v1/statuses/1%2F2/reblog"),
        ("PUT", "/api/v1/statuses/Max%20Mustermann"),
        ("PUT", "/api/v1/statuses/" + "x" * 65),
        ("PUT", "/api/v1/media/115"),
        ("DELETE", "/api/v1/statuses/../accounts"),
        ("DELETE", "/api/v1/accounts/115"),
        ("PUT", "/api/v1/scheduled_statuses/1"),
        ("TRACE", "/api/v1/instance"),
        ("post", "/api/v1/statuses"),
        ("POST", ""),
    ],
)
def test_denies_what_is_not_listed(method: str, path: str) -> None:
    """Other endpoints, other methods, other spellings of listed paths."""
    with pytest.raises(EndpointDenied):
        TABLE.find(method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v2/search",
        "/api/v1/timelines/tag/bank",
        "/api/v1/streaming/user",
        "/api/v1/statuses/a.b",
        "/oauth/token",
        "/.well-known/oauth-authorization-server",
        "/api/v1/admin/accounts",
    ],
)
def test_reads_that_are_not_listed_do_not_exist(path: str) -> None:
    """Unknown reads are answered like unknown pages."""
    with pytest.raises(NotFound):
        TABLE.find("GET", path)


def test_the_table_is_sound() -> None:
    """Names are unique and bounded; methods fit the classes; only the description of the instance is public."""
    assert len(TABLE.rows) == len(TABLE.by_name) == len({(row.method, row.path) for row in TABLE.rows})
    for row in TABLE.rows:
        assert row.path.startswith(
            ("/api/v1/", "/api/v2/") if row.name[:6] != "oauth." else ("/api/v1/apps", "/oauth/")
        )
        assert (row.name[:6] == "oauth.") == (row.cls is EndpointClass.SESSION)
        assert (row.cls is EndpointClass.WAITING) == ("scheduled_statuses" in row.path)
        assert row.cls in {EndpointClass.SESSION, EndpointClass.WAITING} or (row.method == "GET") == (
            row.cls in {EndpointClass.READ, EndpointClass.OWN}
        )
        assert row.needs_id == (row.cls is EndpointClass.WRITE)
        assert (row.body_limit == MEDIA_LIMIT) == row.name.startswith("media.create")
    assert {row.name for row in TABLE.rows if row.public} == {
        "instance.v1",
        "instance.v2",
        "instance.rules",
        "custom_emojis",
    }
