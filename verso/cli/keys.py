"""The family `keys`: master keys are made on purpose, replaced while workers run, retired when nothing needs them."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from documents.action import Action
from documents.actor import Actor
from documents.errors import StillNeeded
from documents.event import Event
from storage.archive import Archive
from storage.keyring.rotating import Report, Rotation, evenly
from verso.bootstrap import build_archive, build_ledger, create_key, now, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.settings import Settings, load_settings

app = typer.Typer(help="Master keys and patients' keys.", no_args_is_help=True)

Who = Annotated[str, typer.Option(help="Your login; it is recorded.", default_factory=getpass.getuser)]
Patients = Annotated[bool, typer.Option("--patients", help="Patients' keys instead of the master's.")]
Pace = Annotated[float, typer.Option("--per-second", min=0.01, help="At most so many keys a second.")]

_PATIENTS = "patients"
_FASTEST = 1e6


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="keys")


@app.callback()
def keys() -> None:
    """Master keys and patients' keys."""


@app.command()
def create(
    path: Annotated[Path, typer.Argument(help="The key file to make. An existing one is never touched.")],
) -> None:
    """Make a master key file, readable by you alone. Copy it to a safe before anything is sealed under it."""
    create_key(path)
    terminal().print(f"Master key made. Set VERSO_KEY_FILE={path.absolute()}, and keep a copy apart from the data.")


@app.command()
def status(pace: Pace = _FASTEST) -> None:
    """Say which masters there are, and how many wrapped keys need each."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    names = archive.masters.masters()
    needed = dict(_rotation(archive, pace).needed_masters())
    table = Table("master", "wraps", "keys that need it")
    for name in [*names, *sorted(needed.keys() - set(names))]:
        table.add_row(name or "kept by the service", "yes" if name == names[-1] else "", str(needed.get(name, 0)))
    terminal().print(table)


@app.command()
def rotate(who: Who, *, patients: Patients = False, pace: Pace = _FASTEST) -> None:
    """Replace the master, or each patient's key, while workers run; begun again, it goes on where it was stopped."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    console = terminal()
    rotation = _rotation(archive, pace)
    if patients:
        _record(Action.ROTATED, _PATIENTS, who, settings, archive)
        _tell(rotation.patients())
        return
    names = archive.masters.masters()
    if len(names) > 1:
        console.print("The last rotation goes on: another begins once its older master is retired.")
        _record(Action.ROTATED, names[-1], who, settings, archive)
    else:
        _record(Action.ROTATED, "", who, settings, archive)
        console.print(
            f"Master {archive.masters.rotate()} wraps from now on. Keep a copy of it where you kept the last."
        )
    _tell(rotation.masters())


@app.command()
def retire(who: Who, *, patients: Patients = False, pace: Pace = _FASTEST) -> None:
    """Destroy every older master, or patients' older keys, unless something needs one still."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    rotation = _rotation(archive, pace)
    if patients:
        _record(Action.RETIRED, _PATIENTS, who, settings, archive)
        report = rotation.retire_patients()
        if report.failed:
            raise StillNeeded(", ".join(report.failed))
        terminal().print(f"Older keys of {report.rewrapped} patients are destroyed.")
        return
    newest = archive.masters.masters()[-1]
    needed = {name: count for name, count in rotation.needed_masters().items() if name != newest}
    if needed:
        raise StillNeeded(", ".join(f"{name or 'unnamed'}: {count}" for name, count in sorted(needed.items())))
    _record(Action.RETIRED, newest, who, settings, archive)
    if archive.masters.retire():
        terminal().print(f"Master {newest} is the only one. Destroy every copy of older ones, on paper too.")
    else:
        terminal().print("Nothing needs older masters; the service keeps them all the same.")


def _rotation(archive: Archive, pace: float) -> Rotation:
    if pace >= _FASTEST:
        return Rotation(archive.keyring, archive.masters)
    return Rotation(archive.keyring, archive.masters, evenly(pace))


def _record(action: Action, detail: str, who: str, settings: Settings, archive: Archive) -> None:
    event = Event(at=now(), actor=Actor.operator(who), action=action, detail=detail)
    build_ledger(settings, archive.masters).record(event)


def _tell(report: Report) -> None:
    """Say what a pass did; end with 1 when something could not be read."""
    console = terminal()
    console.print(
        f"{report.rewrapped} keys wrapped anew, {report.already} were so already, {len(report.failed)} failed."
    )
    for name in report.failed:
        console.print(f"failed: {name}", style="red", markup=False)
    raise typer.Exit(Exit.FINDINGS if report.failed else Exit.DONE)
