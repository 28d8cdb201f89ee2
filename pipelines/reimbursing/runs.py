"""Runs: what rests, sealed under a key of its own, of a night's lines between their checking and their merging."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import polars as pl

from documents.document import DocumentId, SealedObject
from documents.role import Role
from pipelines.reimbursing.counting import Count, Fate
from pipelines.reimbursing.layout import SECTIONS
from pipelines.reimbursing.parsing import FAULT, NUMBER
from pipelines.reimbursing.rejects import Reject, rejects_from_json, rejects_to_json
from pipelines.reimbursing.sorting import SCHEMA, run_from_bytes, run_to_bytes
from pipelines.services import Services
from storage.nights.interface import Run

#: Purpose of the key under which a night's runs rest: it is destroyed with them.
_PURPOSE: Final = "runs"
#: Number of the part of a run that says what became of its lines; the night's own parts follow.
_TOLD: Final = 0


@dataclass(slots=True, kw_only=True)
class Runs:
    """The runs of one night so far. The ledger has them: whoever was killed, another goes on behind the last one."""

    document: DocumentId
    services: Services
    #: What became of their lines, as far as checking tells.
    count: Count = field(default_factory=Count)
    rejects: list[Reject] = field(default_factory=list, repr=False)
    _holder: DocumentId
    _noted: list[Run] = field(default_factory=list)

    @classmethod
    def of(cls, document: DocumentId, services: Services) -> Self:
        """Return the runs of a night.

        Raises:
            Interrupted: Store, keys or ledger failed.
        """
        runs = cls(document=document, services=services, _holder=services.archive.annex(document, _PURPOSE))
        for run in services.ledger.nights.runs(document):
            runs._take(run)
        return runs

    def seen(self, file: int) -> int:
        """Return up to which line of a file runs rest."""
        return max((run.through for run in self._noted if run.file == file), default=0)

    def lines(self, file: int) -> int:
        """Return how many lines of care of a file rest in runs, or were rejected."""
        return sum(count for (one, _, _), count in self.count.lines.items() if one == file)

    def add(self, file: int, through: int, checked: pl.DataFrame, shared: Iterator[tuple[int, pl.DataFrame]]) -> None:
        """Seal a run and put it on record; what somebody who died before left of it stands.

        Args:
            file: Which file of the night its lines are of.
            through: Up to which line of it, inclusive.
            checked: All of its lines, with their faults.
            shared: Those without, by the part of the night that they belong to.
        """
        sealed = [self._seal(_TOLD, _told(file, checked))]
        sealed.extend(self._seal(part + 1, run_to_bytes(lines)) for part, lines in shared)
        run = Run(number=len(self._noted) + 1, file=file, through=through, sealed=tuple(sealed))
        self.services.ledger.nights.note_run(self.document, run)
        self._take(run)

    def resting(self, part: int, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield what rests of a part of the night, in the order of the lines."""
        for run in self._noted:
            for one in run.sealed:
                if one.part == part + 1:
                    yield run_from_bytes(self.services.archive.open(self._holder, one), columns)

    def lines_of(self, part: int) -> pl.DataFrame:
        """Return all lines of a part of the night, in their order."""
        return pl.concat([pl.DataFrame(schema=SCHEMA), *self.resting(part)])

    def discard(self) -> None:
        """Destroy their key, and what rests of them. Twice is safe.

        Raises:
            Interrupted: Store or keyring failed.
        """
        self.services.archive.discard(self._holder)

    def _seal(self, part: int, content: bytes) -> SealedObject:
        return self.services.archive.derive(self._holder, Role.RUN, content, part=part, revision=len(self._noted) + 1)

    def _take(self, run: Run) -> None:
        told = next(one for one in run.sealed if one.part == _TOLD)
        count, _, rejects = self.services.archive.open(self._holder, told).partition(b"\n")
        self.count.add(Count.from_json(count))
        self.rejects.extend(rejects_from_json(rejects))
        self._noted.append(run)


def _told(file: int, checked: pl.DataFrame) -> bytes:
    """Return what became of a run's lines, as far as checking tells: a line of counts, and one of rejects."""
    wrong = pl.col(FAULT).is_not_null()
    known = pl.when(pl.col("section").is_in(list(SECTIONS))).then(pl.col("section")).otherwise(pl.lit(""))
    counted = checked.group_by(known.alias("section"), wrong.alias("wrong")).len()
    fates = {
        (file, section, Fate.REJECTED if rejected else Fate.ACCEPTED): count
        for section, rejected, count in counted.iter_rows()
    }
    rejects = [
        Reject(file=file, line=n, code=code) for n, code in checked.filter(wrong).select(NUMBER, FAULT).iter_rows()
    ]
    return Count(lines=Counter(fates)).to_json() + b"\n" + rejects_to_json(rejects)
