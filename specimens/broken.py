"""Broken files: what is wrong with files in the world, each by name, with the refusal that it deserves."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import MappingProxyType
from typing import Final

import pikepdf

from documents.errors import (
    DamagedFile,
    EmptyFile,
    ForbiddenMarkup,
    HarmfulFile,
    NeedsPassword,
    NoPages,
    Refused,
    UnknownType,
)
from specimens.broken_markup import (
    cda_with_broken_file,
    markup_of_another_kind,
    truncated_cda,
    xml_bomb,
    xml_external_dtd,
    xml_external_entity,
    xml_too_deep,
)
from specimens.generating import generate
from specimens.kind import Kind
from specimens.specimen import Form


@cache
def sound(form: Form = Form.DIGITAL) -> bytes:
    """Return a sound document of a form, the one that the others are broken from."""
    kinds = (Kind.CONSULTATION,)
    (specimen,) = generate(1, 7, kinds=kinds, forms=(form,), degradations=("light150",))
    return specimen.content


def empty() -> bytes:
    """Return no bytes at all."""
    return b""


def one_byte() -> bytes:
    """Return a single byte."""
    return b"\x00"


def html_named_pdf() -> bytes:
    """Return a login page that a proxy sent instead of the document."""
    return "<!DOCTYPE html><html><body><p>Veuillez vous identifier à nouveau.</p></body></html>\n".encode()


def executable() -> bytes:
    """Return what begins like a program for Windows."""
    stub = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(52) + b"\x80\x00\x00\x00" + bytes(64)
    return stub + b"PE\x00\x00\x64\x86" + bytes(256)


def noise() -> bytes:
    """Return bytes of no format."""
    return bytes((i * 73 + i // 7) % 251 for i in range(4096))


def truncated_pdf() -> bytes:
    """Return the first third of a PDF: a transfer broke off before any page was complete."""
    return sound()[: len(sound()) // 3]


def pdf_header_only() -> bytes:
    """Return the first line of a PDF."""
    return b"%PDF-1.7\n"


def truncated_jpeg() -> bytes:
    """Return the head of a JPEG, cut before its first scan line."""
    return sound(Form.JPEG)[:300]


def truncated_png() -> bytes:
    """Return the first half of a PNG."""
    content = sound(Form.PNG)
    return content[: len(content) // 2]


def truncated_tiff() -> bytes:
    """Return the first half of a TIFF; its directory is in the other half."""
    content = sound(Form.TIFF)
    return content[: len(content) // 2]


def encrypted_pdf() -> bytes:
    """Return a PDF that opens with a password only."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(sound())) as pdf:
        pdf.save(
            buffer,
            encryption=pikepdf.Encryption(user="secret", owner="secret", R=3, aes=False, metadata=False),
            static_id=True,
        )
    return buffer.getvalue()


def pdf_without_pages() -> bytes:
    """Return a well-formed PDF that holds no page."""
    return _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})


def form_within_itself() -> bytes:
    """Return a PDF whose form draws itself: endless for a careless renderer."""
    form = b"/Fm0 Do"
    return _page(
        content=b"/Fm0 Do",
        resources=b"<</XObject<</Fm0 5 0 R>>>>",
        more={
            5: b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</Fm0 5 0 R>>>>/Length %d>>\n"
            b"stream\n%s\nendstream" % (len(form), form)
        },
    )


def pages_within_themselves() -> bytes:
    """Return a PDF whose page tree is its own child."""
    return _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"})


def huge_page() -> bytes:
    """Return a PDF with a page of two hundred thousand points a side: gigabytes when rendered."""
    return _page(content=b"", box=b"[0 0 200000 200000]")


def deflate_bomb() -> bytes:
    """Return a PDF with a page that inflates eight hundred times, to sixteen megabytes: small, and a bomb in kind."""
    packed = zlib.compress(b"q Q " * (4 * 1024 * 1024), 9)
    pages = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        4: b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed),
    }
    return _pdf(pages)


def huge_image() -> bytes:
    """Return a PDF with a bilevel image of forty thousand pixels a side, two hundred megabytes when unpacked."""
    side = 40_000
    packed = zlib.compress(zlib.compress(bytes(side * side // 8), 9), 9)
    image = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1" % (side, side)
    return _page(
        content=b"q 595 0 0 842 0 0 cm /Im0 Do Q",
        resources=b"<</XObject<</Im0 5 0 R>>>>",
        more={
            5: image + b"/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)
        },
    )


def garbage_after_end() -> bytes:
    """Return a sound PDF followed by what a mail gateway added: fit to be read."""
    return sound() + b"\r\n\r\n-- \r\nCe message a ete verifie.\r\n" + bytes(512)


def garbage_before_start() -> bytes:
    """Return a sound PDF behind some bytes of a broken header: readers look for the first kilobyte."""
    return b"\x00\x00\r\n" * 20 + sound()


def blank_page() -> bytes:
    """Return a PDF with one empty page: nothing wrong, nothing on it."""
    return _page(content=b"")


def _page(
    *,
    content: bytes,
    box: bytes = b"[0 0 595 842]",
    resources: bytes = b"<<>>",
    more: Mapping[int, bytes] = MappingProxyType({}),
) -> bytes:
    """Write a PDF of one page."""
    return _pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox%s/Resources%s/Contents 4 0 R>>" % (box, resources),
            4: b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
            **more,
        }
    )


def _pdf(objects: Mapping[int, bytes]) -> bytes:
    """Write a PDF of numbered objects, the first of which is its catalog."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in objects.items():
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file that is not as it should be, and what becomes of it."""

    #: What it is called at the feeder.
    file_name: str
    make: Callable[[], bytes]
    #: The refusals that are right, any of them; empty where it must be accepted.
    refusals: tuple[type[Refused], ...]
    #: Whether accepting it is right too: what is wrong may be repaired, or shows only when a page is drawn.
    tolerable: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the refusals that are right."""
        return frozenset(refusal.code for refusal in self.refusals)


#: Every broken file, by name.
BROKEN: Final[Mapping[str, Broken]] = MappingProxyType(
    {
        b.make.__name__: b
        for b in (
            Broken(file_name="vide.pdf", make=empty, refusals=(EmptyFile,)),
            Broken(file_name="octet.pdf", make=one_byte, refusals=(UnknownType,)),
            Broken(file_name="resultat.pdf", make=html_named_pdf, refusals=(UnknownType,)),
            Broken(file_name="scan.pdf", make=executable, refusals=(UnknownType,)),
            Broken(file_name="inconnu.tif", make=noise, refusals=(UnknownType,)),
            Broken(file_name="coupe.pdf", make=truncated_pdf, refusals=(DamagedFile, NoPages)),
            Broken(file_name="entete.pdf", make=pdf_header_only, refusals=(DamagedFile, NoPages)),
            Broken(file_name="coupe.jpg", make=truncated_jpeg, refusals=(DamagedFile,)),
            Broken(file_name="coupe.png", make=truncated_png, refusals=(DamagedFile,), tolerable=True),
            Broken(file_name="coupe.tif", make=truncated_tiff, refusals=(DamagedFile,), tolerable=True),
            Broken(file_name="protege.pdf", make=encrypted_pdf, refusals=(NeedsPassword,)),
            Broken(file_name="sans-page.pdf", make=pdf_without_pages, refusals=(NoPages,)),
            Broken(
                file_name="boucle.pdf", make=form_within_itself, refusals=(HarmfulFile, DamagedFile), tolerable=True
            ),
            Broken(file_name="arbre.pdf", make=pages_within_themselves, refusals=(HarmfulFile, DamagedFile, NoPages)),
            Broken(file_name="affiche.pdf", make=huge_page, refusals=(HarmfulFile,), tolerable=True),
            Broken(file_name="bombe.pdf", make=deflate_bomb, refusals=(HarmfulFile,), tolerable=True),
            Broken(file_name="image.pdf", make=huge_image, refusals=(HarmfulFile,), tolerable=True),
            Broken(file_name="rires.xml", make=xml_bomb, refusals=(ForbiddenMarkup,)),
            Broken(file_name="fichier.xml", make=xml_external_entity, refusals=(ForbiddenMarkup,)),
            Broken(file_name="dtd.xml", make=xml_external_dtd, refusals=(ForbiddenMarkup,)),
            Broken(file_name="profond.xml", make=xml_too_deep, refusals=(HarmfulFile,)),
            Broken(file_name="coupe.xml", make=truncated_cda, refusals=(DamagedFile,)),
            Broken(file_name="base64.xml", make=cda_with_broken_file, refusals=(DamagedFile,)),
            Broken(file_name="liste.xml", make=markup_of_another_kind, refusals=(UnknownType,)),
            Broken(file_name="suite.pdf", make=garbage_after_end, refusals=()),
            Broken(file_name="avant.pdf", make=garbage_before_start, refusals=(), tolerable=True),
            Broken(file_name="blanc.pdf", make=blank_page, refusals=()),
        )
    }
)
