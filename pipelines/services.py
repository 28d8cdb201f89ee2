"""The skills and services that steps use: everything a step may touch, given to it from outside."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime

from documents.document import DocumentId, PatientRef
from pipelines.antivirus.interface import Antivirus
from pipelines.classify.interface import Classifier
from pipelines.identify.interface import Identifier
from pipelines.inspect.interface import Inspector
from pipelines.locking import Locking
from pipelines.read.interface import Reader
from pipelines.reimbursing.bounds import NightBounds
from pipelines.render.interface import Renderer
from pipelines.split.interface import Cutter
from pipelines.unpack.interface import Unpacker
from storage.archive import Archive
from storage.ledger.interface import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What the pipeline knows how to do with bytes and pages; touches no storage."""

    antivirus: Antivirus
    inspector: Inspector
    reader: Reader
    renderer: Renderer
    identifier: Identifier
    classifier: Classifier
    cutter: Cutter
    unpacker: Unpacker


def _unheard() -> None:
    """Let a page be read without anybody hearing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the pipeline works with. Built once per process by `verso.bootstrap`."""

    skills: Skills
    archive: Archive
    ledger: Ledger
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: Largest original accepted, in bytes.
    largest_original: int
    #: Pages that one task reads.
    pages_per_part: int
    #: Until when what is filed is locked against deletion.
    locking: Locking = field(default_factory=Locking)
    #: What holds of insurers' nights.
    nightly: NightBounds = field(default_factory=NightBounds)
    #: Hears that one more page of the work at hand has been read, but for the last of its part: then all of it is done.
    page_read: Callable[[], object] = _unheard
    #: To whom the present piece of work has made sure that documents belong (`pipelines.belonging`); None where each
    #: step makes sure by itself.
    belongs: MutableMapping[DocumentId, PatientRef] | None = None
