"""The verb `demo`: a hospital's night in a minute, and an insurer's, through the real inbox, workers and stores."""

import csv
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from documents.document import Document, PatientRef
from documents.errors import WrongSetting
from documents.feeder import FeederKind
from documents.patient import Ins
from documents.stage import Stage
from pipelines.arrived import arrived
from pipelines.services import Services
from specimens import generate, write
from verso.bootstrap import build_services, prepare
from verso.cli.insuring import INSURER, DroppedNight, drop_night, edition, sentence
from verso.cli.progress import results
from verso.cli.terminal import terminal
from verso.inlets import InboxRules
from verso.settings import Mode, Settings, environment_of, load_settings
from workers.supervising import company

#: The feeder whose inbox the demo fills.
FEEDER = "hospital"
#: Decides which papers are made: the same every time.
_SEED = 2026
#: End of the name of a batch's last answer.
_LAST = "-settled.csv"
_COLUMNS = ("file", "ins", "ins_oid", "birth_name", "first_names", "sex", "birth_date", "type_code")


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(demo)


def demo(
    count: Annotated[int, typer.Option(min=2, max=1000, help="How many documents.")] = 26,
) -> None:
    """Drop a batch of synthetic scans and PDFs in an inbox, a night in another, and show what becomes of each."""
    settings = demo_settings()
    prepare(settings)
    console = terminal()
    papers = make_papers(settings.home / "papers", count, console)
    services = build_services(settings)
    night = drop_night(settings, services)
    answers = follow_batches(settings, papers, night, services, console)
    rows = [one for answer in answers for one in arrived(FEEDER, answer.name.removesuffix(_LAST), services)]
    documents = {document.id: document for document, _, _ in rows}
    console.print(results(list(documents.values()), {document.id: name for document, name, _ in rows}))
    known = sum(duplicate for _, _, duplicate in rows)
    console.print(f"{len(rows)} files, {known} of them known already. {judge(rows, papers, services)}")
    if told := night.told(services):
        console.print(sentence(told))
    example = next((d for d in documents.values() if d.stage is Stage.STORED), next(iter(documents.values())))
    home = settings.home
    console.print(
        f"Look at one: VERSO_HOME={home} .venv/bin/verso show {example.id} (`open` unseals it)", soft_wrap=True
    )
    if history := edition(services):
        console.print(
            f"At a reimbursement history: VERSO_HOME={home} .venv/bin/verso show {history.id}", soft_wrap=True
        )
    console.print(
        f"At rest, all sealed: {home}/objects, keys apart in {home}/keyring; ids in {home}/ledger.db", soft_wrap=True
    )


def follow_batches(
    settings: Settings, papers: Path, night: DroppedNight, services: Services, console: Console
) -> Sequence[Path]:
    """Drop the papers, run everything until batches and night have their last answers; return those to the papers."""
    before = set(_answers(settings))
    batches = drop(papers, settings.watched[FEEDER])
    log = settings.home / "log" / "demo.log"
    with (
        company(["worker", "courier", "watcher"], environment_of(settings), log) as members,
        Live(console=console, refresh_per_second=4, transient=True) as live,
    ):
        while len(answers := set(_answers(settings)) - before) < batches or night.told(services) is None:
            members.tend()
            live.update(_progress(services))
            time.sleep(0.25)
    return sorted(answers)


def make_papers(folder: Path, count: int, console: Console) -> Path:
    """Generate the papers and their truths, unless an earlier run did; return their folder."""
    complete = folder / f".{count}-complete"
    if not complete.exists():
        console.print(f"Printing and scanning {count} synthetic papers …")
        shutil.rmtree(folder, ignore_errors=True)
        write(generate(count, _SEED), folder, folder / "truths")
        complete.touch()
    return folder


def drop(papers: Path, inbox: Path) -> int:
    """Drop the papers as two batches, the first with a manifest, each appearing whole; return how many batches."""
    files = sorted(path for path in papers.iterdir() if path.is_file() and not path.name.startswith("."))
    half = len(files) // 2
    _drop(files[:half], inbox, "with-manifest", truths=papers / "truths")
    _drop(files[half:], inbox, "without-manifest", truths=None)
    return 2


def judge(rows: Sequence[tuple[Document, str, bool]], papers: Path, services: Services) -> str:
    """Hold what was filed against the truth; return the sentence that says how it went."""
    counted: Counter[str] = Counter()
    for document, name, _ in rows:
        counted[document.stage] += 1
        if document.stage is Stage.STORED:
            truth = json.loads((papers / "truths" / f"{name}.json").read_text(encoding="utf-8"))
            counted["wrong patient"] += document.patient != _patient(truth, services)
            counted["wrong theme"] += document.theme != truth["theme"]
    return (
        f"{counted[Stage.STORED]} stored, {counted[Stage.REVIEW]} for a person to settle, "
        f"{counted[Stage.REFUSED]} refused, {counted[Stage.DEAD]} dead. Of those stored, "
        f"{counted['wrong patient']} under a wrong patient, {counted['wrong theme']} under a wrong theme."
    )


def demo_settings() -> Settings:
    """Return settings of an installation of its own, whatever the environment says: nothing of it leaves its home.

    Raises:
        WrongSetting: This machine is set up for real patients.
    """
    set_up = load_settings()
    if set_up.mode is Mode.PRODUCTION:
        raise WrongSetting("VERSO_MODE: a demonstration has no place in production")
    home = set_up.home.absolute() / "demo"
    return load_settings(
        home=home,
        ledger_url=f"sqlite:///{home / 'ledger.db'}",
        broker_url=f"filesystem://{home / 'broker'}",
        objects_url=f"file://{home / 'objects'}",
        keyring_url=f"file://{home / 'keyring'}",
        key_file=home / "master.key",
        keys_url=None,
        inboxes={FEEDER: home / "inbox", INSURER: home / "inbox-assurance"},
        inbox_rules={INSURER: InboxRules(kind=FeederKind.INSURER)},
        night_window=None,
        night_look_seconds=0.5,
        outbox=home / "outbox",
        settle_seconds=0.5,
        scan_seconds=0.25,
        patience_seconds=2.0,
    )


def _answers(settings: Settings) -> Iterator[Path]:
    return settings.answers.glob(f"{FEEDER}/*{_LAST}")


def _drop(files: Sequence[Path], inbox: Path, name: str, truths: Path | None) -> None:
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    hidden = inbox / f".{name}-{time.time_ns()}.part"
    hidden.mkdir()
    for path in files:
        shutil.copyfile(path, hidden / path.name)
    if truths is not None:
        with (hidden / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
            manifest = csv.DictWriter(file, _COLUMNS, delimiter=";")
            manifest.writeheader()
            manifest.writerows(_row(path.name, truths) for path in files)
    hidden.rename(inbox / hidden.name.strip(".").removesuffix(".part"))


def _row(name: str, truths: Path) -> dict[str, str]:
    truth = json.loads((truths / f"{name}.json").read_text(encoding="utf-8"))
    patient = truth["patient"]
    return {
        "file": name,
        "ins": patient["matricule"],
        "ins_oid": patient["oid"],
        "birth_name": patient["birth_name"],
        "first_names": " ".join(patient["first_names"]),
        "sex": patient["sex"],
        "birth_date": patient["birth_date"],
        "type_code": "",
    }


def _patient(truth: dict[str, dict[str, str]], services: Services) -> PatientRef:
    patient = truth["patient"]
    return services.archive.pseudonym(Ins(number=patient["matricule"], oid=patient["oid"]))


def _progress(services: Services) -> Text:
    counts = services.ledger.counts(feeder=FEEDER)
    return Text(
        "  ".join(f"{stage} {counts[stage]}" for stage in Stage if counts.get(stage)) or "waiting for the inbox …"
    )
