"""Queries for those who handed documents over. See `storage.ledger.following.Following`."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import CTE, func, select

from documents.document import Document, DocumentId
from documents.stage import Stage
from storage.ledger import admission, fan, rows
from storage.ledger.following import ArrivalRecord, BatchRecord, Following, Handed
from storage.ledger.schema import arrivals, documents, parts, work
from storage.ledger.transaction import Transaction


class SqlFollowing(Following):
    """The part of the ledger in SQL that tells what became of what was handed over."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that only reads."""

    def arrivals(self, feeder: str, batch: str) -> Sequence[ArrivalRecord]:
        """Return what arrived in a batch, in the order of arrival."""
        with self._reading() as transaction:
            return admission.arrivals(transaction, feeder, batch)

    def batches(self, feeder: str, *, before: str | None = None, limit: int = 50) -> Sequence[BatchRecord]:
        """Return a page of a feeder's batches, newest first."""
        with self._reading() as transaction:
            return admission.batches(transaction, feeder, before, limit)

    def pages_read(self, document_ids: Iterable[DocumentId]) -> Mapping[DocumentId, int]:
        """Return how many pages of each document have been read so far."""
        with self._reading() as transaction:
            return fan.pages_read(transaction, document_ids)

    def handed(self, feeder: str, batches: Collection[str]) -> Sequence[Handed]:
        """Return what arrived in some batches, with what became of it."""
        with self._reading() as transaction:
            return _handed(transaction, feeder, batches)

    def mark(self, feeder: str, batch: str) -> str:
        """Return what is another as soon as anything about a batch has changed."""
        with self._reading() as transaction:
            return _mark(transaction, feeder, batch)


def _handed(transaction: Transaction, feeder: str, batches: Collection[str]) -> list[Handed]:
    """Return what arrived in some batches. See `Following.handed`."""
    wanted = select(arrivals).where(arrivals.c.feeder == feeder, arrivals.c.batch.in_(batches))
    came = transaction.run(wanted.order_by(arrivals.c.at, arrivals.c.id)).mappings().all()
    family = _family(feeder, batches)
    place = (documents.c.first_page, documents.c.id)
    query = select(documents).where(documents.c.id.in_(select(family.c.id))).order_by(*place)
    found = rows.documents_from(transaction, transaction.run(query).mappings().all())
    by_id = {document.id: document for document in found}
    pieces: dict[DocumentId, list[Document]] = {}
    for document in found:
        if document.parent is not None and document.stage is not Stage.WITHDRAWN:
            pieces.setdefault(document.parent, []).append(document)
    return [
        Handed(
            batch=row["batch"],
            arrival=admission.arrival_from(row),
            document=by_id[DocumentId(row["document"])],
            pieces=tuple(_leaves(by_id[DocumentId(row["document"])], pieces)),
        )
        for row in came
    ]


def _leaves(document: Document, pieces: Mapping[DocumentId, Sequence[Document]]) -> Iterator[Document]:
    """Yield the pieces of a stack, and theirs, that are not cut further."""
    if document.stage is not Stage.SPLIT:
        return
    for piece in pieces.get(document.id, ()):
        yield from _leaves(piece, pieces) if piece.stage is Stage.SPLIT else (piece,)


def _mark(transaction: Transaction, feeder: str, batch: str) -> str:
    """Return the mark of a batch, by one query. See `Following.mark`."""
    family = _family(feeder, [batch])
    ids = select(family.c.id)
    came = select(func.count()).where(arrivals.c.feeder == feeder, arrivals.c.batch == batch)
    # A document's version only ever grows.
    versions = select(func.sum(documents.c.version)).where(documents.c.id.in_(ids))
    read = select(func.count()).where(parts.c.document.in_(ids), parts.c.done)
    at_hand = select(func.sum(work.c.pages)).where(work.c.document.in_(ids))
    numbers = (came, versions, read, at_hand)
    query = select(*(number.scalar_subquery() for number in numbers))
    return "/".join(str(number or 0) for number in transaction.run(query).one())


def _family(feeder: str, batches: Collection[str]) -> CTE:
    """Return the ids of all that arrived in some batches, and of whatever was cut from it."""
    came = select(arrivals.c.document.label("id")).where(arrivals.c.feeder == feeder, arrivals.c.batch.in_(batches))
    family = came.cte("family", recursive=True)
    return family.union(select(documents.c.id).where(documents.c.parent == family.c.id))
