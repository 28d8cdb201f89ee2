"""The verb `verify`: reads back and authenticates everything stored, and compares it with the ledger, both ways."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.progress import Progress

from pipelines.erasing.enforcing import enforce
from storage.ledger.interface import Ledger
from storage.scrubbing.fault import GRAVE, Fault
from storage.scrubbing.interface import Pass, Starter
from storage.scrubbing.scrubber import Scrubber
from verso.bootstrap import build_archive, build_ledger, now, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import errors_terminal, terminal
from verso.settings import load_settings

#: Bytes after which it is recorded how far a pass got, where no rate is set.
_STRIDE: Final = 64 * 2**20


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(verify)


def verify(
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted pass stopped.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.01, help="At most so many MB a second.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Only show what the last finished pass found.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Read back and authenticate everything stored, and compare it with the ledger, both ways; say what is wrong."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    ledger = build_ledger(settings, archive.masters)
    if last:
        done = ledger.last_pass(finished=True)
        if done is None:
            raise typer.BadParameter("no pass has been finished yet", param_hint="--last")
    else:
        begun = ledger.last_pass(Starter.PERSON, finished=False) if resume else None
        done = _work_off(Scrubber(archive, ledger, begun or ledger.begin_pass(Starter.PERSON)), ledger, rate)
    faults = ledger.faults(done.number)
    returned = 0 if last else enforce(archive, all_of_them=True)
    if as_json:
        report = asdict(done) | {"returned": returned, "faults": [asdict(fault) for fault in faults]}
        typer.echo(json.dumps(report, default=str))
    else:
        _show(done, faults)
        if returned:
            console = terminal()
            console.print(f"{returned} keys of erased documents had come back, and were destroyed again.", style="red")
    raise typer.Exit(Exit.TAMPERED if returned else _exit_of(faults))


def _work_off(scrubber: Scrubber, ledger: Ledger, rate: float | None) -> Pass:
    """Do what is left of a pass, no faster than the rate."""
    total = sum(ledger.counts().values())
    stride = _STRIDE if rate is None else int(rate * 10**6)
    with Progress(console=errors_terminal(), transient=True) as progress:
        task = progress.add_task("verifying", total=256)
        started = time.monotonic()
        while scrubber.advance(stride, now()):
            progress.update(task, completed=int(scrubber.standing.cursor[:2], 16), description=f"of {total} documents")
            time.sleep(0 if rate is None else max(0.0, 1.0 - (time.monotonic() - started)))
            started = time.monotonic()
    return scrubber.standing


def _show(done: Pass, faults: Sequence[Fault]) -> None:
    console = terminal()
    for fault in faults:
        style = "red" if fault.code in GRAVE else "yellow"
        console.print(f"{fault.code}  {fault.name}", style=style, highlight=False, markup=False)
    counts = Counter(fault.code for fault in faults)
    found = ", ".join(f"{count} {code}" for code, count in counts.items()) or "everything is as it should be"
    erased = f", {done.erased} of them erased on purpose" if done.erased else ""
    console.print(f"{done.objects} objects, {done.size} bytes read back{erased}: {found}.")


def _exit_of(faults: Sequence[Fault]) -> Exit:
    if any(fault.code in GRAVE for fault in faults):
        return Exit.TAMPERED
    return Exit.FINDINGS if faults else Exit.DONE
