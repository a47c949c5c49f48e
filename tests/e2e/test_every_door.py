"""
What must hold at every door: requests with two readings, ways round the tables, and lines that break behind it.

The same requests go to all of them over plain HTTP. Behind each stands its server, a real one where there is one, and
a relay that sees everything that would have reached it.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from tests.e2e.broken_lines import PLATFORMS, Told, broken_lines
from tests.e2e.house import DECISION, IBAN
from tests.e2e.servers.relay import REFUSED, Fault, What, When

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from tests.e2e.broken_lines import BrokenLines, Request

pytestmark = pytest.mark.xdist_group("every_door")
COMPACT = IBAN.replace(" ", "")
Raw = tuple[str, str, list[tuple[str, str]], bytes]
"""Method, path, headers, body."""


@pytest.fixture(scope="module", params=PLATFORMS)
def lines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokenLines]:
    """Run the product between its relays, before each server in turn."""
    with broken_lines(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def _fields(request: Request) -> dict[str, Any]:
    return dict(request.json or request.form or {})


def _as_json(
    request: Request, *, path: str | None = None, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Raw:
    """Return a request as JSON, changed where a test wants it."""
    given = {**request.headers, "Content-Type": "application/json", **(headers or {})}
    more = json.dumps(_fields(request), ensure_ascii=False).encode() if body is None else body
    return "POST", path or request.path, list(given.items()), more


def _key_twice(request: Request) -> Raw:
    """Name the first field two times, with a leak the first time: the last one counts for many readers."""
    name = next(iter(_fields(request)))
    body = _as_json(request)[3]
    return _as_json(request, body=b"{" + json.dumps(name).encode() + b': "' + COMPACT.encode() + b'", ' + body[1:])


def _gzip(request: Request) -> Raw:
    return _as_json(request, body=gzip.compress(_as_json(request)[3]), headers={"Content-Encoding": "gzip"})


def _with_path(change: Callable[[str], str]) -> Callable[[Request], Raw]:
    return lambda request: _as_json(request, path=change(request.path))


def _with_body(change: Callable[[bytes], bytes]) -> Callable[[Request], Raw]:
    return lambda request: _as_json(request, body=change(_as_json(request)[3]))


def _with_headers(*more: tuple[str, str]) -> Callable[[Request], Raw]:
    def change(request: Request) -> Raw:
        method, path, headers, body = _as_json(request)
        return method, path, [*headers, *more], body

    return change


def _more_fields(**more: object) -> Callable[[Request], Raw]:
    return lambda request: _as_json(request, body=json.dumps({**_fields(request), **more}).encode())


def _last_segment(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(path: str) -> str:
        before, _, last = path.rpartition("/")
        return f"{before}/{change(last)}"

    return changed


TWO_READINGS: dict[str, tuple[Callable[[Request], Raw], int]] = {
    "key twice": (_key_twice, 400),
    "gzip": (_gzip, 415),
    "another encoding": (_with_headers(("Content-Encoding", "br")), 415),
    "mark of byte order": (_with_body(lambda body: b"\xef\xbb\xbf" + body), 400),
    "half a character": (_with_body(lambda body: body.replace(b"Zweideutig", b"Zwei\\ud800deutig")), 400),
    "zero character": (_with_body(lambda body: body.replace(b"Zweideutig", b"Zwei\\u0000deutig")), 400),
    "not UTF-8": (_with_body(lambda body: body.replace(b"Zweideutig", b"Zwei\xfcdeutig")), 400),
    "not a number": (_with_body(lambda body: body[:-1] + b', "x": NaN}'), 400),
    "two lengths": (_with_headers(("Content-Length", "2")), 400),
    "two tokens": (_with_headers(("Authorization", "Bearer pgt_another")), 400),
    "two types": (_with_headers(("Content-Type", "text/plain")), 400),
    "double slash": (_with_path(lambda path: path.replace("/", "//", 1)), 400),
    "dot segment": (_with_path(_last_segment(lambda last: f"./{last}")), 400),
    "parent segment": (_with_path(_last_segment(lambda last: f"x/../{last}")), 400),
    "encoded dots": (_with_path(_last_segment(lambda last: f"%2e/{last}")), 400),
    "encoded letter": (_with_path(_last_segment(lambda last: f"%{ord(last[0]):02x}{last[1:]}")), 400),
    "encoded slash": (_with_path(_last_segment(lambda last: f"x%2F{last}")), 400),
    "backslash": (_with_path(_last_segment(lambda last: f"\\{last}")), 400),
    "another method in a header": (_with_headers(("X-HTTP-Method-Override", "DELETE")), 400),
    "another method in the query": (_with_path(lambda path: f"{path}?_method=DELETE"), 400),
}


@pytest.mark.parametrize("kind", list(TWO_READINGS))
def test_what_has_two_readings_is_refused(lines: BrokenLines, kind: str) -> None:
    """Nothing of it reaches the server, whatever that server would make of it."""
    change, status = TWO_READINGS[kind]
    before = len(lines.behind.passed())
    told = lines.raw(*change(lines.written("Zweideutig, Ausgabe der Filiale.")))

    assert told.status == status, told
    assert COMPACT not in told.body
    assert len(lines.behind.passed()) == before


WAYS_ROUND: dict[str, Callable[[Request], Raw]] = {
    "requests within a request": lambda request: _as_json(
        request, path="/batch", body=json.dumps({"batch": [_fields(request)]}).encode()
    ),
    "batch as a field": _more_fields(batch="[]"),
    "another method as a field": _more_fields(_method="DELETE"),
    "an unknown field": _more_fields(note=IBAN),
    "an endpoint that nobody knows": _with_path(lambda path: f"{path}/{COMPACT}/more"),
    "text in the query, too": _with_path(lambda path: f"{path}?{urlencode({'note': IBAN})}"),
    "another type": lambda request: _as_json(request, headers={"Content-Type": "application/xml"}),
}


@pytest.mark.parametrize("way", list(WAYS_ROUND))
def test_no_way_leads_round_the_tables(lines: BrokenLines, way: str) -> None:
    """What no table knows is refused, and its content is not repeated."""
    before = len(lines.behind.passed())
    told = lines.raw(*WAYS_ROUND[way](lines.written("Am Verzeichnis vorbei, Ausgabe der Filiale.")))

    assert 400 <= told.status < 500, told
    assert COMPACT not in told.body
    assert IBAN not in told.body
    assert len(lines.behind.passed()) == before


PLACES: dict[str, Callable[[Request], Raw]] = {
    "body": _as_json,
    "trailing slash": _with_path(lambda path: f"{path}/"),
    "query": lambda request: _as_json(
        request,
        path=f"{request.path}?{urlencode({name: str(value) for name, value in _fields(request).items()})}",
        body=b"{}",
    ),
    "form": lambda request: _as_json(
        request,
        body=urlencode({name: str(value) for name, value in _fields(request).items()}, quote_via=quote).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
}


@pytest.mark.parametrize("place", list(PLACES))
def test_a_leak_is_stopped_wherever_the_text_is_put(lines: BrokenLines, place: str) -> None:
    """Moved into the query or a form, the text is looked at as well; or the door does not take it there."""
    before = len(lines.behind.passed())
    told = lines.raw(*PLACES[place](lines.written(f"Gesperrt: bitte an {IBAN}")))

    assert 400 <= told.status < 500, told
    assert IBAN not in told.body
    assert len(lines.behind.passed()) == before
    assert place != "body" or DECISION.search(told.body)


def test_an_answer_that_is_lost_is_unclear_and_one_post(lines: BrokenLines) -> None:
    """The server took it and the line was cut: told so, with and without a key, and never sent again."""
    text = "Leitung gekappt, Ausgabe der Filiale."
    lines.behind.break_next(Fault(what=What.CLOSE, when=When.AFTER))
    if lines.request(text) != lines.written(text):  # the first of two requests makes a container, which is harmless
        lines.behind.break_next(None, Fault(what=What.CLOSE, when=When.AFTER))
    told = [lines.post(text, "cut-1"), lines.post(text, "cut-1")]
    lines.behind.quiet()

    assert [one.word for one in told] == ["unknown"] * 2
    assert DECISION.search(told[0].body)
    assert lines.count(text) == 1


def test_what_was_not_sent_is_sent_by_the_next_try(lines: BrokenLines) -> None:
    """Nobody listened; with the same key the post goes out, once."""
    text = "Niemand hört zu, Ausgabe der Filiale."
    lines.behind.break_next(REFUSED)
    first = lines.post(text, "refused-1")
    lines.behind.break_next()
    told = [lines.post(text, "refused-1"), lines.post(text, "refused-1")]

    assert [one.word for one in (first, *told)] == ["not sent", "published", "published"]
    assert lines.count(text) == 1


def test_no_client_sees_that_the_platform_refused_the_gateway(lines: BrokenLines) -> None:
    """A client that is told 401 drops its token, or sends everything again; the gateway's login is not its matter."""
    text = "Anmeldung verweigert, Ausgabe der Filiale."
    lines.behind.break_next(*[Fault(what=What.ERROR, when=When.BEFORE, status=401)] * 4)
    told = lines.post(text, "login-1")
    lines.behind.break_next()

    assert told.status not in {0, 200, 201, 401}, told
    assert "broken" not in told.body
    assert lines.count(text) == 0


@pytest.mark.parametrize("number", range(5))
def test_pieces_of_multipart_are_read_or_refused(lines: BrokenLines, moments: random.Random, number: int) -> None:
    """Almost right requests through everything: an answer each time, and never that something broke."""
    request = lines.written(f"Stückwerk {number} der Filiale.")
    told: list[Told] = []
    for _ in range(10):
        body = b"\r\n".join(moments.choice(_PIECES) for _ in range(moments.randrange(1, 14)))
        headers = {**request.headers, "Content-Type": moments.choice(_TYPES)}
        told.append(lines.raw("POST", request.path, list(headers.items()), body))

    assert [one for one in told if one.status >= 500] == []


_TYPES = ("multipart/form-data; boundary=b", 'multipart/form-data; boundary="b"', "multipart/form-data")
_PIECES = (
    *(b"--b", b"--b--", b"", b"", b"Stueckwerk der Filiale.", b"\xff\xfe", b"--b\r\n", b"Content-Length: 3"),
    *(b'Content-Disposition: form-data; name="status"', b'Content-Disposition: form-data; name="message"'),
    *(b'Content-Disposition: form-data; name="text"', b'Content-Disposition: form-data; name="source"; filename="a"'),
    *(b"Content-Type: image/png", b"Content-Type: multipart/mixed; boundary=b", b"Content-Transfer-Encoding: base64"),
)
