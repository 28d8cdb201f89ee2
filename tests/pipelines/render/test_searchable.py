"""The searchable PDF: every word found where it stands, everything else as it was."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pikepdf
import pytest
from PIL import Image

from documents.page import Box, Page, Source, Word
from pipelines.render.interface import NotMade
from pipelines.render.renderer import ConfinedRenderer
from tests.pipelines.files import (
    LETTER,
    dicom_capture,
    heic,
    joined_pdf,
    jpeg,
    letter_pdf,
    png,
    scanned_pdf,
    tiff,
    webp,
)
from tests.pipelines.render.reading import (
    LONG,
    distance,
    inspected,
    layer_of,
    searchable,
    shown_turned,
    streams,
)

#: A third of the height of a line of the letter.
NEAR = 0.006

#: What a scanner or a camera makes of an upright page.
ORIGINALS: dict[str, Callable[[Image.Image], bytes]] = {
    "pdf": scanned_pdf,
    "pdf-shown-turned": lambda scan: shown_turned(scanned_pdf(scan.transpose(Image.Transpose.ROTATE_90)), 90),
    "pdf-shown-reversed": lambda scan: shown_turned(scanned_pdf(scan.transpose(Image.Transpose.ROTATE_180)), 180),
    "pdf-shown-turned-back": lambda scan: shown_turned(scanned_pdf(scan.transpose(Image.Transpose.ROTATE_270)), 270),
    "pdf-cropped": lambda scan: cropped(scanned_pdf(scan)),
    "pdf-inheriting": lambda scan: inheriting(scanned_pdf(scan)),
    "jpeg": jpeg,
    "jpeg-colour": lambda scan: jpeg(scan.convert("RGB")),
    "jpeg-mirrored": lambda scan: jpeg(scan.transpose(Image.Transpose.FLIP_LEFT_RIGHT), turn=2),
    "jpeg-turned": lambda scan: jpeg(scan.transpose(Image.Transpose.ROTATE_90), turn=6),
    "jpeg-turned-back": lambda scan: jpeg(scan.transpose(Image.Transpose.ROTATE_270), turn=8),
    "jpeg-transposed": lambda scan: jpeg(scan.transpose(Image.Transpose.TRANSPOSE), turn=5),
    "jpeg-transversed": lambda scan: jpeg(scan.transpose(Image.Transpose.TRANSVERSE), turn=7),
    "png": png,
    "png-palette": lambda scan: png(scan.convert("P")),
    "png-holes": lambda scan: png(scan.convert("LA")),
    "png-bits": lambda scan: png(scan.convert("1")),
    "tiff-fax": lambda scan: tiff([scan.convert("1")], compression="group4"),
    "tiff-fax-turned": lambda scan: lying_fax(scan),  # noqa: PLW0108  defined below
    "tiff-lzw": lambda scan: tiff([scan]),
    "tiff-jpeg-strips": lambda scan: tiff([scan], compression="jpeg"),
    "dicom": dicom_capture,
}


def cropped(pdf: bytes) -> bytes:
    """Move a page's corner away from the origin, so that only the crop box shows the page."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        width, height = (float(side) for side in page.mediabox[2:])
        page.contents_add(b"q 1 0 0 1 50 30 cm\n", prepend=True)
        page.contents_add(b"\nQ")
        page.mediabox = pikepdf.Array([0, 0, width + 200, height + 200])
        page.cropbox = pikepdf.Array([50, 30, width + 50, height + 30])
        document.save(file)
    return file.getvalue()


def inheriting(pdf: bytes) -> bytes:
    """Let a page inherit its resources and its size."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0].obj
        for name in ("/Resources", "/MediaBox"):
            page.Parent[name] = page[name]
            del page[name]
        document.save(file)
    return file.getvalue()


def lying_fax(scan: Image.Image) -> bytes:
    """Store a page that lies on its side, and say so."""
    file = io.BytesIO()
    lying = scan.convert("1").transpose(Image.Transpose.ROTATE_90)
    lying.save(file, "TIFF", compression="group4", dpi=(200, 200), strip_size=10**8, tiffinfo={274: 6})
    return file.getvalue()


@pytest.mark.parametrize("store", ORIGINALS.values(), ids=ORIGINALS.keys())
def test_every_word_is_found_where_it_stands(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, store: Callable[[Image.Image], bytes]
) -> None:
    """Whatever the file, pdfium reads the same text, each word in its place."""
    layer = layer_of(searchable(renderer, store(scan), page))
    assert layer.text == page.text
    assert max(map(distance, (w.box for w in layer.words), (w.box for w in page.words))) < NEAR
    assert layer.hidden


@pytest.mark.parametrize("store", [scanned_pdf, png], ids=["pdf", "picture"])
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_words_of_a_page_that_was_turned_to_be_read_lie_under_it_as_it_is(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, turned: int, store: Callable[[Image.Image], bytes]
) -> None:
    """The page is shown as the original shows it; whoever turns it finds every word in its place."""
    lying = scan.rotate(turned, expand=True)
    made = searchable(renderer, store(lying), replace(page, turned=turned))
    layer = layer_of(shown_turned(made, turned))
    assert layer.text == page.text
    assert max(map(distance, (w.box for w in layer.words), (w.box for w in page.words))) < NEAR


def test_lines_of_a_skewed_scan_are_lines_all_the_same(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page
) -> None:
    """Words that climb along a line by more than its height stay on it."""

    def climbing(word: Word) -> Word:
        rise = 0.04 * (word.box.left + word.box.right) / 2
        return replace(word, box=replace(word.box, top=word.box.top - rise, bottom=word.box.bottom - rise))

    skewed = replace(page, words=tuple(map(climbing, page.words)))
    layer = layer_of(searchable(renderer, scanned_pdf(scan), skewed))
    assert layer.text == page.text
    assert max(map(distance, (w.box for w in layer.words), (w.box for w in skewed.words))) < 2 * NEAR


def test_every_character_is_written(renderer: ConfinedRenderer, scan: Image.Image) -> None:
    """P38: accents, ligatures, signs of measure, Greek, and what lies beyond sixteen bits; controls are left out."""
    texts = [
        "Œdème",
        "cœur",
        "“ÇÀÙŸ”",
        "≥38,5°C",
        "µg/L",
        "β-hCG",
        "€",
        "½",
        "\N{MATHEMATICAL ITALIC SMALL ALPHA}",
        "na\x07ïve",
        "\x00",
    ]
    words = tuple(
        Word(text=text, box=Box(left=0.1, top=0.05 * row, right=0.4, bottom=0.05 * row + 0.02), line=row)
        for row, text in enumerate(texts, start=1)
    )
    page = Page(number=1, source=Source.OCR, words=words)
    text = layer_of(searchable(renderer, png(scan), page)).text
    assert text.splitlines() == [*texts[:9], "naïve"]


def test_nothing_of_a_pdf_is_written_otherwise_than_it_was(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page
) -> None:
    """P7: every stream of the original is in the derived PDF, compressed byte for byte the same."""
    original = joined_pdf(scanned_pdf(scan), letter_pdf(LETTER))
    derived = searchable(renderer, original, page, Page(number=2, source=Source.TEXT, text=LETTER))
    assert streams(original) < streams(derived)


def test_a_page_that_says_its_words_stays_as_it_is(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """P8: of a mixed PDF only the scanned page is added to."""
    original = joined_pdf(scanned_pdf(scan), letter_pdf(LETTER))
    said = Page(number=2, source=Source.TEXT, text=LETTER, words=page.words[:0])
    derived = searchable(renderer, original, page, said)
    assert layer_of(derived, 1).text == page.text
    assert layer_of(derived, 2) == layer_of(original, 2)


def test_a_born_digital_document_needs_none(renderer: ConfinedRenderer) -> None:
    """Nothing is made where nothing would be added."""
    original = letter_pdf(LETTER)
    words = layer_of(original).words
    page = Page(number=1, source=Source.TEXT, text=LETTER, words=words, confidence=1.0)
    assert renderer.searchable(original, inspected(original), [page]) == NotMade(code="nothing-to-add")


def test_what_a_page_says_already_is_not_said_twice(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """A page of text and pictures gets the words of its pictures alone."""
    original = letter_pdf(LONG, behind=scan)
    seen = Word(text="TAMPON", box=Box(left=0.5, top=0.7, right=0.7, bottom=0.73), confidence=0.8, line=99)
    mixed = replace(page, words=(*page.words, seen))
    text = layer_of(searchable(renderer, original, mixed)).text
    assert sorted(text.split()) == sorted([*page.text.split(), "TAMPON"])


@pytest.mark.parametrize("store", [jpeg, png], ids=["jpeg", "png"])
def test_a_picture_is_taken_as_it_is_compressed(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, store: Callable[[Image.Image], bytes]
) -> None:
    """No generation is lost: the compressed bytes are the original's own."""
    original = store(scan)
    with pikepdf.open(io.BytesIO(searchable(renderer, original, page))) as document:
        picture = document.pages[0].obj.Resources.XObject["/Picture"].read_raw_bytes()
    assert picture[:4096] in original


def test_a_fax_is_taken_as_it_is_compressed(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """A page in one strip goes over as it is; the next, in many, becomes one strip without loss."""
    pages = [page, replace(page, number=2)]
    one_strip = lying_fax(scan)
    with Image.open(io.BytesIO(one_strip)) as fax:
        start = fax.tag_v2[273][0]  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(searchable(renderer, one_strip, page))) as document:
        assert one_strip.startswith(document.pages[0].obj.Resources.XObject["/Picture"].read_raw_bytes(), start)
    original = tiff([scan.convert("1")] * 2, compression="group4")
    with pikepdf.open(io.BytesIO(searchable(renderer, original, *pages))) as document:
        filters = [str(sheet.obj.Resources.XObject["/Picture"].Filter) for sheet in document.pages]
    assert filters == ["/CCITTFaxDecode"] * 2


@pytest.mark.parametrize("store", [webp, heic], ids=["webp", "heic"])
def test_what_would_be_far_larger_is_not_made(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, store: Callable[[Image.Image], bytes]
) -> None:
    """P39: a telephone's picture without loss is ten times as large."""
    original = store(scan)
    assert renderer.searchable(original, inspected(original), [page]) == NotMade(code="too-large")


def test_words_that_weigh_more_than_half_their_page_are_not_kept(renderer: ConfinedRenderer, page: Page) -> None:
    """P39: never above one and a half times the original, whatever the cause."""
    original = scanned_pdf(Image.new("1", (200, 283), 1))
    crowded = replace(page, words=page.words * 30)
    assert renderer.searchable(original, inspected(original), [crowded]) == NotMade(code="too-large")


@pytest.mark.parametrize("method", [3, 4, 6], ids=["rc4", "aes-128", "aes-256"])
def test_a_pdf_that_only_restricts_printing_is_searched_like_any_other(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, method: Literal[3, 4, 6]
) -> None:
    """The owner's password is no obstacle; what is derived rests sealed and needs none."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(scanned_pdf(scan))) as document:
        document.save(
            file, encryption=pikepdf.Encryption(owner="owner", user="", R=method, aes=method > 3, metadata=method > 3)
        )
    derived = searchable(renderer, file.getvalue(), page)
    with pikepdf.open(io.BytesIO(derived)) as document:
        assert not document.is_encrypted
    assert layer_of(derived).text == page.text


def test_a_signed_pdf_keeps_its_signature_field(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """P7: the derived PDF is another object than the signed one, and drops nothing of it."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(scanned_pdf(scan))) as document:
        signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("signed"))
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Signature"), V=signature)
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(field)]), SigFlags=3)
        document.save(file)
    with pikepdf.open(io.BytesIO(searchable(renderer, file.getvalue(), page))) as derived:
        assert str(derived.Root.AcroForm.Fields[0].V.Contents) == "signed"


def test_the_same_paper_gives_the_same_bytes(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """A step that is run again derives what it derived."""
    for original in (scanned_pdf(scan), jpeg(scan)):
        assert searchable(renderer, original, page) == searchable(renderer, original, page)
