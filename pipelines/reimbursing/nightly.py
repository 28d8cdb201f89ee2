"""The steps of a night and of its files: RECEIVED -> INSPECTED -> MERGED, its parts merged by many hands in between."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from documents.document import Document, SealedObject
from documents.errors import NightWaits, WrongStage
from documents.lane import Lane
from documents.night import Night, NightStage
from documents.night_refusals import NightRefused, NightUnclaimed
from documents.role import Role
from documents.stage import Stage
from documents.work import Part
from pipelines.declaring import declaration_of
from pipelines.originals import readable, streamed
from pipelines.reimbursing.announcing import NIGHT, begun, files_of, manifest_of, wait
from pipelines.reimbursing.counting import Count, summed
from pipelines.reimbursing.gathering import expect_harmless, gather, night_parts
from pipelines.reimbursing.manifest import LARGEST_MANIFEST, NightManifest, is_data_file, is_manifest
from pipelines.reimbursing.merging import Merger
from pipelines.reimbursing.rejects import Reject, rejects_from_json, rejects_to_json
from pipelines.reimbursing.runs import Runs
from pipelines.reimbursing.sorting import slots_of
from pipelines.reimbursing.standing import Filing
from pipelines.services import Services

#: What a step does with a document.
_Step = Callable[[Document, Services], Document]


def unless_of_a_night(step: _Step) -> _Step:
    """Return a step that takes in a night, and its files, otherwise than papers."""

    def step_or_night(document: Document, services: Services) -> Document:
        if document.lane is Lane.NIGHTLY:
            if document.size <= LARGEST_MANIFEST and is_manifest(readable(document, services)):
                return _gathered(document, services)
            if is_data_file(declaration_of(document, services).file_name):
                return _file_of_a_night(document, services)
        return step(document, services)

    return step_or_night


def unless_a_night(step: _Step) -> _Step:
    """Return a step that ends a night whose parts are all merged, and leaves everything else to another."""

    def step_or_end(document: Document, services: Services) -> Document:
        return _ended(document, services) if document.media_type == NIGHT else step(document, services)

    return step_or_end


def open_parts(document: Document, services: Services) -> Sequence[Part]:
    """Return the parts of a night that are not merged yet, numbered from 1."""
    parts = night_parts(manifest_of(document, services), services)
    done = {sealed.part for sealed in document.parts(Role.TALLY)}
    return [Part(number=n, first=n, last=n) for n in range(1, parts + 1) if n not in done]


def merge_part(document: Document, part: Part, services: Services) -> tuple[SealedObject, ...]:
    """Merge a part of a night: whoever's care changed is filed. Safe to run twice: the first result stands.

    Raises:
        Interrupted: Store, keys or ledger failed; who was filed stays filed.
    """
    manifest, runs = manifest_of(document, services), Runs.of(document.id, services)
    filing = Filing(night=_night(document, manifest, services), day=manifest.day, services=services)
    index = part.number - 1
    slots = slots_of(index, night_parts(manifest, services))
    merged = Merger(filing, runs.lines_of(index), slots).merge()
    content = merged.count.to_json() + b"\n" + rejects_to_json(merged.rejects)
    return (services.archive.derive(document.id, Role.TALLY, content, part=part.number),)


def _gathered(document: Document, services: Services) -> Document:
    """Check the whole of a night before anything changes; refuse it as a whole, or go on."""
    runs = None
    try:
        expect_harmless(streamed(document, services), services)
        manifest = manifest_of(document, services)
        if refused := _refused_before(document, manifest, services):
            return refused
        night = begun(document, manifest, services)
        runs = Runs.of(document.id, services)
        try:
            gather(manifest, files_of(manifest, services), runs, services)
        except NightWaits:
            wait(document, services)
    except NightRefused as refusal:
        if runs is None:
            return replace(document, stage=Stage.REFUSED, reason=refusal.code)
        ended = replace(night, stage=NightStage.REFUSED, code=refusal.code)
        document = _told(document, runs.count, runs.rejects, services)
        _end(ended, runs, runs.count, services)
        return replace(document, stage=Stage.REFUSED, reason=refusal.code)
    return replace(document, stage=Stage.INSPECTED, media_type=NIGHT)


def _refused_before(document: Document, manifest: NightManifest, services: Services) -> Document | None:
    """Return a night as refused, where whoever refused it died before saying so of its document."""
    night = services.ledger.nights.night(manifest.insurer, manifest.night)
    if night is None or night.document != document.id or night.stage is not NightStage.REFUSED:
        return None
    Runs.of(document.id, services).discard()
    return replace(_told(document, Count(), (), services), stage=Stage.REFUSED, reason=night.code)


def _ended(document: Document, services: Services) -> Document:
    """Merge what is left to merge, and put on record what became of it all."""
    for part in open_parts(document, services):
        document = document.holding(*merge_part(document, part, services))
    manifest, runs = manifest_of(document, services), Runs.of(document.id, services)
    night = _night(document, manifest, services)
    if night.stage is NightStage.APPLIED:
        runs.discard()
        return replace(_told(document, Count(), (), services), stage=Stage.MERGED)
    told = [services.archive.open(document.id, one).partition(b"\n") for one in document.parts(Role.TALLY)]
    count = summed([runs.count, *(Count.from_json(counts) for counts, _, _ in told)])
    rejects = sorted([*runs.rejects, *(one for _, _, said in told for one in rejects_from_json(said))])
    document = _told(document, count, rejects, services)
    _end(replace(night, stage=NightStage.APPLIED, code=None), runs, count, services)
    return replace(document, stage=Stage.MERGED)


def _told(document: Document, count: Count, rejects: Sequence[Reject], services: Services) -> Document:
    """Keep what the insurer is to be told, beside its manifest: what was kept before stands."""
    content = count.to_json() + b"\n" + rejects_to_json(rejects)
    sealed = services.archive.derive(document.id, Role.REJECTS, content, revision=document.revision)
    return document.holding(sealed)


def _end(night: Night, runs: Runs, count: Count, services: Services) -> None:
    """Put on record what became of a night, and destroy its runs: whoever dies in between has done so all the same."""
    ended = replace(night, changed_at=services.now(), reconciliation=count.reconciliation())
    services.ledger.nights.end(ended)
    runs.discard()


def _night(document: Document, manifest: NightManifest, services: Services) -> Night:
    night = services.ledger.nights.night(manifest.insurer, manifest.night)
    if night is None or night.document != document.id:
        # Only a ledger that was put back from an old copy has forgotten it.
        raise WrongStage(document.id)
    return night


def _file_of_a_night(document: Document, services: Services) -> Document:
    """Let a file wait for its night, and go the way that its night went.

    Raises:
        NightWaits: No manifest has named it yet, or its night is under way.
    """
    night = services.ledger.nights.claimant(document.id)
    if night is not None and night.stage is NightStage.APPLIED:
        return replace(document, stage=Stage.MERGED)
    if night is not None and night.stage is NightStage.REFUSED:
        return replace(document, stage=Stage.REFUSED, reason=NightRefused.code)
    if night is None and services.now() - document.received_at > services.nightly.patience:
        return replace(document, stage=Stage.REFUSED, reason=NightUnclaimed.code)
    raise NightWaits(document.id)
