"""Recorded: what the record shows of a document that is filed, read back from where it rests sealed."""

import json
from dataclasses import dataclass, field
from datetime import date

from documents.document import Document
from documents.patient import Ins, Traits
from documents.role import Role
from pipelines.fields import day_from_text, ins_from_fields, traits_from_fields
from pipelines.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a patient's record shows of one document."""

    ins: Ins | None = field(repr=False)
    traits: Traits | None = field(repr=False)
    #: The day of what was done; None where neither the pages nor anybody says it.
    act_date: date | None = field(repr=False)
    #: The day on which it was written.
    written_date: date | None = field(repr=False)
    #: Who wrote it.
    author: str | None = field(repr=False)
    #: What its feeder called the file.
    file_name: str | None = field(repr=False)


def recorded(document: Document, services: Services) -> Recorded:
    """Return what the record shows of a document.

    Raises:
        Missing: It was never filed.
        Tampered: What rests was altered.
        Interrupted: Store or keys failed.
    """
    fields = json.loads(services.archive.open(document.id, document.required(Role.METADATA)))
    return Recorded(
        ins=ins_from_fields(fields["ins"]),
        traits=traits_from_fields(fields["traits"]),
        act_date=day_from_text(fields["act_date"]),
        written_date=day_from_text(fields["written_date"]),
        author=fields["author"]["name"],
        file_name=fields["file_name"],
    )
