"""Master keys in a hardware security module, spoken to by PKCS#11: they cannot be taken out of it."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pkcs11
from pkcs11 import (
    Attribute,
    KeyType,
    Mechanism,
    MechanismFlag,
    ObjectClass,
    PKCS11Error,
    Session,
    SignMixin,
    TokenFlag,
)

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.envelope import capsule
from storage.envelope.derivation import KEY_SIZE, SALT_SIZE
from storage.keys.connection import Connection
from storage.keys.messages import context_digest, pseudonym_message, whole_key
from storage.keys.patience import Patience
from storage.keys.probe import prove_promises
from storage.keys.token import Token

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Library  # noqa: N812

#: Begins what this keeper wraps; then the master's id, the salt of its derivation, and a capsule.
_VERSION: Final = b"\x03"
_ID_SIZE: Final = 4
_HEAD_SIZE: Final = 1 + _ID_SIZE + SALT_SIZE
_DERIVATION: Final = b"verso wrapping key 1"

#: What an error about the PIN names.
_PIN: Final = "VERSO_KEYS_PIN"

_PIN_ERRORS: Final = (
    pkcs11.PinIncorrect,
    pkcs11.PinInvalid,
    pkcs11.PinLenRange,
    pkcs11.PinLocked,
    pkcs11.PinExpired,
    pkcs11.UserPinNotInitialized,
)

#: Found at start, these are for who set the module up.
_SET_WRONGLY: Final = (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned, pkcs11.MultipleTokensReturned)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What one process works at: a session, and the keys found in it."""

    process: int
    session: Session
    #: By id.
    masters: Mapping[bytes, SignMixin]
    pseudonyms: SignMixin

    def derive(self, master: bytes, salt: bytes, context: bytes) -> bytes:
        """Return the key of one wrapping; nothing if there is no such master."""
        if master not in self.masters:
            return b""
        return _authenticated(self.masters[master], _DERIVATION + salt + context_digest(context))

    def is_closed(self) -> bool:
        """Tell whether no key can be taken out, and all are as long as they should be."""
        return all(
            key[Attribute.SENSITIVE] and not key[Attribute.EXTRACTABLE] and key[Attribute.VALUE_LEN] == KEY_SIZE
            for key in (*self.masters.values(), self.pseudonyms)
        )


class Pkcs11Keys:
    """Keeps master keys in a hardware module: see `storage.keys.interface.MasterKeys`.

    The module derives a key for each wrapping, by HMAC-SHA256 of a fresh salt and the context under the master, and
    that key seals a capsule here. Every module knows HMAC; their ways with AES-GCM differ, and random nonces under one
    master would end at 2³² wraps.
    """

    def __init__(self, token: Token) -> None:
        """Use this token. Nothing is asked of it yet."""
        self._token = token
        self._patience = Connection(lambda: Patience(token.seconds), lifetime=math.inf)
        self._desk = Connection(self._open)
        self._last: _Desk | None = None
        self._pin_failed = False

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key under the newest master."""
        salt = os.urandom(SALT_SIZE)

        def derive(desk: _Desk) -> tuple[bytes, bytes]:
            newest = max(desk.masters)
            return newest, desk.derive(newest, salt, context)

        whole_key(key)
        master, wrapping = self._at_desk(derive)
        head = _VERSION + master + salt
        return head + capsule.seal(wrapping, head + context, key)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key with the master that wrapped it."""
        head, sealed = wrapped[:_HEAD_SIZE], wrapped[_HEAD_SIZE:]
        if head[:1] != _VERSION or len(sealed) != KEY_SIZE + capsule.OVERHEAD:
            raise Tampered
        master, salt = head[1 : 1 + _ID_SIZE], head[1 + _ID_SIZE :]
        wrapping = self._at_desk(lambda desk: desk.derive(master, salt, context))
        if not wrapping:
            # Another master may have been added since this process looked.
            self._desk.drop()
            wrapping = self._at_desk(lambda desk: desk.derive(master, salt, context))
        if not wrapping:
            raise Tampered
        return capsule.open(wrapping, head + context, sealed)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Wrap a key anew."""
        return self.wrap(self.unwrap(wrapped, context), context)

    def master_of(self, wrapped: bytes) -> str:
        """Name the master that wrapped a key, by its id."""
        if wrapped[:1] != _VERSION or len(wrapped) <= _HEAD_SIZE:
            raise Tampered
        return wrapped[1 : 1 + _ID_SIZE].hex()

    def masters(self) -> Sequence[str]:
        """Name the masters in the token."""
        self._desk.drop()
        return self._at_desk(lambda desk: [master.hex() for master in sorted(desk.masters)])

    def rotate(self) -> str:
        """Make a master in the token, under the next id."""
        self._officiate(_add_master)
        return self.masters()[-1]

    def retire(self) -> bool:
        """Destroy every master in the token but the newest."""
        self._officiate(_destroy_older)
        return True

    def _officiate(self, work: Callable[[Session, str], None]) -> None:
        """Change what is in the token, in a session that may."""

        def change(_: _Desk) -> None:
            with self._token_found().open(rw=True) as session:
                work(session, self._token.label)

        # At a desk the process is logged in: that counts for every session of it.
        self._at_desk(change)
        self._desk.drop()

    def _token_found(self) -> pkcs11.Token:
        return _library(self._token.module, os.getpid()).get_token(token_label=self._token.token)

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym."""
        message = pseudonym_message(purpose, value)
        return self._at_desk(lambda desk: _authenticated(desk.pseudonyms, message))

    def check(self) -> None:
        """Prove that the keys are there, cannot be taken out, and work."""
        if not Path(self._token.module).is_file():
            raise WrongSetting("hardware module: no such library")
        try:
            closed = self._at_desk(_Desk.is_closed)
        except KeysUnavailable as error:
            if isinstance(error.__cause__, _SET_WRONGLY):
                raise WrongSetting("hardware module: keys are missing, or there are two of one name") from error
            raise
        if not closed:
            raise WrongSetting("hardware module: a key can be taken out, or is not of 32 bytes")
        prove_promises(self)

    def _at_desk(self, work: Callable[[_Desk], T]) -> T:
        """Return the outcome of a piece of work, done at a new desk if it fails at the old one: sessions get lost."""
        patience = self._patience.get()
        try:
            return patience.wait_for(lambda: work(self._desk.get()))
        except PKCS11Error:
            self._desk.drop()
        try:
            return patience.wait_for(lambda: self._start_over(work))
        except PKCS11Error as error:
            self._desk.drop()
            raise KeysUnavailable(f"hardware module: {type(error).__name__}") from error

    def _start_over(self, work: Callable[[_Desk], T]) -> T:
        """Work after the library was started again: without that, some never see a token that went away come back."""
        _restart(_library(self._token.module, os.getpid()))
        self._last = None
        return work(self._desk.get())

    def _open(self) -> _Desk:
        """Log in and find the keys.

        Raises:
            WrongSetting: The PIN is wrong, or was: each further try brings the token nearer to being locked.
            PKCS11Error: The library failed, or token or keys are not there.
        """
        self._leave()
        session = self._logged_in()
        masters = _secrets(session, self._token.label)
        pseudonyms = _secrets(session, self._token.pseudonyms)
        if not masters or {len(master) for master in masters} != {_ID_SIZE} or len(pseudonyms) != 1:
            raise pkcs11.NoSuchKey
        (names,) = pseudonyms.values()
        self._last = _Desk(process=os.getpid(), session=session, masters=masters, pseudonyms=names)
        return self._last

    def _leave(self) -> None:
        """Close the session that this process had: a module has few. A parent's is the parent's to close."""
        last, self._last = self._last, None
        if last is not None and last.process == os.getpid():
            with suppress(PKCS11Error):
                last.session.close()

    def _logged_in(self) -> Session:
        """Return a session of a user who is logged in."""
        token = self._token_found()
        if self._pin_failed or token.flags & TokenFlag.USER_PIN_FINAL_TRY:
            # The last try is for a person.
            raise WrongSetting(_PIN)
        try:
            return token.open(user_pin=self._token.pin)
        except pkcs11.UserAlreadyLoggedIn:
            # Logging in counts for the whole process.
            return token.open()
        except _PIN_ERRORS as error:
            self._pin_failed = True
            raise WrongSetting(_PIN) from error


def _secrets(session: Session, label: str) -> dict[bytes, SignMixin]:
    """Return the secrets of a label that may authenticate, by id."""
    found = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label})
    keys = [(bytes(key[Attribute.ID]), key) for key in found if isinstance(key, SignMixin)]
    if len(dict(keys)) < len(keys):
        # Which of them served would be left to chance.
        raise pkcs11.MultipleObjectsReturned
    return dict(keys)


def _add_master(session: Session, label: str) -> None:
    """Make a secret that can authenticate, be told from the others, and never be taken out."""
    newest = max(_secrets(session, label), default=bytes(_ID_SIZE))
    session.generate_key(
        KeyType.GENERIC_SECRET,
        KEY_SIZE * 8,
        id=(int.from_bytes(newest, "big") + 1).to_bytes(_ID_SIZE, "big"),
        label=label,
        store=True,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
        template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True},
    )


def _destroy_older(session: Session, label: str) -> None:
    """Destroy the secrets of a label but the newest."""
    found = _secrets(session, label)
    for key in (found[master] for master in sorted(found)[:-1]):
        if isinstance(key, pkcs11.Key):
            key.destroy()


def _authenticated(key: SignMixin, message: bytes) -> bytes:
    """Return HMAC-SHA256 of a message."""
    code = key.sign(message, mechanism=Mechanism.SHA256_HMAC)
    if len(code) != KEY_SIZE:
        raise KeysUnavailable("hardware module: an answer of another size")
    return code


@cache
def _library(module: str, process: int) -> "Library":  # noqa: ARG001  each process has one
    """Return the maker's library, started by this very process: a child must not go on with its parent's (PKCS#11)."""
    library = pkcs11.lib(module)
    _restart(library)
    return library


def _restart(library: "Library") -> None:
    """Start a library again, whether or not it was started before."""
    # Where it was not, ending it fails, and that is all right.
    with suppress(PKCS11Error):
        library.finalize()
    library.initialize()
