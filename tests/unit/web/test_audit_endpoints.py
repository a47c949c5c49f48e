"""What the API shows of the log, and what it refuses before it looks."""

from __future__ import annotations

import pytest

from proxy.core.errors import MalformedRequest, RefusedRequest, UnknownField, UnreadableField
from proxy.web.api_table import ENDPOINTS, find, paths_of, read_parameters
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, SCOPE, AuditAct

PATHS = paths_of((*ENDPOINTS, *AUDIT_ENDPOINTS))
RECORDS = AUDIT_ENDPOINTS[0]


def test_every_endpoint_wants_the_scope_and_changes_nothing() -> None:
    """They are reads, and no token but one for the log opens them."""
    assert {endpoint.act for endpoint in AUDIT_ENDPOINTS} == set(AuditAct)
    assert {endpoint.method for endpoint in AUDIT_ENDPOINTS} == {"GET"}
    assert {endpoint.scopes for endpoint in AUDIT_ENDPOINTS} == {(SCOPE,), (SCOPE, "privacy", "legal")}
    orders = {endpoint.act for endpoint in AUDIT_ENDPOINTS if endpoint.scopes != (SCOPE,)}
    assert orders == {AuditAct.CASES, AuditAct.HOLDS}, "whoever orders sees orders, and no records"


def test_nothing_asks_by_person() -> None:
    """No parameter names an actor: the log is no means to watch somebody."""
    names = {name for endpoint in AUDIT_ENDPOINTS for name in endpoint.parameters}
    assert not {name for name in names if any(word in name for word in ("actor", "person", "author", "principal"))}


@pytest.mark.parametrize(
    ("path", "act", "rest"),
    [
        ("/v1/audit/records", AuditAct.RECORDS, ""),
        ("/v1/audit/records/17", AuditAct.RECORD, "17"),
        ("/v1/audit/records/01a22694-141f/proof", AuditAct.PROOF, "01a22694-141f"),
        ("/v1/audit/tile/0/x001/067.p/3", AuditAct.TILE, "0/x001/067.p/3"),
        ("/v1/audit/tile/entries/000", AuditAct.TILE, "entries/000"),
        ("/v1/audit/cases", AuditAct.CASES, ""),
        ("/v1/audit/holds", AuditAct.HOLDS, ""),
    ],
)
def test_paths_lead_to_their_endpoints(path: str, act: AuditAct, rest: str) -> None:
    """With what stands in them."""
    endpoint, found = find(PATHS, "GET", path)

    assert (endpoint.act, found) == (act, rest)


def test_parameters_are_decoded() -> None:
    """As an address spells them."""
    said = read_parameters(RECORDS, "from=2026-11-01&to=2026-12-01T00%3A00%3A00%2B01%3A00&rule=a%2Fb")

    assert said == {"from": "2026-11-01", "to": "2026-12-01T00:00:00+01:00", "rule": "a/b"}


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("from=1", UnreadableField),
        ("", UnreadableField),
        ("from=1&to=2&actor=a_x", UnknownField),
        ("from=1&to=2&From=3", UnknownField),
        ("from=1&to=2&to=3", MalformedRequest),
        ("from=1&to=%FF", MalformedRequest),
        ("from=1&to=2&rule=%00", MalformedRequest),
        ("from=1&to=2&rule=%C2%9B", MalformedRequest),
    ],
)
def test_what_is_not_asked_in_one_way_is_refused(query: str, refused: type[RefusedRequest]) -> None:
    """Unknown, missing, twice, not to be read."""
    with pytest.raises(refused):
        read_parameters(RECORDS, query)
