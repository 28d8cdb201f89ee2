"""A page as it was read: its text, where the text came from, the words and symbols on it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """Where a page's text came from."""

    #: The text layer of a born-digital page.
    TEXT = "text"
    #: Optical character recognition.
    OCR = "ocr"
    #: Nothing on the page.
    BLANK = "blank"
    #: The page could not be read; the document is partial.
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place on a page, as fractions of the upright page's width and height, from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word, where it stands and how surely it was read."""

    text: str = field(repr=False)
    box: Box
    #: 0 to 1; 1 for a text layer.
    confidence: float = 1.0
    #: Number of the text line it stands on, from 0, in reading order.
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A two-dimensional code found on a page, such as an INS Datamatrix."""

    #: The payload as bytes: never as text, where control characters get lost.
    payload: bytes = field(repr=False)
    #: Name of the symbology, e.g. ``DataMatrix``.
    symbology: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a document as read. Its content never prints."""

    #: From 1, in the order of the original.
    number: int
    source: Source
    #: Lines in reading order, separated by newlines.
    text: str = field(default="", repr=False)
    #: Wall-clock seconds that reading it took.
    seconds: float = 0.0
    #: Mean confidence of its words, 0 to 1, less what was not read; None for a blank or failed page.
    confidence: float | None = None
    #: The turn that made it upright, clockwise: 0, 90, 180 or 270 degrees.
    turned: int = 0
    words: tuple[Word, ...] = field(default=(), repr=False)
    symbols: tuple[Symbol, ...] = field(default=(), repr=False)
    #: The text that was not chosen (a poor text layer beside its OCR), kept for whoever doubts the choice.
    other_text: str | None = field(default=None, repr=False)
    #: Share of what looks like print on a scan that no word accounts for, 0 to 1: a page of which more than a little
    #: was not read is never told as one that was.
    unread: float = 0.0
    #: The language of its text, as ISO 639-1 names it; None when it is too short or of none that is known.
    language: str | None = None
    #: Code of the failure, when it failed.
    failure: str | None = None
