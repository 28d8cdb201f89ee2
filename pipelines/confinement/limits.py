"""How much a confined child may use, and which layers of confinement exist."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from pipelines.confinement.channel import LARGEST_ANSWER


class Layer(StrEnum):
    """One way in which a child is held back. A host may lack some."""

    #: Address space, processor time, file size, no core dump.
    LIMITS = "limits"
    #: No program that it starts can gain rights.
    NO_NEW_PRIVILEGES = "no-new-privileges"
    #: The file system is out of reach, but for the libraries.
    LANDLOCK = "landlock"
    #: No network, no tracing, no mounting; no new program unless the engine is one.
    SECCOMP = "seccomp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one child may use."""

    #: Address space in bytes, libraries included.
    memory: int = 2 << 30
    #: Processor seconds for one request: what the document's own weight may cost.
    cpu_seconds: int = 60
    #: Seconds by the clock for one request: beyond, the whole process group is killed.
    seconds: float = 120.0
    #: Seconds by the clock to start a child and load its libraries and models.
    starting_seconds: float = 60.0
    #: Largest file that it may write, in bytes: 0 unless it works through a private folder in memory.
    largest_file: int = 0
    #: Largest answer that is believed, in bytes: a page as JSON, a PDF.
    largest_answer: int = LARGEST_ANSWER

    def as_json(self) -> dict[str, Any]:
        """Return these limits as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, limits: Mapping[str, Any]) -> Self:
        """Return the limits that `as_json` gave."""
        return cls(**limits)
