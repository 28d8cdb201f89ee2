"""An arrival: bytes as a feeder handed them over, with what it said about them, before anyone has judged them."""

from dataclasses import dataclass, field
from datetime import date

from documents.feeder import Feeder
from documents.patient import Ins, Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the feeder says about a document. All of it is evidence, none of it is truth."""

    #: The file's name at the feeder: data to be shown, never a path to be opened.
    file_name: str = field(default="", repr=False)
    #: The declared patient number, if any.
    ins: Ins | None = field(default=None, repr=False)
    #: The declared traits, if any.
    traits: Traits | None = field(default=None, repr=False)
    #: The declared official type code, if any.
    type_code: str | None = None
    #: When the act took place, if the feeder says so.
    act_date: date | None = field(default=None, repr=False)
    #: Who wrote it, in the feeder's words.
    author: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file as handed over."""

    feeder: Feeder
    #: The batch it came in, if it came in one.
    batch: str | None = None
    content: bytes = field(repr=False)
    declaration: Declaration = Declaration()
