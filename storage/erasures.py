"""Erasures: what went in each, sealed in the store of the envelopes, where it outlives ledger and keyring."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from documents.document import Document, DocumentId, PatientRef, SealedObject
from documents.role import Role
from storage.archive import Archive
from storage.chronicle import Chronicle
from storage.keyring.destroying import Tombstone

_FOLDER: Final = "erasures/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A document that an erasure takes: what it was, in ids and numbers."""

    document: DocumentId
    feeder: str
    batch: str | None
    received_at: datetime
    objects: tuple[SealedObject, ...]

    @classmethod
    def of(cls, document: Document) -> "Gone":
        """Return what a certificate says of a document."""
        return cls(
            document=document.id,
            feeder=document.feeder,
            batch=document.batch,
            received_at=document.received_at,
            objects=document.objects,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of an erasure: the documents that were found to be the patient's, written before a key of theirs goes.

    There is more than one where a document came to be the patient's while the round before went on, or a crash came
    between.
    """

    patient: PatientRef
    tombstone: Tombstone
    at: datetime
    #: Role and login of whoever asked for it.
    by: str
    #: On what ground of the law: a code of `pipelines.erasing.ground`.
    ground: str
    documents: tuple[Gone, ...]
    #: Learned models that rested when a document of which they may have learned was erased.
    models: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """Return it as UTF-8 JSON."""
        return json.dumps(asdict(self), default=_plain).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Round":
        """Return the round that `to_json` wrote."""
        said = json.loads(content)
        return cls(
            patient=PatientRef(said["patient"]),
            tombstone=Tombstone(**said["tombstone"]),
            at=datetime.fromisoformat(said["at"]),
            by=said["by"],
            ground=said["ground"],
            documents=tuple(_gone(one) for one in said["documents"]),
            models=tuple(said["models"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasures:
    """The rounds of every erasure."""

    archive: Archive

    def write(self, entry: Round) -> None:
        """Write a round.

        Raises:
            Interrupted: Store or keys failed.
        """
        self._of(entry.tombstone.erasure).append(entry.to_json())

    def rounds(self, erasure: str) -> Sequence[Round]:
        """Return the rounds of an erasure, oldest first.

        Raises:
            Tampered: One was altered, or is gone.
            Interrupted: Store or keys failed.
        """
        return [Round.from_json(entry) for entry in self._of(erasure).entries()]

    def all(self) -> Sequence[str]:
        """Return the ids of all erasures that were begun."""
        return sorted({key.split("/")[1] for key in self.archive.objects.keys(_FOLDER)})

    def _of(self, erasure: str) -> Chronicle:
        return Chronicle(archive=self.archive, folder=f"{_FOLDER}{erasure}/", purpose=f"erasure {erasure} ".encode())


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    message = "not a part of a round"
    raise TypeError(message)


def _gone(said: dict[str, object]) -> Gone:
    objects = said["objects"]
    received_at = said["received_at"]
    if not isinstance(objects, list) or not isinstance(received_at, str):
        message = "not a round in a known form"
        raise TypeError(message)
    return Gone(
        document=DocumentId(str(said["document"])),
        feeder=str(said["feeder"]),
        batch=None if said["batch"] is None else str(said["batch"]),
        received_at=datetime.fromisoformat(received_at),
        objects=tuple(SealedObject(**{**one, "role": Role(one["role"])}) for one in objects),
    )
