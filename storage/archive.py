"""The archive: the only road by which a document's plaintext reaches or leaves the object store."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from documents.document import DocumentId, PatientRef, SealedObject
from documents.errors import Tampered
from documents.role import Role
from storage.envelope.header import Binding
from storage.envelopes import Envelopes
from storage.keyring.destroying import Destroyer
from storage.keyring.keyring import Keyring
from storage.keys.interface import MasterKeys
from storage.naming import binding_of, binding_of_name, folder_of, name_of, name_of_binding
from storage.notes import Notes
from storage.objects.interface import Objects
from storage.recent import Recent
from storage.unsent import Unsent

_Told = TypeVar("_Told")

#: Bits of a part number drawn by lot: what a signed 32-bit column of a ledger holds.
_LOT_BITS: Final = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Notes):
    """Seals what goes in, opens what comes out, and checks both."""

    #: Where envelopes rest.
    objects: Objects
    #: Where wrapped document keys rest: apart from the envelopes, so that destroying a key is possible even where
    #: envelopes are locked.
    keyring: Objects
    masters: MasterKeys
    _keys: Keyring = field(init=False, repr=False, compare=False)
    _envelopes: Envelopes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Build the keyring over its store and its masters."""
        object.__setattr__(self, "_keys", Keyring(self.keyring, self.masters))
        object.__setattr__(self, "_envelopes", Envelopes(objects=self.objects, keys=self._keys))

    def for_one_work(self, *, at_once: bool = False) -> "Archive":
        """Return this archive for as long as one piece of work takes: what that has sealed or opened it has in hand.

        Args:
            at_once: Whether what is derived for later is put at once all the same.
        """
        working, unsent = copy(self), None if at_once else Unsent()
        object.__setattr__(working, "_envelopes", replace(self._envelopes, recent=Recent(), unsent=unsent))
        return working

    def ready(self, document: DocumentId) -> None:
        """Make a document's key where it has none: of what is kept side by side, each would make one.

        Raises:
            Erased: It was destroyed on purpose.
            Interrupted: Store or keys failed.
        """
        self._keys.key_to_seal(document)

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
        binding = Binding(document=document, role=role, part=part, revision=revision)
        sealed, same = self._envelopes.place(binding, plaintext, read_back=True)
        if not same:
            raise Tampered(f"{document}/{role.slug}")
        return sealed

    def keep_apart(self, document: DocumentId, role: Role, plaintext: bytes, *, revision: int) -> SealedObject:
        """Do as `keep` under a part number drawn by lot, for what only counts once the ledger has taken it.

        What the ledger did not take (an outage, somebody else was first) rests on unknown to anyone, and is in nobody's
        way. The number is no digest of the plaintext: names of envelopes say nothing of what is in them.

        Raises:
            Interrupted: Store or keys failed.
        """
        return self.keep(document, role, plaintext, part=secrets.randbits(_LOT_BITS), revision=revision)

    def derive(
        self, document: DocumentId, role: Role, plaintext: bytes, *, part: int = 0, revision: int = 1
    ) -> SealedObject:
        """Do as `keep`, for what can be made again: when an earlier run's result rests there already, that one stands.

        A worker that died after sealing leaves a result that its successor may derive slightly otherwise (timings, a
        newer model). Both are right; the first is authentic and counts, so open what is returned before relying on it.
        What the store took over as the first is not read back: it compared a digest, and what it is made from was.

        Raises:
            Tampered: What rests there does not authenticate.
            Interrupted: Store or keys failed.
        """
        binding = Binding(document=document, role=role, part=part, revision=revision)
        sealed, _ = self._envelopes.place(binding, plaintext, read_back=False)
        return sealed

    def derive_later(
        self, document: DocumentId, role: Role, plaintext: bytes, *, part: int = 0, revision: int = 1
    ) -> SealedObject:
        """Do as `derive`, but put it when `send` is called, which whoever tells the ledger of it does first.

        Until then this archive can open it. Where an earlier run's result rests, `send` finds that.

        Raises:
            Tampered: As for `derive`.
            Interrupted: As for `derive`.
        """
        binding = Binding(document=document, role=role, part=part, revision=revision)
        return self._envelopes.place_later(binding, plaintext)

    def send(self) -> None:
        """Put what was derived for later, side by side.

        Raises:
            Overtaken: An earlier run's result rests and stands: do the work again by an archive that puts at once.
            Interrupted: The store failed.
        """
        self._envelopes.send()

    def keep_first(self, document: DocumentId, role: Role, plaintext: bytes, *, revision: int = 1) -> SealedObject:
        """Do as `keep` with what was made of an arrival, and let stand what rests there already, as `derive` does.

        Raises:
            Tampered: What rests there does not authenticate.
            Interrupted: Store or keys failed.
        """
        binding = Binding(document=document, role=role, part=0, revision=revision)
        sealed, _ = self._envelopes.place(binding, plaintext, read_back=True)
        return sealed

    def open(self, document: DocumentId, sealed: SealedObject) -> bytes:
        """Return the plaintext of a stored envelope, proven to be this document's, of this role, part and revision.

        Raises:
            Tampered: Anything about it was altered.
            Missing: It is not there.
            Interrupted: Store or keys failed.
        """
        return self._envelopes.open(binding_of(document, sealed), sealed)

    def parsed(self, document: DocumentId, sealed: SealedObject, parse: Callable[[bytes], _Told]) -> _Told:
        """Do as `open`, and return what a parser tells of it: one piece of work has small things parsed once.

        Raises:
            Exception: As for `open`, or what the parser raises.
        """
        return self._envelopes.parsed(binding_of(document, sealed), sealed, parse)

    def bring(self, document: DocumentId, *wanted: SealedObject) -> None:
        """Have in hand what a piece of work is about to open: all of it is fetched at once, with the key.

        Raises:
            Tampered: As for `open`.
            Missing: As for `open`.
            Interrupted: As for `open`.
        """
        self._envelopes.bring(document, {binding_of(document, sealed): sealed for sealed in wanted})

    def stream(self, document: DocumentId, sealed: SealedObject) -> Iterator[bytes]:
        """Yield the plaintext of a stored envelope piece by piece, each proven before it is yielded. Memory stays flat.

        It is whole, and the one that the ledger knows, only when the iterator has ended.

        Raises:
            Tampered: Anything about it was altered.
            Missing: It is not there.
            Interrupted: Store or keys failed.
        """
        return self._envelopes.stream(binding_of(document, sealed), sealed)

    def verify(self, document: DocumentId, sealed: SealedObject) -> None:
        """Prove that a stored envelope is whole and can be opened. Memory stays flat.

        Raises:
            Tampered: Anything about it was altered.
            Missing: It, or its document's key, is not there.
            Interrupted: Store or keys failed.
        """
        binding = binding_of(document, sealed)
        if self._envelopes.proven(binding) != sealed:
            raise Tampered(name_of_binding(binding))

    def entrust(self, document: DocumentId, patient: PatientRef | None) -> bool:
        """Hand a document's key to its patient's, or back to a master; return whether it changed hands.

        Envelopes stay as they are. Twice is safe.

        Raises:
            Erased: The document's or the patient's key was destroyed on purpose.
            Missing: The document has no key.
            Tampered: What rests of the keys was altered.
            Interrupted: Store or keys failed.
        """
        return self._keys.entrust(document, patient)

    def recognise(self, name: str) -> SealedObject:
        """Return what rests under an envelope's name as the ledger would know it, having proven it. Memory stays flat.

        Raises:
            ValueError: No envelope's name is like this.
            Tampered: It was altered, or is not what its name says.
            Missing: It, or its document's key, is not there.
            Erased: Its document's key was destroyed on purpose.
            Interrupted: Store or keys failed.
        """
        return self._envelopes.proven(binding_of_name(name))

    def retain(self, document: DocumentId, sealed: SealedObject, until: datetime) -> bool:
        """Lock a stored envelope against deletion until a time; its key may still be destroyed.

        Returns:
            False where the store knows no locks.

        Raises:
            Missing: It is not there.
            Overtaken: As for `send`, which comes first.
            Interrupted: The store failed.
        """
        self.send()
        return self.objects.retain(name_of(document, sealed), until)

    def discard(self, document: DocumentId, sealed: Iterable[SealedObject] | None = None) -> None:
        """Forget what came in under an id of which nothing was acknowledged: first its key, then its envelopes.

        Twice is safe. Without a list of the envelopes, whatever rests goes.

        Raises:
            Interrupted: Store or keyring failed.
        """
        self._keys.discard(document)
        rest = self.objects.keys(folder_of(document)) if sealed is None else (name_of(document, one) for one in sealed)
        for name in list(rest):
            self.objects.delete(name)

    def destroy(self, document: DocumentId, reason: str) -> None:
        """Destroy a document's key for good, then remove what rests of it: what a lock keeps is noise. Twice is safe.

        Args:
            document: Which one.
            reason: What the tombstone bears: 32 hex characters.

        Raises:
            Interrupted: Store or keyring failed; do it again.
        """
        self.destroyer.document(document, reason)
        for name in list(self.objects.keys(folder_of(document))):
            self.objects.delete(name)

    @property
    def destroyer(self) -> Destroyer:
        """Destroys keys, and with them whatever hangs on them."""
        return self._keys.destroyer
