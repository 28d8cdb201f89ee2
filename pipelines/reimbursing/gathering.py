"""Gathering: the lines of a night are checked and shared out, run by run; nothing of any patient changes yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from documents.document import DocumentId
from documents.errors import Erased, HarmfulFile, Infected, Missing, NightWaits
from documents.night_refusals import NightInfected, NightMiscounted, NightRejected
from pipelines.originals import streamed
from pipelines.reimbursing.announcing import rests
from pipelines.reimbursing.blocks import Block, blocks
from pipelines.reimbursing.expanding import expanded
from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.manifest import NightFile, NightManifest
from pipelines.reimbursing.parsing import FAULT, may_hold_controls, parsed
from pipelines.reimbursing.rules import Measure, checked
from pipelines.reimbursing.runs import Runs
from pipelines.reimbursing.sorting import KEY, parts_of, sorted_run
from pipelines.services import Services


def gather(manifest: NightManifest, files: Sequence[DocumentId], runs: Runs, services: Services) -> None:
    """Check every line of every file that does not rest in runs yet, and see that all are as announced.

    Args:
        manifest: What the insurer says of the night.
        files: Its files, in the manifest's order.
        runs: The night's runs so far; grows.
        services: What is worked with.

    Raises:
        NightInfected: The antivirus calls a file harmful; nothing has unpacked it.
        NightDamaged: A file is cut short, or is not packed as its name says.
        NightMiscounted: There are more or fewer lines or patients than announced.
        NightRejected: More lines are wrong than may be.
        NightWaits: A file was destroyed as one of a past night's, and has to come again.
        Interrupted: Store, keys or ledger failed; what was gathered stays.
    """
    gatherer = _Gatherer(manifest=manifest, runs=runs, services=services)
    for number, (file, document) in enumerate(zip(manifest.files, files, strict=True)):
        gatherer.expect_few_rejects()
        gatherer.gather(number, file, document)
    # Whose a rejected line was is not known for certain: then at least nobody may be there who was not announced.
    patients = sum(_patients(runs, part) for part in range(gatherer.parts))
    if patients > manifest.patients or (patients < manifest.patients and not runs.rejects):
        raise NightMiscounted


def expect_harmless(pieces: Iterable[bytes], services: Services) -> None:
    """Have a file of a night examined before anything unpacks or parses it.

    Raises:
        NightInfected: The antivirus calls it harmful, or cannot look into all of it.
        AntivirusUnavailable: It could not be examined.
    """
    try:
        services.skills.antivirus.examine_stream(pieces)
    except (Infected, HarmfulFile) as error:
        raise NightInfected from error


def night_parts(manifest: NightManifest, services: Services) -> int:
    """Return into how many parts a night is shared out."""
    return parts_of(manifest.lines, services.nightly.lines_per_part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gatherer:
    """One night while its lines are gathered."""

    manifest: NightManifest
    runs: Runs
    services: Services

    @property
    def parts(self) -> int:
        return night_parts(self.manifest, self.services)

    def gather(self, number: int, file: NightFile, document: DocumentId) -> None:
        """Gather the lines of a file."""
        bounds = self.services.nightly
        expect_harmless(self._original(document), self.services)
        original = self._original(document)
        hashes = Hashes.of(self.services.archive.masters, self.manifest.insurer)
        for block in blocks(expanded(original, file.packing), bounds.lines_per_run, self.runs.seen(number)):
            self._take(number, file, block, hashes)
            if self.runs.lines(number) > file.lines:
                raise NightMiscounted
            self.expect_few_rejects()
        if self.runs.lines(number) != file.lines:
            raise NightMiscounted

    def _original(self, file: DocumentId) -> Iterator[bytes]:
        try:
            yield from streamed(self.services.ledger.document(file), self.services)
        except (Erased, Missing):
            if rests(file, self.services):
                raise
            # Destroyed as one of a past night's, at the very moment at which this one named it.
            raise NightWaits(file) from None

    def expect_few_rejects(self) -> None:
        """See that the night may go on."""
        if len(self.runs.rejects) > self.services.nightly.most_rejected * self.manifest.lines:
            raise NightRejected

    def _take(self, number: int, file: NightFile, block: Block, hashes: Hashes) -> None:
        measure = Measure(day=self.manifest.day, authorities=self.services.nightly.authorities)
        controls = may_hold_controls(block.content, file.form)
        lines = checked(parsed(block, file.form), measure, controls=controls)
        right = lines.filter(pl.col(FAULT).is_null())
        shared = sorted_run(right, number, hashes, self.parts)
        self.runs.add(number, block.first + block.count - 1, lines, shared)


def _patients(runs: Runs, part: int) -> int:
    keys = [frame[KEY] for frame in runs.resting(part, [KEY])]
    return pl.concat(keys).n_unique() if keys else 0
