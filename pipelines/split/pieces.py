"""The pieces of a stack: documents of their own, sealed before the ledger hears of them, however often (P4)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.arrival import Declaration
from documents.document import Document, SealedObject
from documents.errors import Refused, WrongStage
from documents.page import Page
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_of, declaration_to_json
from pipelines.inspect.media_type import DECLARED
from pipelines.read.paging import pages_to_json
from pipelines.read.step import pages_of
from pipelines.receipts import HandingOver, Origin, receipt_to_json
from pipelines.services import Services
from pipelines.settling import Settlement, settlement_of, settlement_to_json
from pipelines.split.dividing import divide
from pipelines.split.division import Division, Ground, Run


def division_of(document: Document, services: Services) -> Division | None:
    """Return how a read document is cut, as a person settled it or as its pages say; None when it is one document."""
    settlement = settlement_of(document, services)
    if settlement is not None and settlement.runs:
        if settlement.runs == ((1, document.pages),):
            return None
        runs = tuple(Run(first=first, last=last, ground=Ground.SETTLED) for first, last in settlement.runs)
        return Division(runs=runs, certain=True)
    # A clinical document or a message is one by its form, however many papers its pages remind of.
    return None if document.pages == 1 or document.media_type in DECLARED else divide(pages_of(document, services))


def pieces_of(document: Document, services: Services) -> Sequence[Document]:
    """Cut and seal the pieces of a read document that certainly is a stack.

    Twice is safe: a piece's id comes from its parent, the parent's revision and its pages, and what rests under it
    stands. A piece brings its pages as they were read and drawn in the stack, so that none is read twice.

    Returns:
        Nothing where it is one document, where a person must be asked, or where its file cannot be cut.

    Raises:
        Interrupted: Store, keys or the confined cutter failed; nothing was admitted.
    """
    division = division_of(document, services)
    if division is None or not division.certain:
        return ()
    try:
        pieces = tuple(_pieces(document, division, services))
    except Refused:
        return ()
    if document.patient is not None:
        # A stack is no longer its patient's: see `as_stack`.
        services.archive.entrust(document.id, None)
    return pieces


def as_stack(document: Document) -> Document:
    """Return a document as the stack that it turned out to be: only its pieces are about somebody and something."""
    return replace(document, stage=Stage.SPLIT, patient=None, type_code=None, theme=None, confidence=None, reason=None)


def _pieces(document: Document, division: Division, services: Services) -> Iterator[Document]:
    if document.media_type is None:
        raise WrongStage(document.id)
    archive = services.archive
    original = archive.open(document.id, document.required(Role.ORIGINAL))
    pages = pages_of(document, services)
    declared = declaration_of(document, services)
    settlement = settlement_of(document, services)
    for run in division.runs:
        identity = archive.identify_piece(document.id, document.revision, run.first, run.last)
        content = services.skills.cutter.cut(original, document.media_type, run.first, run.last)
        sealed = archive.keep_first(identity, Role.ORIGINAL, content)
        size = len(archive.open(identity, sealed))
        said = declaration_to_json(_said_of(run, declared, alone=len(division.runs) == 1))
        piece = Document(
            id=identity,
            feeder=document.feeder,
            batch=document.batch,
            lane=document.lane,
            stage=Stage.RECEIVED,
            parent=document.id,
            first_page=run.first,
            last_page=run.last,
            size=size,
            received_at=document.received_at,
            changed_at=services.now(),
            objects=(sealed, archive.derive(identity, Role.DECLARATION, said)),
        )
        parts = _parts(piece, pages[run.first - 1 : run.last], services)
        previews = _previews(document, piece, run, services)
        piece = piece.holding(_receipt(piece, document, services), *parts, *previews)
        yield piece.holding(_whole(piece, settlement, services)) if run.ground is Ground.SETTLED else piece


def _receipt(piece: Document, stack: Document, services: Services) -> SealedObject:
    """Seal what a piece was cut from."""
    if piece.first_page is None or piece.last_page is None:
        raise WrongStage(piece.id)
    origin = Origin(parent=stack.id, revision=stack.revision, first_page=piece.first_page, last_page=piece.last_page)
    handing = HandingOver(
        feeder=piece.feeder, batch=piece.batch, at=piece.received_at, size=piece.size, lane=piece.lane, origin=origin
    )
    return services.archive.derive(piece.id, Role.RECEIPT, receipt_to_json(handing))


def _said_of(run: Run, declared: Declaration, *, alone: bool) -> Declaration:
    """Return what a declaration says of one piece.

    What was declared of a stack holds of the stack: to believe it of each piece could file one in a wrong record.
    """
    if alone:
        return declared
    pages = f"p. {run.first}" if run.first == run.last else f"p. {run.first}-{run.last}"
    return Declaration(file_name=f"{declared.file_name} ({pages})".strip())


def _parts(piece: Document, pages: Sequence[Page], services: Services) -> Iterator[SealedObject]:
    """Seal a piece's pages in parts such as its own reading would make."""
    own = [replace(page, number=number) for number, page in enumerate(pages, start=1)]
    size = services.pages_per_part
    for start in range(0, len(own), size):
        content = pages_to_json(own[start : start + size])
        yield services.archive.derive(piece.id, Role.PAGES, content, part=start + 1)


def _previews(document: Document, piece: Document, run: Run, services: Services) -> Iterator[SealedObject]:
    """Seal for a piece the previews that its pages had in the stack."""
    for number in range(run.first, run.last + 1):
        drawn = document.object(Role.PREVIEW, number)
        if drawn is not None:
            content = services.archive.open(document.id, drawn)
            yield services.archive.derive(piece.id, Role.PREVIEW, content, part=number - run.first + 1)


def _whole(piece: Document, settlement: Settlement | None, services: Services) -> SealedObject:
    """Seal that whoever cut the stack took this piece for one document: nobody is asked again."""
    if settlement is None or piece.first_page is None or piece.last_page is None:
        raise WrongStage(piece.id)
    pages = piece.last_page - piece.first_page + 1
    own = Settlement(runs=((1, pages),), by=settlement.by)
    return services.archive.derive(piece.id, Role.SETTLEMENT, settlement_to_json(own))
