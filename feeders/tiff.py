"""Tells whether everything that a TIFF's directories point to lies within the file: its writer has come to the end.

TIFF 6.0, section 2; BigTIFF has the same structure with wider fields. Directories may come before or after the pixels.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

MAGICS: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

#: Bytes of directories read: more than a scan of ten thousand pages has is a circle or nonsense.
_MOST: Final = 4 * 2**20
#: Where pixels are and how many bytes they take: strips, tiles.
_PIXELS: Final = ((273, 279), (324, 325))
#: Forms of the value types that offsets and counts are written in: SHORT, LONG, LONG8.
_TYPES: Final = {3: "H", 4: "I", 16: "Q"}


class _Cut(Exception):
    """Something lies beyond the end of the file, or makes no sense."""


@dataclass(slots=True, kw_only=True)
class _Tiff:
    #: Reads so many bytes from a place on.
    source: Callable[[int, int], bytes]
    size: int
    #: Byte order, as `struct` writes it.
    order: str
    #: Forms of an offset and of the number of entries in a directory.
    offset: str
    count: str
    #: Bytes that may still be read.
    budget: int = _MOST

    def read(self, form: str, at: int) -> tuple[int, ...]:
        """Return the numbers at a place.

        Raises:
            _Cut: They are not all there, or too many have been read.
        """
        length = struct.calcsize(self.order + form)
        self.budget -= length
        if at + length > self.size or self.budget < 0:
            raise _Cut
        found = self.source(length, at)
        if len(found) != length:
            raise _Cut
        return struct.unpack(self.order + form, found)

    def directories(self) -> Iterator[dict[int, tuple[int, int, int]]]:
        """Yield each directory: type, number and place of the values, by tag."""
        start = 8 if self.offset == "Q" else 4
        (place,) = self.read(self.offset, start)
        if not place:
            raise _Cut
        followed = set()
        while place and place not in followed:
            followed.add(place)
            (entries,) = self.read(self.count, place)
            place += struct.calcsize(self.order + self.count)
            if entries * 12 > self.size:
                raise _Cut
            fields = self.read(("HH" + self.offset * 2) * entries, place)
            width = struct.calcsize(self.order + "HH" + self.offset * 2)
            yield {
                fields[4 * n]: (fields[4 * n + 1], fields[4 * n + 2], place + n * width + width - self._inline)
                for n in range(entries)
            }
            (place,) = self.read(self.offset, place + entries * width)
        if place:
            raise _Cut

    def values(self, field: tuple[int, int, int]) -> tuple[int, ...]:
        """Return a field's values, which stand in the directory when they are short enough, elsewhere when not."""
        kind, number, at = field
        if kind not in _TYPES or number > self.size:
            raise _Cut
        form = f"{number}{_TYPES[kind]}"
        if struct.calcsize(self.order + form) > self._inline:
            (at,) = self.read(self.offset, at)
        return self.read(form, at)

    @property
    def _inline(self) -> int:
        return struct.calcsize(self.order + self.offset)


def is_complete(source: Callable[[int, int], bytes], head: bytes, size: int) -> bool:
    """Tell whether a TIFF has all that it points to.

    Args:
        source: Reads so many bytes of it from a place on.
        head: Its first four bytes, one of `MAGICS`.
        size: Its size.
    """
    offset, count = ("Q", "Q") if b"+" in head else ("I", "H")
    order = "<" if head.startswith(b"II") else ">"
    tiff = _Tiff(source=source, size=size, order=order, offset=offset, count=count)
    try:
        return all(_has_pixels(tiff, directory) for directory in tiff.directories())
    except _Cut:
        return False


def _has_pixels(tiff: _Tiff, directory: dict[int, tuple[int, int, int]]) -> bool:
    for offsets, counts in _PIXELS:
        if offsets in directory and counts in directory:
            pieces = zip(tiff.values(directory[offsets]), tiff.values(directory[counts]), strict=False)
            if any(offset + count > tiff.size for offset, count in pieces):
                return False
    return True
