"""The description has every endpoint, and is OpenAPI 3.1; that it is true is shown in tests/integration."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from proxy.assembly.api import ALL_ENDPOINTS
from proxy.core.model import Principal
from proxy.web.api_table import ApiEndpoint, Asked
from proxy.web.openapi import DESCRIBE_ENDPOINTS, DescribeApi, document

DOCUMENT = document(ALL_ENDPOINTS, version="1.2.3")
OPERATIONS = {(one.method.lower(), one.path): DOCUMENT["paths"][one.path][one.method.lower()] for one in ALL_ENDPOINTS}


@pytest.mark.parametrize("endpoint", ALL_ENDPOINTS, ids=lambda one: str(one.act))
def test_every_endpoint_is_described(endpoint: ApiEndpoint) -> None:
    """With its name, what it does, its parameters, what it takes, and every status of a success."""
    operation = OPERATIONS[endpoint.method.lower(), endpoint.path]

    assert (operation["operationId"], operation["summary"]) == (str(endpoint.act), endpoint.does)
    assert {*map(str, endpoint.statuses), "4XX", "5XX"} == operation["responses"].keys()
    assert ("requestBody" in operation) == bool(endpoint.body)
    named = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    assert named == {*endpoint.query, *endpoint.parameters}
    assert all(f"{{{one['name']}}}" in endpoint.path for one in operation["parameters"] if one["in"] == "path")
    assert (operation.get("security") == []) == endpoint.public


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(one) for one in value.values()))
    return set().union(*(_references(one) for one in value)) if isinstance(value, list) else set()


def test_every_type_that_is_named_is_there() -> None:
    """Nothing refers to what the document does not hold, and each is a schema."""
    schemas = DOCUMENT["components"]["schemas"]

    assert {name.removeprefix("#/components/schemas/") for name in _references(DOCUMENT)} == schemas.keys()
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_only_the_description_is_for_everybody() -> None:
    """All else needs a token."""
    assert [one.act for one in ALL_ENDPOINTS if one.public] == [one.act for one in DESCRIBE_ENDPOINTS]
    assert DOCUMENT["security"] == [{"token": []}]


async def test_the_answer_is_the_document() -> None:
    """Whoever asks."""
    nobody = Principal(ref="", kind="", scopes=frozenset(), token_prefix="")
    answer = await DescribeApi(ALL_ENDPOINTS, version="1.2.3")(Asked(endpoint=DESCRIBE_ENDPOINTS[0], by=nobody))

    assert (answer.status, json.loads(answer.body)) == (200, json.loads(json.dumps(DOCUMENT)))
    assert (DOCUMENT["openapi"], DOCUMENT["info"]["version"]) == ("3.1.0", "1.2.3")
