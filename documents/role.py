"""The roles that sealed objects play for a document."""

from enum import IntEnum
from typing import Final


class Role(IntEnum):
    """What a sealed object is to its document. The number is written in the envelope: never reuse one."""

    #: The bytes as received, never altered.
    ORIGINAL = 1
    #: What the feeder said: file name, declared patient, declared type. JSON.
    DECLARATION = 2
    #: Text, words and symbols of a run of pages, one object per run by its first page. JSON, compressed.
    PAGES = 3
    #: Whose document it is, with the evidence. JSON.
    IDENTITY = 4
    #: What it is, with the ranked guesses. JSON.
    CLASSIFICATION = 5
    #: What a person settled in review. JSON.
    SETTLEMENT = 6
    #: What the record shows: patient, type, dates, author. JSON.
    METADATA = 7
    #: A small picture of one page, one object per page by its number. WebP.
    PREVIEW = 8
    #: What the original shows, the words of its scans invisibly in their places. PDF.
    SEARCHABLE = 9
    #: The original without the password that protected it; the steps read this one where there is one.
    UNLOCKED = 10
    #: Reimbursed care of one patient as an insurer's last night left it, with whose it is. JSON.
    HISTORY = 14
    #: Lines of an insurer's night that were not taken, each with its reason, of one run. JSON.
    REJECTS = 15
    #: What became of the patients of one part of an insurer's night: counts alone. JSON.
    TALLY = 16
    #: Lines of an insurer's night, sorted by patient, until they are merged. Forgotten with their key after that.
    RUN = 21
    #: Some bytes of a file that is still coming in. Forgotten with its key once the file is received.
    UPLOAD = 20

    #: A copy of the ledger, in a file: of no document.
    LEDGER = 12
    #: What the document's own header declares of it, beside what its feeder does. JSON.
    HEADER = 11
    #: How it came: who handed it over, when, in which batch, under which name; or from which stack it was cut. One for
    #: each time that it came. JSON.
    RECEIPT = 13

    @property
    def slug(self) -> str:
        """The role as it stands in object names."""
        return self.name.lower()


#: What rests for a while under a key of its own, and is no document's.
PASSING: Final = frozenset({Role.UPLOAD, Role.RUN})
