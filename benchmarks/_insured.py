"""What `bench insurer` runs on: files of lines, drawn once, and a ledger in which a first night stands already."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, insert

from documents.document import Document
from documents.night import Night, NightStage, Reconciliation
from documents.work import Part
from pipelines.reimbursing.echo import Echo
from pipelines.reimbursing.merging import Merger
from pipelines.reimbursing.runs import Runs
from pipelines.reimbursing.sorting import slots_of
from pipelines.reimbursing.standing import Filing, Repeated
from pipelines.reimbursing.statement import merged, whose_from_text
from pipelines.services import Services
from specimens.nights import Synthetic, Written, write_file
from storage.nights.interface import Standing
from storage.nights.schema import standings
from verso.settings import Settings

#: Files of a night: each holds the lines of as many patients, so that half of them are half the night.
FILES: Final = 4
_AT_ONCE: Final = 10_000


def drawn(folder: Path, insurer: Synthetic, pool: Pool) -> Sequence[Written]:
    """Write the files of the first night, by as many hands as there are."""
    share = insurer.patients // FILES
    ranges = [range(n * share, (n + 1) * share if n < FILES - 1 else insurer.patients) for n in range(FILES)]
    said = [(folder / f"lines-{n}.csv.zst", insurer, patients) for n, patients in enumerate(ranges, 1)]
    return pool.starmap(_draw, said, chunksize=1)


def _draw(place: Path, insurer: Synthetic, patients: range) -> Written:
    return write_file(place, insurer.standing(patients))


@dataclass(frozen=True, kw_only=True)
class _Seeding(Filing):
    """Lets care stand without filing it: what an unchanged night is compared with, and nothing more."""

    rows: list[dict[str, object]]

    def file(
        self,
        before: Standing | None,
        texts: Sequence[str],
        whose: str,
        repeated: Repeated = (),
        unread: Echo | None = None,
    ) -> None:
        """Note how a patient's care stands."""
        del before, repeated, unread
        ins, _ = whose_from_text(whose)
        digest, person = self.hashes.care(merged(texts).encode()), self.hashes.whose(whose)
        key = self.hashes.key(ins.number, ins.oid)
        row = _row(self.night.insurer, key, digest, person)
        self.rows.append(row | {"patient": self.services.archive.pseudonym(ins)})


def seed(document: Document, night: Night, part: Part, parts: int, services: Services) -> list[dict[str, object]]:
    """Return the rows by which the patients of a part of a night stand, as if it had been applied."""
    if night.day is None:
        raise ValueError("the night was not begun")
    rows = list[dict[str, object]]()
    filing = _Seeding(night=night, day=night.day, services=services, rows=rows)
    index = part.number - 1
    Merger(filing, Runs.of(document.id, services).lines_of(index), slots_of(index, parts)).merge()
    return rows


def end(document: Document, night: Night, services: Services) -> None:
    """Let a night that was seeded be the last one that was applied."""
    services.ledger.nights.end(replace(night, stage=NightStage.APPLIED, reconciliation=Reconciliation()))
    Runs.of(document.id, services).discard()


def strangers(count: int) -> Iterator[dict[str, object]]:
    """Yield the rows of patients of another insurer."""
    for number in range(count):
        key = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).hexdigest()
        yield _row("stranger", key, "1" * 64, "2" * 64)


def stand(rows: Sequence[dict[str, object]], settings: Settings) -> None:
    """Put rows where patients' care stands."""
    engine = create_engine(settings.ledger)
    with engine.begin() as connection:
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(insert(standings), rows[start : start + _AT_ONCE])
    engine.dispose()


def _row(insurer: str, key: str, digest: str, whose: str) -> dict[str, object]:
    row = {"insurer": insurer, "key": key, "slot": int(key[:8], 16), "patient": "0" * 64, "digest": digest}
    return row | {"whose": whose, "falls": None, "version": 1, "night": 1, "edition": 0, "document": None}
