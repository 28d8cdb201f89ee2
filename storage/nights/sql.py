"""The register of insurers' nights in SQL, in the ledger's database."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, delete, func, select, update

from documents.care import Section
from documents.document import DocumentId, SealedObject
from documents.night import FileTally, Night, NightStage, Patients, Reconciliation, Tally
from documents.role import Role
from storage.ledger.register import Register
from storage.ledger.transaction import Transaction
from storage.nights.interface import Nights, Run, Standing
from storage.nights.schema import night_files, night_objects, night_runs, night_tallies, nights
from storage.nights.schema import standings as table

#: Keys in one question: far below what any database accepts as parameters.
_AT_ONCE: Final = 500
_STANDING: Final = tuple(one.name for one in fields(Standing))
_NIGHT: Final = tuple(one.name for one in fields(Night) if one.name != "reconciliation")
_PATIENTS: Final = tuple(one.name for one in fields(Patients))
_COUNTS: Final = tuple(one.name for one in fields(Tally))


class SqlNights(Register, Nights):
    """See `Nights` for what each method promises."""

    def begin(self, night: Night, files: Collection[DocumentId]) -> Night:
        """Record that a night is begun."""
        with self._writing() as transaction:
            own = _named(night.insurer, night.number)
            refused = nights.c.stage == NightStage.REFUSED.value
            if transaction.run(delete(nights).where(*own, refused)).rowcount:
                transaction.run(delete(night_tallies).where(*_tallies_of(night)))
            transaction.insert_new(nights, [_night_row(night)])
            row = transaction.first(select(nights).where(*own))
            recorded = _night(row) if row is not None else night
            if recorded.document == night.document:
                transaction.run(delete(night_files).where(night_files.c.document.in_(files)))
                claimed = [{"document": f, "insurer": night.insurer, "number": night.number} for f in files]
                transaction.insert_new(night_files, claimed)
            return recorded

    def night(self, insurer: str, number: int) -> Night | None:
        """Return a night."""
        return self._one(select(nights).where(*_named(insurer, number)))

    def nights(self, insurer: str, limit: int = 50) -> Sequence[Night]:
        """Return an insurer's nights."""
        newest = select(nights).where(nights.c.insurer == insurer).order_by(nights.c.number.desc()).limit(limit)
        with self._reading() as transaction:
            return [_reconciled(transaction, _night(row)) for row in transaction.run(newest).mappings().all()]

    def last_applied(self, insurer: str) -> Night | None:
        """Return the applied night of the highest number."""
        return self._one(_in_stage(insurer, NightStage.APPLIED).order_by(nights.c.number.desc()).limit(1))

    def under_way(self, insurer: str) -> Night | None:
        """Return the begun night of the lowest number."""
        return self._one(_in_stage(insurer, NightStage.APPLYING).order_by(nights.c.number).limit(1))

    def insurers(self) -> Sequence[str]:
        """Return all insurers."""
        with self._reading() as transaction:
            return list(transaction.run(select(nights.c.insurer).distinct().order_by(nights.c.insurer)).scalars())

    def claimant(self, file: DocumentId) -> Night | None:
        """Return the night that named a file."""
        of_night = (night_files.c.insurer == nights.c.insurer) & (night_files.c.number == nights.c.number)
        return self._one(select(nights).join(night_files, of_night).where(night_files.c.document == file))

    def end(self, night: Night) -> None:
        """Record what became of a night."""
        said = night.reconciliation
        ended = {"stage": night.stage.value, "code": night.code, "changed_at": night.changed_at}
        counted = {name: getattr(said.patients, name) for name in _PATIENTS} if said else {}
        own = (*_named(night.insurer, night.number), nights.c.document == night.document)
        with self._writing() as transaction:
            transaction.run(update(nights).where(*own).values(ended | counted))
            transaction.run(delete(night_tallies).where(*_tallies_of(night)))
            for one in said.files if said else ():
                transaction.insert(night_tallies, _tally_row(night, one))
            transaction.run(delete(night_objects).where(night_objects.c.document == night.document))
            transaction.run(delete(night_runs).where(night_runs.c.document == night.document))

    def note_run(self, document: DocumentId, run: Run) -> None:
        """Record a run."""
        row = {"document": document, "number": run.number, "file": run.file, "through": run.through}
        resting = [
            {"document": document, "run": run.number, "part": one.part, "size": one.size, "digest": one.digest}
            for one in run.sealed
        ]
        with self._writing() as transaction:
            if transaction.insert_new(night_runs, [row]).count:
                transaction.insert_new(night_objects, resting)

    def runs(self, document: DocumentId) -> Sequence[Run]:
        """Return the runs of a night."""
        noted = select(night_runs).where(night_runs.c.document == document).order_by(night_runs.c.number)
        resting = select(night_objects).where(night_objects.c.document == document)
        order = (night_objects.c.run, night_objects.c.part)
        with self._reading() as transaction:
            sealed: dict[int, list[SealedObject]] = {}
            for row in transaction.run(resting.order_by(*order)).mappings():
                sealed.setdefault(row["run"], []).append(_sealed(row))
            return [
                Run(number=row["number"], file=row["file"], through=row["through"], sealed=tuple(sealed[row["number"]]))
                for row in transaction.run(noted).mappings()
            ]

    def standings(self, insurer: str, keys: Iterable[str]) -> Mapping[str, Standing]:
        """Return those that are known."""
        wanted = list(keys)
        found: dict[str, Standing] = {}
        with self._reading() as transaction:
            for start in range(0, len(wanted), _AT_ONCE):
                found |= _found(transaction, insurer, table.c.key.in_(wanted[start : start + _AT_ONCE]))
        return found

    def between(self, insurer: str, slots: range) -> Mapping[str, Standing]:
        """Return all of a range of slots."""
        with self._reading() as transaction:
            return _found(transaction, insurer, _within(slots))

    def falling(self, insurer: str, tokens: Collection[str], slots: range) -> Mapping[str, Standing]:
        """Return those whose oldest care falls out."""
        with self._reading() as transaction:
            return _found(transaction, insurer, table.c.falls.in_(tokens) & _within(slots))

    def filed(self, insurer: str, night: int, slots: range) -> Mapping[str, Standing]:
        """Return those that a night was the last to change."""
        with self._reading() as transaction:
            return _found(transaction, insurer, (table.c.night == night) & _within(slots))

    def unkept(self, insurer: str, night: int) -> int:
        """Return of how many patients nothing was kept."""
        own = (table.c.insurer == insurer, table.c.night == night, table.c.document.is_(None))
        with self._reading() as transaction:
            count: int = transaction.run(select(func.count()).select_from(table).where(*own)).scalar_one()
            return count

    def advance(self, standing: Standing) -> bool:
        """Record how a patient's care stands now."""
        row = {name: getattr(standing, name) for name in _STANDING} | {"slot": standing.slot}
        known = (table.c.insurer == standing.insurer, table.c.key == standing.key)
        with self._writing() as transaction:
            if standing.version == 1:
                return transaction.insert_new(table, [row]).count == 1
            before = update(table).where(*known, table.c.version == standing.version - 1)
            return transaction.run(before.values(row)).rowcount == 1

    def _one(self, query: Select[Any]) -> Night | None:
        with self._reading() as transaction:
            row = transaction.first(query)
            return None if row is None else _reconciled(transaction, _night(row))


class WithSqlNights:
    """A ledger in SQL with the register in its database."""

    _engine: Engine
    _now: Callable[[], datetime]

    @property
    def nights(self) -> SqlNights:
        """The register."""
        return SqlNights(self._engine, self._now)


def _named(insurer: str, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return nights.c.insurer == insurer, nights.c.number == number


def _in_stage(insurer: str, stage: NightStage) -> Select[Any]:
    return select(nights).where(nights.c.insurer == insurer, nights.c.stage == stage.value)


def _within(slots: range) -> ColumnElement[bool]:
    return (table.c.slot >= slots.start) & (table.c.slot < slots.stop)


def _found(transaction: Transaction, insurer: str, chosen: ColumnElement[bool]) -> dict[str, Standing]:
    rows = transaction.run(select(table).where(table.c.insurer == insurer, chosen))
    return {row["key"]: Standing(**{name: row[name] for name in _STANDING}) for row in rows.mappings()}


def _night_row(night: Night) -> dict[str, object]:
    row = {name: getattr(night, name) for name in _NIGHT}
    return row | {"stage": night.stage.value, "day": night.day.isoformat() if night.day else ""}


def _night(row: RowMapping) -> Night:
    said = {name: row[name] for name in _NIGHT}
    night = Night(**said | {"stage": NightStage(row["stage"]), "day": date.fromisoformat(row["day"])})
    if row["new"] is None:
        return night
    patients = Patients(**{name: row[name] for name in _PATIENTS})
    return replace(night, reconciliation=Reconciliation(patients=patients))


def _reconciled(transaction: Transaction, night: Night) -> Night:
    """Return a night with what became of its lines."""
    if night.reconciliation is None:
        return night
    order = (night_tallies.c.file, night_tallies.c.section)
    rows = transaction.run(select(night_tallies).where(*_tallies_of(night)).order_by(*order)).mappings()
    files = tuple(
        FileTally(
            file=row["file"],
            section=Section(row["section"]) if row["section"] else None,
            tally=Tally(**{name: row[name] for name in _COUNTS}),
        )
        for row in rows
    )
    return replace(night, reconciliation=replace(night.reconciliation, files=files))


def _tallies_of(night: Night) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return night_tallies.c.insurer == night.insurer, night_tallies.c.number == night.number


def _tally_row(night: Night, one: FileTally) -> dict[str, object]:
    counts = {name: getattr(one.tally, name) for name in _COUNTS}
    return {"insurer": night.insurer, "number": night.number, "file": one.file, "section": one.section or ""} | counts


def _sealed(row: RowMapping) -> SealedObject:
    return SealedObject(role=Role.RUN, part=row["part"], revision=row["run"], size=row["size"], digest=row["digest"])
