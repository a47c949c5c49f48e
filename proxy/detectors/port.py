"""
The inner port: what runs in a worker process on every post.

A detector sees all parts and all their views, or it raises: there is no partial answer. Detectors are built and used in
one process by one thread, one post at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proxy.core.model import Finding, House, Language, Lexicon, Link, Recognizer, Register, Span, Surface


class DetectorFault(Exception):
    """A detector cannot do its work. Carries a code and never text of a post."""

    code: ClassVar[str] = "fault"


class WrongShape(DetectorFault):
    """A detector returned something other than findings."""

    code = "wrong-shape"


class ModelAbsent(DetectorFault):
    """The files of a model are not installed."""

    code = "model-absent"


class ModelAltered(DetectorFault):
    """A file of a model does not have the pinned hash."""

    code = "model-altered"


class TalksToItsMaker(DetectorFault):
    """A library would send reports over the network, because nobody told it not to before it was loaded."""

    code = "talks-to-its-maker"


class RulesUnknown(DetectorFault):
    """The word lists that a scan asks for were never loaded here."""

    code = "rules-unknown"


class RegisterUnknown(DetectorFault):
    """The register that a scan asks for was never opened here."""

    code = "register-unknown"


class RegisterUnfit(DetectorFault):
    """The files of a register are not those that were checked, or none."""

    code = "register-unfit"


class LibraryGaveUp(DetectorFault):
    """A library logged a warning instead of raising: it did not look to the end."""

    code = "library-gave-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartViews:
    """One part of a post, ready to be searched."""

    surfaces: tuple[Surface, ...] = field(repr=False)
    """All views, the normalised one among them."""
    normalised: Surface = field(repr=False)
    sentences: tuple[Span, ...]
    """Ranges of `normalised`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One post on the desk: all its parts in all their views."""

    parts: tuple[PartViews, ...] = field(repr=False)
    rules: str
    """Digest of the word lists that this scan asks for."""
    register: str = ""
    """Version of the register that this scan asks for; empty where the house has none."""
    joined: tuple[Surface, ...] = field(default=(), repr=False)
    """Views of several parts, and of earlier texts of the thread; only what crosses from one to another counts."""


class Detector(Protocol):
    """Looks for one family of things in every view it is made for."""

    @property
    def name(self) -> str:
        """Return the stable name, such as `presidio`."""
        ...

    def version(self, rules: str) -> str:
        """
        Return the digest of everything that decides what `find` returns when a scan asks for `rules`.

        A detector that looks into the register is told the version of that instead.
        """
        ...

    def find(self, sheet: Sheet) -> Sequence[Finding]:
        """Return everything there is to find in the post; raise when it could not look to the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What can be said of a post beside findings."""

    links: tuple[Link, ...] = ()
    languages: tuple[Language, ...] = ()
    """One per part."""


@runtime_checkable
class Describes(Protocol):
    """A detector that says more than findings; its word counts only where it completed."""

    def describe(self, sheet: Sheet) -> Described:
        """Return the facts of a post; raise when it could not look to the end."""
        ...


@runtime_checkable
class TakesLexicons(Protocol):
    """A detector that works with the word lists of a bundle."""

    def load(self, rules: str, lexicons: Sequence[Lexicon]) -> None:
        """Keep the word lists under their digest; the two latest sets stay usable."""
        ...


@runtime_checkable
class TakesRecognizers(Protocol):
    """A detector that works with the recognizers of a bundle."""

    def learn(self, rules: str, recognizers: Sequence[Recognizer], house: House) -> None:
        """Keep the recognizers and the house's digests under theirs; the two latest sets stay usable."""
        ...


@runtime_checkable
class TakesRegister(Protocol):
    """A detector that looks into the register of customers."""

    def take(self, register: Register) -> None:
        """Open a register; the two latest stay usable."""
        ...


@runtime_checkable
class LooksAhead(Protocol):
    """A detector that is cheaper when it looks at several posts at once."""

    name: str

    def prepare(self, sheets: Sequence[Sheet]) -> None:
        """Look at the posts whose `find` is asked for next, as far as that saves work; without posts, forget them."""
        ...


Builders: TypeAlias = "Mapping[str, Callable[[], Detector]]"
"""What a factory returns: how to build each detector, by name. Building may raise; that detector is missing then."""
