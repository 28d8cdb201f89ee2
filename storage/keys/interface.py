"""What a keeper of master keys promises. Every back end passes `tests/contracts/keys.py`."""

from collections.abc import Sequence
from typing import Protocol


class MasterKeys(Protocol):
    """Keeps master keys that never leave it.

    Any failure of the world raises `documents.errors.KeysUnavailable`, a right or a master that was taken away among
    them: a person mends that, and no document must die of it meanwhile. Safe to use from many processes and threads at
    once, and in the child after a ``fork``.
    """

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return a 32-byte key wrapped under the newest master key; opaque, self-describing, under 256 bytes.

        Args:
            key: The 32 bytes to protect.
            context: What the key belongs to (a document id); bound, not stored.
        """
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the 32-byte key.

        Raises:
            Tampered: The wrapped bytes were altered, or the context is another.
        """
        ...

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return a wrapped key under the newest master; inside the service where it knows how.

        Raises:
            Tampered: As for `unwrap`.
        """
        ...

    def master_of(self, wrapped: bytes) -> str:
        """Return the name of the master that wrapped a key; nothing is asked for it.

        Raises:
            Tampered: It was wrapped by another kind of keeper.
        """
        ...

    def masters(self) -> Sequence[str]:
        """Return the names of the masters that unwrap, oldest first; the last one wraps. Asked anew each time."""
        ...

    def rotate(self) -> str:
        """Add a master, which wraps from now on in every process, and return its name.

        The others go on unwrapping. Needs rights that a worker does not.
        """
        ...

    def retire(self) -> bool:
        """Take every master but the newest out of use, for good: nothing that they wrapped can be unwrapped again.

        Returns:
            False where the service keeps older ones whatever is asked.
        """
        ...

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Return 32 bytes that stand for a value: always the same, unguessable without the key, apart by purpose."""
        ...

    def check(self) -> None:
        """Prove that what was set up keeps its promises. Meant for the start; makes no key.

        Raises:
            WrongSetting: The keeper answers, but what was set is not there, not allowed, or breaks a promise.
            KeysUnavailable: It does not answer.
        """
        ...
