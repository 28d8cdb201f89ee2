"""The verbs that run Verso: `up` for all of it on one machine, one for each process alone, and `migrate`."""

import os
import secrets
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import SecretStr
from rich.console import Console

from documents.lane import Lane
from storage.ledger.migration import migrate as migrate_ledger
from verso.bootstrap import prepare
from verso.cli.sampling import hand_samples, lay_out_samples
from verso.cli.terminal import terminal
from verso.health import Process
from verso.intake import open_inboxes
from verso.settings import Mode, Settings, environment_of, load_settings
from web.access.local import ACCOUNTS
from web.serving import serve
from workers.running import caretaking, run_caretaker, run_courier, run_scheduler, run_watcher, run_worker
from workers.starting import once_ready
from workers.supervising import company, die_with_parent

#: However much else there is to do, one slot is left for what a person waits for.
RESERVED: Final = "worker --lanes upload --slots 1"
#: The others give way to it: of two cores, a person has one while a batch fills both.
GENERAL: Final = "worker --nice 5"
#: What `up` starts; it is the caretaker itself.
MEMBERS: Final = (GENERAL, RESERVED, "courier", "watcher", "web")

_WithParent = Annotated[bool, typer.Option("--with-parent", help="End when the process that started this one ends.")]


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    for verb in (up, worker, courier, watcher, caretaker, scheduler, web, migrate):
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
    once_ready(Process.CARETAKER, settings, partial(prepare, settings))
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
    with caretaking(settings) as caretaker, company(verbs, environment_of(settings)) as members:
        while not told.wait(1.0):
            members.tend()
            caretaker.round()


def worker(
    *,
    lanes: Annotated[list[Lane] | None, typer.Option("--lanes", help="Work on this lane alone; repeatable.")] = None,
    slots: Annotated[int | None, typer.Option(min=1, help="Tasks at once, instead of VERSO_SLOTS.")] = None,
    nice: Annotated[int, typer.Option(min=0, max=19, help="How far it gives way to others of this machine.")] = 0,
    with_parent: _WithParent = False,
) -> None:
    """Run one worker: as many slots as cores, until SIGTERM. Slots that work on one lane alone are reserved for it."""
    _tie(with_parent=with_parent)
    os.nice(nice)
    settings = load_settings(slots=slots) if slots else load_settings()
    run_worker(settings, tuple(lanes or Lane))


def courier(*, with_parent: _WithParent = False) -> None:
    """Run the courier: carries due work to the broker, until SIGTERM."""
    _tie(with_parent=with_parent)
    run_courier(load_settings())


def watcher(*, with_parent: _WithParent = False) -> None:
    """Run the watcher: takes files from the inboxes, until SIGTERM."""
    _tie(with_parent=with_parent)
    run_watcher(load_settings())


def caretaker(*, with_parent: _WithParent = False) -> None:
    """Run the caretaker: binds the audit trail into its chain and anchors it, until SIGTERM."""
    _tie(with_parent=with_parent)
    run_caretaker(load_settings())


def scheduler(*, with_parent: _WithParent = False) -> None:
    """Run the scheduler: sends what is done by the clock to the workers, until SIGTERM."""
    _tie(with_parent=with_parent)
    run_scheduler(load_settings())


def web(*, with_parent: _WithParent = False) -> None:
    """Run the web process: the API and the pages, until SIGTERM."""
    _tie(with_parent=with_parent)
    serve(load_settings())


def migrate() -> None:
    """Bring the ledger's schema to this version. Safe to run twice, and at once from several machines."""
    migrate_ledger(load_settings().ledger)


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


def _tie(*, with_parent: bool) -> None:
    if with_parent:
        die_with_parent()
