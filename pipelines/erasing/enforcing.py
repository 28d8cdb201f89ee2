"""Enforcing: what came back with an old copy of the keyring is destroyed again, as the erasures that rest say."""

from typing import Final

from storage.archive import Archive
from storage.erasures import Erasures

#: Folder of the marks in the keyring: an erasure without one was not finished, or the keyring is from before it.
_MARKS: Final = "erased/"


def mark(erasure: str, archive: Archive) -> None:
    """Note in the keyring that an erasure is through."""
    archive.keyring.put(_MARKS + erasure, b"through")


def overtaken(archive: Archive) -> list[str]:
    """Return the erasures of which the keyring bears no mark: it was put back from a copy, or they were cut short."""
    marked = {key.removeprefix(_MARKS) for key in archive.keyring.keys(_MARKS)}
    return [erasure for erasure in Erasures(archive=archive).all() if erasure not in marked]


def enforce(archive: Archive, *, all_of_them: bool = False) -> int:
    """Destroy again what erasures destroyed.

    Args:
        archive: Where erasures and keys rest.
        all_of_them: Those that bear their mark too: keys may have been put back beside it.

    Returns:
        How many keys of documents were found that should have been gone.

    Raises:
        Tampered: The record of an erasure was altered.
        Interrupted: Store or keys failed.
    """
    found = 0
    for erasure in Erasures(archive=archive).all() if all_of_them else overtaken(archive):
        for one in Erasures(archive=archive).rounds(erasure):
            archive.destroyer.patient_again(one.patient, one.tombstone)
            for gone in one.documents:
                if not archive.destroyer.is_destroyed(gone.document):
                    found += 1
                    archive.destroyer.document(gone.document, erasure)
        mark(erasure, archive)
    return found
