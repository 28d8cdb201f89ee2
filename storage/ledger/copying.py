"""A sealed copy of the ledger: a file that says nothing without the keys, and from which a ledger is made again."""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from documents.document import DocumentId
from documents.errors import Tampered, WrongSetting
from documents.role import Role
from storage.envelope import opening, sealing
from storage.envelope.header import HEADER_SIZE, Binding
from storage.keys.interface import MasterKeys
from storage.ledger import dump

#: Purpose of the key under which copies are sealed. It outlives rotations, so that old copies open.
_PURPOSE: Final = b"copy of the ledger"
#: Where the name of a copy stands in its header: in the place of a document's id.
_NAME: Final = slice(8, 24)
_PIECE: Final = 1024 * 1024


def copy(url: str, masters: MasterKeys, target: Path) -> int:
    """Write a sealed copy of a ledger to a new file, durable and whole on return; return its size.

    Raises:
        WrongSetting: There is such a file already.
        LedgerUnavailable: The database failed.
        KeysUnavailable: The master key could not be used.
    """
    binding = Binding(document=DocumentId(secrets.token_hex(16)), role=Role.LEDGER, part=0, revision=1)
    key = masters.pseudonym("note key", _PURPOSE)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise WrongSetting("a file of this name exists") from error
    with os.fdopen(handle, "wb") as file:
        for piece in sealing.seal_stream(key, binding, dump.lines(url)):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def restore(source: Path, url: str, masters: MasterKeys) -> int:
    """Make a ledger again from a sealed copy, in a migrated database that holds nothing; return how many rows.

    The whole copy is authenticated before anything of it counts: the database takes all of it or nothing.

    Raises:
        Tampered: The copy was altered or cut, or is not of this installation.
        WrongSetting: The database holds something, or is of another schema.
        LedgerUnavailable: The database failed.
        KeysUnavailable: The master key could not be used.
    """
    key = masters.pseudonym("note key", _PURPOSE)
    with source.open("rb") as file:
        head = file.read(HEADER_SIZE)
        if len(head) < HEADER_SIZE:
            raise Tampered
        file.seek(0)
        binding = Binding(document=DocumentId(head[_NAME].hex()), role=Role.LEDGER, part=0, revision=1)
        pieces = iter(lambda: file.read(_PIECE), b"")
        return dump.restore(url, _lines(opening.open_stream(key, binding, pieces)))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, however they were cut into pieces."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        raise Tampered
