"""Small files of every type, made on the spot."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
import pydicom
import reportlab
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LETTER = (
    "Cher confrère,\nJe vous adresse pour avis cette patiente suivie depuis trois ans\n"
    "pour une hypertension artérielle traitée, sans retentissement connu.\n"
    "L'examen de ce jour est normal et le dernier bilan biologique aussi.\n"
    "Merci de la recevoir. Bien confraternellement."
)
A4 = (1654, 2339)
#: A font with accents that comes with a dependency.
FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def page_picture(
    text: str, *, size: tuple[int, int] = A4, height: int = 32, dark: int = 0, light: int = 255
) -> Image.Image:
    """Print a text as a page at 200 dpi."""
    picture = Image.new("L", size, light)
    font = ImageFont.truetype(str(FONT), height)
    ImageDraw.Draw(picture).multiline_text((140, 160), text, fill=dark, font=font, spacing=height // 2)
    return picture


def jpeg(picture: Image.Image, *, dpi: int = 200, turn: int = 1) -> bytes:
    """Store as JPEG, with the turn that a camera writes."""
    exif = Image.Exif()
    exif[0x0112] = turn
    return _saved(picture, "JPEG", quality=90, dpi=(dpi, dpi), exif=exif)


def png(picture: Image.Image) -> bytes:
    """Store as PNG."""
    return _saved(picture, "PNG", dpi=(200, 200))


def webp(picture: Image.Image) -> bytes:
    """Store as WebP."""
    return _saved(picture, "WEBP", quality=80)


def heic(picture: Image.Image) -> bytes:
    """Store as HEIC, as telephones do."""
    import pillow_heif  # noqa: PLC0415  registers itself only when asked

    file = io.BytesIO()
    pillow_heif.from_pillow(picture.convert("RGB")).save(file, quality=80)
    return file.getvalue()


def tiff(pictures: Sequence[Image.Image], *, compression: str = "tiff_lzw") -> bytes:
    """Store as pages of one TIFF."""
    first, *rest = pictures
    return _saved(first, "TIFF", compression=compression, dpi=(200, 200), save_all=True, append_images=rest)


def letter_pdf(*texts: str, invisible: bool = False, behind: Image.Image | None = None) -> bytes:
    """Print texts as the pages of a born-digital PDF, over a picture if one is given."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    for text in texts:
        if behind is not None:
            canvas.drawImage(ImageReader(behind), 0, 0, 595, 842)
        lines = canvas.beginText(60, 780)
        lines.setFont("Helvetica", 11)
        lines.setTextRenderMode(3 if invisible else 0)
        for line in text.splitlines():
            lines.textLine(line)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scanned_pdf(*pictures: Image.Image, rotate: int = 0) -> bytes:
    """Store pictures as the pages of a PDF, each page shown turned."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    for picture in pictures:
        width, height = (side * 72 / 200 for side in picture.size)
        canvas.setPageSize((width, height))
        canvas.setPageRotation(rotate)
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def joined_pdf(*pdfs: bytes) -> bytes:
    """Join PDFs into one, their pictures as they are stored."""
    joined = pikepdf.new()
    for pdf in pdfs:
        with pikepdf.open(io.BytesIO(pdf)) as part:
            joined.pages.extend(part.pages)
    file = io.BytesIO()
    joined.save(file, compress_streams=False)
    return file.getvalue()


def encrypted_pdf(*, user: str) -> bytes:
    """Protect a letter with an owner's password, and a user's unless it is empty."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter_pdf(LETTER))) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="owner", user=user))
    return file.getvalue()


def pageless_pdf() -> bytes:
    """Make a well-formed PDF without a page."""
    file = io.BytesIO()
    pikepdf.new().save(file)
    return file.getvalue()


def dicom_capture(picture: Image.Image) -> bytes:
    """Store as a DICOM secondary capture."""
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    pixels = np.asarray(picture.convert("L"))
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.PixelData = pixels.tobytes()
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
