"""Scanning: pages of a PDF become images, and images become the files that scanners make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import cv2
import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from specimens.degrading import Degradation, Gray


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scanned page."""

    pixels: Gray = field(repr=False)
    degradation: Degradation

    def image(self) -> Image.Image:
        """Return the page as its scanner stores it: bilevel, gray, or colour with the tint of lamp light."""
        gray = Image.fromarray(self.pixels)
        if self.degradation.bilevel:
            return gray.point(lambda value: 255 if value > 127 else 0).convert("1")
        if self.degradation.colour:
            tints = (np.linspace(low, high, 256).astype(np.uint8) for low, high in ((4, 250), (2, 243), (0, 226)))
            return Image.fromarray(np.dstack([cv2.LUT(self.pixels, tint) for tint in tints]))
        return gray

    def jpeg(self) -> bytes:
        """Store as JPEG."""
        image = self.image().convert("L") if self.degradation.bilevel else self.image()
        return _saved(image, "JPEG", quality=self.degradation.quality, dpi=self._dpi, optimize=False)

    def png(self) -> bytes:
        """Store as PNG, in gray at most: in colour the grain of a photograph makes it weigh tens of megabytes."""
        image = self.image().convert("L") if self.degradation.colour else self.image()
        return _saved(image, "PNG", dpi=self._dpi, compress_level=1)

    @property
    def _dpi(self) -> tuple[int, int]:
        return (self.degradation.dpi, self.degradation.dpi)


def scan(pdf: bytes, degradation: Degradation, seed: int) -> tuple[Scan, ...]:
    """Scan every page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [_rendered(page, degradation.dpi) for page in document]
    finally:
        document.close()
    return tuple(
        Scan(pixels=degradation.apply(page, seed + number), degradation=degradation)
        for number, page in enumerate(pages)
    )


def _rendered(page: pypdfium2.PdfPage, dpi: int) -> Gray:
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    return np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)


def to_tiff(scans: Sequence[Scan], compression: str) -> bytes:
    """Store pages in one TIFF: G4 when bilevel, JPEG when large or in colour, else by `compression`.

    Args:
        scans: The pages, all of one degradation.
        compression: ``tiff_lzw`` or ``jpeg``.
    """
    first, *rest = [s.image() for s in scans]
    degradation = scans[0].degradation
    heavy = degradation.colour or degradation.dpi > 200
    how = "group4" if degradation.bilevel else "jpeg" if heavy else compression
    dpi = (degradation.dpi, degradation.dpi)
    return _saved(first, "TIFF", compression=how, dpi=dpi, save_all=True, append_images=rest)


def to_scanned_pdf(scans: Sequence[Scan]) -> bytes:
    """Store pages in a PDF that holds images only."""
    pdf = pikepdf.new()
    for page in scans:
        _add(pdf, page)
    return _written(pdf)


def to_mixed_pdf(pdf_bytes: bytes, scans: Mapping[int, Scan]) -> bytes:
    """Replace some pages of a born-digital PDF, by index, with their scans."""
    with pikepdf.open(BytesIO(pdf_bytes)) as source:
        pdf = pikepdf.new()
        for index, page in enumerate(source.pages):
            if index in scans:
                _add(pdf, scans[index])
            else:
                pdf.pages.append(page)
        return _written(pdf)


def _add(pdf: pikepdf.Pdf, page: Scan) -> None:
    """Append a page that shows one image over all of it."""
    height, width = page.pixels.shape
    points = (width * 72 / page.degradation.dpi, height * 72 / page.degradation.dpi)
    pdf.add_blank_page(page_size=points)
    image = pdf.make_stream(_image_data(page))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = width, height
    if page.degradation.bilevel:
        image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 1
        image.Filter = pikepdf.Name.CCITTFaxDecode
        image.DecodeParms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True)
    else:
        colour = pikepdf.Name.DeviceRGB if page.degradation.colour else pikepdf.Name.DeviceGray
        image.ColorSpace, image.BitsPerComponent, image.Filter = colour, 8, pikepdf.Name.DCTDecode
    last = pdf.pages[-1]
    name = last.add_resource(image, pikepdf.Name.XObject, pikepdf.Name.Im0)
    last.Contents = pdf.make_stream(f"q {points[0]:.3f} 0 0 {points[1]:.3f} 0 0 cm {name} Do Q".encode())


def _image_data(page: Scan) -> bytes:
    """Return the compressed data of a page's image: a G4 strip or a JPEG."""
    if not page.degradation.bilevel:
        return page.jpeg()
    height = page.pixels.shape[0]
    with Image.open(BytesIO(_saved(page.image(), "TIFF", compression="group4", tiffinfo={278: height}))) as tiff:
        offset, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
        tiff.fp.seek(offset)  # type: ignore[union-attr]
        return bytes(tiff.fp.read(size))  # type: ignore[union-attr]


def _written(pdf: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
