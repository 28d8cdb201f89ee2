"""A division: the runs of pages into which a stack is, or may be, cut."""

from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """Why a document is taken to begin on a page."""

    #: It is the first page of the scan.
    START = "start"
    #: A separator sheet with a code that was read stands before it. Alone in being certain.
    SEPARATOR = "separator"
    #: What looks like a separator sheet, its code unreadable, stands before it.
    UNREADABLE_SEPARATOR = "unreadable-separator"
    #: It names another patient than the pages before it.
    OTHER_PATIENT = "other-patient"
    #: It calls itself page 1, or opens as letters do.
    FIRST_PAGE = "first-page"
    #: Its letterhead is of another house than the one before.
    OTHER_LETTERHEAD = "other-letterhead"
    #: A person says so.
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Consecutive pages that make one document."""

    #: From 1.
    first: int
    #: Inclusive.
    last: int
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How a stack is cut. Pages in no run are separator sheets, their backs, and blank remains."""

    runs: tuple[Run, ...]
    #: Whether it is done without asking a person.
    certain: bool
