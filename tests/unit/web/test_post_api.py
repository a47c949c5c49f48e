"""Each endpoint is one call of the gate, and its answer says whether somebody has yet to decide."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import NotFound, RefusedRequest, UnknownField
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import multipart_of
from proxy.platforms._wire.uploading import read_upload
from proxy.web.api_table import Asked
from proxy.web.post_api import PostApi, PostApiPorts
from proxy.web.post_endpoints import POST_ENDPOINTS, PostAct
from tests.fakes.composing import GIF
from tests.fakes.native_house import BOARD, PRESS, NativeHouse, anna

if TYPE_CHECKING:
    from proxy.core.model import Principal

DOES = {one.act: one for one in POST_ENDPOINTS}


@dataclass
class Desk:
    """The endpoints over the gate."""

    house: NativeHouse = field(default_factory=NativeHouse)

    async def ask(
        self, act: PostAct, body: object = None, *, name: str = "", by: Principal | None = None, kind: str = ""
    ) -> Any:
        house = self.house
        ports = PostApiPorts(
            native=house.native,
            status=house.status,
            take_back=house.take_back,
            take_all_back=house.take_all_back,
            appeal=house.appeal,
            questions=house.questions,
            read_json=json.loads,
            uploads=house.uploads,
            read_upload=read_upload,
        )
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        asked = Asked(
            endpoint=DOES[act],
            by=by or anna(),
            proposal=name,
            parameters={"account": PRESS},
            body=data,
            content_type=kind,
        )
        answer = await PostApi(ports)(asked)
        return answer.status, json.loads(answer.body)


async def test_a_post_is_answered_with_rows() -> None:
    """One for each account and part; per account its own texts."""
    desk = Desk()
    status, told = await desk.ask(
        PostAct.CREATE,
        {
            "text": "eins",
            "thread": ["zwei"],
            "targets": [PRESS, BOARD],
            "per_target": {BOARD: {"text": "kurz", "thread": []}},
        },
    )

    assert status == 200
    assert [(row["target"], row["part"], row["status"]) for row in told["posts"]] == [
        (PRESS, 0, "published"),
        (PRESS, 1, "published"),
        (BOARD, 0, "published"),
    ]
    assert (desk.house.sent, desk.house.sent_second) == (["eins", "zwei"], ["kurz"])


@pytest.mark.parametrize(
    ("text", "outcomes", "status"),
    [
        ("Mensch", (), 202),
        ("IBAN", (), 200),
        ("Moin", (Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout"),), 202),
        ("Moin", (Outcome(kind=OutcomeKind.REJECTED, reason="refused"),), 200),
    ],
)
async def test_202_means_that_somebody_has_yet_to_decide(text: str, outcomes: tuple[Outcome, ...], status: int) -> None:
    """A person, or whoever looks what became of it; 200 means that the rows are the end."""
    assert (await Desk(NativeHouse(*outcomes)).ask(PostAct.CREATE, {"text": text, "targets": [PRESS]}))[0] == status


@pytest.mark.parametrize(("alt", "status", "kept"), [("Filiale", 201, True), ("IBAN", 200, False)])
async def test_an_image_is_uploaded_and_used(alt: str, status: int, kept: bool) -> None:
    """201 means that it is kept; one that is not has no id."""
    desk = Desk()
    body, kind = multipart_of([("alt", alt)], ("file", "bild.gif", "image/gif", GIF))
    answered, told = await desk.ask(PostAct.UPLOAD, body, kind=kind)
    media_id = told["media"]["id"]

    assert (answered, media_id is not None) == (status, kept)
    if kept:
        wanted = {"text": "Moin", "targets": [PRESS, BOARD], "media": [{"id": media_id}]}
        _, posted = await desk.ask(PostAct.CREATE, wanted)
        assert [row["status"] for row in posted["posts"]] == ["published", "published"]


async def test_key_and_all_or_nothing_are_handed_on() -> None:
    """As the request has them."""
    desk = Desk()
    wanted = {"text": "Moin", "targets": [PRESS], "idempotency_key": "k"}
    await desk.ask(PostAct.CREATE, wanted)
    _, again = await desk.ask(PostAct.CREATE, wanted)
    _, stopped = await desk.ask(
        PostAct.CREATE,
        {"text": "Tach", "targets": [PRESS, BOARD], "per_target": {BOARD: {"text": "IBAN"}}, "all_or_nothing": True},
    )

    assert again["posts"][0]["replayed"] is True
    assert [row["status"] for row in stopped["posts"]] == ["withheld", "blocked"]


async def test_a_post_is_shown_to_its_author() -> None:
    """By its decision."""
    desk = Desk()
    _, told = await desk.ask(PostAct.CREATE, {"text": "Moin", "targets": [PRESS]})
    status, shown = await desk.ask(PostAct.SHOW, name=told["posts"][0]["decision_id"])
    with pytest.raises(NotFound):
        await desk.ask(PostAct.SHOW, name="d-unbekannt")

    assert (status, shown["post"]["status"], shown["post"]["platform_id"]) == (200, "published", "1")
    assert (shown["next"], shown["rules"], shown["may_withdraw"]) == (None, [], False)


async def test_what_waits_is_listed_and_withdrawn() -> None:
    """Taking it back asks no platform."""
    desk = Desk()
    _, told = await desk.ask(PostAct.CREATE, {"text": "Mensch", "targets": [PRESS]})
    name = told["posts"][0]["decision_id"]
    _, listed = await desk.ask(PostAct.LIST)
    _, shown = await desk.ask(PostAct.SHOW, name=name)
    status, taken = await desk.ask(PostAct.TAKE_BACK, name=name)

    assert [(row["decision_id"], row["status"]) for row in listed["posts"]] == [(name, "held")]
    assert (shown["next"]["role"], shown["next"]["queue"]) == ("reviewer", "compliance")
    assert (status, taken["post"]["status"]) == (200, "withdrawn")
    assert (await desk.ask(PostAct.LIST))[1] == {"posts": []}


async def test_a_block_is_appealed_against() -> None:
    """The answer is the row of the appeal, which waits."""
    desk = Desk()
    _, told = await desk.ask(PostAct.CREATE, {"text": "IBAN", "targets": [PRESS]})
    name = told["posts"][0]["decision_id"]
    with pytest.raises(RefusedRequest):
        await desk.ask(PostAct.APPEAL, {"reason": ""}, name=name)
    with pytest.raises(RefusedRequest):
        await desk.ask(PostAct.APPEAL, {"reason": "x" * 2_001}, name=name)
    status, appeal = await desk.ask(PostAct.APPEAL, {"reason": "Das ist ein Muster."}, name=name)
    again = await desk.ask(PostAct.APPEAL, name=name)
    _, shown = await desk.ask(PostAct.SHOW, name=name)

    assert (status, appeal["post"]["status"]) == (202, "held")
    assert again[1]["post"]["decision_id"] == appeal["post"]["decision_id"]
    assert desk.house.scanner.scanned[-1][0].text == "Das ist ein Muster."
    assert shown["appeal"] == appeal["post"]["decision_id"]


@pytest.mark.parametrize(("kind", "status", "told"), [("published", 200, "recalled"), ("unknown", 202, "recalling")])
async def test_a_post_is_taken_back(kind: str, status: int, told: str) -> None:
    """202 while it is not known what became of it."""
    published = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="7")
    desk = Desk(NativeHouse(published, Outcome(kind=OutcomeKind(kind), upstream_status=200, upstream_id="7")))
    _, made = await desk.ask(PostAct.CREATE, {"text": "Moin", "targets": [PRESS]})
    answered, row = await desk.ask(PostAct.TAKE_BACK, name=made["posts"][0]["decision_id"])

    assert (answered, row["post"]["status"]) == (status, told)


async def test_a_question_is_answered_with_rows_and_sends_nothing() -> None:
    """One for each account and part; what is only for posting has no place in it."""
    desk = Desk()
    status, told = await desk.ask(PostAct.CHECK, {"text": "Moin", "thread": ["IBAN"], "targets": [PRESS]})
    with pytest.raises(UnknownField):
        await desk.ask(PostAct.CHECK, {"text": "Moin", "targets": [PRESS], "idempotency_key": "k"})

    assert status == 200
    assert [(row["part"], row["verdict"], row["rules"]) for row in told["checks"]] == [
        (0, "allow", []),
        (1, "block", ["sample/iban"]),
    ]
    assert (desk.house.sent, desk.house.log.codes()) == ([], [])


async def test_what_is_not_understood_is_not_posted() -> None:
    """An unknown key stops everything."""
    desk = Desk()
    with pytest.raises(UnknownField):
        await desk.ask(PostAct.CREATE, {"text": "Moin", "targets": [PRESS], "visibility": "public"})

    assert desk.house.log.codes() == []


@pytest.mark.parametrize(
    ("outcome", "status", "result"),
    [
        (Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200), 200, "recalled"),
        (Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=403), 200, "refused"),
        (Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout"), 202, "unknown"),
    ],
)
async def test_everything_of_a_request_is_taken_back(outcome: Outcome, status: int, result: str) -> None:
    """A row each, and the record of the action; 202 while one of them is worth asking for again."""
    sent = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="1")
    desk = Desk(NativeHouse(sent, outcome))
    _, told = await desk.ask(PostAct.CREATE, {"text": "Moin", "targets": [PRESS, BOARD]})
    answered, back = await desk.ask(PostAct.TAKE_ALL_BACK, name=told["posts"][1]["decision_id"])

    assert (answered, {row["target"]: row["result"] for row in back["posts"]}) == (
        status,
        {PRESS: result, BOARD: "recalled"},
    )
    assert back["action"] == next(one.id for one in desk.house.log.records if one.code == "PG-109")
