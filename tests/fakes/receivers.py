"""
The other ends of sinks on loopback, for tests: a certificate of our own, a receiver of lines, a web server, a bucket.

Each is a real server in a thread. The bucket computes signatures itself, from the description of AWS, and refuses what
a real one would; that it keeps nothing for years is the difference to one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority of our own, and a certificate of it for 127.0.0.1."""

    ca_file: Path
    server: ssl.SSLContext


def certificates(directory: Path) -> Certificates:
    """Make both; the key of the authority is thrown away."""
    now = datetime.now(UTC)  # noqa: TID251  certificates are compared with the clock of the machine
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority for tests")])

    def builder(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
        )

    ca = (
        builder(authority, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    certificate = builder(subject, key.public_key()).add_extension(name, critical=False).sign(ca_key, hashes.SHA256())
    chain, ca_file = directory / "server.pem", directory / "ca.pem"
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return Certificates(ca_file=ca_file, server=context)


class LineReceiver:
    """Takes connections and keeps what comes; closes when the other side does, or at once when it is told to."""

    def __init__(self, tls: ssl.SSLContext | None, *, hangs: bool, aborts: bool, says_goodbye: bool) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._tls, self._hangs, self._aborts, self._says_goodbye = tls, hangs, aborts, says_goodbye
        self.address: tuple[str, int] = self._listening.getsockname()[:2]
        self.received: list[bytes] = []
        self.go = threading.Event()

    def serve(self) -> None:
        """Serve until closed."""
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            with plain:
                self._take(plain)

    def _take(self, plain: socket.socket) -> None:
        if self._aborts:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        if self._hangs:
            self.go.wait(30)
            return
        try:
            line = plain if self._tls is None else self._tls.wrap_socket(plain, server_side=True)
            data = b""
            while piece := line.recv(65536):
                data += piece
            self.received.append(data)
            if isinstance(line, ssl.SSLSocket) and self._says_goodbye:
                line.unwrap()
            line.close()
        except OSError:
            return

    def close(self) -> None:
        """End."""
        self.go.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@contextmanager
def line_receiver(
    tls: ssl.SSLContext | None = None, *, hangs: bool = False, aborts: bool = False, says_goodbye: bool = True
) -> Iterator[LineReceiver]:
    """Run a receiver of lines."""
    receiver = LineReceiver(tls, hangs=hangs, aborts=aborts, says_goodbye=says_goodbye)
    thread = threading.Thread(target=receiver.serve, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.close()
        thread.join(10)


@dataclass(slots=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Told:
    """An answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def web_server(answer: Callable[[Asked], Told | None], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run a web server that answers so, or closes the connection for None; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told = answer(Asked(self.command, self.path, headers, body))
            if told is None:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(told.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_PUT = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # a client that hung up
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass(slots=True)
class Version:
    """One version of an object."""

    key: str
    id: str
    data: bytes
    headers: dict[str, str]
    hidden: bool = False


class StrictBucket:
    """A bucket `worm` with versions and object lock, for one access key; refuses with the statuses of S3."""

    def __init__(self, access_key: str, secret_key: str, region: str) -> None:
        self._access_key, self._secret_key, self._region = access_key, secret_key, region
        self.versions: list[Version] = []
        self.most = 1000
        """Names in one list."""

    def put(self, key: str, data: bytes) -> None:
        """Put a version there, as somebody else may."""
        self.versions.append(Version(key, f"v{len(self.versions)}", data, {}))

    def hide(self, key: str) -> None:
        """Put a delete marker in front of an object."""
        for version in self.versions:
            version.hidden = version.hidden or version.key == key

    def answer(self, asked: Asked) -> Told:
        """Answer a request."""
        if not self._is_signed(asked):
            return Told(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        pieces = urlsplit(asked.target)
        bucket, _, key = unquote(pieces.path).lstrip("/").partition("/")
        query = dict(parse_qsl(pieces.query, keep_blank_values=True))
        if bucket != "worm":
            return Told(404)
        if asked.method == "PUT":
            return self._put(key, asked)
        return self._list(query) if "versions" in query and not key else self._get(key, query)

    def _put(self, key: str, asked: Asked) -> Told:
        digest = base64.b64encode(hashlib.md5(asked.body).digest()).decode()
        until = asked.headers.get("x-amz-object-lock-retain-until-date", "")
        if asked.headers.get("content-md5") != digest:
            return Told(400, b"<Error><Code>BadDigest</Code></Error>")
        if asked.headers.get("x-amz-object-lock-mode") not in {"COMPLIANCE", "GOVERNANCE"} or not until:
            return Told(400, b"<Error><Code>InvalidRequest</Code></Error>")
        there = [version for version in self.versions if version.key == key and not version.hidden]
        if there and asked.headers.get("if-none-match") == "*":
            return Told(412)
        self.versions.append(Version(key, f"v{len(self.versions)}", asked.body, asked.headers))
        return Told(200)

    def _get(self, key: str, query: dict[str, str]) -> Told:
        wanted = [
            version
            for version in self.versions
            if version.key == key and (version.id == query["versionId"] if "versionId" in query else not version.hidden)
        ]
        return Told(200, wanted[-1].data) if wanted else Told(404)

    def _list(self, query: dict[str, str]) -> Told:
        newest_first = sorted(self.versions, key=lambda version: (version.key, -int(version.id[1:])))
        listed = [one for one in newest_first if one.key.startswith(query.get("prefix", ""))]
        marks = (query.get("key-marker", ""), query.get("version-id-marker", ""))
        begin = next((n for n, one in enumerate(listed, start=1) if (one.key, one.id) == marks), 0)
        page = listed[begin : begin + min(self.most, int(query.get("max-keys", "1000")))]
        entries = "".join(f"<Version><Key>{one.key}</Key><VersionId>{one.id}</VersionId></Version>" for one in page)
        cut = begin + len(page) < len(listed)
        entries += f"<IsTruncated>{str(cut).lower()}</IsTruncated>"
        if cut:
            last = page[-1]
            entries += f"<NextKeyMarker>{last.key}</NextKeyMarker><NextVersionIdMarker>{last.id}</NextVersionIdMarker>"
        space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        return Told(200, f"<?xml version='1.0'?><ListVersionsResult {space}>{entries}</ListVersionsResult>".encode())

    def _is_signed(self, asked: Asked) -> bool:
        """Compute the signature from the request as it came over the wire."""
        kind, _, rest = asked.headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        access_key, day, region, service, end = parts["Credential"].split("/")
        names = parts["SignedHeaders"].split(";")
        if (kind, access_key, region, service, end) != (
            "AWS4-HMAC-SHA256", self._access_key, self._region, "s3", "aws4_request",
        ):  # fmt: skip
            return False
        needed = {"host", *(name for name in asked.headers if name.startswith("x-amz-") or name == "content-md5")}
        if not needed <= set(names) or asked.headers["x-amz-content-sha256"] != hashlib.sha256(asked.body).hexdigest():
            return False
        path, _, query = asked.target.partition("?")
        lines = [asked.method, path, "&".join(sorted(query.split("&"))) if query else ""]
        lines += [f"{name}:{asked.headers[name].strip()}" for name in names] + ["", parts["SignedHeaders"]]
        lines += [asked.headers["x-amz-content-sha256"]]
        moment = asked.headers["x-amz-date"]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{day}/{region}/s3/aws4_request\n{digest}"
        key = f"AWS4{self._secret_key}".encode()
        for word in (day, region, "s3", "aws4_request"):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        return hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), parts["Signature"])
