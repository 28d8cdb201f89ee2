"""Legal holds: whose documents must not be erased, whatever their age, until whoever placed the hold releases it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self

from documents.document import PatientRef
from storage.archive import Archive
from storage.chronicle import Chronicle

_FOLDER: Final = "holds/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold as it was placed, or released."""

    placed: bool
    at: datetime
    #: Role and login of whoever did it.
    by: str
    #: Why, in that person's words.
    why: str = field(repr=False)
    #: Whose documents it is on; None in what an earlier release wrote.
    patient: PatientRef | None = None

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Return the hold that `to_json` wrote."""
        said = json.loads(content)
        return cls(
            placed=said["placed"],
            at=datetime.fromisoformat(said["at"]),
            by=said["by"],
            why=said["why"],
            patient=said.get("patient"),
        )

    def to_json(self) -> bytes:
        """Return it as UTF-8 JSON."""
        said = {"placed": self.placed, "at": self.at.isoformat(), "by": self.by, "why": self.why}
        return json.dumps(said | {"patient": self.patient}).encode()


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
        hold = self._latest(self.name_of(patient))
        return hold if hold and hold.placed else None

    def write(self, patient: PatientRef, hold: Hold) -> None:
        """Place or release a hold.

        Raises:
            Interrupted: Store or keys failed.
        """
        self._of(self.name_of(patient)).append(replace(hold, patient=patient).to_json())

    def held(self) -> Iterator[PatientRef | None]:
        """Yield every patient who is under a hold; None for one of whom an earlier release wrote no more than that.

        Raises:
            Tampered: What rests was altered.
            Interrupted: Store or keys failed.
        """
        for name in sorted({key.split("/")[1] for key in self.archive.objects.keys(_FOLDER)}):
            hold = self._latest(name)
            if hold is not None and hold.placed:
                yield hold.patient

    def _latest(self, name: str) -> Hold | None:
        chronicle = self._of(name)
        latest = chronicle.latest()
        return Hold.from_json(chronicle.read(latest)) if latest else None

    def _of(self, name: str) -> Chronicle:
        return Chronicle(archive=self.archive, folder=f"{_FOLDER}{name}/", purpose=f"hold {name} ".encode())
