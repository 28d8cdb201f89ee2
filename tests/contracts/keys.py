"""The contract of keepers of master keys: a back end is accepted by passing it."""

import os
from collections.abc import Callable

import pytest

from documents.document import PatientRef
from documents.errors import KeysUnavailable, Tampered
from documents.role import Role
from storage.archive import Archive
from storage.keyring.rotating import Rotation
from storage.keys.interface import MasterKeys
from storage.objects.memory import MemoryObjects
from tests.services.processes import in_a_child

#: Makes one more instance over the same keys, as another process would.
Reopen = Callable[[], MasterKeys]


class RetiringContract:
    """Inherited beside the other by keepers that let go of older masters."""

    def test_what_a_retired_master_wrapped_is_noise(self, officer: MasterKeys, reopen: Reopen) -> None:
        """Copies of the keyring from before it was replaced are worth nothing: to nobody, in no process."""
        key = os.urandom(32)
        wrapped, name = officer.wrap(key, b"document"), officer.pseudonym("patient", b"value")
        officer.rotate()
        again = officer.rewrap(wrapped, b"document")
        assert officer.retire()
        assert list(officer.masters()) == [officer.master_of(again)]
        for keeper in (officer, reopen()):
            with pytest.raises((Tampered, KeysUnavailable)):
                keeper.unwrap(wrapped, b"document")
            assert keeper.unwrap(again, b"document") == key
            assert keeper.pseudonym("patient", b"value") == name


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

    @pytest.fixture
    def officer(self, reopen: Reopen) -> MasterKeys:
        """Give a keeper with the rights of whoever replaces masters; the same as any other's where rights are one."""
        return reopen()

    def test_a_new_master_wraps_and_the_others_go_on_unwrapping(self, officer: MasterKeys, reopen: Reopen) -> None:
        """Its name is told, and is written in what it wraps."""
        key = os.urandom(32)
        wrapped = officer.wrap(key, b"document")
        name = officer.rotate()
        assert officer.masters()[-1] == name != officer.master_of(wrapped)
        assert officer.master_of(reopen().wrap(key, b"document")) == name
        assert reopen().unwrap(wrapped, b"document") == key

    def test_a_wrapped_key_passes_to_the_new_master(self, officer: MasterKeys, reopen: Reopen) -> None:
        """Bound to the same context, and to no other."""
        key = os.urandom(32)
        wrapped = officer.wrap(key, b"document")
        name = officer.rotate()
        again = officer.rewrap(wrapped, b"document")
        assert officer.master_of(again) == name
        assert reopen().unwrap(again, b"document") == key
        for forged, context in ((wrapped, b"another"), (wrapped[:-1], b"document"), (b"", b"document")):
            with pytest.raises(Tampered):
                officer.rewrap(forged, context)

    def test_a_drill_no_envelope_is_rewritten_when_masters_are_replaced(
        self, officer: MasterKeys, reopen: Reopen
    ) -> None:
        """Documents of a patient, and one without: afterwards nothing needs an older master, and all opens."""
        objects, keyring = MemoryObjects(), MemoryObjects()
        archive = Archive(objects=objects, keyring=keyring, masters=officer)
        documents = [archive.identify("hopital", bytes([number])) for number in range(3)]
        sealed = [archive.keep(document, Role.ORIGINAL, b"Toux") for document in documents]
        for document in documents[1:]:
            archive.entrust(document, PatientRef("1f" * 32))
        before = [(name, objects.get(name)) for name in list(objects.keys())]
        name, rotation = officer.rotate(), Rotation(keyring, officer)
        assert (rotation.masters().rewrapped, rotation.masters().rewrapped) == (2, 0)
        assert rotation.needed_masters() == {name: 2}
        assert [(name, objects.get(name)) for name in list(objects.keys())] == before
        later = Archive(objects=objects, keyring=keyring, masters=reopen())
        assert [later.open(*pair) for pair in zip(documents, sealed, strict=True)] == [b"Toux"] * 3

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
