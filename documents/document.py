"""A document: one logical paper, its stage, and the sealed objects that rest of it. Holds ids and codes only."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from documents.errors import Missing
from documents.lane import Lane
from documents.role import Role
from documents.stage import Stage

#: 32 lower-case hex characters, derived by keyed hash from feeder and content: the same paper from the same
#: feeder has the same id, and the id says nothing to anyone without the key.
DocumentId = NewType("DocumentId", str)

#: Pseudonym of a patient: 64 lower-case hex characters, keyed hash of OID and matricule.
PatientRef = NewType("PatientRef", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedObject:
    """One envelope that rests in the object store for a document."""

    #: What it is to the document.
    role: Role
    #: Which of several of its role: the first page that it is about; 0 where it is about all of them.
    part: int = 0
    #: The document's revision when it was made: a later revision's object stands beside it, never over it.
    revision: int
    #: Bytes of the envelope.
    size: int
    #: SHA-256 of the envelope's bytes, hex.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the ledger knows about one document. Contains no health data beyond the codes needed for work."""

    #: Which document.
    id: DocumentId
    #: Who handed it over.
    feeder: str
    #: The batch it came in, if it came in one.
    batch: str | None = None
    #: The class of service in which it travels, by the feeder that handed it over.
    lane: Lane = Lane.INBOX
    #: How far it got.
    stage: Stage
    #: Grows by one at every change of this row; a change names the version it saw (compare-and-set).
    version: int = 1
    #: Grows by one when a person corrects it or it is replayed: derived objects carry it.
    revision: int = 1
    #: The stack that it was cut from, if it is a piece of one.
    parent: DocumentId | None = None
    #: First of the parent's pages that it consists of, from 1.
    first_page: int | None = None
    #: Last of them, inclusive.
    last_page: int | None = None
    #: The earlier document that it is meant to stand for in the record, if it is a newer edition of one.
    supersedes: DocumentId | None = None
    #: The later document that stands for it in the record: then it is history. None while it stands there itself.
    superseded_by: DocumentId | None = None
    #: Size of the original, in bytes.
    size: int
    #: When it was received.
    received_at: datetime
    #: When its row last changed.
    changed_at: datetime
    #: What its bytes are, by content, e.g. ``application/pdf``. None until inspected.
    media_type: str | None = None
    #: Number of pages. None until inspected.
    pages: int | None = None
    #: How its pages were read: ``text``, ``ocr``, ``blank`` or ``mixed``. None until read.
    reading: str | None = None
    #: Whether some page could not be read: such a document is never called complete.
    partial: bool = False
    #: Whose it is. None until identified.
    patient: PatientRef | None = None
    #: Official type code. None until classified.
    type_code: str | None = None
    #: Theme that people see. None until classified.
    theme: str | None = None
    #: Calibrated probability of the theme, 0 to 1. 1 when a person settled the type. None until classified.
    confidence: float | None = None
    #: Code of the refusal, of the doubt or of the fatal failure, when the stage has one.
    reason: str | None = None
    #: The stage in which it died, when it is dead.
    died_in: Stage | None = None
    #: Failed attempts at the present stage.
    attempts: int = 0
    #: Seconds of work spent on it so far, all workers together.
    seconds: float = 0.0
    #: What rests of it in the object store.
    objects: tuple[SealedObject, ...] = ()

    def object(self, role: Role, part: int = 0) -> SealedObject | None:
        """Return the newest object of a role and part, or None where there is none."""
        found = [o for o in self.objects if o.role is role and o.part == part]
        return max(found, key=lambda o: o.revision) if found else None

    def required(self, role: Role, part: int = 0) -> SealedObject:
        """Return the newest object of a role and part.

        Raises:
            Missing: The document has none.
        """
        found = self.object(role, part)
        if found is None:
            raise Missing(f"{self.id}/{role.slug}")
        return found

    def latest(self, role: Role) -> SealedObject | None:
        """Return the newest object of a role, whatever its part, or None where there is none."""
        return max((o for o in self.objects if o.role is role), key=lambda o: o.revision, default=None)

    def parts(self, role: Role) -> tuple[SealedObject, ...]:
        """Return the newest object of each part of a role, in the order of the parts."""
        numbers = sorted({o.part for o in self.objects if o.role is role})
        return tuple(self.required(role, n) for n in numbers)

    def concluded(self, role: Role) -> SealedObject | None:
        """Return the newest object of a role if it was drawn from the pages as they are now, else None."""
        found = self.object(role)
        return found if found and all(pages.revision <= found.revision for pages in self.parts(Role.PAGES)) else None

    def holding(self, *sealed: SealedObject) -> "Document":
        """Return this document with more objects."""
        added = tuple(one for one in dict.fromkeys(sealed) if one not in self.objects)
        return replace(self, objects=(*self.objects, *added)) if added else self
