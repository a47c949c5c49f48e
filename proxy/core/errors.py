"""
Every error Postgate raises on purpose, in one tree.

    PostgateError
    +-- RefusedRequest            the request was not understood or not allowed; nothing was decided, nothing sent
    |   +-- MalformedRequest      400  syntax, duplicate keys, smuggling, method overrides
    |   +-- UnsupportedEncoding   415  content encodings and content types that cannot be read safely
    |   +-- RequestTooLarge       413  body, part count, header or nesting over its limit
    |   +-- RequestTooSlow        408  headers or body came slower than the minimum
    |   +-- MisdirectedRequest    421  the Host header names no configured door
    |   +-- UnknownToken          401  no, unknown, expired or revoked gateway token
    |   |   +-- ExpiredSession    401  a token of a login whose time is over; the client may renew it
    |   +-- EndpointDenied        403  an endpoint or method the platform table does not list
    |   +-- WrongMethod           405  a path that exists, with a method it does not take
    |   +-- UnknownField          422  a field the endpoint does not list
    |   +-- UnreadableField       422  a listed field with a value of the wrong kind
    |   +-- TextTooLong           422  more characters than the platform takes
    |   +-- NotFound              404  an object of the gateway (media, held post) that this token cannot see
    +-- IdempotencyMismatch       422  a known idempotency key with another content
    +-- StillInProgress           409  the first request with this idempotency key has not ended
    +-- OutcomeUnknown            422  an equal post may already be published; nothing is sent again
    +-- GateUnavailable           503  nothing was decided or sent; try again
    |   +-- AuditUnavailable      503  the audit log cannot take a record
    |   |   +-- AuditBusy         503  the audit writer's queue is full
    |   +-- GateBusy              503  too many requests in flight
    |   +-- Draining              503  the process is stopping
    +-- Conflict                  a compare-and-set in the database lost against another writer
    +-- NotReleased               a post was about to be sent without an allowing decision and its receipt
    +-- SealBroken                sealed bytes do not open: wrong key, wrong place or changed
    +-- AuditBroken               the audit log does not verify
    +-- InvalidRecord             an audit record that does not fit the catalogue or cannot be canonicalised
    +-- ConfigurationError        one or more mistakes in files or settings; all of them, with file, line and remedy

Errors never carry text of a post or a matched value: `found` names the kind and place of what came, not its content.
The default message is the first paragraph of the class docstring.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Localised:
    """A text for people, in German and English."""

    de: str
    en: str

    def pick(self, language: str) -> str:
        """Return the German text for `de`, the English one for anything else."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """What was expected, what came (kind and place, never content), what to do."""

    expected: str
    found: str
    remedy: str


class PostgateError(Exception):
    """Something went wrong inside the gateway."""

    code: ClassVar[str] = "internal"
    """Stable identifier, for clients, logs and metrics."""
    status: ClassVar[int] = 500
    """HTTP status hint; a platform may have to answer in another one."""
    text: ClassVar[Localised] = Localised(
        de="Interner Fehler im Gateway. Es wurde nichts gesendet.",
        en="Internal error in the gateway. Nothing was sent.",
    )
    """What the person at the client reads."""

    def __init__(self, *, expected: str = "", found: str = "", remedy: str = "") -> None:
        self._diagnostics = Diagnostics(expected=expected, found=found, remedy=remedy)
        details = "; ".join(
            f"{label}: {value}"
            for label, value in (("expected", expected), ("found", found), ("remedy", remedy))
            if value
        )
        summary = inspect.getdoc(type(self)) or type(self).__name__
        headline = summary.split("\n\n", maxsplit=1)[0].replace("\n", " ")
        super().__init__(f"{headline} {details}" if details else headline)

    def diagnostics(self) -> Diagnostics:
        """Return what was expected, what came and what to do."""
        return self._diagnostics


class RefusedRequest(PostgateError):
    """The request was refused before anything was decided; nothing was sent."""

    code = "refused"
    status = 400
    reason: ClassVar[str] = "malformed"
    """Bounded vocabulary of record PG-110: auth, malformed, endpoint, field, size, rate, busy."""
    text = Localised(de="Anfrage abgelehnt. Es wurde nichts gesendet.", en="Request refused. Nothing was sent.")


class MalformedRequest(RefusedRequest):
    """The request cannot be read in exactly one way."""

    code = "malformed"
    text = Localised(
        de="Die Anfrage ist nicht eindeutig lesbar. Es wurde nichts gesendet.",
        en="The request cannot be read in exactly one way. Nothing was sent.",
    )


class UnsupportedEncoding(RefusedRequest):
    """The body comes in an encoding that the gateway does not read."""

    code = "unsupported_encoding"
    status = 415
    text = Localised(
        de="Diese Kodierung der Anfrage wird nicht angenommen. Es wurde nichts gesendet.",
        en="This encoding of the request is not accepted. Nothing was sent.",
    )


class RequestTooLarge(RefusedRequest):
    """The request is over a size limit."""

    code = "too_large"
    status = 413
    reason = "size"
    text = Localised(
        de="Die Anfrage ist zu groß. Es wurde nichts gesendet.", en="The request is too large. Nothing was sent."
    )


class RequestTooSlow(RefusedRequest):
    """The request did not arrive in time."""

    code = "too_slow"
    status = 408
    reason = "rate"
    text = Localised(
        de="Die Anfrage kam zu langsam an. Es wurde nichts gesendet.",
        en="The request arrived too slowly. Nothing was sent.",
    )


class MisdirectedRequest(RefusedRequest):
    """The Host header names no door of this gateway."""

    code = "misdirected"
    status = 421
    reason = "endpoint"
    text = Localised(
        de="Unter diesem Namen gibt es hier keinen Zugang. Es wurde nichts gesendet.",
        en="There is no door of that name here. Nothing was sent.",
    )


class UnknownToken(RefusedRequest):
    """The gateway token is missing, unknown, expired or revoked."""

    code = "unknown_token"
    status = 401
    reason = "auth"
    text = Localised(
        de="Das Zugangstoken des Gateways fehlt, ist unbekannt oder abgelaufen.",
        en="The gateway token is missing, unknown or expired.",
    )


class ExpiredSession(UnknownToken):
    """The token of a login is no longer valid; it can be renewed."""

    code = "expired_session"
    text = Localised(
        de="Die Anmeldung am Gateway ist abgelaufen und muss erneuert werden.",
        en="The login at the gateway has expired and has to be renewed.",
    )


class EndpointDenied(RefusedRequest):
    """The platform's table does not list this endpoint."""

    code = "NotAllowed"
    status = 403
    reason = "endpoint"
    text = Localised(
        de="Diese Funktion der Plattform ist über das Gateway nicht erlaubt. Es wurde nichts gesendet.",
        en="This function of the platform is not allowed through the gateway. Nothing was sent.",
    )


class WrongMethod(RefusedRequest):
    """There is something at this path, but it does not take this method."""

    code = "wrong_method"
    status = 405
    reason = "endpoint"
    text = Localised(
        de="Diese Methode gibt es unter diesem Pfad nicht. Es wurde nichts geändert.",
        en="This path does not take this method. Nothing was changed.",
    )


class UnknownField(RefusedRequest):
    """The request has a field that its endpoint does not list."""

    code = "UnknownField"
    status = 422
    reason = "field"
    text = Localised(
        de="Die Anfrage enthält ein Feld, das das Gateway nicht prüfen kann. Es wurde nichts gesendet.",
        en="The request has a field that the gateway cannot check. Nothing was sent.",
    )


class UnreadableField(RefusedRequest):
    """A field has a value of another kind than its endpoint lists."""

    code = "UnreadableField"
    status = 422
    reason = "field"
    text = Localised(
        de="Ein Feld der Anfrage hat einen unzulässigen Wert. Es wurde nichts gesendet.",
        en="A field of the request has a value that is not allowed. Nothing was sent.",
    )


class TextTooLong(RefusedRequest):
    """The text has more characters than the platform takes."""

    code = "text_too_long"
    status = 422
    reason = "size"
    text = Localised(
        de="Der Text ist länger, als die Plattform erlaubt. Es wurde nichts gesendet.",
        en="The text is longer than the platform allows. Nothing was sent.",
    )


class NotFound(RefusedRequest):
    """This token sees no such object in the gateway."""

    code = "not_found"
    status = 404
    reason = "endpoint"
    text = Localised(de="Nicht gefunden.", en="Not found.")


class IdempotencyMismatch(PostgateError):
    """The idempotency key is known with another content."""

    code = "idempotency_mismatch"
    status = 422
    text = Localised(
        de="Dieser Idempotency-Key gehört zu einem anderen Beitrag. Es wurde nichts gesendet.",
        en="This idempotency key belongs to another post. Nothing was sent.",
    )


class StillInProgress(PostgateError):
    """The first request with this idempotency key has not ended yet."""

    code = "in_progress"
    status = 409
    text = Localised(
        de="Derselbe Beitrag wird gerade bearbeitet. Bitte nicht erneut senden.",
        en="The same post is being processed. Please do not send it again.",
    )


class OutcomeUnknown(PostgateError):
    """An equal post may already be published; nothing is sent again."""

    code = "OutcomeUnknown"
    status = 422
    text = Localised(
        de="Der Beitrag ist möglicherweise schon veröffentlicht. Bitte nicht erneut senden.",
        en="The post may have been published. Do not send it again.",
    )

    def __init__(self, *, decision_id: str = "") -> None:
        super().__init__(remedy="look at the platform, then ask the person who reconciles unclear posts")
        self.decision_id = decision_id


class GateUnavailable(PostgateError):
    """The gateway cannot decide at the moment; nothing was sent."""

    code = "unavailable"
    status = 503
    text = Localised(
        de="Das Gateway kann gerade nicht entscheiden. Es wurde nichts gesendet, bitte später erneut versuchen.",
        en="The gateway cannot decide at the moment. Nothing was sent, please try again later.",
    )


class AuditUnavailable(GateUnavailable):
    """The audit log cannot take a record, so nothing may be sent."""

    code = "audit_unavailable"
    text = Localised(
        de="Das Prüfprotokoll ist nicht schreibbar. Es wurde nichts gesendet, bitte später erneut versuchen.",
        en="The audit log is not writable. Nothing was sent, please try again later.",
    )


class AuditBusy(AuditUnavailable):
    """The queue of the audit writer is full."""

    code = "audit_busy"


class GateBusy(GateUnavailable):
    """Too many requests are in flight."""

    code = "busy"


class Draining(GateUnavailable):
    """The process is stopping and takes no new posts."""

    code = "draining"


class Conflict(PostgateError):
    """Another writer was first; nothing of this unit of work was kept."""

    code = "conflict"
    status = 409

    def __init__(self, *, what: str) -> None:
        super().__init__(found=what)
        self.what = what
        """Which condition lost: `idempotency`, `post-state`, `attempt` or `record`."""


class NotReleased(PostgateError):
    """A post was about to be sent without an allowing decision and its receipt."""

    code = "not_released"


class SealBroken(PostgateError):
    """Sealed bytes do not open: wrong key, wrong place, or changed."""

    code = "seal_broken"


class AuditBroken(PostgateError):
    """The audit log does not verify."""

    code = "audit_broken"


class InvalidRecord(PostgateError):
    """An audit record does not fit the catalogue of records; nothing of its unit of work was kept."""

    code = "invalid_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a file: where it is, what was expected, what came, what to do."""

    file: str
    line: int
    """1-based; 0 when the mistake concerns the whole file."""
    column: int
    """1-based; 0 when the mistake concerns the whole line or file."""
    code: str
    """Stable identifier, such as `unknown-key`."""
    message: Localised
    """What was expected and what came."""
    remedy: Localised
    """What to do."""
    warning: bool = False
    """Warnings are shown and stop nothing."""

    def render(self, language: str) -> str:
        """Return `file:line:column: message remedy [code]` in one line."""
        place = ":".join(str(piece) for piece in (self.file, self.line, self.column) if piece)
        return f"{place}: {self.message.pick(language)} {self.remedy.pick(language)} [{self.code}]"


class ConfigurationError(PostgateError):
    """The configuration has mistakes."""

    code = "configuration"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(found=f"{len(problems)} mistakes")
        self.problems = problems

    def render(self, language: str) -> str:
        """Return every mistake, one per line, in file order."""
        ordered = sorted(self.problems, key=lambda problem: (problem.file, problem.line, problem.column))
        return "\n".join(problem.render(language) for problem in ordered)
