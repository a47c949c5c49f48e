"""The table of X's door: what is listed is matched exactly, everything else is denied."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import EndpointClass
from proxy.platforms.x.table import TABLE


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/2/tweets", "tweet.create"),
        ("DELETE", "/2/tweets/19", "tweet.delete"),
        ("POST", "/2/dm_conversations/with/19/messages", "dm.user"),
        ("POST", "/2/dm_conversations/19-20/messages", "dm.conversation"),
        ("POST", "/2/media/upload/initialize", "media.initialize"),
        ("POST", f"/2/media/upload/{'9' * 38}/append", "media.append"),
        ("DELETE", "/2/users/1/likes/2", "likes.remove"),
        ("POST", "/1.1/account/update_profile.json", "profile.update"),
        ("GET", "/2/users/me", "user.self"),
        ("GET", "/2/users/19", "user.show"),
        ("GET", "/2/users/19/timelines/reverse_chronological", "timeline.home"),
    ],
)
def test_matches(method: str, path: str, name: str) -> None:
    """Fixed paths win over templates."""
    assert TABLE.find(method, path).name == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/2/tweets/19"),
        ("POST", "/2/oauth2/token"),
        ("POST", "/2/tweets/19/unlisted"),
        ("POST", "/2/media/subtitles"),
        ("POST", "/2/articles/draft"),
        ("POST", "/2/notes"),
        ("POST", "/2/chat/conversations/1/messages"),
        ("POST", "/2/webhooks"),
        ("POST", "/1.1/statuses/update.json"),
        ("DELETE", "/2/tweets/Mustermann"),
        ("DELETE", "/2/tweets/" + "9" * 20),
        ("POST", "/2/users/me/likes"),
    ],
)
def test_denies(method: str, path: str) -> None:
    """Other endpoints, other methods, other shapes of identifiers."""
    with pytest.raises(EndpointDenied):
        TABLE.find(method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/2/tweets/search/recent",
        "/2/users/by/username/mustermann",
        "/2/users/search",
        "/2/tweets/search/stream",
        "/2/x",
    ],
)
def test_free_text_is_not_read(path: str) -> None:
    """A search leaves the house too."""
    with pytest.raises(NotFound):
        TABLE.find("GET", path)


def test_the_table_is_sound() -> None:
    """Names are unique; methods fit the classes; nothing is public."""
    assert len(TABLE.rows) == len(TABLE.by_name) == len({(row.method, row.path) for row in TABLE.rows})
    for row in TABLE.rows:
        assert row.path.startswith(("/2/", "/1.1/"))
        assert (row.method == "GET") == (row.cls is EndpointClass.READ)
        assert not row.public
