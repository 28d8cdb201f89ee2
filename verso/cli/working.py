"""The verbs that run one process alone, without the pages: worker, courier, watcher, caretaker, scheduler."""

import os
from typing import Annotated

import typer

from documents.lane import Lane
from verso.settings import load_settings
from workers.running import run_caretaker, run_courier, run_scheduler, run_watcher, run_worker
from workers.supervising import die_with_parent

#: What `up` asks of each process that it starts.
WithParent = Annotated[bool, typer.Option("--with-parent", help="End when the process that started this one ends.")]


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    for verb in (worker, courier, watcher, caretaker, scheduler):
        app.command()(verb)


def worker(
    *,
    lanes: Annotated[list[Lane] | None, typer.Option("--lanes", help="Work on this lane alone; repeatable.")] = None,
    slots: Annotated[int | None, typer.Option(min=1, help="Tasks at once, instead of VERSO_SLOTS.")] = None,
    nice: Annotated[int, typer.Option(min=0, max=19, help="How far it gives way to others of this machine.")] = 0,
    with_parent: WithParent = False,
) -> None:
    """Run one worker: as many slots as cores, until SIGTERM. Slots that work on one lane alone are reserved for it."""
    tie(with_parent=with_parent)
    os.nice(nice)
    settings = load_settings(slots=slots) if slots else load_settings()
    run_worker(settings, tuple(lanes or Lane))


def courier(*, with_parent: WithParent = False) -> None:
    """Run the courier: carries due work to the broker, until SIGTERM."""
    tie(with_parent=with_parent)
    run_courier(load_settings())


def watcher(*, with_parent: WithParent = False) -> None:
    """Run the watcher: takes files from the inboxes, until SIGTERM."""
    tie(with_parent=with_parent)
    run_watcher(load_settings())


def caretaker(*, with_parent: WithParent = False) -> None:
    """Run the caretaker: binds the audit trail into its chain and anchors it, until SIGTERM."""
    tie(with_parent=with_parent)
    run_caretaker(load_settings())


def scheduler(*, with_parent: WithParent = False) -> None:
    """Run the scheduler: sends what is done by the clock to the workers, until SIGTERM."""
    tie(with_parent=with_parent)
    run_scheduler(load_settings())


def tie(*, with_parent: bool) -> None:
    """End this process with the one that started it, where that is wanted."""
    if with_parent:
        die_with_parent()
