"""The methods that the door knows."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import EndpointClass
from proxy.platforms.bluesky.table import BY_NAME, METHODS, TABLE


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_is_found_at_its_own_path(method: object) -> None:
    """No row hides behind another one, and names are not used twice."""
    row = next(row for row in METHODS if row is method)
    found = TABLE.find(row.method, row.path)
    assert (found.name, found.cls) == (row.name, row.cls)
    assert BY_NAME[row.name] is row


@pytest.mark.parametrize(
    "nsid",
    [
        "com.atproto.server.createAppPassword",
        "com.atproto.server.createAccount",
        "com.atproto.server.deleteAccount",
        "com.atproto.server.requestPasswordReset",
        "com.atproto.server.updateEmail",
        "com.atproto.identity.signPlcOperation",
        "com.atproto.identity.submitPlcOperation",
        "com.atproto.repo.importRepo",
        "app.bsky.video.uploadVideo",
        "app.bsky.actor.putPreferences",
        "com.atproto.repo.createrecord",
        "com.atproto.repo",
        "",
    ],
)
def test_what_gives_out_credentials_or_cannot_be_read_is_denied(nsid: str) -> None:
    """Whatever is not listed is."""
    with pytest.raises(EndpointDenied):
        TABLE.find("POST", f"/xrpc/{nsid}")


@pytest.mark.parametrize(
    "path",
    [
        "/xrpc/com.atproto.server.getServiceAuth",
        "/xrpc/com.atproto.server.listAppPasswords",
        "/xrpc/com.atproto.sync.getRepo",
        "/xrpc/com.atproto.sync.subscribeRepos",
        "/xrpc/app.bsky.feed.searchPosts",
        "/oauth/authorize",
        "/.well-known/oauth-authorization-server",
    ],
)
def test_reads_that_are_not_listed_are_not_there(path: str) -> None:
    """Service tokens, streams, whole repositories, searches."""
    with pytest.raises(NotFound):
        TABLE.find("GET", path)


def test_methods_are_called_as_the_protocol_says() -> None:
    """Reads by GET, everything else by POST."""
    by_get = {EndpointClass.READ, EndpointClass.OWN}
    assert all((row.method == "GET") is (row.cls in by_get) for row in METHODS)
