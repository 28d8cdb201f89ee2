"""Broken containers: what is wrong with archives and messages in the world, each by name, with what is told of it."""

import stat
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from specimens.exchange import archive

_LETTER: Final = b"Bonjour"
_WHEN: Final = (2026, 3, 14, 9, 26, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenContainer:
    """A container that is not as it should be."""

    make: Callable[[], bytes]
    #: Codes of the problems that its feeder is told of.
    problems: frozenset[str]
    #: How many documents are taken from it all the same.
    taken: int = 0


def zip_bomb() -> bytes:
    """Return an archive that grows a thousand times, to half a gigabyte."""
    zeros = bytes(1 << 20)
    buffer = BytesIO()
    info = ZipInfo("bombe.txt", _WHEN)
    info.compress_type = ZIP_DEFLATED
    with ZipFile(buffer, "w") as zipped, zipped.open(info, "w") as file:
        for _ in range(512):
            file.write(zeros)
    return buffer.getvalue()


def overlapping_zip() -> bytes:
    """Return an archive whose two files share their bytes: how the largest bombs are made."""
    whole = bytearray(archive({"a.txt": _LETTER * 100, "b.txt": _LETTER * 100}))
    second = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 1)
    struct.pack_into("<I", whole, second + 42, 0)
    return bytes(whole)


def zip_of_a_million() -> bytes:
    """Return an archive of more files than any batch has: empty ones, by their thousands."""
    return archive({f"{number}.txt": b"" for number in range(20_001)})


def zip_slip() -> bytes:
    """Return an archive whose names leave it, beside an honest letter."""
    return archive({"../../etc/cron.d/evil": b"x", "/etc/evil": b"x", "C:/evil": b"x", "lettre.txt": _LETTER})


def zip_with_link() -> bytes:
    """Return an archive with a symbolic link and a device in it."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as zipped:
        for name, kind in (("lien.pdf", stat.S_IFLNK), ("disque.pdf", stat.S_IFBLK)):
            info = ZipInfo(name, _WHEN)
            info.external_attr = (kind | 0o777) << 16
            zipped.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def nested_zip() -> bytes:
    """Return an archive in an archive, beside an honest letter."""
    return archive({"dedans.zip": archive({"lettre.txt": _LETTER}), "lettre.txt": _LETTER})


def encrypted_zip() -> bytes:
    """Return an archive one of whose two files says that it is encrypted."""
    whole = bytearray(archive({"secret.txt": _LETTER, "lettre.txt": _LETTER}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def cut_zip() -> bytes:
    """Return the first half of an archive."""
    whole = archive({f"{number}.txt": _LETTER * number for number in range(9)})
    return whole[: len(whole) // 2]


def zip_with_damaged_file() -> bytes:
    """Return an archive one of whose two files was altered."""
    whole = bytearray(archive({"abime.txt": _LETTER * 50, "lettre.txt": _LETTER}))
    whole[40] ^= 0xFF
    return bytes(whole)


def empty_zip() -> bytes:
    """Return an archive with nothing in it."""
    return archive({})


def xdm_with_bomb() -> bytes:
    """Return a submission set whose metadata are an entity bomb; its letter is taken without them."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    return archive({"IHE_XDM/SUBSET01/METADATA.XML": bomb, "IHE_XDM/SUBSET01/DOC00001.TXT": _LETTER})


def hl7_with_broken_file() -> bytes:
    """Return a message whose document is no base64."""
    return b"MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.5\rOBX|1|ED|11488-4^CR^LN||^APPLICATION^PDF^Base64^?!\r"


def hl7_without_marks() -> bytes:
    """Return two messages, one of which has no encoding characters."""
    return b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rOBX|1|TX|||Bonjour\rMSH|\rPID|||1\r"


#: Every broken container, by name.
BROKEN_CONTAINERS: Final[Mapping[str, BrokenContainer]] = MappingProxyType(
    {
        b.make.__name__: b
        for b in (
            BrokenContainer(make=zip_bomb, problems=frozenset({"archive-harmful"})),
            BrokenContainer(make=overlapping_zip, problems=frozenset({"archive-harmful"})),
            BrokenContainer(make=zip_of_a_million, problems=frozenset({"archive-harmful"})),
            BrokenContainer(make=zip_slip, problems=frozenset({"archive-path"}), taken=1),
            BrokenContainer(make=zip_with_link, problems=frozenset({"symbolic-link", "not-a-file"})),
            BrokenContainer(make=nested_zip, problems=frozenset({"archive-nested"}), taken=1),
            BrokenContainer(make=encrypted_zip, problems=frozenset({"archive-encrypted"}), taken=1),
            BrokenContainer(make=cut_zip, problems=frozenset({"archive-damaged"})),
            BrokenContainer(make=zip_with_damaged_file, problems=frozenset({"archive-damaged"}), taken=1),
            BrokenContainer(make=empty_zip, problems=frozenset({"archive-empty"})),
            BrokenContainer(make=xdm_with_bomb, problems=frozenset({"xdm-metadata", "xdm-extra"}), taken=1),
            BrokenContainer(make=hl7_with_broken_file, problems=frozenset({"message-file"})),
            BrokenContainer(make=hl7_without_marks, problems=frozenset({"message-malformed"}), taken=1),
        )
    }
)
