"""What an erasure takes: a patient's documents, the stacks in which their pages came, what was withdrawn of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.document import Document, DocumentId, PatientRef
from documents.stage import Stage
from pipelines.renaming import documents_of
from pipelines.split.standing import leaves
from storage.ledger.interface import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The documents that hold pages of a patient, as the ledger knows them."""

    #: Those in the patient's record, or on their way to it.
    own: tuple[Document, ...]
    #: Stacks that pieces of theirs were cut from, and withdrawn pieces: nobody's own, with pages of theirs in them.
    shared: tuple[Document, ...]
    #: The other patients whose pages came in the same stacks. Their pieces stay.
    sharers: frozenset[PatientRef]

    @property
    def documents(self) -> tuple[Document, ...]:
        """All of them, none twice."""
        return self.own + self.shared


def scope_of(patient: PatientRef, ledger: Ledger) -> Scope:
    """Find what holds pages of a patient, under whatever number the ledger has it."""
    own = tuple(documents_of(patient, ledger))
    shared: dict[DocumentId, Document] = {}
    sharers: set[PatientRef] = set()
    for document in own:
        stacks = list(_stacks_of(document, ledger))
        for around in (document, *stacks):
            withdrawn = (child for child in ledger.children(around.id) if child.stage is Stage.WITHDRAWN)
            shared |= {child.id: child for child in withdrawn}
        shared |= {stack.id: stack for stack in stacks}
    for document in shared.values():
        sharers |= {leaf.patient for leaf in leaves(document, ledger) if leaf.patient}
    known = {document.id for document in own}
    beyond = tuple(one for one in shared.values() if one.id not in known and one.stage is not Stage.ERASED)
    return Scope(own=own, shared=beyond, sharers=frozenset(sharers - ledger.former(patient) - {patient}))


def _stacks_of(document: Document, ledger: Ledger) -> Iterator[Document]:
    """Yield the stacks that a document was cut from, the nearest first."""
    while document.parent is not None:
        document = ledger.document(document.parent)
        yield document
