"""The family `model`: learns from what people decided, measures, promotes what is no worse, and watches for drift."""

import getpass
import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import chain
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from documents.action import Action
from documents.actor import Actor
from documents.errors import MissingLibrary, TooFewDecisions
from documents.event import Event
from documents.theme import Theme
from pipelines.classify.model import Model
from pipelines.learning.comparing import losses
from pipelines.learning.decisions import Labelled, decisions
from pipelines.learning.drifting import BEFORE, Drift, Tolerance, drift
from pipelines.learning.measuring import Answer, answers, figures, macro_f1
from pipelines.services import Services
from storage.models import Models, Promotion
from training.yardstick import yardstick
from verso.bootstrap import (
    build_classifier,
    build_ledger,
    build_services,
    now,
    packaged_model,
    prepare,
    serving_model,
)
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.settings import load_settings

app = typer.Typer(help="The model that classifies, and what people teach it.", no_args_is_help=True)

#: The model that ships, as people name it here.
PACKAGED: Final = "packaged"
#: Fewest decisions to learn from.
LEAST_LEARNED: Final = 50
#: Fewest frozen decisions to judge by.
LEAST_FROZEN: Final = 20

Who = Annotated[str, typer.Option(help="Your login; every unsealing is recorded.", default_factory=getpass.getuser)]


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="model")


@app.command("list")
def list_models() -> None:
    """List the models that rest here, and say which one serves."""
    services = _services()
    models = Models(archive=services.archive)
    serving = _name(serving_model(models))
    shipped = _name(packaged_model())
    table = Table("model", "what it is")
    for name in (shipped, *(name for name in models.names() if name != shipped)):
        kind = PACKAGED if name == shipped else "trained here"
        table.add_row(name, f"{kind}, serves" if name == serving else kind)
    terminal().print(table)


@app.command()
def evaluate(
    who: Who,
    model: Annotated[str | None, typer.Option(help="A model's hash, or `packaged`; else the one that serves.")] = None,
) -> None:
    """Measure a model on the decisions that nothing is ever learned from, theme by theme."""
    services = _services()
    content = _content(model, Models(archive=services.archive))
    given = answers(build_classifier(content), _frozen(services, Actor.operator(who), least=1))
    console = terminal()
    console.print(figures_table(given, title=f"model {_name(content)}"))
    generated = answers(build_classifier(content), yardstick())
    console.print(f"macro-F1 {macro_f1(given):.3f} on decisions, {macro_f1(generated):.3f} on generated texts")


@app.command()
def train(
    who: Who,
    count: Annotated[int, typer.Option(min=1, max=1000, help="Generated texts of a usual type.")] = 50,
) -> None:
    """Train a candidate on what people decided, beside the model that serves, which is left alone."""
    retrain = _retrain()
    services = _services()
    learned = list(decisions(services, Actor.operator(who), frozen=False))
    if len(learned) < LEAST_LEARNED:
        raise TooFewDecisions(f"{len(learned)} of {LEAST_LEARNED} to learn from")
    candidate = retrain(Model.from_bytes(packaged_model()), learned, count)
    content = candidate.to_bytes()
    _record(services, Actor.operator(who), Action.TRAINED, _name(content))
    name = Models(archive=services.archive).keep(content)
    console = terminal()
    console.print(f"{name} was trained on {len(learned)} decisions and rests sealed.", soft_wrap=True)
    console.print(f"Judge it: verso model evaluate --model {name}", soft_wrap=True)
    console.print(f"Let it serve: verso model promote {name}", soft_wrap=True)


@app.command()
def promote(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model's hash, or `packaged`.")],
    who: Who,
) -> None:
    """Let a model serve, unless it does worse than the one that serves on what neither was taught by."""
    services = _services()
    models = Models(archive=services.archive)
    candidate, serving = _content(model, models), serving_model(models)
    known = list(chain(_frozen(services, Actor.operator(who), least=LEAST_FROZEN), yardstick()))
    worse = losses(answers(build_classifier(serving), known), answers(build_classifier(candidate), known))
    console = terminal()
    if worse:
        console.print(f"Not promoted. Worse than the model that serves: {'; '.join(worse)}.", soft_wrap=True)
        raise typer.Exit(Exit.FINDINGS)
    name = _name(candidate)
    _record(services, Actor.operator(who), Action.PROMOTED, name)
    models.promote(Promotion(model=name, packaged=_name(packaged_model())))
    console.print(f"{name} serves from each worker's next start.", soft_wrap=True)


@app.command("drift")
def show_drift(
    days: Annotated[int, typer.Option(min=1, max=365, help="The days lately; four times as many come before.")] = 7,
) -> None:
    """Compare lately with before: how often a person was asked, and the mix of themes. Nothing is unsealed."""
    settings = load_settings()
    prepare(settings)
    tolerance = Tolerance(least_documents=settings.drift_least_documents, least_shift=settings.drift_least_shift)
    found = drift(build_ledger(settings), now(), timedelta(days=days), tolerance)
    console = terminal()
    console.print(drift_table(found, days))
    _say(found, console)
    raise typer.Exit(Exit.FINDINGS if found.moved else Exit.DONE)


def figures_table(given: Sequence[Answer], title: str) -> Table:
    """Return the figures of each theme that occurs, and of all together."""
    table = Table("theme", "n", "precision", "recall", "abstention", "calibration error", title=title)
    for theme in (*(theme for theme in Theme if any(theme in {one.truth, one.said} for one in given)), None):
        row = figures(given, theme)
        shares = (row.precision, row.recall, row.abstention, row.calibration_error)
        table.add_row(theme or "all", str(row.count), *("–" if share is None else f"{share:.3f}" for share in shares))
    return table


def drift_table(found: Drift, days: int) -> Table:
    """Return the shares of both times."""
    before, lately = f"{days * BEFORE} days before", f"last {days} days"
    table = Table("share", before, lately, "")
    table.add_row("documents classified", str(found.before.documents), str(found.lately.documents), "")
    for shift in found.shifts:
        table.add_row(shift.what, f"{shift.before:.3f}", f"{shift.lately:.3f}", "moved" if shift.moved else "")
    return table


def _say(found: Drift, console: Console) -> None:
    for shift in found.moved:
        what = "documents of uncertain type" if shift.what == "asked" else f"theme {shift.what}"
        console.print(f"Drift: {what} went from {shift.before:.1%} to {shift.lately:.1%}.")
    if not found.shifts:
        console.print("Too few documents to say anything.")
    elif not found.moved:
        console.print("No drift.")


def _services() -> Services:
    settings = load_settings()
    prepare(settings)
    return build_services(settings)


def _content(model: str | None, models: Models) -> bytes:
    if model is None:
        return serving_model(models)
    return packaged_model() if model in {PACKAGED, _name(packaged_model())} else models.open(model)


def _frozen(services: Services, who: Actor, least: int) -> Sequence[Labelled]:
    found = list(decisions(services, who, frozen=True))
    if len(found) < least:
        raise TooFewDecisions(f"{len(found)} of {least} to judge by")
    return found


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(services: Services, who: Actor, action: Action, model: str) -> None:
    services.ledger.record(Event(at=services.now(), actor=who, action=action, detail=model))


def _retrain() -> Callable[[Model, Sequence[Labelled], int], Model]:
    try:
        from training.retraining import retrain  # noqa: PLC0415  needs scikit-learn, which is not shipped
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"scipy", "sklearn"}:
            raise
        raise MissingLibrary("scikit-learn") from error
    return retrain
