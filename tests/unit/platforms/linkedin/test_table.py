"""The table of LinkedIn's door: what is listed is matched exactly, everything else is denied."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied, NotFound
from proxy.gate.wire import EndpointClass
from proxy.platforms.linkedin.table import METHODS, TABLE, find

SHARE = "urn%3Ali%3Ashare%3A7"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/rest/posts", "post.create"),
        ("POST", f"/rest/posts/{SHARE}", "post.update"),
        ("DELETE", "/rest/posts/urn:li:ugcPost:7", "post.delete"),
        ("POST", f"/rest/socialActions/{SHARE}/comments", "comment.create"),
        ("POST", f"/rest/socialActions/{SHARE}/comments/8", "comment.update"),
        ("DELETE", f"/rest/socialActions/{SHARE}/likes/urn%3Ali%3Aperson%3Aa", "like.delete"),
        ("POST", "/rest/images", "image.initialize"),
        ("PUT", "/dms-uploads/00000000-0000-4000-8000-00000000000a", "image.put"),
        ("GET", f"/rest/posts/{SHARE}", "post.show"),
    ],
)
def test_matches(method: str, path: str, name: str) -> None:
    """Identifiers encoded or not."""
    assert TABLE.find(method, path).name == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/ugcPosts"),
        ("POST", "/v2/shares"),
        ("POST", "/oauth/v2/accessToken"),
        ("POST", "/rest/videos"),
        ("POST", "/rest/documents"),
        ("PUT", f"/rest/posts/{SHARE}"),
        ("POST", "/rest/posts/Max%20Mustermann"),
        ("PUT", "/dms-uploads/C4E22AQ"),
        ("POST", "/rest/messages"),
    ],
)
def test_denies(method: str, path: str) -> None:
    """Older endpoints, videos, documents, other shapes of identifiers."""
    with pytest.raises(EndpointDenied):
        TABLE.find(method, path)


@pytest.mark.parametrize("path", ["/rest/people", "/v2/search", "/rest/images/urn%3Ali%3Aimage%3AC4E22AQ"])
def test_other_reads_do_not_exist(path: str) -> None:
    """Images only of the gateway's own."""
    with pytest.raises(NotFound):
        TABLE.find("GET", path)


def test_identifiers_come_as_they_stand_in_a_body() -> None:
    """However a client encoded them; an image by its id in the spool."""
    assert find("POST", f"/rest/posts/{SHARE}").arguments == (("id", "urn:li:share:7"),)
    spool = "00000000-0000-4000-8000-00000000000a"
    assert find("GET", f"/rest/images/urn%3Ali%3Aimage%3A{spool}").arguments == (("id", spool),)


def test_the_table_is_sound() -> None:
    """Names are unique; each write and act has its Rest.li method."""
    assert len(TABLE.rows) == len(TABLE.by_name) == len({(row.method, row.path) for row in TABLE.rows})
    changing = {row.name for row in TABLE.rows if row.cls in {EndpointClass.WRITE, EndpointClass.ACT}}
    assert changing | {"image.initialize"} == METHODS.keys()
    assert not any(row.public for row in TABLE.rows)
