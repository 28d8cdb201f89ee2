"""The archive: the only road by which a document's plaintext reaches or leaves the object store."""

from dataclasses import dataclass

from documents.document import DocumentId, PatientRef, SealedObject
from documents.patient import Ins
from documents.role import Role
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Seals what goes in, opens what comes out, and checks both."""

    #: Where envelopes rest.
    objects: Objects
    #: Where wrapped document keys rest: apart from the envelopes, so that destroying a key is possible even where
    #: envelopes are locked.
    keyring: Objects
    masters: MasterKeys

    def identify(self, feeder: str, content: bytes) -> DocumentId:
        """Return the id of a feeder's document: the same for the same bytes, meaningless without the key."""
        raise NotImplementedError

    def pseudonym(self, ins: Ins) -> PatientRef:
        """Return the pseudonym under which a patient stands in ledger, keys and object names."""
        raise NotImplementedError

    def keep(
        self, document: DocumentId, role: Role, plaintext: bytes, *, part: int = 0, revision: int = 1
    ) -> SealedObject:
        """Seal bytes under the document's key, store the envelope, read it back and authenticate it.

        The document's key is made on first use; whoever comes second uses the first one's. Keeping twice is safe: when
        an envelope rests there already it is opened and returned if it holds the same plaintext.

        Raises:
            Tampered: What rests there authenticates as something else, or holds another plaintext.
            Interrupted: Store or keys failed.
        """
        raise NotImplementedError

    def open(self, document: DocumentId, sealed: SealedObject) -> bytes:
        """Return the plaintext of a stored envelope, proven to be this document's, of this role, part and revision.

        Raises:
            Tampered: Anything about it was altered.
            Missing: It is not there.
            Interrupted: Store or keys failed.
        """
        raise NotImplementedError
