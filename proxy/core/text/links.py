"""
The links of one part of a post: where they stand, the host, and the names of their parameters; never a value.

What looks like a link in any view counts, since a link too many makes rules stricter and one too few lets a post pass.
Looked at are the text as written and without its disguises, and once more with brackets around dots and slashes undone
(`example[.]de`, `hxxps[:]//`). Behind `https://` anything is a host; without it, a name has to end in a top-level
domain that there is. Mail addresses and mentions are no links. Links inside of links, as in a redirect, count as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from proxy.core.model import Link, merge_places
from proxy.core.text.hosts import canonical_host, ends_in_known_domain
from proxy.core.text.mapped import Edit, rewrite
from proxy.core.text.views import mapped_of, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Span, Surface

__all__ = ["links"]

_WRITTEN = frozenset({"original", "normalised", "decoded"})
"""Views in which every link counts."""
_GUESSED = ("worded", "respaced", "mirrored")
"""Views that change what stands there: only links where the others see none."""
_IN_NAME = "\\w\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\uff0d-"
"""Letters, digits, `_`, `-`, and what nobody sees."""
_AT = "@\uff20"
_DOT = "[.。．｡]"
_SCHEME = re.compile(
    r"(?<![a-z0-9])(?:[a-z][a-z0-9+.-]{1,19}:[/\\]{2,}|h(?:tt|xx)ps?:[/\\]*)(?=[^\s/\\])", re.IGNORECASE
)
_REST = re.compile(r"[^\s<>\"]*")
_NOT_OF_HOST = re.compile(r"[/\\?#]")
_PORT = re.compile(r":[0-9]{0,5}$")
_LEADING = re.compile(f"(?:[{_IN_NAME}]+{_DOT})*[{_IN_NAME}]+")
_INNER_DOT = re.compile(f"{_DOT}[{_IN_NAME}]")
_BARE = re.compile(
    f"(?<![{_AT}{_IN_NAME}])(?<![{_AT}{_IN_NAME}][.])(?:[{_IN_NAME}]+{_DOT})+[{_IN_NAME}]+"
    f"(?!{_DOT}?[{_IN_NAME}])(?![{_AT}][{_IN_NAME}])"
    r"(?P<more>(?::[0-9]{1,5})?(?:[/\\?#][^\s<>\"]*)?)"
)
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_SPELLED_AT = re.compile(r"[(\[{<]\s?(?:at|ät|@)\s?[)\]}>]\s{0,2}\Z", re.IGNORECASE)
_LONGEST_AT = 10
_BRACKETED_DOT = re.compile(r"(?<=\w)\s{0,2}[(\[{<]\s?(?:dot|punkt|[.])\s?[)\]}>]\s{0,2}(?=\w)", re.IGNORECASE)
_BRACKETED_SLASHES = re.compile(r"(?<=\w)[(\[{](:|:?//)[)\]}]")
_PARAMETER = re.compile(r"[?&;#]([^=&;#?/\s]{1,64})(?==)")
_NOT_BEHIND_NAME = ".,:;!?*_~'\"`)]}>|»”’…"
_USUAL = frozenset({"at", "ch", "com", "de", "eu", "info", "li", "net", "org", "biz", "example", "test", "invalid"})
"""Endings that people also write with a capital: others are the word after a dot without its space, as in `gut.So`."""
_TOGETHER = frozenset({"co.kg", "kd.nr", "kto.nr", "tel.nr", "mo.fr", "sa.so"})
"""Written without a space, and no hosts."""
_TITLES = ("dr.", "prof.")


def links(views: Sequence[Surface]) -> tuple[Link, ...]:
    """Return the links of one part, given in all its views; each once for every way it can be read."""
    found: dict[Link, None] = {}
    for surface in views:
        if surface.name in _WRITTEN:
            found |= dict.fromkeys(_in_view(surface))
    taken = merge_places((link.span.start, link.span.end) for link in found)
    for surface in views:
        if surface.name in _GUESSED:
            found |= dict.fromkeys(link for link in _in_view(surface) if not _overlaps(link.span, taken))
    return tuple(found)


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    nearest = bisect_right(taken, span.start, key=lambda place: place.end)
    return nearest < len(taken) and taken[nearest].overlaps(span)


def _in_view(surface: Surface) -> Iterator[Link]:
    shown = _unbracketed(surface)
    done = 0
    for start, name, end in _with_scheme(shown.text):
        yield from _bare(shown, done, start)
        yield from _schemed(shown, start, name, end)
        done = end
    yield from _bare(shown, done, len(shown.text))


def _unbracketed(surface: Surface) -> Surface:
    """Return the view without brackets around dots, colons and slashes."""
    if not any(bracket in surface.text for bracket in "[({<"):
        return surface
    dots = [Edit(*found.span(), ".", evasive=True) for found in _BRACKETED_DOT.finditer(surface.text)]
    slashes = [Edit(*found.span(), found[1], evasive=True) for found in _BRACKETED_SLASHES.finditer(surface.text)]
    if not dots and not slashes:
        return surface
    return view(surface.name, surface.part, rewrite(mapped_of(surface), None, sorted([*dots, *slashes])))


def _with_scheme(text: str) -> list[tuple[int, int, int]]:
    """Return where each link with a scheme begins, where its host does, and where it ends; one inside ends it."""
    schemes = [found.span() for found in _SCHEME.finditer(text)] if ":" in text else []
    limits = [start for start, _ in schemes[1:]] + [len(text)]
    return [
        (start, end, _REST.match(text, end, limit).end())  # type: ignore[union-attr]  # it matches nothing at least
        for (start, end), limit in zip(schemes, limits, strict=False)
    ]


def _schemed(shown: Surface, start: int, name: int, end: int) -> Iterator[Link]:
    authority = _NOT_OF_HOST.split(shown.text[name:end], maxsplit=1)[0]
    parameters = _parameters(shown.text[name + len(authority) : end])
    for host in _hosts(authority):
        yield _link(shown, start, end, host, parameters)


def _hosts(authority: str) -> Iterator[str | None]:
    """Yield the host of a link, and what stands where a reader expects it: `bank.example@elsewhere.example`."""
    before, at, host = authority.rpartition("@")
    for name in (before.partition("@")[0], host) if at else (host,):
        if name.startswith("["):  # an address of IPv6, which no list names
            yield None
            continue
        trimmed = _PORT.sub("", name.rstrip(_NOT_BEHIND_NAME))
        if any(character.isalnum() for character in trimmed):
            yield _host(trimmed.rstrip(_NOT_BEHIND_NAME))


def _host(name: str) -> str | None:
    """Return the host a name is, or the one it begins with where something that belongs to no host stands behind it."""
    whole = canonical_host(name)
    if whole is not None:
        return whole
    leading = _LEADING.match(name)
    first = None if leading is None else canonical_host(leading[0])
    return first if first is not None and ends_in_known_domain(first) else None


def _bare(shown: Surface, start: int, end: int) -> Iterator[Link]:
    if _INNER_DOT.search(shown.text, start, end) is None:
        return
    for found in _BARE.finditer(shown.text, start, end):
        if _SPELLED_AT.search(shown.text, max(0, found.start() - _LONGEST_AT), found.start()):
            continue
        more = found["more"]
        name = found[0][: len(found[0]) - len(more)]
        host = canonical_host(name)
        if host is not None and _is_link(name, host, more):
            yield _link(shown, found.start(), found.end(), host, _parameters(more))


def _is_link(name: str, host: str, more: str) -> bool:
    if host.startswith("www."):
        return True
    if _ADDRESS.fullmatch(host):
        return more.startswith(":") or any(map(str.isalpha, more))
    if not ends_in_known_domain(host):
        return False
    return bool(more) or not _is_prose(name, host)


def _is_prose(name: str, host: str) -> bool:
    """Return whether two words only lack the space between them."""
    ending = host.rpartition(".")[2]
    capital = name.rpartition(".")[2][:1].isupper() and not (name.isupper() and name.replace(".", "").isalpha())
    return host in _TOGETHER or host.startswith(_TITLES) or (capital and ending not in _USUAL)


def _parameters(text: str) -> tuple[str, ...]:
    return tuple(sorted({found[1].lower() for found in _PARAMETER.finditer(text)}))


def _link(shown: Surface, start: int, end: int, host: str | None, parameters: tuple[str, ...]) -> Link:
    return Link(part=shown.part, span=_place(shown, start, end), host=host, parameters=parameters)


def _place(shown: Surface, start: int, end: int) -> Span:
    return shown.origin(start, end)
