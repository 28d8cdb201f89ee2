"""The verbs that serve the pages: `up`, with everything else on one machine, and `web` alone."""

import secrets
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import SecretStr
from rich.console import Console

from storage.ledger.interface import Ledger
from verso.bootstrap import build_ledger, prepare
from verso.cli.sampling import hand_samples, lay_out_samples
from verso.cli.terminal import terminal
from verso.cli.working import WithParent, tie
from verso.health import Process
from verso.intake import open_inboxes
from verso.settings import Mode, Settings, environment_of, load_settings
from web.access.local import ACCOUNTS
from web.serving import serve
from workers.running import caretaking
from workers.starting import once_ready
from workers.supervising import company

#: However much else there is to do, one slot is left for what a person waits for.
RESERVED: Final = "worker --lanes upload --slots 1"
#: The others give way to it: of two cores, a person has one while a batch fills both.
GENERAL: Final = "worker --nice 5"
#: What `up` starts; it is the caretaker itself.
MEMBERS: Final = (GENERAL, RESERVED, "courier", "watcher", "web")


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    for verb in (up, web):
        app.command()(verb)


def up(
    inbox: Annotated[Path | None, typer.Option(help="Watch this folder as the inbox of the feeder `hospital`.")] = None,
    *,
    samples: Annotated[
        bool, typer.Option("--samples/--no-samples", help="Show synthetic papers where there is no document yet.")
    ] = True,
) -> None:
    """Run everything on this machine until Ctrl-C: inboxes watched, workers, courier, the pages."""
    settings = _with_local_password(load_settings(**({"inboxes": {"hospital": inbox.absolute()}} if inbox else {})))
    ledger = once_ready(Process.CARETAKER, settings, partial(_ready, settings))
    console = terminal()
    for watched in open_inboxes(settings):
        console.print(f"feeder {watched.feeder.name}: watching {watched.check()}")
        watched.close()
    console.print(f"state in {settings.home.absolute()}, {settings.concurrency} slots. Ctrl-C ends.")
    console.print(f"pages on {settings.web_url}{_invitation(settings)}")
    if samples and settings.local_password is not None:
        _show_samples(settings, console)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    verbs = MEMBERS if settings.window is None else (*MEMBERS, "scheduler")
    with caretaking(settings, ledger) as caretaker, company(verbs, environment_of(settings)) as members:
        while not told.wait(1.0):
            members.tend()
            caretaker.round()


def web(*, with_parent: WithParent = False) -> None:
    """Run the web process: the API and the pages, until SIGTERM."""
    tie(with_parent=with_parent)
    serve(load_settings())


def _ready(settings: Settings) -> Ledger:
    prepare(settings)
    return build_ledger(settings)


def _with_local_password(settings: Settings) -> Settings:
    """Open the local accounts where nobody else vouches for people and it is not production."""
    if settings.mode is Mode.PRODUCTION or settings.oidc_issuer or settings.local_password:
        return settings
    return settings.model_copy(update={"local_password": SecretStr(secrets.token_urlsafe(9))})


def _invitation(settings: Settings) -> str:
    if settings.local_password is None:
        return ""
    logins = ", ".join(account.subject for account in ACCOUNTS)
    return f"\n  local accounts of development: {logins}\n  password: {settings.local_password.get_secret_value()}"


def _show_samples(settings: Settings, console: Console) -> None:
    """Let the pages of the local accounts show something, and lay papers out that can be dropped on them."""
    practice = ACCOUNTS[0].feeder
    handed = hand_samples(settings, practice) if practice else 0
    folder = settings.home.absolute() / "samples"
    lay_out_samples(folder)
    if handed:
        console.print(f"  {handed} synthetic papers were handed over for {ACCOUNTS[0].subject}")
    console.print(f"  synthetic papers to drop on the page: {folder}", soft_wrap=True)
