"""JPEG strips of a TIFF joined into one JPEG, their compressed bytes as they are: each becomes a restart interval.

A TIFF may cut a page into strips, each a JPEG of its own (TIFF Technical Note 2). Where a strip begins the coder starts
afresh, as it does after a restart marker (ITU-T T.81, B.2.1): the same pixels come out of either.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_BEGIN, _END = b"\xff\xd8", b"\xff\xd9"
_INTERVAL, _SCAN = 0xDD, 0xDA
#: Frames whose whole picture is one scan, baseline or extended.
_FRAMES: Final = (0xC0, 0xC1)
_RESTARTS: Final = 8
_LONGEST_INTERVAL: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Strip:
    """A strip taken apart."""

    #: Its tables and other segments but frame and scan.
    tables: bytes
    #: Its frame without the height.
    frame: bytes
    scan: bytes
    coded: bytes
    #: Of the marker that begins the frame.
    kind: int


def join(tables: bytes, strips: Sequence[bytes], height: int, strip_height: int) -> bytes | None:
    """Return strips as one JPEG; None when they are of a kind that cannot be joined.

    Args:
        tables: The tables that the strips share, as a JPEG without a picture; may be empty.
        strips: The strips, from the top.
        height: Of the picture, in pixels.
        strip_height: Of every strip but the last, which may be lower.
    """
    parts = [_taken_apart(strip) for strip in strips]
    first = parts[0]
    if first is None:
        return None
    width, components = struct.unpack_from(">HB", first.frame, 1)
    sampling = [first.frame[5 + 3 * number] for number in range(components)]
    across, down = 8 * max(factors >> 4 for factors in sampling), 8 * max(factors & 15 for factors in sampling)
    interval = -(-width // across) * (strip_height // down)
    if len(parts) > 1 and (strip_height % down or not 0 < interval <= _LONGEST_INTERVAL):
        return None
    coded = bytearray()
    for number, part in enumerate(parts):
        if part is None or (part.tables, part.frame, part.scan) != (first.tables, first.frame, first.scan):
            return None
        coded += (bytes((0xFF, 0xD0 + (number - 1) % _RESTARTS)) if number else b"") + part.coded
    restarts = _segment(_INTERVAL, struct.pack(">H", interval)) if len(parts) > 1 else b""
    frame = _segment(first.kind, first.frame[:1] + struct.pack(">H", height) + first.frame[1:])
    head = _BEGIN + tables[2:-2] + first.tables + restarts + frame + _segment(_SCAN, first.scan)
    return head + bytes(coded) + _END


def _taken_apart(strip: bytes) -> _Strip | None:
    tables, frame, kind = b"", b"", 0
    for marker, body, after in _segments(strip):
        if marker == _SCAN:
            end = strip.rfind(_END, after)
            whole = strip[after : end if end >= 0 else len(strip)]
            return _Strip(tables, frame, body, whole, kind) if frame else None
        if marker == _INTERVAL:
            return None
        if marker in _FRAMES:
            frame, kind = body[:1] + body[3:], marker
        else:
            tables += _segment(marker, body)
    return None


def _segments(jpeg: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker and body of each segment up to the scan, and where the next begins."""
    place = 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4])
        after = place + 2 + length
        yield marker, jpeg[place + 4 : after], after
        place = after


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
