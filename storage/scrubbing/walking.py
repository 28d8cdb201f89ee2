"""Walking: the store and the ledger side by side, document by document, neither ever held in memory as a whole."""

from collections.abc import Iterator
from itertools import groupby

from documents.document import Document, DocumentId
from storage.objects.interface import Objects
from storage.scrubbing.interface import ScrubLog

#: Documents that the ledger is asked for at once.
_PAGE = 200
#: Where a document's id stands in the name of an object: ``documents/ab/<id>/…``.
_ID = slice(13, 45)


#: A document's id, the names that rest of it, and what the ledger knows of it.
_Found = tuple[DocumentId, list[str], Document | None]


def side_by_side(objects: Objects, log: ScrubLog, after: str) -> Iterator[_Found]:
    """Yield every document that the store or the ledger knows, by ascending id.

    Args:
        objects: The store.
        log: The ledger.
        after: Only ids after this text.

    Yields:
        The id, the names that rest of it, and the document as the ledger knows it, if it does.
    """
    resting, known = _resting(objects, after), _known(log, after)
    here, there = next(resting, None), next(known, None)
    while here is not None or there is not None:
        identity = min([*([here[0]] if here else []), *([there.id] if there else [])])
        names = here[1] if here is not None and here[0] == identity else []
        document = there if there is not None and there.id == identity else None
        yield identity, names, document
        here = next(resting, None) if names else here
        there = next(known, None) if document else there


def _resting(objects: Objects, after: str) -> Iterator[tuple[DocumentId, list[str]]]:
    """Yield each document's names, shard by shard, so that going on lists little that was seen before."""
    for shard in range(int(after[:2] or "0", 16), 256):
        for identity, names in groupby(objects.keys(f"documents/{shard:02x}/"), key=lambda name: name[_ID]):
            if identity > after:
                yield DocumentId(identity), list(names)


def _known(log: ScrubLog, after: str) -> Iterator[Document]:
    while page := log.walk(after, _PAGE):
        yield from page
        after = page[-1].id
