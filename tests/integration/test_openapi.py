"""
The API is what its OpenAPI says: schemathesis asks a running node for everything, in every way that it is told of.

A real node on loopback, with real detectors and the built-in platform; bounded, and with a fixed seed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.unit.assembly.test_api import ApiNode

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking

EXAMPLES = 25
SEED = 4711
CONFIG = {
    "base-url": "",
    "headers": {},
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "allow-x00": False},
    # What a request must fulfil besides is said in words: 422 answers what fits the schema, 409 what comes too late.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "422", "503"]}},
}


@schemathesis.serializer("application/zip")
def _zip(context: schemathesis.SerializationContext, value: Any) -> Any:
    """Send what stands for a package as bytes; a real one is in the tests of the policy store."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def problems_of(document: dict[str, Any], *, prefix: str, origin: str, token: str) -> list[str]:
    """Return what schemathesis finds wrong with the operations below a prefix; nothing at all would be wrong too."""
    project = {**CONFIG, "base-url": f"http://{origin}", "headers": {"Authorization": f"Bearer {token}"}}
    config = SchemathesisConfig.from_dict({"seed": SEED, **project})
    schema = schemathesis.openapi.from_dict(document, config=config).include(path_regex=f"^{prefix}")
    found: list[str] = []
    cases = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(f"{type(event).__name__}: {getattr(event, 'label', '')} {getattr(event, 'info', event)}")
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                cases += 1
                found += [
                    f"{event.recorder.label}: {one.name}: {one.failure_info.failure}"
                    for one in checks
                    if one.failure_info
                ]
    return found if cases else [f"nothing below {prefix} was asked"]


@pytest.fixture
def house(tmp_path: Path) -> ApiNode:
    """Return a prepared installation with an account."""
    house = ApiNode(tmp_path)
    house.installation.with_account()
    return house


@pytest.mark.parametrize(
    "prefix",
    [
        *("/v1/posts", "/v1/media", "/v1/deliveries", "/v1/policies", "/v1/audit", "/v1/openapi"),
        *("/v1/reviews", "/v1/votes", "/v1/delegations"),
    ],
)
async def test_the_api_does_what_its_description_says(house: ApiNode, prefix: str) -> None:
    """Every answer has a status, a type and a shape that are in it; what breaks it is refused."""
    issue, signer = house.installation.issue, house.installation.signer
    tokens = {
        "/v1/posts": await asyncio.to_thread(issue),
        "/v1/deliveries": await asyncio.to_thread(signer, "Otto Beispiel", "deliver"),
        "/v1/media": await asyncio.to_thread(issue),
        "/v1/audit": await asyncio.to_thread(signer, "Ada Beispiel", "audit"),
        "/v1/reviews": await asyncio.to_thread(signer, "Rita Beispiel", "review"),
        "/v1/votes": await asyncio.to_thread(signer, "Rita Beispiel", "review"),
        "/v1/delegations": await asyncio.to_thread(signer, "Rita Beispiel", "review"),
    }
    node = await house.node()
    await node.start()
    try:
        _, document = await house.get("/v1/openapi.json", "")
        targets = document["components"]["schemas"]["NewPost"]["properties"]["targets"]
        targets["items"] = {"enum": ["mastodon:presse"]}  # no other account is there to post to
        problems = await asyncio.to_thread(
            problems_of, document, prefix=prefix, origin=house.origin, token=tokens.get(prefix, house.anna)
        )
    finally:
        await node.stop()

    assert document["openapi"] == "3.1.0"
    jsonschema.Draft202012Validator.check_schema({"$defs": document["components"]["schemas"]})
    assert sorted(set(problems)) == []


async def test_what_differs_from_the_description_is_found(house: ApiNode) -> None:
    """The test above can fail: with a description that says something else it does."""
    node = await house.node()
    await node.start()
    try:
        _, document = await house.get("/v1/openapi.json", "")
        good = document["paths"]["/v1/openapi.json"]["get"]["responses"]["200"]
        good["content"]["application/json"]["schema"] = {"type": "array"}
        problems = await asyncio.to_thread(
            problems_of, document, prefix="/v1/openapi", origin=house.origin, token=house.anna
        )
    finally:
        await node.stop()

    assert {problem.split(": ")[1] for problem in problems} == {"response_schema_conformance"}
