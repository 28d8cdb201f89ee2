"""Regrouping: a stream in pieces of any size becomes pieces of one size, each knowing whether it is the last."""

from collections.abc import Iterable, Iterator

#: Any bytes, copied or not.
Buffer = bytes | bytearray | memoryview


def regroup(pieces: Iterable[Buffer], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of exactly this size, the last one shorter if need be, each with whether it is the last.

    A piece is held back until it is known whether anything follows it. An empty stream is one empty last piece.
    """
    held = bytearray()
    for piece in pieces:
        held += piece
        start = 0
        while len(held) - start > size:
            yield bytes(memoryview(held)[start : start + size]), False
            start += size
        del held[:start]
    yield bytes(held), True
