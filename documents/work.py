"""A piece of work on a document: what the ledger says is due, and the claim under which a worker does it."""

from dataclasses import dataclass, field
from datetime import datetime

from documents.document import Document, DocumentId
from documents.lane import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something due: moving a document on, or reading one part of its pages. Names nothing but ids."""

    document: DocumentId
    #: Number of the part to read; None for moving the document on.
    part: int | None = None
    #: The class of service in which it travels: says how to send it, not what it is.
    lane: Lane = field(default=Lane.INBOX, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of consecutive pages of a document that one task reads."""

    #: Its name among the document's parts: its first page, which stays what it is however the pages are cut.
    number: int
    #: First page, from 1.
    first: int
    #: Last page, inclusive.
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's right to do a piece of work for a while. Dies with its lease; a stale one changes nothing."""

    work: Work
    #: The pages to read, when the work is a part.
    part: Part | None = None
    #: Grows at every claim of this work: what the ledger writes is fenced by it. Says nothing else.
    fence: int
    #: Who holds it: host/process id/start time of the process.
    owner: str
    #: Failed attempts, when it was claimed, at the stage in which the document was then.
    attempts: int
    #: Claims of this work since the document last got on, this one included.
    claims: int
    #: When it lapses unless renewed.
    until: datetime
    #: As it stood when it was claimed.
    document: Document = field(repr=False, compare=False)
