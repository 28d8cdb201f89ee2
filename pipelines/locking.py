"""Locking: until when what rests of a filed document is locked against deletion, by its official class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

#: Stands for every class that is not named.
ANY_CLASS: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """For how long what is filed must rest, whoever wants to delete it. The house decides, not Verso."""

    #: Days by official class (`documents.type_codes`), or by `ANY_CLASS`. Empty: nothing is locked.
    days: Mapping[str, int] = field(default_factory=dict)

    def until(self, class_code: str, filed_at: datetime) -> datetime | None:
        """Return until when a document of a class is locked that is filed now; None for not at all."""
        days = self.days.get(class_code, self.days.get(ANY_CLASS))
        return None if days is None else filed_at + timedelta(days=days)
