"""The flow of a document on one screen: receive -> inspect -> read -> (split ->) identify -> classify -> store."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from documents.document import Document
from documents.stage import Stage
from pipelines.belonging import belonging
from pipelines.classify.step import classify
from pipelines.identify.step import identify
from pipelines.inspect.step import inspect
from pipelines.read.step import read
from pipelines.receive import receive
from pipelines.reimbursing.nightly import unless_a_night, unless_of_a_night
from pipelines.services import Services
from pipelines.split.step import unless_split
from pipelines.store import store
from pipelines.uniqueness import unless_reused

__all__ = ["ENTRANCE", "STEPS", "Step"]

#: Moves a document on by one stage. Reads and writes sealed objects; safe to run twice. What it returns takes effect
#: when the ledger has accepted it.
Step = Callable[[Document, Services], Document]

#: How a document comes in: sealed, read back and committed before its feeder is told.
ENTRANCE: Final = receive

#: Which step takes a document on from each stage. What certainly is a stack is cut before it would be identified: see
#: `pipelines.split.pieces`. Once the patient is known, and before anything else, the key passes to that patient's.
#: An insurer's night is no paper: its lines are checked, and its patients' histories filed, instead.
STEPS: Final[Mapping[Stage, Step]] = MappingProxyType(
    {
        Stage.RECEIVED: unless_of_a_night(inspect),
        Stage.INSPECTED: unless_a_night(read),
        Stage.READ: unless_split(unless_reused(identify)),
        Stage.IDENTIFIED: belonging(classify),
        Stage.CLASSIFIED: belonging(store),
    },
)
