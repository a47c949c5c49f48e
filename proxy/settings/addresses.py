"""
Addresses in settings: where to listen, and where others are found. Names are not resolved here.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from proxy.settings.mistakes import mistake

_HOST = re.compile(r"(?=.{1,253}\.?$)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f:.]{2,45}")
"""Labels of at most 63 signs (RFC 1035), or an address; what is longer breaks whoever looks it up."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOP_PORT = 65535


def split_listen(value: str) -> tuple[str, int]:
    """
    Return host and port of `HOST:PORT`, an IPv6 host without its brackets.

    Raises:
        PydanticCustomError: `listen-address`.
    """
    host, _, port = value.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    readable = _HOST.fullmatch(host) and bracketed == (":" in host)
    if not readable or not (port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= _TOP_PORT):
        raise mistake(code="listen-address")
    return host, int(port)


def _listen(value: str) -> str:
    split_listen(value)
    return value


def _split_origin(value: str) -> SplitResult:
    """Split an address that has scheme, host and perhaps port, nothing else."""
    try:
        pieces = urlsplit(value)
        port_readable = pieces.port != 0
    except ValueError:
        raise mistake(code="origin-only") from None
    plain = value.isascii() and value.isprintable() and not any(sign in value for sign in " \\@?#")
    bare = pieces.path in {"", "/"} and not pieces.netloc.endswith(":")
    named = pieces.hostname is not None and _HOST.fullmatch(pieces.hostname) is not None
    if not (plain and bare and named and port_readable and pieces.scheme in _DEFAULT_PORTS):
        raise mistake(code="origin-only")
    return pieces


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_private(host: str) -> bool:
    """Return whether a host is this machine, or an address that is not of the public internet."""
    address = _address(host)
    return host == "localhost" or (address is not None and not address.is_global)


def origin(value: str) -> str:
    """Return an address in one spelling: lower case, without default port and closing slash."""
    pieces = _split_origin(value)
    host = pieces.hostname or ""
    if pieces.scheme == "http" and not is_loopback(host):
        raise mistake(code="plain-http")
    bracketed = f"[{host}]" if ":" in host else host
    port = "" if pieces.port in {None, _DEFAULT_PORTS[pieces.scheme]} else f":{pieces.port}"
    return f"{pieces.scheme}://{bracketed}{port}"


def web_address(value: str) -> str:
    """
    Return an address with its path and query as it stands.

    Raises:
        PydanticCustomError: `web-address`; `plain-http`: unencrypted, and not on this machine.
    """
    scheme, _, rest = value.partition("://")
    netloc = rest.partition("/")[0].partition("?")[0]
    if not value.isascii() or not value.isprintable() or any(sign in value for sign in " \\#"):
        raise mistake(code="web-address")
    try:
        origin(f"{scheme}://{netloc}")
    except PydanticCustomError as error:
        raise mistake(code="plain-http" if error.type == "plain-http" else "web-address") from None
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise mistake(code="host")
    return value


Host = Annotated[str, AfterValidator(_host)]
"""Name or address of a machine, an IPv6 address without brackets."""
Listen = Annotated[str, AfterValidator(_listen)]
"""`HOST:PORT`."""
Origin = Annotated[str, AfterValidator(origin)]
"""Scheme, host and perhaps port, in one spelling; unencrypted only on this machine."""
