"""A dry run: everything the pipeline would determine for a file, storing nothing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.arrival import Declaration
from documents.classification import Classification
from documents.identification import Identification
from documents.inspection import Inspection
from documents.page import Page
from pipelines.inspect.media_type import DECLARED
from pipelines.inspect.naming import expect_no_text
from pipelines.services import Skills
from pipelines.split.dividing import divide
from pipelines.split.division import Division


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What the pipeline would determine for a file that it would not refuse."""

    inspection: Inspection
    #: What the feeder declared, completed by the document's own header.
    declared: Declaration = field(repr=False)
    pages: Sequence[Page] = field(repr=False)
    #: How it would be cut, or proposed to be; None when it seems to be one document. What follows is then of the whole.
    division: Division | None
    identification: Identification
    classification: Classification
    #: Wall-clock seconds, all in all.
    seconds: float


def examine(content: bytes, declared: Declaration, skills: Skills) -> Examination:
    """Take a file through the steps in memory.

    Raises:
        Refused: The pipeline would refuse it.
        Interrupted: The confined reader could not be used for a reason of the world.
    """
    started = time.perf_counter()
    skills.antivirus.examine(content)
    inspection = skills.inspector.inspect(content)
    expect_no_text(declared.file_name, inspection.media_type)
    if inspection.header is not None:
        declared = declared.completed_by(inspection.header)
    pages = tuple(skills.reader.read(content, inspection, 1, inspection.pages))
    return Examination(
        inspection=inspection,
        declared=declared,
        pages=pages,
        division=divide(pages) if inspection.pages > 1 and inspection.media_type not in DECLARED else None,
        identification=skills.identifier.identify(pages, declared, header=inspection.header),
        classification=skills.classifier.classify(pages, declared),
        seconds=time.perf_counter() - started,
    )
