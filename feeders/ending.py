"""Tells by its last bytes whether a file was written to its end, for the formats that have a recognisable end."""

import struct
from typing import Final, Protocol

from feeders.tiff import MAGICS, is_complete

#: Where PDF readers look for the end mark (PDF 1.7, implementation note 18).
_TAIL: Final = 1024
#: End record of a ZIP with the longest comment (APPNOTE 4.3.16).
_ZIP_TAIL: Final = 22 + 65535
#: First and last bytes of JPEG (ISO/IEC 10918-1 B.1.1.3) and PNG (section 5).
_MARKS: Final = ((b"\xff\xd8\xff", b"\xff\xd9"), (b"\x89PNG\r\n\x1a\n", b"IEND"))


class Readable(Protocol):
    """Something that can be read here and there."""

    @property
    def size(self) -> int:
        """Its size, in bytes."""
        ...

    def read(self, length: int, at: int) -> bytes:
        """Return so many bytes from a place on, fewer at its end."""
        ...


def ends_well(file: Readable) -> bool:
    """Tell whether a file has the end that its beginning promises.

    An empty file never does: it has been created and not written yet. Formats without a recognisable end always do.
    """
    size = file.size
    head = file.read(_TAIL, 0)
    if head[128:132] == b"DICM":
        # Its free preamble may look like the beginning of something else (DICOM PS3.10, 7.1).
        return True
    tail = file.read(_TAIL, max(0, size - _TAIL))
    if b"%PDF-" in head:
        return b"%%EOF" in tail
    for start, end in _MARKS:
        if head.startswith(start):
            return end in tail
    if head.startswith(b"PK\x03\x04"):
        return _zip_ends(file.read(_ZIP_TAIL, max(0, size - _ZIP_TAIL)))
    if head.startswith(MAGICS):
        return is_complete(file.read, head[:4], size)
    return size > 0


def _zip_ends(tail: bytes) -> bool:
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) < start + 22:
        return False
    (comment,) = struct.unpack_from("<H", tail, start + 20)
    return len(tail) >= start + 22 + int(comment)
