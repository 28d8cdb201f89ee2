"""Pieces hold their own pages exactly, and not a trace of the others."""

import io
from collections.abc import Iterator

import pikepdf
import pytest
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from documents.errors import DamagedFile, UnknownType
from pipelines.inspect.inspector import ConfinedInspector
from pipelines.split.cutter import ConfinedCutter

PDF, TIFF = "application/pdf", "image/tiff"


@pytest.fixture(scope="module")
def cutter() -> Iterator[ConfinedCutter]:
    """The cutter of the product."""
    made = ConfinedCutter()
    yield made
    made.close()


def stack_of_letters(count: int) -> bytes:
    """Print letters that link to each other, in one PDF."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    for number in range(count):
        canvas.drawString(72, 700, f"SECRET-OF-{number}")
        canvas.bookmarkPage(f"page-{number}")
        canvas.linkRect("", f"page-{(number + 1) % count}", (72, 600, 172, 620))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def everything_in(pdf: bytes) -> bytes:
    """Return a PDF with every stream unpacked."""
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            plain,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return plain.getvalue()


def shades(count: int, mode: str) -> list[Image.Image]:
    """Draw pages that differ."""
    drawn = []
    for number in range(count):
        page = Image.new("L", (120, 160), 255)
        page.paste(30 * number, (10, 10, 60 + 5 * number, 90))
        drawn.append(page.convert(mode))
    return drawn


def test_a_piece_of_a_pdf_holds_its_pages_and_no_trace_of_the_others(cutter: ConfinedCutter) -> None:
    """A patient's piece must not carry the next patient's letter, hidden behind a link."""
    whole = stack_of_letters(5)
    piece = everything_in(cutter.cut(whole, PDF, 2, 3))
    assert [b"SECRET-OF-%d" % number in piece for number in range(5)] == [False, True, True, False, False]


def test_what_pages_share_goes_only_where_it_is_shown(cutter: ConfinedCutter) -> None:
    """Some scanners list the images of all pages in one place that every page refers to."""
    document = pikepdf.new()
    images = pikepdf.Dictionary()
    for number in range(3):
        image = pikepdf.Stream(document, b"PIXELS-OF-%d!" % number)
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image})
        image.update({"/Width": 12, "/Height": 1, "/BitsPerComponent": 8, "/ColorSpace": pikepdf.Name.DeviceGray})
        images[f"/Im{number}"] = document.make_indirect(image)
    shared = document.make_indirect(pikepdf.Dictionary(XObject=images))
    for number in range(3):
        page = document.add_blank_page(page_size=(200, 200))
        page.obj.Resources = shared
        page.obj.Contents = document.make_stream(b"q 200 0 0 200 0 0 cm /Im%d Do Q" % number)
    stack = io.BytesIO()
    document.save(stack)
    piece = everything_in(cutter.cut(stack.getvalue(), PDF, 2, 2))
    assert [b"PIXELS-OF-%d" % number in piece for number in range(3)] == [False, True, False]


def test_what_a_page_inherits_goes_with_it(cutter: ConfinedCutter) -> None:
    """Size and turn may be said once for all pages: a piece without them would lie on its side."""
    document = pikepdf.new()
    for _ in range(3):
        page = document.add_blank_page(page_size=(200, 300))
        del page.obj.MediaBox
    document.Root.Pages.MediaBox = pikepdf.Array([0, 0, 842, 595])
    document.Root.Pages.Rotate = 90
    stack = io.BytesIO()
    document.save(stack)
    with pikepdf.open(io.BytesIO(cutter.cut(stack.getvalue(), PDF, 2, 2))) as piece:
        (page,) = piece.pages
        assert ([float(side) for side in page.mediabox], page.rotation) == ([0, 0, 842, 595], 90)


def test_a_form_that_spans_pages_is_left_behind(cutter: ConfinedCutter) -> None:
    """A field's parent knows what was typed on the other pages; what a field shows stays."""
    document = pikepdf.new()
    form = document.make_indirect(pikepdf.Dictionary(T=b"form", Kids=pikepdf.Array()))
    for number in range(2):
        page = document.add_blank_page(page_size=(200, 200))
        shown = document.make_stream(b"%% SHOWN-ON-%d" % number)
        widget = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            Rect=pikepdf.Array([0, 0, 50, 50]),
            V=b"TYPED-ON-%d" % number,
            AP=pikepdf.Dictionary(N=shown),
            Parent=form,
        )
        field = document.make_indirect(widget)
        form.Kids.append(field)
        page.obj.Annots = pikepdf.Array([field])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([form]))
    stack = io.BytesIO()
    document.save(stack)
    piece = everything_in(cutter.cut(stack.getvalue(), PDF, 1, 1))
    assert b"SHOWN-ON-0" in piece
    assert b"TYPED-ON-1" not in piece


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_piece_of_a_tiff_keeps_every_pixel(cutter: ConfinedCutter, mode: str) -> None:
    """Frames are copied without loss, in order, with their resolution."""
    frames = shades(5, mode)
    stack = io.BytesIO()
    frames[0].save(stack, "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200))
    piece = Image.open(io.BytesIO(cutter.cut(stack.getvalue(), TIFF, 2, 4)))
    assert piece.n_frames == 3  # type: ignore[attr-defined]
    assert piece.info["dpi"] == (200, 200)
    for number in range(3):
        piece.seek(number)
        assert ImageChops.difference(piece.convert("L"), frames[number + 1].convert("L")).getbbox() is None


def test_a_piece_passes_inspection(cutter: ConfinedCutter) -> None:
    """It takes the normal road: the inspector counts what was cut."""
    inspector = ConfinedInspector()
    piece = cutter.cut(stack_of_letters(5), PDF, 3, 5)
    assert inspector.inspect(piece).pages == 3
    inspector.close()


def test_cutting_twice_gives_the_same_bytes(cutter: ConfinedCutter) -> None:
    """A worker that died in between does not leave two versions."""
    whole = stack_of_letters(3)
    assert cutter.cut(whole, PDF, 1, 2) == cutter.cut(whole, PDF, 1, 2)


@pytest.mark.parametrize(("content", "first", "last"), [(b"%PDF-1.7 nothing", 1, 1), (stack_of_letters(2), 2, 3)])
def test_what_cannot_be_cut_is_said(cutter: ConfinedCutter, content: bytes, first: int, last: int) -> None:
    """A broken file, or pages that are not there."""
    with pytest.raises(DamagedFile):
        cutter.cut(content, PDF, first, last)


def test_a_type_without_pages_apart_is_not_cut(cutter: ConfinedCutter) -> None:
    """Only PDF and TIFF hold several papers."""
    with pytest.raises(UnknownType):
        cutter.cut(b"bonjour", "text/plain", 1, 1)
