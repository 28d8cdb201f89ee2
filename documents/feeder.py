"""A feeder: a source of documents, and what it may do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")


class FeederKind(StrEnum):
    """What a feeder is: it decides queue, quotas and rights."""

    HOSPITAL = "hospital"
    PRACTITIONER = "practitioner"
    INSURER = "insurer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """A source of documents."""

    #: Short name, 1 to 64 lower-case letters, digits and hyphens; part of a document's identity and of folders' names.
    name: str
    kind: FeederKind

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            ValueError: It is not of that shape.
        """
        if not _NAME.fullmatch(self.name):
            message = "a feeder's name is 1 to 64 lower-case letters, digits and hyphens"
            raise ValueError(message)
