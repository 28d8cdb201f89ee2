"""The contract of keepers of master keys: a back end is accepted by passing it."""

import os
from collections.abc import Callable

import pytest

from documents.errors import Tampered
from storage.keys.interface import MasterKeys
from tests.services.processes import in_a_child

#: Makes one more instance over the same keys, as another process would.
Reopen = Callable[[], MasterKeys]


class MasterKeysContract:
    """Inherited by the test class of each back end, which gives the fixtures ``reopen`` and ``stranger``."""

    @pytest.fixture
    def keys(self, reopen: Reopen) -> MasterKeys:
        """Give a keeper."""
        return reopen()

    def test_another_process_unwraps_what_was_wrapped(self, keys: MasterKeys, reopen: Reopen) -> None:
        """Wrapped keys outlive the process that wrapped them."""
        key = os.urandom(32)
        assert reopen().unwrap(keys.wrap(key, b"document"), b"document") == key

    def test_a_wrapped_key_is_small_and_says_nothing(self, keys: MasterKeys) -> None:
        """Neither key nor context can be read off, and no two wrappings are alike."""
        key = os.urandom(32)
        first, second = keys.wrap(key, b"document"), keys.wrap(key, b"document")
        assert first != second
        assert len(first) < 256
        assert key not in first
        assert b"document" not in first

    def test_another_context_is_tampering(self, keys: MasterKeys) -> None:
        """A document's key cannot be passed off as another's."""
        wrapped = keys.wrap(os.urandom(32), b"document")
        with pytest.raises(Tampered):
            keys.unwrap(wrapped, b"another")

    def test_every_flipped_byte_is_tampering(self, keys: MasterKeys) -> None:
        """Every byte of a wrapped key counts."""
        wrapped = keys.wrap(os.urandom(32), b"document")
        for at in range(len(wrapped)):
            with pytest.raises(Tampered):
                keys.unwrap(wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :], b"document")

    def test_every_cut_is_tampering(self, keys: MasterKeys) -> None:
        """A wrapped key is whole or nothing."""
        wrapped = keys.wrap(os.urandom(32), b"document")
        for size in range(len(wrapped)):
            with pytest.raises(Tampered):
                keys.unwrap(wrapped[:size], b"document")
        with pytest.raises(Tampered):
            keys.unwrap(wrapped + b"\x00", b"document")

    def test_other_masters_do_not_unwrap(self, keys: MasterKeys, stranger: MasterKeys) -> None:
        """What one keeper wrapped is noise to another."""
        with pytest.raises(Tampered):
            stranger.unwrap(keys.wrap(os.urandom(32), b"document"), b"document")

    @pytest.mark.parametrize("size", [0, 16, 31, 33])
    def test_only_whole_keys_are_wrapped(self, keys: MasterKeys, size: int) -> None:
        """A key of another size is a mistake of the caller."""
        with pytest.raises(ValueError, match="32 bytes"):
            keys.wrap(bytes(size), b"document")

    def test_a_pseudonym_is_always_the_same(self, keys: MasterKeys, reopen: Reopen) -> None:
        """The same value has the same name in every process."""
        pseudonym = keys.pseudonym("patient", b"value")
        assert len(pseudonym) == 32
        assert pseudonym == reopen().pseudonym("patient", b"value")

    def test_pseudonyms_are_apart_by_value_purpose_and_keeper(self, keys: MasterKeys, stranger: MasterKeys) -> None:
        """Names given for one end cannot be linked to those for another."""
        names = {
            keys.pseudonym("patient", b"value"),
            keys.pseudonym("patient", b"other"),
            keys.pseudonym("document", b"value"),
            keys.pseudonym("patientv", b"alue"),
            stranger.pseudonym("patient", b"value"),
        }
        assert len(names) == 5

    def test_it_proves_itself(self, keys: MasterKeys) -> None:
        """As often as it is asked."""
        keys.check()
        keys.check()

    def test_a_child_of_the_process_may_go_on(self, keys: MasterKeys) -> None:
        """Workers are made by ``fork``, after their parent has checked the keys."""
        wrapped, name = keys.wrap(bytes(range(32)), b"document"), keys.pseudonym("patient", b"value")
        assert in_a_child(lambda: keys.unwrap(wrapped, b"document")) == bytes(range(32))
        assert in_a_child(lambda: keys.pseudonym("patient", b"value")) == name
        assert keys.unwrap(wrapped, b"document") == bytes(range(32))

    def test_it_never_prints_a_secret(self, keys: MasterKeys) -> None:
        """Not by itself, and not by what it holds."""
        assert "b'" not in repr(keys)
        assert "b'" not in repr([vars(keys)])
