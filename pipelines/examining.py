"""A dry run: everything the pipeline would determine for a file, storing nothing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.arrival import Declaration
from documents.classification import Classification
from documents.errors import Refused
from documents.identification import Identification
from documents.inspection import Inspection
from documents.page import Page
from pipelines.services import Skills


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What the pipeline would determine. A refused file has a refusal and nothing else."""

    refusal: Refused | None = None
    inspection: Inspection | None = None
    pages: Sequence[Page] = field(default=(), repr=False)
    identification: Identification | None = None
    classification: Classification | None = None
    #: Wall-clock seconds, all in all.
    seconds: float


def examine(content: bytes, declared: Declaration, skills: Skills) -> Examination:
    """Take a file through the steps in memory.

    Raises:
        Interrupted: The confined reader could not be used for a reason of the world.
    """
    started = time.perf_counter()
    try:
        inspection = skills.inspector.inspect(content)
        pages = tuple(skills.reader.read(content, inspection, 1, inspection.pages))
    except Refused as refusal:
        return Examination(refusal=refusal, seconds=time.perf_counter() - started)
    return Examination(
        inspection=inspection,
        pages=pages,
        identification=skills.identifier.identify(pages, declared),
        classification=skills.classifier.classify(pages, declared),
        seconds=time.perf_counter() - started,
    )
