"""What the API says, as the OpenAPI schema describes it."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from documents.identification import EvidenceKind, IdentityOutcome
from documents.stage import Stage
from feeders.acknowledgement import Answer


class Model(BaseModel):
    """What every answer is: fixed, and of known fields only."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Model):
    """Why something was not done (RFC 9457)."""

    type: str = Field(examples=["urn:verso:problem:too-large"])
    title: str
    status: int
    #: Stable; the table of codes says what to do.
    code: str
    detail: str | None = None


class Nature(Model):
    """What a document is; said to those alone who may read it."""

    type_code: str | None
    type_label: str | None
    theme: str | None
    #: Calibrated probability of the theme, 0 to 1.
    confidence: float | None


class DocumentState(Model):
    """How far one document has got."""

    id: str
    stage: Stage
    #: What its feeder is told of it.
    answer: Answer
    #: Code of the refusal or of the doubt.
    reason: str | None
    #: The same for a person, in French, where it was refused.
    sentence: str | None
    #: Bytes of the original.
    size: int
    pages: int | None
    #: How many of them have been read.
    pages_read: int
    #: Whether some page could not be read.
    partial: bool
    received_at: datetime
    changed_at: datetime
    #: The stack that it was cut from, and which of its pages it is.
    parent: str | None
    first_page: int | None
    last_page: int | None
    #: The earlier document that it stands for in the record, and the later one that stands for it: then it is history.
    #: Both said to those alone who may read it.
    supersedes: str | None
    superseded_by: str | None
    nature: Nature | None


class FileState(Model):
    """What became of one file of a submission."""

    #: Its name, as it was handed over.
    file_name: str
    #: Whether the same bytes had been handed over before.
    duplicate: bool
    document: DocumentState
    #: The documents into which it was cut, if it was a stack.
    pieces: list[DocumentState]


class RefusedFile(Model):
    """A file that was not taken, and why."""

    file_name: str
    problem: Problem


class Accepted(Model):
    """The receipt for a submission: what stands in it is safe with Verso."""

    submission: str
    files: list[FileState]
    refused: list[RefusedFile]


class Totals(Model):
    """How many files of a submission became what."""

    files: int
    accepted: int
    stored: int
    review: int
    refused: int
    #: Whether nothing more happens to any of them by itself.
    settled: bool


class Submission(Model):
    """A submission and what became of its files."""

    submission: str
    opened_at: datetime | None
    totals: Totals
    files: list[FileState]


class SubmissionEntry(Model):
    """One submission in a list."""

    submission: str
    opened_at: datetime
    totals: Totals


class Submissions(Model):
    """A page of submissions, newest first."""

    submissions: list[SubmissionEntry]
    #: Give it as ``before`` to get the next page; None at the end.
    next: str | None


class Documents(Model):
    """A page of documents, newest first."""

    documents: list[DocumentState]
    #: Give it as ``after`` to get the next page; None at the end.
    next: str | None


class Place(Model):
    """A place on a page, as fractions of the upright page from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class EvidenceFound(Model):
    """One thing that speaks for a patient."""

    kind: EvidenceKind
    page: int | None
    place: Place | None
    ins: str | None
    #: Authority of that number.
    oid: str | None
    birth_name: str | None
    first_names: str | None
    birth_date: str | None
    sex: str | None
    #: Whether reading errors had to be repaired before the number's key proved right.
    repaired: bool


class TypeGuess(Model):
    """A type that the document may be of."""

    type_code: str
    type_label: str
    theme: str
    probability: float


class PageState(Model):
    """One page of a document."""

    number: int
    #: Whether there is a picture of it.
    preview: bool
    #: The turn under which it is read and shown, clockwise in degrees, from how the file shows it.
    turned: int
    #: Whether there is nothing on it.
    blank: bool


class Run(Model):
    """Consecutive pages that are one document."""

    first: int
    last: int


class Review(Model):
    """A document that waits for a person, with everything that speaks for and against."""

    document: DocumentState
    outcome: IdentityOutcome
    #: Codes of the rules that decided (docs/identity.md).
    rules: list[str]
    evidence: list[EvidenceFound]
    guesses: list[TypeGuess]
    #: Words that decided the type.
    because: list[str]
    #: How the pages are proposed to be cut, if they are.
    runs: list[Run]
    pages: list[PageState]


class Decision(Model):
    """What a person decides; what is left out stays as it is."""

    #: The patient's number, 15 characters.
    ins: str | None = Field(default=None, max_length=40)
    #: Authority of that number. Default: the NIR's.
    oid: str | None = Field(default=None, max_length=64)
    type_code: str | None = Field(default=None, max_length=64)
    #: The day of the act.
    act_date: date | None = None
    #: ``yes`` as proposed, ``no`` for one document, or runs of pages such as ``1-2,3-5``.
    split: str | None = Field(default=None, max_length=4000)
    #: The turns that make pages upright, clockwise in degrees, from how the file shows them, such as ``1:90,3:180``:
    #: these pages are read again. Turning back is another such decision.
    turns: str | None = Field(default=None, max_length=4000)


class Correction(Decision):
    """What a person changes of a document that is filed, and why; what is left out stays as it is."""

    #: In their own words; it rests sealed.
    why: str = Field(min_length=3, max_length=500)


class Record(Model):
    """What a patient's record shows of a document."""

    ins: str | None
    #: Authority of that number.
    oid: str | None
    birth_name: str | None
    first_names: str | None
    birth_date: date | None
    act_date: date | None
    written_date: date | None
    author: str | None
    file_name: str | None


class Me(Model):
    """Who is in."""

    name: str
    role: str
    feeder: str | None
    rights: list[str]


class Alive(Model):
    """That Verso answers."""

    status: str


class FailedAttempt(Model):
    """One failed attempt at a document."""

    at: datetime
    stage: Stage
    #: Code of the failure.
    code: str
    #: The first of the pages that were read; None when the document itself was moved on.
    part: int | None
    #: Which process made it.
    owner: str
    #: With what: release, model, engine.
    release: str | None


class Dead(Model):
    """A document on which the world stayed at fault after every retry, with everything that was tried."""

    document: DocumentState
    died_in: Stage
    attempts: list[FailedAttempt]


class Why(Model):
    """The ground of an act, in a person's words; it rests sealed."""

    why: str = Field(min_length=3, max_length=500)


class Counts(Model):
    """How many documents are in each stage."""

    stages: dict[Stage, int]
