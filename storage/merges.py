"""Merges: which patient's number stands for which, kept beside the envelopes, for a ledger that is made anew."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

from documents.document import PatientRef
from storage.archive import Archive
from storage.chronicle import Chronicle
from storage.ledger.renaming import Alias


@dataclass(frozen=True, slots=True, kw_only=True)
class Merges:
    """Merges in the store of the envelopes, in their order. The number that stands stays sealed for its patient."""

    archive: Archive

    def write(self, alias: Alias) -> None:
        """Write a merge that the ledger has taken.

        Raises:
            Interrupted: Store or keys failed.
        """
        number = base64.b64encode(alias.sealed_number).decode()
        self._chronicle.append(json.dumps({"old": alias.old, "new": alias.new, "sealed_number": number}).encode())

    def all(self) -> Iterator[Alias]:
        """Yield every merge that there was, oldest first.

        Raises:
            Tampered: What rests was altered.
            Interrupted: Store or keys failed.
        """
        for entry in self._chronicle.entries():
            said = json.loads(entry)
            number = base64.b64decode(said["sealed_number"])
            yield Alias(old=PatientRef(said["old"]), new=PatientRef(said["new"]), sealed_number=number)

    @property
    def _chronicle(self) -> Chronicle:
        return Chronicle(archive=self.archive, folder="merges/", purpose=b"merge ")
