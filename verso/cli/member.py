"""The family `member`: who may come in by the web, in which role, and for which feeder."""

import getpass
from typing import Annotated

import typer
from rich.table import Table

from documents.action import Action
from documents.actor import Actor, ActorRole
from documents.event import Event
from documents.feeder import Feeder, FeederKind
from documents.member import Member, MemberId
from verso.bootstrap import build_ledger, build_members, now, prepare
from verso.cli.terminal import terminal
from verso.settings import Settings, load_settings

app = typer.Typer(help="Who may come in by the web.", no_args_is_help=True)

_Who = Annotated[str, typer.Option(help="Your login; the grant is recorded.", default_factory=getpass.getuser)]


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="member")


@app.command()
def add(  # noqa: PLR0913, PLR0917  one argument an option
    subject: Annotated[str, typer.Argument(help="The name by which the issuer knows them.")],
    role: Annotated[ActorRole, typer.Option(help="What they are to Verso.")],
    who: _Who,
    feeder: Annotated[str | None, typer.Option(help="For whom they act; an administrator acts for nobody.")] = None,
    kind: Annotated[FeederKind, typer.Option(help="What that feeder is.")] = FeederKind.PRACTITIONER,
    issuer: Annotated[
        str | None, typer.Option(help="Who vouches: the OpenID provider unless said otherwise, or `mtls`.")
    ] = None,
) -> None:
    """Let somebody in, or change their role and feeder: their open visits end then."""
    settings = load_settings()
    prepare(settings)
    vouching = issuer or settings.oidc_issuer
    if vouching is None:
        raise typer.BadParameter("no OpenID provider is set: say who vouches", param_hint="--issuer")
    try:
        acting = Feeder(name=feeder, kind=kind) if feeder else None
        member = Member(issuer=vouching, subject=subject, role=role, feeder=acting)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--role, --feeder") from error
    _record(settings, Action.GRANTED, who, member.id)
    new = build_members(settings).enroll(member)
    terminal().print(f"{member.id} {'is let in' if new else 'is changed'}")


@app.command()
def remove(member_id: Annotated[str, typer.Argument(metavar="ID", help="As listed.")], who: _Who) -> None:
    """Let somebody in no more; their open visits end."""
    settings = load_settings()
    prepare(settings)
    _record(settings, Action.REVOKED, who, member_id)
    gone = build_members(settings).dismiss(MemberId(member_id))
    terminal().print(f"{member_id} {'is let in no more' if gone else 'was not let in'}")


@app.command("list")
def list_members() -> None:
    """List everybody who is let in."""
    settings = load_settings()
    prepare(settings)
    table = Table("member", "issuer", "subject", "role", "feeder", "kind")
    for member in build_members(settings).members():
        feeder = (member.feeder.name, member.feeder.kind.value) if member.feeder else ("", "")
        table.add_row(member.id, member.issuer, member.subject, member.role, *feeder)
    terminal().print(table)


def _record(settings: Settings, action: Action, who: str, member_id: str) -> None:
    """Write the act down before it is done."""
    build_ledger(settings).record(Event(at=now(), actor=Actor.operator(who), action=action, detail=member_id))
