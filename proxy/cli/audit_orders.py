"""
`postgate audit erase`, `hold`, `release`, `case`, `rotate`, `confirm`, `orders` and others: what takes two people.

Each person is known by a gateway token of their own (`postgate token issue --scope privacy`, `legal` or `audit`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click
import orjson

from proxy.audit.orders.model import OF_LOGS, Kind, Target
from proxy.audit.orders.shown import plain_of
from proxy.cli.audit_order_pages import about, cells_of, day, page_of
from proxy.cli.audit_times import Moment
from proxy.cli.options import carry_out, config_option, language_option, print_table, read_token, token_option
from proxy.core.errors import Localised
from proxy.gate.work import Actor

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from proxy.assembly.operations import Operations
    from proxy.audit.orders.desk import Done
    from proxy.audit.orders.model import Order

_OPENED = Localised(
    de="Eröffnet, noch ohne Wirkung. Eine andere Person bestätigt bis {until}: postgate audit confirm {order}",
    en="Opened, without effect yet. Another person confirms until {until}: postgate audit confirm {order}",
)
_ASKED = Localised(
    de="{kind}, Aktenzeichen {case}, Grundlage {basis}, eröffnet {at} von {person}",
    en="{kind}, case {case}, basis {basis}, opened {at} by {person}",
)
_WOULD = Localised(
    de="Das löscht {count} Inhalte für immer. Die Einträge im Protokoll bleiben.",
    en="This erases {count} contents for good. The records of the log stay.",
)
_NAME = Localised(
    de="Auch der Name hinter {actor} wird gelöscht, seine Tokens werden widerrufen.",
    en="The name behind {actor} is erased, too, and its tokens are revoked.",
)
_CONFIRM = Localised(de="Bestätigen?", en="Confirm?")
_DONE = {
    Kind.ERASE: Localised(
        de="Gelöscht: {keys} Inhalte. Nachweis: postgate audit erasure {order}",
        en="Erased: {keys} contents. Proof: postgate audit erasure {order}",
    ),
    Kind.HOLD: Localised(
        de="Gesperrt: Nichts davon wird gelöscht, bis die Sperre freigegeben ist: postgate audit release {order}",
        en="On hold: nothing of it is erased until the hold is released: postgate audit release {order}",
    ),
    Kind.RELEASE: Localised(de="Die Sperre ist freigegeben.", en="The hold is released."),
    Kind.CASE: Localised(
        de="Die Einsicht gilt 30 Tage: --case {order}", en="The case is open for 30 days: --case {order}"
    ),
    Kind.ROTATE: Localised(
        de="Das Protokoll ist geschlossen, das nächste ist offen. Laufende Knoten schreiben von selbst dort weiter.",
        en="The log is closed, the next one is open. Running nodes go on in it by themselves.",
    ),
    Kind.RESTORE: Localised(
        de="Das Protokoll der Sicherung bleibt, wie es ist; das nächste ist offen. Jetzt die Knoten starten.",
        en="The log of the backup stays as it is; the next one is open. Start the nodes now.",
    ),
}
_BEFORE = {
    Kind.ROTATE: Localised(
        de="Das schließt das Protokoll für immer; es geht in einem neuen weiter.",
        en="This closes the log for good; another one goes on.",
    ),
    Kind.RESTORE: Localised(
        de="Das lässt das Protokoll der zurückgespielten Sicherung, wie es ist. Was nach der Sicherung aufgezeichnet "
        "wurde, fehlt dann für immer. Gibt es eine jüngere Datenbank, dann diese zurückspielen.",
        en="This leaves the log of the restored backup as it is. What was recorded after the backup is then missing "
        "for good. If there is a newer database, put that one back instead.",
    ),
}
_UNREACHED = Localised(
    de="Die Ablage {sink} hat den Prüfpunkt nicht genommen ({code}); ein laufender Knoten versucht es wieder.",
    en="The sink {sink} did not take the checkpoint ({code}); a node that runs tries again.",
)
_NOTHING = Localised(de="Es wartet nichts, es gibt keine Sperre und keine Einsicht.", en="Nothing waits or counts.")
_PURGED = Localised(de="Abgelaufene Inhalte gelöscht: {count}", en="Contents erased whose time was over: {count}")
_WAITS = Localised(de="wartet bis {until}", en="waits until {until}")
_COUNTS = Localised(de="gilt", en="counts")
_TITLES = ("order", "kind", "case", "basis", "about", "opened", "state")

_case_option = click.option("--case", "case_number", required=True, help="Number of the house's own file; no names.")
_basis_option = click.option("--basis", required=True, help="Legal basis in short, such as gdpr-17-1-b.")
_posts_option = click.option("--post", "posts", multiple=True, help="Id of a post; repeatable.")
_actor_option = click.option("--actor", help="Pseudonym of a person: everything that person wrote.")


@click.command("erase")
@config_option
@_posts_option
@_actor_option
@_case_option
@_basis_option
@token_option
@language_option
def erase_command(
    *,
    config: Path,
    posts: tuple[str, ...],
    actor: str | None,
    case_number: str,
    basis: str,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Order that contents are erased for good: of posts, or of everything of a person and the name as well.

    What belongs to a post goes with it: the original of a redacted one, its images with all their texts, its versions.
    Exit code 0: ordered; 1: refused, with the reason; 2: wrong use of the command.
    """
    _open(config, Kind.ERASE, Target(posts=posts, actor=actor), case_number, basis=basis, who=(token_file, language))


@click.command("hold")
@config_option
@_posts_option
@_actor_option
@click.option("--account", help="Account id, such as mastodon:presse.")
@click.option("--from", "since", type=Moment(), help="First moment.")
@click.option("--to", "until", type=Moment(), help="First moment that is too late.")
@_case_option
@_basis_option
@token_option
@language_option
def hold_command(
    *,
    config: Path,
    posts: tuple[str, ...],
    actor: str | None,
    account: str | None,
    since: datetime | None,
    until: datetime | None,
    case_number: str,
    basis: str,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Order a legal hold: nothing of what is named is erased, also posts yet to come. Everything named narrows it.

    Exit code 0: ordered; 1: refused, with the reason; 2: wrong use of the command.
    """
    target = Target(posts=posts, actor=actor, account=account, since=since, until=until)
    _open(config, Kind.HOLD, target, case_number, basis=basis, who=(token_file, language))


@click.command("release")
@config_option
@click.argument("hold", metavar="HOLD")
@_case_option
@_basis_option
@token_option
@language_option
def release_command(
    *, config: Path, hold: str, case_number: str, basis: str, token_file: Path | None, language: str
) -> None:
    """
    Order that a hold ends.

    Exit code 0: ordered; 1: refused, with the reason; 2: wrong use of the command.
    """
    _open(config, Kind.RELEASE, Target(), case_number, basis=basis, who=(token_file, language), hold=hold)


@click.command("case")
@config_option
@_case_option
@_basis_option
@token_option
@language_option
def case_command(*, config: Path, case_number: str, basis: str, token_file: Path | None, language: str) -> None:
    """
    Ask to look behind pseudonyms and into contents for thirty days; each look is a record of its own.

    Exit code 0: asked; 1: refused, with the reason; 2: wrong use of the command.
    """
    _open(config, Kind.CASE, Target(), case_number, basis=basis, who=(token_file, language))


@click.command("rotate")
@config_option
@click.option("--restored", is_flag=True, help="After a restored backup, where the gateway says log_rolled_back.")
@click.option("--reason", required=True, help="Why, as a short word such as yearly, ten-million or disk-failure.")
@_case_option
@token_option
@language_option
def rotate_command(
    *, config: Path, restored: bool, reason: str, case_number: str, token_file: Path | None, language: str
) -> None:
    """
    Order that the log is closed and the next one opened. The gateway may run meanwhile.

    With --restored the log stays as it is, and the next one says which records are missing. Before, look for a newer
    database: nothing brings back what is missing here. Stop all nodes first.
    Exit code 0: ordered; 1: refused, with the reason; 2: wrong use of the command.
    """
    kind = Kind.RESTORE if restored else Kind.ROTATE
    _open(config, kind, Target(), case_number, basis=reason, who=(token_file, language))


def _open(
    config: Path,
    kind: Kind,
    target: Target,
    case_number: str,
    *,
    basis: str,
    who: tuple[Path | None, str],
    hold: str | None = None,
) -> None:
    token, language = read_token(*who), who[1]

    async def work(opened: Operations) -> Order:
        by = await opened.people.person(token)
        return await opened.desk.open(kind, by=by, case_number=case_number, basis=basis, target=target, hold=hold)

    order = carry_out(config, work, restored=kind is Kind.RESTORE)
    click.echo(_OPENED.pick(language).format(until=day(order.expires_at), order=order.id))


@click.command("confirm")
@config_option
@click.option("--yes", is_flag=True, help="Do not ask; for people who have read elsewhere what it does.")
@token_option
@language_option
@click.argument("order", metavar="ORDER")
def confirm_command(*, config: Path, order: str, yes: bool, token_file: Path | None, language: str) -> None:
    """
    Agree to an order of somebody else, after reading what it does; it is carried out at once.

    Exit code 0: done; 1: refused, with the reason, or not confirmed; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> tuple[Done, tuple[tuple[str, str], ...]]:
        by = await opened.people.person(token)
        asked, count = await opened.shown.order(order, by=Actor(kind=by.kind, ref=by.ref))
        _explain(asked, count, language)
        if not yes:
            await asyncio.to_thread(click.confirm, _CONFIRM.pick(language), abort=True)
        done = await opened.desk.confirm(order, by=by)
        return done, await opened.hand_out() if asked.kind in OF_LOGS else ()

    done, unreached = carry_out(config, work, restored=True)
    click.echo(_DONE[done.order.kind].pick(language).format(keys=done.keys, order=done.order.id))
    for sink, code in unreached:
        click.echo(_UNREACHED.pick(language).format(sink=sink, code=code), err=True)


def _explain(order: Order, count: int, language: str) -> None:
    click.echo(
        _ASKED.pick(language).format(
            kind=order.kind.value,
            case=order.case_number,
            basis=order.basis,
            at=day(order.opened_at),
            person=order.opened_by,
        )
    )
    if line := about(order):
        click.echo(line)
    if order.kind in _BEFORE:
        click.echo(_BEFORE[order.kind].pick(language))
    if order.kind is Kind.ERASE:
        click.echo(_WOULD.pick(language).format(count=count))
        if order.target.actor is not None:
            click.echo(_NAME.pick(language).format(actor=order.target.actor))


@click.command("orders")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def orders_command(*, config: Path, as_json: bool, language: str) -> None:
    """
    Show what waits for a second person, and the holds and cases that count. That you looked becomes a record itself.

    Exit code 0: shown; 1: the database does not answer; 2: wrong use of the command.
    """
    standing = carry_out(config, lambda opened: opened.shown.standing(by=opened.operator))
    if as_json:
        groups = {"waiting": standing.waiting, "holds": standing.holds, "cases": standing.cases}
        click.echo(orjson.dumps({name: [plain_of(order) for order in group] for name, group in groups.items()}))
        return
    rows = [
        *((order, _WAITS.pick(language).format(until=day(order.expires_at))) for order in standing.waiting),
        *((order, _COUNTS.pick(language)) for order in (*standing.holds, *standing.cases)),
    ]
    if not rows:
        click.echo(_NOTHING.pick(language))
        return
    print_table(_TITLES, (cells_of(order, state) for order, state in rows))


@click.command("erasure")
@config_option
@click.argument("order", metavar="ORDER")
@language_option
def erasure_command(*, config: Path, order: str, language: str) -> None:
    """
    Print the proof of an erasure on one page: by whose order, which contents, where the log says so, if it is final.

    That you looked becomes a record itself, before anything is shown.
    Exit code 0: printed; 1: nothing was erased by this order; 2: wrong use of the command.
    """

    async def work(opened: Operations) -> str:
        proof = await opened.shown.erasure(order, by=opened.operator)
        return page_of(proof, language, opened.ring)

    click.echo(carry_out(config, work), nl=False)


@click.command("reveal")
@config_option
@click.argument("actor", metavar="PSEUDONYM")
@click.option("--case", "case", required=True, help="Id of a confirmed case (postgate audit case).")
@token_option
@language_option
def reveal_command(*, config: Path, actor: str, case: str, token_file: Path | None, language: str) -> None:
    """
    Show the name behind a pseudonym. That you looked becomes a record itself, before it is shown.

    Exit code 0: shown; 1: refused, or there is no name; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> str:
        by = await opened.people.person(token)
        return await opened.reveals.name(actor, case=case, by=by)

    click.echo(carry_out(config, work))


@click.command("purge")
@config_option
@language_option
def purge_command(*, config: Path, language: str) -> None:
    """
    Erase contents whose time is over now; a running node does it every day.

    Exit code 0: done; 1: the database does not answer; 2: wrong use of the command.
    """
    count = carry_out(config, lambda opened: opened.purge.once(by=opened.operator))
    click.echo(_PURGED.pick(language).format(count=count))


ORDERS = (
    erase_command,
    hold_command,
    release_command,
    case_command,
    rotate_command,
    confirm_command,
    orders_command,
    erasure_command,
    reveal_command,
    purge_command,
)
"""Commands of the group `audit` about contents and names."""
