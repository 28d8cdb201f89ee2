"""Legal holds: whose documents must not be erased, whatever their age, until whoever placed the hold releases it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from documents.document import PatientRef
from storage.archive import Archive
from storage.chronicle import Chronicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold as it was placed, or released."""

    placed: bool
    at: datetime
    #: Role and login of whoever did it.
    by: str
    #: Why, in that person's words.
    why: str = field(repr=False)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Return the hold that `to_json` wrote."""
        said = json.loads(content)
        return cls(placed=said["placed"], at=datetime.fromisoformat(said["at"]), by=said["by"], why=said["why"])

    def to_json(self) -> bytes:
        """Return it as UTF-8 JSON."""
        return json.dumps({"placed": self.placed, "at": self.at.isoformat(), "by": self.by, "why": self.why}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Holds in the store of the envelopes: they outlive a lost ledger, and all that was ever held or released stays."""

    archive: Archive

    def name_of(self, patient: PatientRef) -> str:
        """Return what stands for a patient in names and events: 32 hex characters that say nothing without the keys."""
        return self.archive.masters.pseudonym("hold", bytes.fromhex(patient))[:16].hex()

    def on(self, patient: PatientRef) -> Hold | None:
        """Return the hold under which a patient's documents are, or None.

        Raises:
            Tampered: What rests was altered.
            Interrupted: Store or keys failed.
        """
        chronicle = self._of(patient)
        latest = chronicle.latest()
        hold = Hold.from_json(chronicle.read(latest)) if latest else None
        return hold if hold and hold.placed else None

    def write(self, patient: PatientRef, hold: Hold) -> None:
        """Place or release a hold.

        Raises:
            Interrupted: Store or keys failed.
        """
        self._of(patient).append(hold.to_json())

    def _of(self, patient: PatientRef) -> Chronicle:
        name = self.name_of(patient)
        return Chronicle(archive=self.archive, folder=f"holds/{name}/", purpose=f"hold {name} ".encode())
