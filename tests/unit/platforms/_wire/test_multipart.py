"""Multipart bodies that can be read in exactly one way."""

from __future__ import annotations

import pytest
import requests

from proxy.core.errors import MalformedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.platforms._wire.multipart import MAX_TEXT, FilePart, parse_parameters, read_multipart

FIELD = 'Content-Disposition: form-data; name="status"'


def part(content: str | bytes = "Hallo", *headers: str, disposition: str = FIELD) -> bytes:
    """Build one part."""
    raw = content.encode() if isinstance(content, str) else content
    return "\r\n".join(["--b", disposition, *headers, "", ""]).encode() + raw + b"\r\n"


END = b"--b--\r\n"


def test_reads_what_requests_sends() -> None:
    """Text and file of an ordinary client library, with an umlaut and quotation marks in the file name."""
    files = {"file": ('Müller "privat".png', b"\x89PNG\r\n\r\n--x", "image/png")}
    sent = requests.Request("POST", "http://x/", data={"description": "Ein Hund ü"}, files=files).prepare()
    assert isinstance(sent.body, bytes)
    boundary = parse_parameters(str(sent.headers["content-type"]))[1]["boundary"]
    description, file = read_multipart(sent.body, boundary)
    assert description == ("description", "Ein Hund ü")
    name, value = file
    assert name == "file"
    assert isinstance(value, FilePart)
    assert value.data == b"\x89PNG\r\n\r\n--x"
    assert "Müller" in value.names[0]


def test_reads_both_file_names() -> None:
    """A plain and an extended name may differ; both are kept, because both are scanned."""
    disposition = 'Content-Disposition: form-data; name="file"; filename="a.png"; filename*=UTF-8\'\'M%C3%BCller.png'
    ((_, value),) = read_multipart(part(b"x", disposition=disposition) + END, "b")
    assert isinstance(value, FilePart)
    assert value.names == ("a.png", "Müller.png")


def test_a_local_path_stays_readable() -> None:
    """Backslashes of a path are no escapes: the scanner sees the folders' names."""
    disposition = r'Content-Disposition: form-data; name="file"; filename="C:\Kunden\"Max\".png"'
    ((_, value),) = read_multipart(part(b"x", disposition=disposition) + END, "b")
    assert isinstance(value, FilePart)
    assert value.names == (r'C:\Kunden"Max".png',)


def test_no_parts_and_no_final_line_end() -> None:
    """An empty form, and a body whose last line has no end."""
    assert read_multipart(END, "b") == []
    assert read_multipart(part() + b"--b--", "b") == [("status", "Hallo")]


def test_lists_and_known_headers() -> None:
    """Names with brackets repeat; harmless part headers are taken."""
    ids = 'content-disposition: form-data; name="media_ids[]"'
    headers = ("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit", "Content-Length: 1")
    body = part("1", *headers, disposition=ids) + part("2", disposition=ids) + END
    assert read_multipart(body, "b") == [("media_ids[]", "1"), ("media_ids[]", "2")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"preamble\r\n" + part() + END,
        part() + END + b"epilogue",
        part(),
        part() + part() + END,
        part().replace(b"--b\r\n", b"--b \r\n") + END,
        part().replace(b"\r\n\r\n", b"\n\n") + END,
        part("x", "X-Other: 1") + END,
        part("x", "Content-Type: text/plain", "content-type: text/plain") + END,
        part("x", " folded") + END,
        part("x", "Content-Length: 2") + END,
        part("x", "X" * 9_000) + END,
        part(b"\xff") + END,
        part(b"\x00") + END,
        part(b"\xef\xbb\xbfx") + END,
        part(disposition="Content-Disposition: attachment; name=a") + END,
        part(disposition="Content-Disposition: form-data") + END,
        part(disposition='Content-Disposition: form-data; name=""') + END,
        part(disposition='Content-Disposition: form-data; name="a"; name="b"') + END,
        part(disposition='Content-Disposition: form-data; name="a"; size=3') + END,
        part(disposition='Content-Disposition: form-data; name="a') + END,
        part(disposition="Content-Disposition: form-data; name=a; filename*=latin-1''x") + END,
        part(disposition="Content-Disposition: form-data; name=a; filename*=UTF-8''%ff") + END,
        part("x", "Content-Type: text/plain\rX: y") + END,
        b"".join(part(disposition=f'{FIELD[:-1]}{number}"') for number in range(51)) + END,
        part() * 100_000 + END,
    ],
)
def test_refuses_as_malformed(body: bytes) -> None:
    """Text outside the parts, repeated names, unknown or folded headers, bad Unicode, limits."""
    with pytest.raises(MalformedRequest):
        read_multipart(body, "b")


@pytest.mark.parametrize(
    "header",
    [
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Type: text/plain; charset=utf-16",
        "Content-Type: text/plain; charset=iso-8859-1",
        "Content-Type: text/plain; format=flowed",
        "Content-Type: multipart/mixed; boundary=c",
        "Content-Type: message/rfc822",
        "Content-Type: application/json",
        "Content-Type: nonsense",
    ],
)
def test_refuses_encodings(header: str) -> None:
    """What would need decoding, nested parts, and text that calls itself something else."""
    with pytest.raises(UnsupportedEncoding):
        read_multipart(part("x", header) + END, "b")


@pytest.mark.parametrize("boundary", ["", "ü", "a b", "x" * 71, 'a"', "a\r\n"])
def test_refuses_boundaries(boundary: str) -> None:
    """Only characters and lengths of the standard."""
    with pytest.raises(MalformedRequest):
        read_multipart(END, boundary)


def test_parameters_of_a_header() -> None:
    """Heads are lower case, values may be quoted, nothing else is tolerated."""
    assert parse_parameters('Multipart/Form-Data; Boundary="a b"; x=1') == (
        "multipart/form-data",
        {"boundary": "a b", "x": "1"},
    )
    assert parse_parameters(r'a; b="c\"d"') == ("a", {"b": 'c"d'})
    for broken in ("a; b", "a; b=1 c=2", "a; b=1; b=2"):
        with pytest.raises(MalformedRequest):
            parse_parameters(broken)


def test_text_has_a_limit_and_files_do_not() -> None:
    """The size of a file is the endpoint's business; a text field ends at its own limit."""
    with pytest.raises(RequestTooLarge):
        read_multipart(part("x" * (MAX_TEXT + 1)) + END, "b")
    assert read_multipart(part("x" * MAX_TEXT) + END, "b")
    disposition = 'Content-Disposition: form-data; name="file"; filename="a"'
    assert read_multipart(part("x" * (MAX_TEXT + 1), disposition=disposition) + END, "b")


def test_fifty_parts_pass() -> None:
    """The limit itself is allowed."""
    body = b"".join(part(disposition=f'{FIELD[:-1]}{number}"') for number in range(50)) + END
    assert len(read_multipart(body, "b")) == 50
