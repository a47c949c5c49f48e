"""
What can be wrong with a whole request: its encoding, framing, path, method, headers; and another one inside it.
"""

from __future__ import annotations

import base64
import gzip
import io
import struct
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from PIL import Image as Drawing
from PIL import PngImagePlugin

from tests.fakes.every_door import CANARY
from tests.fuzz.bodies import BOUNDARY, FORM, JSON, form_of, json_of, pairs_of, piece_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.fuzz.recorded import Recorded
    from tests.fuzz.shots import Shot


def _said(shot: Shot, leak: str) -> str:
    """Return the body as text, or one that says the leak."""
    try:
        return shot.body.decode() or json_of({"status": leak, "text": leak, "message": leak})
    except UnicodeDecodeError:
        return json_of({"status": leak})


def compressed(shot: Shot, leak: str, rng: Random) -> None:
    """Compress the body, and say so or not."""
    said = _said(shot, leak).encode("utf-8", "surrogatepass")
    shot.body = rng.choice((gzip.compress, zlib.compress))(said)
    for header in rng.choice(((), ("Content-Encoding",), ("Transfer-Encoding",), ("Content-Transfer-Encoding",))):
        shot.set(header, rng.choice(("gzip", "deflate", "br", "identity, gzip", "x-gzip", "identity")))
        if header == "Transfer-Encoding":
            shot.framing = "none"


def charset(shot: Shot, leak: str, rng: Random) -> None:
    """Write the body in another encoding, and say so, or another one, or none."""
    said = _said(shot, leak)
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig", "cp500", "latin-1"))
    shot.body = said.encode(encoding, "replace")
    kind = shot.header("content-type") or JSON
    shot.set("Content-Type", rng.choice((kind, f"{kind}; charset={encoding}", f'{kind}; charset="utf-8"')))


def content_type(shot: Shot, leak: str, rng: Random) -> None:
    """Say that the body is something else, or say it twice."""
    shot.body = _said(shot, leak).encode("utf-8", "surrogatepass")
    kinds = (
        *("text/plain", "application/vnd.api+json", "application/x-ndjson", "application/json-patch+json", "text/html"),
        *(
            f"multipart/form-data; boundary={BOUNDARY}",
            "multipart/form-data",
            "multipart/mixed; boundary=x",
            FORM,
            JSON,
        ),
        *(f"{JSON}; charset=utf-8; charset=utf-7", f"{JSON}, {FORM}", "*/*", "", f"{JSON};", leak),
    )
    shot.set("Content-Type", rng.choice(kinds).encode("ascii", "ignore").decode())
    if rng.random() < 0.3:
        shot.headers.append(("Content-Type", rng.choice((JSON, FORM))))


def other_format(shot: Shot, leak: str, rng: Random, one: Recorded) -> None:
    """Write the fields in a format and say another one."""
    pairs = [*pairs_of(one.fields), ("status", leak)]
    shot.body = rng.choice(
        (form_of(pairs), json_of([leak]), json_of(leak), leak, f"{json_of({'a': leak})}\n{{}}")
    ).encode("utf-8", "surrogatepass")
    shot.set("Content-Type", rng.choice((JSON, FORM, "text/plain")))


def parts(shot: Shot, leak: str, rng: Random, one: Recorded) -> None:
    """Break a multipart body: around its parts, in their headers, in their names."""
    ascii_leak = quote(leak)
    name = next(iter(one.fields), "status")
    extra = rng.choice(
        (
            piece_of(name, leak, BOUNDARY, f"Content-Type: text/plain; charset={rng.choice(('utf-7', 'utf-16', 'x'))}"),
            piece_of(name, base64.b64encode(leak.encode()).decode(), BOUNDARY, "Content-Transfer-Encoding: base64"),
            piece_of(name, leak, BOUNDARY, "Content-Type: multipart/mixed; boundary=inner"),
            piece_of(name, leak, BOUNDARY, f"X-Text: {ascii_leak}"),
            piece_of(name, leak, BOUNDARY, f"Content-Type: text/{ascii_leak}"),
            piece_of(f'{name}"; filename="{ascii_leak}', "x"),
            piece_of(f"{name}\"; filename*=utf-8''{ascii_leak}; x=\"", "x"),
            piece_of(f"{name}[{ascii_leak}]", leak),
            piece_of(name, f"x\r\n--{BOUNDARY}--\r\n{leak}"),
            leak.encode() + b"\r\n",
        )
    )
    body = b"".join(piece_of(key, value) for key, value in pairs_of(one.fields))
    around = [extra + body, body + extra]
    end = f"--{BOUNDARY}--\r\n".encode() + (leak.encode() if rng.random() < 0.2 else b"")
    shot.body = rng.choice(around) + end
    shot.set("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")


def framing(shot: Shot, leak: str, rng: Random) -> None:
    """Say the length in another way, or two."""
    shot.body = shot.body or _said(shot, leak).encode("utf-8", "surrogatepass")
    kind = rng.randrange(6)
    if kind == 0:
        shot.framing = "chunked"
    elif kind == 1:
        shot.framing = "both"
    elif kind == 2:  # the rest is another request for whoever believes it
        shot.framing = "none"
        shot.headers.append(("Content-Length", str(max(0, len(shot.body) - rng.randrange(1, 20)))))
    elif kind == 3:
        shot.framing = "none"
        shot.headers.append(
            ("Transfer-Encoding", rng.choice(("chunked, identity", "xchunked", "CHUNKED ", "gzip, chunked")))
        )
        shot.body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(shot.body), shot.body)
    elif kind == 4:
        shot.framing = "none"
        shot.headers += [("Transfer-Encoding", "chunked"), ("Trailer", "X-Text")]
        shot.body = b"%x\r\n%b\r\n0\r\nX-Text: %b\r\n\r\n" % (len(shot.body), shot.body, quote(leak).encode())
    else:
        shot.headers.append(("Content-Length", str(len(shot.body))))


def path(shot: Shot, leak: str, rng: Random) -> None:
    """Write the path in another way, or with the leak in it."""
    plain, said = shot.path, quote(leak, safe=":")
    first, _, rest = plain.strip("/").partition("/")
    letter = f"%{ord(plain[-1]):02X}"
    segments = plain.split("/")
    at = rng.randrange(1, len(segments))
    variants = (
        *(f"{plain}/", f"{plain}//", f"/{plain}", plain.upper(), plain.title(), f"{plain}/.", f"/x/..{plain}"),
        *(f"{plain[:-1]}{letter}", f"{first}/{rest}", f"/{first}%2F{rest}", f"/{first}\\{rest}", f"{plain}%00"),
        *(
            f"{plain};{said}",
            f"{plain}/{said}",
            f"/{said}{plain}",
            f"{plain}.json",
            f"{plain}%3F{said}",
            f"{plain}#{said}",
        ),
        *(
            f"http://door.test{plain}",
            f"*{plain}",
            f"/v26.0{plain}",
            f"{plain}%252e",
            f"{plain}?{said}",
            f"{plain}%0d%0a{said}",
        ),
        "/".join([*segments[:at], said, *segments[at + 1 :]]),
        "/".join([*segments[:at], quote(segments[at], safe="%") + said, *segments[at + 1 :]]),
    )
    shot.path = rng.choice(variants) if rng.random() < 0.6 else variants[-2]


def method(shot: Shot, leak: str, rng: Random) -> None:
    """Ask for another method, in the request line or beside it."""
    other = rng.choice(("GET", "POST", "PUT", "PATCH", "DELETE"))
    kind = rng.randrange(6)
    if kind == 0:
        shot.method = rng.choice((other, "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post", "BATCH", "PO ST"))
    elif kind == 1:
        name = rng.choice(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "x-http-method-override"))
        shot.headers.append((name, other))
    elif kind == 2:
        shot.ask(
            rng.choice((f"_method={other}", f"method={other}", f"%5Fmethod={other}", f"_METHOD={other}", "batch=[]"))
        )
    elif kind == 3:
        shot.body, at = form_of([("_method", other), ("status", leak), ("batch", leak)]).encode(), rng.randrange(2)
        shot.set("Content-Type", (FORM, JSON)[at])
    elif kind == 4:  # LinkedIn's tunnelling: the query in the body of a POST
        shot.method, shot.body = "POST", f"{shot.query}&text={quote(leak)}".encode()
        shot.headers.append(("X-HTTP-Method-Override", "GET"))
        shot.set("Content-Type", FORM)
    else:
        call = {"method": "POST", "relative_url": shot.path.lstrip("/"), "body": f"message={quote(leak)}"}
        shot.path, shot.body = (
            rng.choice((shot.path, "/", "/v26.0/", "/rest/batch")),
            json_of({"batch": [call]}).encode(),
        )
        shot.set("Content-Type", JSON)


_HEADERS = (
    *("User-Agent", "Idempotency-Key", "Accept-Language", "Cookie", "Referer", "X-Forwarded-For", "Forwarded", "Via"),
    *("LinkedIn-Version", "X-RestLi-Protocol-Version", "X-RestLi-Method", "atproto-proxy", "atproto-accept-labelers"),
    *(
        "Content-Disposition",
        "Content-Language",
        "Accept",
        "Accept-Encoding",
        "Host",
        "Authorization",
        "X-Postgate-Verdict",
    ),
    *(
        "Connection",
        "Keep-Alive",
        "TE",
        "Upgrade",
        "Expect",
        "Origin",
        "Proxy-Authorization",
        "X-Original-URL",
        "Range",
    ),
    *("If-None-Match", "Slug", "Link", "X-RestLi-Id", "Date", "From", "Content-MD5", "Content-Range", "HTTP2-Settings"),
)


def header(shot: Shot, leak: str, rng: Random) -> None:
    """Put the leak into a header, or a header twice."""
    name = rng.choice(_HEADERS)
    value = rng.choice((quote(leak, safe=": "), leak, f"did:web:{quote(leak)}", f"x\r\nX-Text: {quote(leak)}"))
    if rng.random() < 0.5:
        shot.headers.append((name, value))
    else:
        shot.set(name, value)


def noise(shot: Shot, leak: str, rng: Random) -> None:
    """Put bytes into the body, or cut it."""
    body = shot.body or _said(shot, leak).encode("utf-8", "surrogatepass")
    at = rng.randrange(len(body) + 1)
    junk = (
        b"\0",
        b"\xff\xfe",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\r\n\r\n",
        b'"',
        b"\\",
        b"%",
        CANARY.encode(),
        rng.randbytes(8),
    )
    shot.body = body[:at] + rng.choice((b"", *junk)) + body[at + rng.choice((0, 0, 1, 9)) :]


def picture(shot: Shot, leak: str, rng: Random) -> None:
    """Send a picture with the leak beside its pixels, in place of the one that is there."""
    data = _picture(leak, rng)
    start = shot.body.find(b"\x89PNG")
    if start >= 0:
        end = shot.body.find(b"IEND", start) + 8
        shot.body = shot.body[:start] + data + shot.body[end:]
    else:
        shot.body = shot.body or data


def _picture(leak: str, rng: Random) -> bytes:
    text = leak.encode()
    out = io.BytesIO()
    drawing = Drawing.new("RGB", (4, 4))
    kind = rng.randrange(5)
    if kind == 0:
        info = PngImagePlugin.PngInfo()
        info.add_itxt("Comment", leak)
        drawing.save(out, "PNG", pnginfo=info)
    elif kind == 1:
        drawing.save(out, "JPEG", comment=text)
    elif kind == 2:
        drawing.save(out, "GIF", comment=text)
    else:
        drawing.save(out, "PNG")
    data = out.getvalue()
    if kind == 3:
        return data + text
    if kind == 4:
        chunk = struct.pack(">I", len(text)) + b"teXt" + text + struct.pack(">I", zlib.crc32(b"teXt" + text))
        return data[:33] + chunk + data[33:]
    return data


WHOLES: dict[str, Callable[[Shot, str, Random], None]] = {
    "compressed": compressed,
    "charset": charset,
    "content-type": content_type,
    "framing": framing,
    "path": path,
    "method": method,
    "header": header,
    "noise": noise,
    "picture": picture,
}
"""Ways to break a whole request, by name."""
FORMATS: dict[str, Callable[[Shot, str, Random, Recorded], None]] = {"other-format": other_format, "parts": parts}
"""Those that write the fields anew."""
