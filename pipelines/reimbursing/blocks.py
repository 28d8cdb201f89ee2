"""Blocks: a stream of bytes cut into runs of whole lines, small enough for memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from documents.night_refusals import NightDamaged

#: Longest line, in bytes: longer is no line of care.
LONGEST_LINE: Final = 64 * 2**10
_END: Final = b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some whole lines of a file."""

    #: Number of the first one, from 1.
    first: int
    #: How many there are.
    count: int
    #: The lines, each with its end.
    content: bytes = field(repr=False)


def blocks(pieces: Iterable[bytes], lines: int, skip: int = 0) -> Iterator[Block]:
    """Yield a file's lines in blocks of so many.

    Args:
        pieces: The file's bytes, in pieces of any size.
        lines: Lines of a block; the last one may have fewer.
        skip: Lines at the beginning that were seen before.

    Raises:
        NightDamaged: A line is longer than any line of care.
    """
    cutter = _Cutter(lines, skip)
    for piece in pieces:
        yield from cutter.take(piece)
    yield from cutter.end()


class _Cutter:
    """Gathers pieces until a block is full."""

    def __init__(self, lines: int, skip: int) -> None:
        self._lines = lines
        self._skip = skip
        self._first = 1
        self._held: list[bytes] = []
        self._count = 0
        #: Bytes since the last end of a line.
        self._open = 0

    def take(self, piece: bytes) -> Iterator[Block]:
        """Yield the blocks that a piece completes."""
        while piece:
            wanted = self._skip + 1 - self._first if self._first <= self._skip else self._lines
            count = piece.count(_END)
            if self._count + count < wanted:
                self._hold(piece, count)
                return
            cut = _nth_end(piece, wanted - self._count)
            self._hold(piece[:cut], wanted - self._count)
            yield from self._full()
            piece = piece[cut:]

    def end(self) -> Iterator[Block]:
        """Yield the last block."""
        if self._open:
            self._hold(_END, 1)
        if self._count:
            yield from self._full()

    def _hold(self, piece: bytes, count: int) -> None:
        self._held.append(piece)
        self._count += count
        self._open = len(piece) - piece.rindex(_END) - 1 if count else self._open + len(piece)
        if self._open > LONGEST_LINE:
            raise NightDamaged

    def _full(self) -> Iterator[Block]:
        block = Block(first=self._first, count=self._count, content=b"" if self._is_seen else b"".join(self._held))
        seen = self._is_seen
        self._first += self._count
        self._held, self._count, self._open = [], 0, 0
        if not seen:
            yield block

    @property
    def _is_seen(self) -> bool:
        return self._first <= self._skip


def _nth_end(piece: bytes, number: int) -> int:
    """Return where the so-manieth line ends, by halving: a piece holds many."""
    low, high = 0, len(piece)
    while high - low > 1:
        middle = (low + high) // 2
        if piece.count(_END, 0, middle) >= number:
            high = middle
        else:
            low = middle
    return high
