"""Publishing: a patient's changed history of reimbursed care becomes the next edition of its document at one moment."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.classification import Classification, Guess
from documents.document import Document, PatientRef, SealedObject
from documents.errors import Erased
from documents.event import Event
from documents.identification import Author, Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.lane import Lane
from documents.page import Page, Source
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import type_code
from pipelines.cda.leaves import Cda, open_cda
from pipelines.classify.serialising import to_json as classification_to_json
from pipelines.declaring import declaration_to_json
from pipelines.identify.serialising import to_json as identification_to_json
from pipelines.inspect.media_type import MediaType
from pipelines.read.paging import pages_to_json
from pipelines.receipts import HandingOver, receipt_to_json
from pipelines.reimbursing.edition import Edition, Names
from pipelines.reimbursing.rendering import AUTHOR, TYPE, render
from pipelines.render.interface import NotMade
from pipelines.services import Services
from pipelines.store import metadata_from, retain

#: Who says whose it is and what it is: the insurer's word, checked before it was merged.
_REASON: Final = "reimbursement-history"


def publish(edition: Edition, services: Services, beside: Sequence[SealedObject] = ()) -> Document | None:
    """File an edition in the patient's record, in the place of the one before it.

    The ledger takes it in one transaction: until then the record shows the former edition, from then on this one. Safe
    to run twice, to kill anywhere and to run again: id, names and bytes follow from the edition alone, and what rests
    already counts. Costs no reading and no classifying: what is known is written down as the steps would have.

    Args:
        edition: What to publish.
        services: Where it comes to rest.
        beside: What rests sealed under the same id already (`Names.document`), and belongs to it.

    Returns:
        The document; None where the patient's record was erased: nothing rests of it then, and nobody is told.

    Raises:
        Interrupted: Store, keys or ledger failed; nothing is shown of it.
    """
    names = Names.of(edition.history, services.archive.masters)
    identity = names.document(edition.number)
    if services.ledger.knows([identity]):
        return services.ledger.document(identity)
    original = render(edition, names)
    document = replace(_begun(edition, names, services), size=len(original), objects=tuple(beside))
    document = document.holding(services.archive.derive(identity, Role.ORIGINAL, original))
    try:
        services.archive.entrust(identity, document.patient)
    except Erased:
        services.archive.discard(identity, document.objects)
        return None
    document = _described(document, edition, open_cda(render(edition, names, entries=False)), services)
    retain(document, services)
    event = Event(
        at=services.now(),
        actor=Actor.feeder(edition.history.insurer),
        action=Action.PUBLISHED,
        document=identity,
        detail=f"edition {edition.number}",
    )
    services.ledger.file(document, event)
    return services.ledger.document(identity)


def _begun(edition: Edition, names: Names, services: Services) -> Document:
    """Return the document as far as nothing has to be made for it."""
    return Document(
        id=names.document(edition.number),
        feeder=edition.history.insurer,
        lane=Lane.NIGHTLY,
        stage=Stage.STORED,
        supersedes=names.document(edition.number - 1) if edition.number > 1 else None,
        size=0,
        received_at=edition.at,
        changed_at=services.now(),
        media_type=MediaType.CDA,
        reading=Source.TEXT.value,
        patient=_record(edition.history.patient, services),
        type_code=TYPE,
        theme=type_code(TYPE).theme,
        confidence=1.0,
    )


def _record(patient: PatientRef, services: Services) -> PatientRef:
    """Return in whose record a patient's documents are filed now: a number may stand for theirs."""
    alias = services.ledger.alias(patient)
    return alias.new if alias else patient


def _described(document: Document, edition: Edition, cda: Cda, services: Services) -> Document:
    """Seal beside the original what the steps would have found out, read as any reader of the original reads it."""
    pages = [leaf.text or "" for leaf in cda.leaves]
    document = replace(document, pages=len(pages))
    found = _identification(edition)
    for role, content in (
        (Role.DECLARATION, declaration_to_json(cda.declaration)),
        (Role.RECEIPT, receipt_to_json(_handing(document))),
        (Role.PAGES, pages_to_json(_pages(pages))),
        (Role.IDENTITY, identification_to_json(found)),
        (Role.CLASSIFICATION, classification_to_json(_classification())),
        (Role.METADATA, metadata_from(document, found, cda.declaration, services)),
    ):
        document = document.holding(_sealed(document, role, content, services))
    printed = services.skills.renderer.typeset(pages)
    if isinstance(printed, NotMade):
        return document
    return document.holding(_sealed(document, Role.SEARCHABLE, printed, services))


def _sealed(document: Document, role: Role, content: bytes, services: Services) -> SealedObject:
    part = 1 if role is Role.PAGES else 0
    return services.archive.derive(document.id, role, content, part=part)


def _pages(texts: Sequence[str]) -> Iterator[Page]:
    return (Page(number=n, source=Source.TEXT, text=text, confidence=1.0) for n, text in enumerate(texts, 1))


def _handing(document: Document) -> HandingOver:
    at, size = document.received_at, document.size
    return HandingOver(feeder=document.feeder, batch=None, at=at, size=size, lane=document.lane)


def _identification(edition: Edition) -> Identification:
    return Identification(
        outcome=IdentityOutcome.MATCHED,
        ins=edition.ins,
        traits=edition.traits,
        evidence=(Evidence(kind=EvidenceKind.DECLARED, ins=edition.ins, traits=edition.traits),),
        reasons=(_REASON,),
        author=Author(name=AUTHOR),
        act_date=edition.history.first,
    )


def _classification() -> Classification:
    return Classification(
        guesses=(Guess(type_code=TYPE, probability=1.0),), accepted=True, theme_probability=1.0, model=_REASON
    )
