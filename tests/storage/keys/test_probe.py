"""The probe of keepers: it finds those that do not do what they promise."""

import os

import pytest

from documents.errors import Tampered, WrongSetting
from storage.keys.memory import MemoryKeys
from storage.keys.probe import prove_promises


class KeysThatForgetTheContext(MemoryKeys):
    """They would open one document's key for another."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap for any context."""
        return super().wrap(key, context[:0])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap for any context."""
        return super().unwrap(wrapped, context[:0])


class KeysThatChange(MemoryKeys):
    """They give a patient a new name each time."""

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make any name."""
        return super().pseudonym(purpose, value + os.urandom(8))


class KeysThatRefuse(MemoryKeys):
    """They do not know their own wrapping."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Refuse."""
        raise Tampered(f"{len(wrapped)} {len(context)}")


class KeysThatMistake(MemoryKeys):
    """They unwrap another key than they wrapped."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Give another key."""
        return bytes(reversed(super().unwrap(wrapped, context)))


class KeysThatSwell(MemoryKeys):
    """Their wrapped keys are too large for the keyring."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap, at length."""
        return super().wrap(key, context) + bytes(256)


def test_good_keys_pass() -> None:
    """Nothing is left behind."""
    prove_promises(MemoryKeys())


@pytest.mark.parametrize(
    ("liar", "broken"),
    [
        (KeysThatForgetTheContext, "not bound to their context"),
        (KeysThatChange, "pseudonyms change"),
        (KeysThatRefuse, "do not unwrap"),
        (KeysThatMistake, "another key"),
        (KeysThatSwell, "too large"),
    ],
)
def test_each_broken_promise_is_named(liar: type[MemoryKeys], broken: str) -> None:
    """Before anything is entrusted to them."""
    with pytest.raises(WrongSetting, match=broken):
        prove_promises(liar())
