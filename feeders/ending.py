"""Tells by its last bytes whether a file was written to its end, for the formats that have a recognisable end."""

import os
import struct
from typing import Final

#: Where PDF readers look for the end mark (PDF 1.7, implementation note 18).
_TAIL: Final = 1024
#: End record of a ZIP with the longest comment (APPNOTE 4.3.16).
_ZIP_TAIL: Final = 22 + 65535
#: First and last bytes of JPEG (ISO/IEC 10918-1 B.1.1.3) and PNG (section 5).
_MARKS: Final = ((b"\xff\xd8\xff", b"\xff\xd9"), (b"\x89PNG\r\n\x1a\n", b"IEND"))


def ends_well(descriptor: int) -> bool:
    """Tell whether an open file has the end that its beginning promises.

    An empty file never does: it has been created and not written yet. Formats without a recognisable end always do.
    """
    size = os.fstat(descriptor).st_size
    head = os.pread(descriptor, _TAIL, 0)
    tail = os.pread(descriptor, _TAIL, max(0, size - _TAIL))
    if b"%PDF-" in head:
        return b"%%EOF" in tail
    for start, end in _MARKS:
        if head.startswith(start):
            return end in tail
    if head.startswith(b"PK\x03\x04"):
        return _zip_ends(os.pread(descriptor, _ZIP_TAIL, max(0, size - _ZIP_TAIL)))
    if head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return _tiff_ends(descriptor, head, size)
    return size > 0


def _zip_ends(tail: bytes) -> bool:
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) < start + 22:
        return False
    (comment,) = struct.unpack_from("<H", tail, start + 20)
    return len(tail) >= start + 22 + int(comment)


def _tiff_ends(descriptor: int, head: bytes, size: int) -> bool:
    """Tell whether the first directory lies within the file (TIFF 6.0 section 2; BigTIFF has wider fields)."""
    order = "<" if head.startswith(b"II") else ">"
    offset_at, offset_form, count_form, width = (8, "Q", "Q", 20) if b"+" in head[:4] else (4, "I", "H", 12)
    if len(head) < offset_at + struct.calcsize(offset_form):
        return False
    (offset,) = struct.unpack_from(order + offset_form, head, offset_at)
    counted = struct.calcsize(count_form)
    if offset + counted > size:
        return False
    (entries,) = struct.unpack(order + count_form, os.pread(descriptor, counted, offset))
    return bool(entries > 0 and offset + counted + entries * width <= size)
