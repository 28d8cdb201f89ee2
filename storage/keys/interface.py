"""What a keeper of master keys promises. Every back end passes `tests/contracts/keys.py`."""

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
