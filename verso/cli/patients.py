"""The family `patient`: numbers that changed are merged, and records erased, held, certified and opened anew."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from documents.actor import Actor
from documents.document import PatientRef
from documents.errors import InboxUnavailable
from documents.patient import OID_INS_NIR
from pipelines.correcting import merge_patients
from pipelines.erasing.certificate import certificate as certificate_of
from pipelines.erasing.certificate import is_authentic
from pipelines.erasing.erasing import Request, allow, erase
from pipelines.erasing.holding import hold as hold_patient
from pipelines.erasing.holding import reopen as reopen_patient
from pipelines.erasing.retention import YEARS, Ground
from pipelines.renaming import living
from pipelines.services import Services
from storage.erasures import Erasures, Round
from verso.bootstrap import build_archive, build_services, prepare
from verso.cli.correcting import Who, Why
from verso.cli.deciding import ASKED, ins_from
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.intake import open_outbox
from verso.settings import Settings, load_settings
from workers.submit import open_counter

Patient = Annotated[str, typer.Argument(metavar="INS", help="The patient's INS; - asks for it.")]
Oid = Annotated[str, typer.Option(help="Authority of that INS.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Where to write the certificate. Never overwritten.")]

app = typer.Typer(help="Patients: numbers that changed, holds, and records that end.", no_args_is_help=True)

_SURE: Final = "These documents will be unreadable for ever, everywhere. Go on?"


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="patient")


@app.command()
def merge(
    who: Who,
    why: Why,
    old: Annotated[str, typer.Argument(help="The INS that is no longer used; - asks for it.")] = ASKED,
    new: Annotated[str, typer.Argument(help="The INS that stands for the same person now; - asks for it.")] = ASKED,
    oid: Annotated[str, typer.Option(help="Authority of both.")] = OID_INS_NIR,
) -> None:
    """File every document of a patient's old number under the new one."""
    settings = load_settings()
    before = ins_from(old, oid, accept_test=settings.accept_test_identities, option="OLD")
    after = ins_from(new, oid, accept_test=settings.accept_test_identities, option="NEW")
    prepare(settings)
    services = build_services(settings)
    merged = merge_patients(before, after, Actor.operator(who), why, services)
    open_counter(services, settings).courier.deliver()
    terminal().print(f"{merged.moved} documents go to the new number. {merged.left} are still on their way or dead.")
    raise typer.Exit(Exit.FINDINGS if merged.left else Exit.DONE)


@app.command()
def hold(who: Who, why: Why, patient: Patient = ASKED, oid: Oid = OID_INS_NIR) -> None:
    """Forbid to erase anything of a patient, until the hold is released."""
    _set_hold(patient, oid, who, why, placed=True)


@app.command()
def release(who: Who, why: Why, patient: Patient = ASKED, oid: Oid = OID_INS_NIR) -> None:
    """Release a patient's hold."""
    _set_hold(patient, oid, who, why, placed=False)


@app.command("erase")
def erase_patient(  # noqa: PLR0913, PLR0917  one argument an option
    who: Who,
    why: Why,
    output: Output,
    ground: Annotated[Ground, typer.Option(help="On what ground of the law.")] = Ground.RETENTION_OVER,
    patient: Patient = ASKED,
    oid: Oid = OID_INS_NIR,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
) -> None:
    """Destroy the keys of a patient and of all their documents, and write a certificate of what went."""
    settings, services = _opened()
    request = Request(
        patient=_pseudonym(patient, oid, settings, services),
        by=Actor.operator(who),
        why=why,
        ground=ground,
        years={**YEARS, **settings.retention_years},
    )
    if output.exists():
        raise typer.BadParameter("this file exists already", param_hint="--output")
    found = allow(request, services)
    console = terminal()
    console.print(f"{len(found.own)} documents, {len(found.shared)} stacks and withdrawn pieces.")
    if not yes:
        typer.confirm(_SURE, abort=True, err=True)
    rounds = erase(request, services)
    fields = certificate_of(rounds, services.archive)
    _write(output, fields)
    console.print(f"{fields['totals']['documents']} documents erased in erasure {fields['erasure']}.")
    console.print("Older copies of the keyring still open them with the present master: see docs/operating.md.")
    if fields["models_to_learn_anew"]:
        console.print("Models may have learned from them: verso model train, then promote.")
    for answer in _lying_answers(rounds, settings):
        console.print(f"An answer that its feeder has not collected names their files: {answer}", markup=False)


@app.command()
def reopen(who: Who, why: Why, patient: Patient = ASKED, oid: Oid = OID_INS_NIR) -> None:
    """Take a patient in again whose record was erased. What was erased stays so."""
    settings, services = _opened()
    began = reopen_patient(_pseudonym(patient, oid, settings, services), Actor.operator(who), why, services)
    terminal().print("A new record may begin." if began else "No record of this patient was erased.")


@app.command()
def certificate(
    erasure: Annotated[str, typer.Argument(metavar="ERASURE", help="Id of the erasure.")], output: Output
) -> None:
    """Write the certificate of an erasure once more."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    if erasure not in Erasures(archive=archive).all():
        raise typer.BadParameter("no erasure has this id", param_hint="ERASURE")
    _write(output, certificate_of(Erasures(archive=archive).rounds(erasure), archive))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="A certificate.", exists=True, dir_okay=False)],
) -> None:
    """Say whether a certificate is this installation's, unaltered."""
    settings = load_settings()
    prepare(settings)
    try:
        fields = json.loads(path.read_bytes())
    except ValueError as error:
        raise typer.BadParameter("this is no certificate", param_hint="CERTIFICATE") from error
    authentic = isinstance(fields, dict) and is_authentic(fields, build_archive(settings))
    terminal().print("This certificate is authentic." if authentic else "This certificate is NOT authentic.")
    raise typer.Exit(Exit.DONE if authentic else Exit.TAMPERED)


def _set_hold(patient: str, oid: str, who: str, why: str, *, placed: bool) -> None:
    settings, services = _opened()
    reference = _pseudonym(patient, oid, settings, services)
    changed = hold_patient(reference, Actor.operator(who), why, services, placed=placed)
    state = "under a hold" if placed else "under no hold"
    terminal().print(f"This patient is {state}." if changed else f"This patient was {state} already.")


def _opened() -> tuple[Settings, Services]:
    settings = load_settings()
    prepare(settings)
    return settings, build_services(settings)


def _pseudonym(patient: str, oid: str, settings: Settings, services: Services) -> PatientRef:
    ins = ins_from(patient, oid, accept_test=settings.accept_test_identities, option="INS")
    return services.archive.pseudonym(living(ins, services))


def _write(output: Path, fields: Mapping[str, Any]) -> None:
    """Write a certificate for one person's eyes: it holds no health data, and names documents of one patient."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise typer.BadParameter("this file exists already", param_hint="--output") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps(fields, indent=2) + "\n")
    terminal().print(f"Certificate written to {output}.", markup=False)


def _lying_answers(rounds: Sequence[Round], settings: Settings) -> list[str]:
    """Return the answers that still lie where their feeders collect them, and name files of what went."""
    batches = {(gone.feeder, gone.batch) for one in rounds for gone in one.documents if gone.batch}
    found: list[str] = []
    for feeder, batch in sorted(batches):
        try:
            found += (f"{feeder}/{name}" for name in open_outbox(settings, feeder).lying(batch))
        except InboxUnavailable:
            # What is erased is erased: that its answers could not be looked for must not hide it.
            found.append(f"{feeder}/{batch}-* (its outbox does not answer)")
    return found
