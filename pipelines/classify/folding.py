"""Folding: a text as an array of plain bytes, where accents, capitals, digits and layout no longer make a difference.

OCR loses accents, fax headers are in capitals and no two patients have the same numbers: what is learned must not hang
on them. Every step is a look-up over whole arrays, which is what keeps a document under two milliseconds.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

SPACE = ord(" ")
DIGIT = ord("0")
_KEPT = "%<>+/"

#: What is read of a long document: its beginning, where its kind is said, and its end, where it is signed.
HEAD, TAIL = 9000, 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text and where each of its words came from."""

    #: The text that was folded, cut to its head and tail.
    text: str
    #: Folded characters, words parted by one space, one space at both ends.
    codes: Bytes
    #: Where each word begins in `codes`.
    starts: Places
    #: Where each word ends in `codes`, its space excluded.
    ends: Places
    #: For each code, the place in `text` that it came from.
    origins: Places

    def word(self, number: int) -> str:
        """Give a word as it stood in the text."""
        return self.text[self.origins[self.starts[number]] : self.origins[self.ends[number]]]


def fold(text: str) -> Folded:
    """Fold a text. Any text will do, the empty one too."""
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + "\n" + text[-TAIL:]
    text = unicodedata.normalize("NFC", text).replace("œ", "oe").replace("Œ", "OE").replace("\u2019", "'")
    raw = np.frombuffer(text.encode("latin-1", "replace"), dtype=np.uint8)
    codes = _folding()[raw]
    codes = _join_numbers(raw, codes)
    return _squeeze(text, codes)


def _join_numbers(raw: Bytes, codes: Bytes) -> Bytes:
    """Make ``12,5`` and ``1-0-1`` single tokens, by keeping what stands between two digits."""
    if len(raw) < 3:
        return codes
    between = np.zeros(len(codes), dtype=np.bool_)
    between[1:-1] = (codes[:-2] == DIGIT) & (codes[2:] == DIGIT)
    points = between & ((raw == ord(".")) | (raw == ord(",")))
    dashes = between & (raw == ord("-"))
    return np.where(points, np.uint8(DIGIT), np.where(dashes, np.uint8(ord("-")), codes))


def _squeeze(text: str, codes: Bytes) -> Folded:
    """Drop repeated spaces and repeated digits, remembering where what stays came from."""
    again = np.zeros(len(codes), dtype=np.bool_)
    again[1:] = (codes[1:] == codes[:-1]) & ((codes[1:] == SPACE) | (codes[1:] == DIGIT))
    kept = np.flatnonzero(~again)
    padded = np.concatenate(([SPACE], codes[kept], [SPACE])).astype(np.uint8)
    origins = np.concatenate(([0], kept, [len(codes)])).astype(np.int64)
    blank = padded == SPACE
    starts = np.flatnonzero(blank[:-1] & ~blank[1:]) + 1
    ends = np.flatnonzero(~blank[:-1] & blank[1:]) + 1
    return Folded(text=text, codes=padded, starts=starts, ends=ends, origins=origins)


@cache
def _folding() -> Bytes:
    """Build the look-up from Latin-1 to the folded alphabet."""
    table = np.full(256, SPACE, dtype=np.uint8)
    for code in range(256):
        plain = unicodedata.normalize("NFD", chr(code).lower())[0]
        if "a" <= plain <= "z" or plain in _KEPT:
            table[code] = ord(plain)
        elif plain.isdecimal():
            table[code] = DIGIT
    table[ord("µ".encode("latin-1"))] = ord("u")
    return table
