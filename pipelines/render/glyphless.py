"""A font without shapes: every character of a document has its code, its width and its meaning, and paints nothing.

Invisible text needs no shapes, and archives need every font embedded, its characters mapped to Unicode (ISO 19005-2,
6.2.11). A program of one glyph for all characters is enough for both, in some hundred bytes.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

#: In thousandths of the font's size.
WIDTH: Final = 500
#: Above and below the baseline, in thousandths of the font's size.
ASCENT, DESCENT = 800, -200
#: Of every font program (Apple TrueType Reference Manual, `head`).
_MAGIC: Final = 0x5F0F3CF5
#: One, or the first version, with sixteen bits after the point.
_ONE: Final = 0x10000
_NAME: Final = Name("/VersoInvisible")
#: Mappings in one block of a character map (Adobe Technical Note 5411).
_MOST_IN_BLOCK: Final = 100


def sayable(text: str) -> str:
    """Return a text without what is no character to a reader: controls, halves of pairs, private signs."""
    return "".join(character for character in text if character.isprintable())


class GlyphlessFont:
    """A font that holds just the characters it was made for."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Give every character of some texts its code; zero is that of no character."""
        characters = sorted({" ", *(character for text in texts for character in text)})
        self._codes = {character: code for code, character in enumerate(characters, start=1)}

    def encoded(self, text: str) -> str:
        """Return a text as a PDF string in hexadecimal, two bytes a character."""
        return "".join(f"{self._codes[character]:04x}" for character in text)

    def add_to(self, document: pikepdf.Pdf) -> pikepdf.Object:
        """Embed the font and return it (ISO 32000-1, 9.7)."""
        program = _program()
        glyphs = b"\x00\x00" + b"\x00\x01" * len(self._codes)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=_NAME, Flags=5, FontBBox=Array([0, DESCENT, WIDTH, ASCENT]),
            ItalicAngle=0, Ascent=ASCENT, Descent=DESCENT, CapHeight=ASCENT, StemV=80,
            FontFile2=deflated(document, program, Length1=len(program)),
        )  # fmt: skip
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=_NAME, DW=WIDTH, CIDToGIDMap=deflated(document, glyphs),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=document.make_indirect(descriptor),
        )  # fmt: skip
        return document.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=_NAME, Encoding=Name("/Identity-H"),
                DescendantFonts=Array([document.make_indirect(descendant)]),
                ToUnicode=deflated(document, _meanings(self._codes)),
            )
        )  # fmt: skip


def deflated(document: pikepdf.Pdf, content: bytes, **entries: object) -> Stream:
    """Return bytes as a compressed stream of a document."""
    return Stream(document, zlib.compress(content, 6), Filter=Name.FlateDecode, **entries)


def _meanings(codes: Mapping[str, int]) -> bytes:
    """Return the character map from codes to UTF-16."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for block in _blocks(f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items()):
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")


def _blocks(entries: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(entries, _MOST_IN_BLOCK)):
        yield block


@cache
def _program() -> bytes:
    """Return a TrueType program of two glyphs, that of no character and that of every character.

    Both are a stroke of no width from corner to corner: it paints nothing and yet has extent, for programs such as
    pdfium leave out text of no extent.
    """
    stroke = struct.pack(
        ">hhhhhHHBBhhhh", 1, 0, DESCENT, WIDTH, ASCENT, 1, 0, 1, 1, 0, WIDTH, DESCENT, ASCENT - DESCENT
    )
    tables = {
        b"glyf": stroke + stroke,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", _ONE, _ONE, 0, _MAGIC, 0, 1000, 0, 0, 0, DESCENT, WIDTH, ASCENT, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", _ONE, ASCENT, DESCENT, 0, WIDTH, 0, 0, WIDTH, 1, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", WIDTH, 0, 0),
        b"loca": struct.pack(">HHH", 0, len(stroke) // 2, len(stroke)),
        b"maxp": struct.pack(">IHHHHHH16x", _ONE, 2, 2, 1, 0, 0, 1),
    }
    power = len(tables).bit_length() - 1
    header = struct.pack(">IHHHH", _ONE, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power)))
    place = len(header) + 16 * len(tables)
    directory, content = b"", b""
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += tag + struct.pack(">III", checksum, place + len(content), len(table))
        content += padded
    return header + directory + content
