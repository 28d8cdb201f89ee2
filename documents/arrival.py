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
    #: When it was dated or signed, if the feeder says so.
    written_date: date | None = field(default=None, repr=False)
    #: Who wrote it, in the feeder's words.
    author: str | None = field(default=None, repr=False)
    #: RPPS of who wrote it: 11 digits.
    author_rpps: str | None = None
    #: FINESS of the establishment that keeps it: 9 characters.
    finess: str | None = None
    #: What its producer calls it for ever (XDS uniqueId, the id of a CDA): ``root^extension``.
    unique_id: str | None = field(default=None, repr=False)
    #: What the documents that it replaces are called.
    replaces: tuple[str, ...] = field(default=(), repr=False)

    def completed_by(self, other: "Declaration") -> "Declaration":
        """Return this declaration, its gaps filled from another.

        A patient is taken whole from one or the other; traits that the other gives with the same number are that
        patient's too. What it replaces has a name in each: all of them count.
        """
        whose = self if self.ins or self.traits else other
        known = other.traits if whose.ins is not None and whose.ins == other.ins else None
        return Declaration(
            file_name=self.file_name or other.file_name,
            ins=whose.ins,
            traits=whose.traits or known,
            type_code=self.type_code or other.type_code,
            act_date=self.act_date or other.act_date,
            written_date=self.written_date or other.written_date,
            author=self.author or other.author,
            author_rpps=self.author_rpps or other.author_rpps,
            finess=self.finess or other.finess,
            unique_id=self.unique_id or other.unique_id,
            replaces=tuple(dict.fromkeys((*self.replaces, *other.replaces))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file as handed over."""

    feeder: Feeder
    #: The batch it came in, if it came in one.
    batch: str | None = None
    content: bytes = field(repr=False)
    declaration: Declaration = Declaration()
