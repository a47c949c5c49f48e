"""The objects of the sandbox have the fields that Mastodon's API documents."""

from __future__ import annotations

from datetime import UTC, datetime

from proxy.web import sandbox_shapes as shapes

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:9"


def test_a_status_and_its_owner() -> None:
    """Text is escaped, addresses are public ones, a warning makes it sensitive."""
    profile = shapes.Profile(id="1", username="presse", created_at=AT, note="<b>", fields=[("a", "<i>")])
    owner = shapes.account(profile, BASE, statuses=2, own=True)
    assert (owner["note"], owner["statuses_count"]) == ("<p>&lt;b&gt;</p>", 2)
    assert owner["fields"] == [{"name": "a", "value": "&lt;i&gt;", "verified_at": None}]
    assert isinstance(owner["source"], dict)
    assert owner["source"]["note"] == "<b>"
    one = shapes.Status(id="5", created_at=AT, text="a & b", spoiler_text="!", poll_options=["x"], marks={"pinned"})
    picture = shapes.Picture(id="7", mime="image/png", size=3, file_name="a.png")
    status = shapes.status(one, owner, [picture], BASE)
    assert status["content"] == "<p>a &amp; b</p>"
    assert status["url"] == f"{BASE}/@presse/5"
    assert (status["sensitive"], status["pinned"], status["edited_at"]) == (True, True, None)
    assert status["created_at"] == "2026-11-23T09:00:00.000Z"
    assert isinstance(status["poll"], dict)
    assert status["poll"]["options"] == [{"title": "x", "votes_count": 0}]
    assert isinstance(status["media_attachments"], list)


def test_both_descriptions_of_the_instance_tell_the_limits() -> None:
    """Clients learn from them how long a post may be and where the stream is."""
    for instance in (shapes.instance_1(BASE, "127.0.0.1:9"), shapes.instance_2(BASE, "127.0.0.1:9")):
        configuration = instance["configuration"]
        assert isinstance(configuration, dict)
        statuses = configuration["statuses"]
        assert isinstance(statuses, dict)
        assert statuses["max_characters"] == 500
