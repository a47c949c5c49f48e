"""The client says what it is told to, once, and takes nothing for published that is not said to be."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from proxy.client.api import CheckResult, Client, MediaResult, PostResult, Refused, Unreachable, Words
from proxy.gate.post_rows import PostRow
from proxy.gate.questions import CheckRow
from proxy.gate.uploads import MediaRow
from proxy.platforms._wire.multipart import FilePart, read_multipart
from tests.fakes.told_gateway import told_gateway

PRESS = "mastodon:presse"
ROW = asdict(PostRow(target=PRESS, status="published", verdict="allow", decision_id="d-1", platform_id="7"))
POSTS = {"posts": [ROW]}


def test_a_post_is_one_request() -> None:
    """With the token, what is to be said, and a key of its own each time."""
    with told_gateway(POSTS) as gateway:
        client = Client(gateway.address, "pgt_x")
        (result,) = client.post("Grüße", to=[PRESS], thread=["zwei"])
        client.post("Grüße", to=[PRESS])
        client.post("Grüße", to=[PRESS], key="k", all_or_nothing=True, per_target={PRESS: {"text": "kurz"}})
    (method, path, headers, content), (_, _, _, second), (_, _, _, third) = gateway.asked

    assert result == PostResult(
        target=PRESS, part=0, status="published", verdict="allow", decision_id="d-1", platform_id="7"
    )
    assert (method, path, headers["authorization"]) == ("POST", "/v1/posts", "Bearer pgt_x")
    assert len(content.pop("idempotency_key")) == 32
    assert content == {"text": "Grüße", "targets": [PRESS], "thread": ["zwei"], "all_or_nothing": False}
    assert second["idempotency_key"] not in {None, "k"}
    assert (third["idempotency_key"], third["all_or_nothing"]) == ("k", True)
    assert third["per_target"] == {PRESS: {"text": "kurz"}}


def test_the_results_are_the_rows_of_the_gate() -> None:
    """Every key of a row has its place, with the same name."""
    assert {one.name for one in fields(PostResult)} == {one.name for one in fields(PostRow)}
    assert {one.name for one in fields(CheckResult)} == {one.name for one in fields(CheckRow)}
    assert {one.name for one in fields(MediaResult)} == {one.name for one in fields(MediaRow)}


def test_a_key_that_a_later_gateway_adds_is_left_out() -> None:
    """Words come in both languages."""
    row = {**ROW, "status": "blocked", "rules": ["a/b"], "messages": [{"de": "Nein", "en": "No"}], "later": 1}
    row["remedies"] = [{"de": "So", "en": "Like this"}]
    with told_gateway({"posts": [row]}) as gateway:
        (result,) = Client(gateway.address, "t").post("x", to=[PRESS])

    assert (result.status, result.rules, result.messages) == ("blocked", ("a/b",), (Words(de="Nein", en="No"),))
    assert result.remedies == (Words(de="So", en="Like this"),)


def test_asking_and_looking_up() -> None:
    """A question has no key; a decision's name is one segment of the path."""
    check = {"target": PRESS, "part": 0, "verdict": "hold", "rules": ["a/b"], "messages": [], "check_id": None}
    with told_gateway({"checks": [check]}) as gateway:
        (asked,) = Client(gateway.address, "t").check("x", to=[PRESS])
    with told_gateway({"post": ROW}) as shown:
        result = Client(shown.address, "t").show("d-1/../x")
        Client(shown.address, "t").take_back("d-1")

    assert asked == CheckResult(target=PRESS, part=0, verdict="hold", rules=("a/b",))
    assert gateway.asked[0][1] == "/v1/check"
    assert "idempotency_key" not in gateway.asked[0][3]
    assert shown.asked[1][:2] == ("DELETE", "/v1/posts/d-1")
    assert (shown.asked[0][:2], result.status) == (("GET", "/v1/posts/d-1%2F..%2Fx"), "published")


def test_an_image_is_uploaded_as_a_file() -> None:
    """Its name in any script, its description where it has one; what is not kept has no id."""
    row = asdict(
        MediaRow(
            id="m-1", status="kept", decision_id="d-1", verdict="allow", mime="image/png", size=3, removed=("exif",)
        )
    )
    with told_gateway({"media": row}, status=201) as gateway:
        result = Client(gateway.address, "t").upload(b"\x89PNG", name='Ä "x".png', alt="Grüße")
    method, path, headers, body = gateway.asked[0]
    parts = read_multipart(body, headers["content-type"].partition("boundary=")[2])

    assert (method, path) == ("POST", "/v1/media")
    assert parts == [("file", FilePart(names=('Ä "x".png',), data=b"\x89PNG")), ("alt", "Grüße")]
    assert (result.id, result.removed, result.rules) == ("m-1", ("exif",), ())


def test_a_refusal_has_its_words() -> None:
    """And the account whose platform would not take the post."""
    error = {
        "code": "text_too_long",
        "message": {"de": "Zu lang", "en": "Too long"},
        "target": PRESS,
        "platform": {"error": "x"},
        "decision_id": "d-1",
    }
    with told_gateway({"error": error}, status=422) as gateway, pytest.raises(Refused) as caught:
        Client(gateway.address, "t").post("x", to=[PRESS])
    with told_gateway({}, status=302) as moved, pytest.raises(Refused) as odd:
        Client(moved.address, "t").post("x", to=[PRESS])

    refused = caught.value
    assert (refused.status, refused.code, refused.target) == (422, "text_too_long", PRESS)
    assert (refused.decision_id, odd.value.decision_id) == ("d-1", None)
    assert (refused.platform, refused.message) == ({"error": "x"}, Words(de="Zu lang", en="Too long"))
    assert (odd.value.status, odd.value.code) == (302, "")


@pytest.mark.parametrize(
    "answer",
    [None, b"", b"no json", [], {}, {"posts": []}, {"posts": "x"}, {"posts": [1]}, {"posts": [{"part": 0}]}],
)
def test_what_cannot_be_read_is_nothing_that_happened(answer: object) -> None:
    """The key tells how to ask again; it is asked once."""
    with told_gateway(answer) as gateway, pytest.raises(Unreachable) as caught:
        Client(gateway.address, "t").post("x", to=[PRESS], key="k")

    assert (caught.value.key, len(gateway.asked)) == ("k", 1)


def test_a_gateway_that_is_not_there_is_unreachable() -> None:
    """A question has no key to come back with."""
    with told_gateway() as gateway:
        pass
    with pytest.raises(Unreachable) as caught:
        Client(gateway.address, "t").check("x", to=[PRESS])

    assert caught.value.key is None


@pytest.mark.parametrize(
    "address",
    ["", "gateway", "ftp://127.0.0.1", "http://gateway.bank.example", "http://192.0.2.1", "https://a@b", "https://a/b"],
)
def test_a_token_goes_to_no_odd_address(address: str) -> None:
    """Unencrypted to this machine only."""
    with pytest.raises(ValueError, match=r"address|unencrypted"):
        Client(address, "t")


@pytest.mark.parametrize("address", ["https://gateway.bank.example", "http://localhost:9041/", "http://[::1]:9041"])
def test_these_addresses_are_fine(address: str) -> None:
    """Nothing is asked yet."""
    Client(address, "t")
