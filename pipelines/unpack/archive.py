"""ZIP archives: what they hold is listed without being unpacked, and unpacked within bounds."""

import io
import stat
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final

from documents.errors import DamagedFile, HarmfulFile, TooLarge
from pipelines.unpack.interface import Enclosed

#: Files in one archive: more is a mistake or an attack.
MOST_FILES: Final = 20_000
#: Bytes that an archive may hold in all, and how many times its size, once that is a quarter of a gigabyte: honest
#: papers are compressed already, texts shrink some ten times.
_MOST_BYTES: Final = 8 << 30
_MOST_GROWTH, _GROWTH_MATTERS = 100, 256 << 20
_ENCRYPTED, _UTF_8 = 0x1, 0x800
_LOCAL_HEADER: Final = 30
#: What stands in files of office software, which are archives in form alone.
_DOCUMENTS: Final = frozenset({"[Content_Types].xml", "mimetype"})


class Archive:
    """An archive, opened."""

    def __init__(self, content: bytes) -> None:
        """Read its directory.

        Raises:
            DamagedFile: It is none, or is broken.
            HarmfulFile: It holds more than it can honestly hold.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DamagedFile from error
        self._files = [info for info in self._zip.infolist() if not info.is_dir()]
        _expect_honest(self._files, len(content))

    @property
    def is_document(self) -> bool:
        """Whether it is a file of office software."""
        return any(info.filename in _DOCUMENTS for info in self._files)

    def enclosed(self) -> Sequence[Enclosed]:
        """Return what it holds, in its order."""
        return [
            Enclosed(name=_name(info), place=place, size=info.file_size, fault=_fault(info))
            for place, info in enumerate(self._files)
        ]

    def take(self, place: int, largest: int) -> bytes:
        """Unpack a file.

        Raises:
            DamagedFile: It is broken, or differs from what the directory says.
            TooLarge: It is larger than allowed.
        """
        info = self._files[place]
        if info.file_size > largest:
            raise TooLarge
        try:
            with self._zip.open(info) as file:
                content = file.read(largest + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise DamagedFile from error
        if len(content) != info.file_size:
            raise DamagedFile
        return content


def _expect_honest(files: Sequence[zipfile.ZipInfo], size: int) -> None:
    if len(files) > MOST_FILES:
        raise HarmfulFile
    total = sum(info.file_size for info in files)
    if total > _MOST_BYTES or (total > _GROWTH_MATTERS and total > _MOST_GROWTH * size):
        raise HarmfulFile
    # Files that share their bytes make a bomb of any size (bamsoftware.com/hacks/zipbomb).
    end = 0
    for info in sorted(files, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise HarmfulFile
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _fault(info: zipfile.ZipInfo) -> str | None:
    name = _name(info)
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "archive-path"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "symbolic-link"
    if kind not in {0, stat.S_IFREG}:
        return "not-a-file"
    return "archive-encrypted" if info.flag_bits & _ENCRYPTED else None


def _name(info: zipfile.ZipInfo) -> str:
    """Return a name as text: UTF-8 where it says so or can be, else as Windows in French writes it (code page 850)."""
    # The library cuts names at a NUL and turns backslashes on Windows alone: what stands in the file counts.
    name = info.orig_filename
    if not info.flag_bits & _UTF_8:
        raw = name.encode("cp437", "surrogateescape")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp850", "replace")
    return name.replace("\\", "/").encode("utf-8", "backslashreplace").decode()
