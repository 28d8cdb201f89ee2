"""Cutting: some pages of a PDF or TIFF as a file of their own, without a trace of the others."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from PIL import Image

from documents.errors import DamagedFile, NeedsPassword, UnknownType
from pipelines.inspect.media_type import MediaType
from pipelines.inspect.pictures import check_pixels, damage_is_refused, open_picture


def cut(original: bytes, media_type: MediaType, first: int, last: int) -> bytes:
    """Return pages ``first`` to ``last`` (from 1, inclusive) as a file.

    Raises:
        UnknownType: The type has no pages that could be taken apart.
        DamagedFile: It is broken, or has no such pages.
        NeedsPassword: It does not open without a password.
        HarmfulFile: A page declares more pixels than any paper holds.
    """
    if media_type is MediaType.PDF:
        return _cut_pdf(original, first, last)
    if media_type is MediaType.TIFF:
        return _cut_tiff(original, first, last)
    raise UnknownType


def _cut_pdf(original: bytes, first: int, last: int) -> bytes:
    piece = io.BytesIO()
    with _parsing(), pikepdf.open(io.BytesIO(original)) as stack, pikepdf.new() as made:
        if last > len(stack.pages):
            raise DamagedFile
        for page in stack.pages[first - 1 : last]:
            made.pages.append(page)
        for page in made.pages:
            _forget_the_others(page)
        # Pages often share one list of everything that any of them shows: what they do not show themselves must go.
        made.remove_unreferenced_resources()
        made.save(piece, deterministic_id=True)
    return piece.getvalue()


def _forget_the_others(page: pikepdf.Page) -> None:
    """Remove what leads out of a page: articles, structure, private data, links, and forms that span pages."""
    _remove(page.obj, "/B", "/StructParents", "/PieceInfo", "/AA", "/Thumb")
    if "/Annots" not in page.obj:
        return
    kept = [one for one in page.obj.Annots.as_list() if one.get("/Subtype") != "/Link"]
    for annotation in kept:
        _remove(annotation, "/A", "/AA", "/Dest", "/IRT", "/P", "/Parent", "/Popup")
        if annotation.get("/Subtype") == "/Widget":
            # A field without its form is not shown by every program; a stamp that looks like it is.
            _remove(annotation, "/FT", "/Ff", "/T", "/TU", "/TM", "/V", "/DV", "/MK", "/DA")
            annotation.Subtype = pikepdf.Name.Stamp
    page.obj.Annots = pikepdf.Array(kept)


def _remove(thing: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]


@contextmanager
def _parsing() -> Iterator[None]:
    try:
        yield
    except pikepdf.PasswordError as error:
        raise NeedsPassword from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedFile from error


def _cut_tiff(original: bytes, first: int, last: int) -> bytes:
    """Cut without loss: pixels stay what they are, whatever the compression they came under."""
    picture = open_picture(original, MediaType.TIFF)
    frames = []
    with damage_is_refused():
        for number in range(first, last + 1):
            picture.seek(number - 1)
            check_pixels(picture)
            frames.append(picture.copy())
        return _stacked(frames)


def _stacked(frames: list[Image.Image]) -> bytes:
    piece = io.BytesIO()
    for frame in frames:
        frame.encoderinfo = {
            "compression": "group4" if frame.mode == "1" else "tiff_adobe_deflate",
            "dpi": frame.info.get("dpi", (0, 0)),
        }
    head, *rest = frames
    head.save(piece, "TIFF", save_all=True, append_images=rest, **head.encoderinfo)
    return piece.getvalue()
