"""What doors and platforms say to each other."""

from __future__ import annotations

from proxy.core.model import PostKind
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload, UpstreamAnswer, WireAnswer, WireRequest
from tests.factories import make_part

SECRET = "Kanarienvogel"


def _request(*headers: tuple[str, str]) -> WireRequest:
    return WireRequest(
        method="POST", path="/api/v1/statuses", query=f"q={SECRET}", headers=headers, body=SECRET.encode()
    )


def test_a_header_is_found_by_its_lower_case_name() -> None:
    """The first one counts; the edge has refused those that must not come twice."""
    request = _request(("accept", "a"), ("accept", "b"))

    assert (request.header("accept"), request.header("cookie")) == ("a", None)


def test_nothing_on_the_wire_shows_its_text() -> None:
    """Requests, drafts and answers stay out of tracebacks; names of endpoints do not."""
    endpoint = Endpoint(name="status.edit", cls=EndpointClass.WRITE, arguments=(("id", SECRET),))
    values = (
        _request(("authorization", f"Bearer {SECRET}")),
        endpoint,
        WireAnswer(status=200, body=SECRET.encode()),
        Upload(slot="file", mime="image/png", data=SECRET.encode()),
        Draft(
            operation="status.create",
            kind=PostKind.POST,
            parts=(make_part(SECRET),),
            options=(("language", SECRET),),
            idempotency_key=SECRET,
        ),
        UpstreamAnswer(status=200, headers={"link": SECRET}, body=SECRET.encode()),
    )

    assert SECRET not in repr(values)
    assert "status.edit" in repr(endpoint)
