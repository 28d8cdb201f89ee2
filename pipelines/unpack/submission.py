"""IHE XDM: an archive of submission sets, each a folder with its documents and the metadata that declare them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from documents.errors import Refused
from pipelines.unpack.archive import Archive
from pipelines.unpack.interface import Enclosed
from pipelines.unpack.metadata import Entry, entries_in

_METADATA: Final = "METADATA.XML"
#: What stands beside the submission sets for people (IHE ITI TF-2b, 3.32.4.1.2).
_FOR_PEOPLE: Final = frozenset({"INDEX.HTM", "INDEX.HTML", "README.TXT"})
#: Where `Enclosed.place` points to nothing.
NOWHERE: Final = -1
_LARGEST_METADATA: Final = 64 << 20


def is_submission(files: Sequence[Enclosed]) -> bool:
    """Tell whether an archive is of this form."""
    return any(_is_metadata(file) for file in files)


def documents_in(archive: Archive, files: Sequence[Enclosed]) -> Iterator[Enclosed]:
    """Yield the documents of every submission set, then what is in none.

    What is named and is not there, and metadata that cannot be read, are yielded too, with their faults.
    """
    within = {_key(file.name): file for file in files}
    declared: set[str] = set()
    for file in filter(_is_metadata, files):
        folder = PurePosixPath(file.name).parent
        try:
            entries = list(entries_in(archive.take(file.place, _LARGEST_METADATA)))
        except Refused:
            yield replace(file, fault="xdm-metadata")
            continue
        for entry in entries:
            name = str(folder / entry.uri)
            declared.add(_key(name))
            yield _declared(entry, name, within.get(_key(name)))
    for file in files:
        if not _is_metadata(file) and _key(file.name) not in declared and not _is_for_people(file):
            yield replace(file, note="xdm-extra")


def _declared(entry: Entry, name: str, file: Enclosed | None) -> Enclosed:
    if file is None or not entry.uri:
        return Enclosed(name=name, place=NOWHERE, fault="xdm-missing")
    return replace(file, declaration=entry.declaration, size=entry.size, sha1=entry.sha1)


def _is_metadata(file: Enclosed) -> bool:
    return PurePosixPath(file.name.upper()).name == _METADATA


def _is_for_people(file: Enclosed) -> bool:
    path = PurePosixPath(file.name.upper())
    return len(path.parts) == 1 and path.name in _FOR_PEOPLE


def _key(name: str) -> str:
    """Return a name as it is looked for: the media that XDM was made for know no lower case."""
    return name.upper()
