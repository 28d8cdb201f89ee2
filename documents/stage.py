"""The stages: how far a document has got, and which stage may follow which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Stage(StrEnum):
    """A state that a document has reached. A document is in exactly one stage at a time."""

    #: The original is sealed, stored, read back and committed: the feeder may forget it.
    RECEIVED = "received"
    #: The bytes are what they claim to be and their pages are counted.
    INSPECTED = "inspected"
    #: Every page has its text, or is marked as one that could not be read.
    READ = "read"
    #: The patient is known beyond doubt.
    IDENTIFIED = "identified"
    #: The official type is known with enough confidence.
    CLASSIFIED = "classified"
    #: Filed in the patient's record. Final.
    STORED = "stored"
    #: A person has to settle what the pipeline would not guess.
    REVIEW = "review"
    #: A stack: cut into documents of its own. Done when each of them is.
    SPLIT = "split"
    #: A piece of a stack that was put together again: kept sealed, never filed. Final.
    WITHDRAWN = "withdrawn"
    #: An insurer's night, or a file of one: what it says stands in the histories of its patients. Final.
    MERGED = "merged"
    #: Its key was destroyed on purpose: nobody can read it any more, anywhere. Final.
    ERASED = "erased"
    #: The document is at fault; its sealed original is kept and the feeder is told why. Final, unless all that is
    #: missing is a password.
    REFUSED = "refused"
    #: The world stayed at fault after every retry; kept whole, can be replayed.
    DEAD = "dead"


#: The stages from which the pipeline moves a document on by itself.
WORKABLE: Final = frozenset(
    {Stage.RECEIVED, Stage.INSPECTED, Stage.READ, Stage.IDENTIFIED, Stage.CLASSIFIED},
)

#: The stages in which nothing more happens to a document itself unless somebody asks. What is SPLIT goes on in its
#: pieces: see `pipelines.split.standing`.
SETTLED: Final = frozenset(
    {Stage.STORED, Stage.SPLIT, Stage.MERGED, Stage.WITHDRAWN, Stage.ERASED, Stage.REFUSED, Stage.REVIEW, Stage.DEAD},
)

#: Which stage may follow which. REVIEW goes back to READ: the steps run again, honouring the settlement; so does what
#: is IDENTIFIED or CLASSIFIED when its feeder declares something else of it meanwhile, and
#: STORED when a person corrects what was filed. DEAD goes back to the stage in which it died, or is REFUSED once a
#: person gives it up; a protected document goes to RECEIVED once it is unlocked, and a partial one to INSPECTED to have
#: its missing pages read again. SPLIT goes back to READ when a person joins the pieces, which makes WITHDRAWN of each,
#: wherever it stood (`Ledger.join`). ERASED is reached from wherever a document stands, and by nothing but the end of
#: its key (`Ledger.erase`); of what stands there only a file of a past night is RECEIVED again (`Ledger.readmit`).
SUCCESSORS: Final[Mapping[Stage, frozenset[Stage]]] = MappingProxyType(
    {
        Stage.RECEIVED: frozenset({Stage.INSPECTED, Stage.MERGED, Stage.REFUSED, Stage.DEAD}),
        Stage.INSPECTED: frozenset({Stage.READ, Stage.MERGED, Stage.REFUSED, Stage.DEAD}),
        Stage.READ: frozenset({Stage.IDENTIFIED, Stage.SPLIT, Stage.REVIEW, Stage.DEAD}),
        Stage.IDENTIFIED: frozenset({Stage.CLASSIFIED, Stage.REVIEW, Stage.DEAD, Stage.READ}),
        Stage.CLASSIFIED: frozenset({Stage.STORED, Stage.DEAD, Stage.READ}),
        Stage.STORED: frozenset({Stage.READ, Stage.INSPECTED}),
        Stage.SPLIT: frozenset({Stage.READ}),
        Stage.WITHDRAWN: frozenset(),
        Stage.MERGED: frozenset(),
        Stage.ERASED: frozenset(),
        Stage.REVIEW: frozenset({Stage.READ, Stage.INSPECTED}),
        Stage.REFUSED: frozenset({Stage.RECEIVED}),
        Stage.DEAD: WORKABLE | {Stage.REFUSED},
    },
)
