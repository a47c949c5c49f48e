"""The tables of Meta's doors: what is listed is matched exactly, everything else is denied."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import EndpointClass
from proxy.platforms.meta.table import VERSIONS, table_of

HOSTS = frozenset({"images.bank.example"})
TABLES = {platform: table_of(platform, HOSTS) for platform in VERSIONS}


@pytest.mark.parametrize(
    ("platform", "method", "path", "name"),
    [
        ("facebook", "POST", "/v26.0/104/feed", "feed.create"),
        ("facebook", "POST", "/v26.0/104_7", "post.update"),
        ("facebook", "POST", "/v26.0/104", "page.update"),
        ("facebook", "POST", "/v26.0/104_7/comments", "comment.create"),
        ("facebook", "DELETE", "/v3.1/104_7", "object.delete"),
        ("facebook", "GET", "/v26.0/me/accounts", "accounts"),
        ("instagram", "POST", "/v26.0/17/media", "container.create"),
        ("instagram", "POST", "/v26.0/17/media_publish", "media.publish"),
        ("threads", "POST", "/v1.0/me/threads", "container.create"),
        ("threads", "POST", "/v1.0/me/threads_publish", "media.publish"),
        ("threads", "GET", f"/v1.0/{'9' * 39}", "media.show"),
        ("threads", "GET", "/v1.0/17", "object.show"),
    ],
)
def test_matches(platform: str, method: str, path: str, name: str) -> None:
    """The shape of an identifier tells posts, pages and containers apart."""
    assert TABLES[platform].find(method, path).name == name


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("facebook", "/v26.0/"),
        ("facebook", "/v26.0/104/videos"),
        ("facebook", "/v26.0/oauth/access_token"),
        ("facebook", "/v26.0/act_1/campaigns"),
        ("facebook", "/v26.0/104/media"),
        ("instagram", "/v26.0/104/feed"),
        ("instagram", "/v26.0/104"),
        ("threads", "/v1.0/17/media_publish"),
        ("threads", "/v1.0/Mustermann/threads"),
    ],
)
def test_denies(platform: str, path: str) -> None:
    """Batches, videos, logins, advertisements, what belongs to another platform."""
    with pytest.raises(EndpointDenied):
        TABLES[platform].find("POST", path)


def test_searches_are_not_read() -> None:
    """Free text in a read leaves the house too."""
    with pytest.raises(NotFound):
        TABLES["facebook"].find("GET", "/v26.0/search")


@pytest.mark.parametrize("platform", VERSIONS)
def test_the_tables_are_sound(platform: str) -> None:
    """Names are unique; tokens may stand in every request; nothing is public."""
    table = TABLES[platform]
    inner = table.by_name.keys() - {row.name for row in table.rows}
    assert inner <= {"post.create"}
    assert len(table.rows) == len(table.by_name) - len(inner) == len({(row.method, row.path) for row in table.rows})
    for row in table.rows:
        assert not row.public
        assert row.cls is EndpointClass.OWN or "access_token" in row.fields
