"""Expanding: the bytes of a night's file, plain, gzip or zstd, as a stream that tells when its end is missing."""

import zlib
from collections.abc import Iterator
from typing import Final

import zstandard

from documents.night_refusals import NightDamaged

#: Most bytes that one piece becomes at once: a packed file may be a bomb.
_PIECE: Final = 4 * 2**20
#: Most packed bytes given to zstd at once, which makes up to some 30 000 times as many of them.
_MORSEL: Final = 1024
#: By the ``wbits`` of zlib: gzip, with its header and its check.
_GZIP: Final = 31


def expanded(pieces: Iterator[bytes], packing: str | None) -> Iterator[bytes]:
    """Yield a file's bytes unpacked, in pieces of a few megabytes.

    Args:
        pieces: Its bytes as handed over, in pieces of any size.
        packing: ``gz``, ``zst`` or None.

    Raises:
        NightDamaged: It is cut short, is not packed so, or fails its own check.
    """
    if packing == "gz":
        return _gunzipped(pieces)
    return _unzstd(pieces) if packing == "zst" else pieces


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip: one member or several behind each other (RFC 1952, 2.2)."""
    member, begun = zlib.decompressobj(_GZIP), False
    try:
        for piece in pieces:
            left = piece
            while left:
                if member.eof:
                    member = zlib.decompressobj(_GZIP)
                begun = True
                yield member.decompress(left, _PIECE)
                left = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise NightDamaged from error
    if not begun or not member.eof:
        raise NightDamaged


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack zstd: one frame or several behind each other (RFC 8878, 3)."""
    frame, begun = _frame(), False
    try:
        for piece in pieces:
            for start in range(0, len(piece), _MORSEL):
                left = piece[start : start + _MORSEL]
                while left:
                    if frame.eof:
                        frame = _frame()
                    begun = True
                    yield frame.decompress(left)
                    left = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        raise NightDamaged from error
    if not begun or not frame.eof:
        raise NightDamaged


def _frame() -> "zstandard.ZstdDecompressionObj":
    # Larger windows are for archives, and would cost as much memory as they say.
    return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
