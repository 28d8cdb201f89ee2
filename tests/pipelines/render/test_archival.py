"""PDF/A-2b: what a checker of archives looks for, where it is claimed."""

import io

import pikepdf
import pytest
from PIL import Image, ImageCms

from documents.page import Page
from pipelines.render.renderer import ConfinedRenderer
from tests.pipelines.files import jpeg, png, scanned_pdf, tiff
from tests.pipelines.render.reading import searchable

CLAIM = (
    b"<rdf:Description xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>%d</pdfaid:part>%s</rdf:Description>"
)


def claiming(pdf: bytes, claim: bytes) -> bytes:
    """Let a PDF say of itself that it is for archives."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.Metadata = pikepdf.Stream(document, claim, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        document.save(file, fix_metadata_version=False)
    return file.getvalue()


def said_of(pdf: bytes) -> bytes:
    """Return what a PDF says of itself."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.Root.Metadata.read_bytes()


@pytest.fixture(scope="module")
def bound(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> pikepdf.Pdf:
    """A scan that was bound into a PDF."""
    return pikepdf.open(io.BytesIO(searchable(renderer, jpeg(scan), page)))


def test_what_is_bound_of_pictures_claims_to_be_for_archives(bound: pikepdf.Pdf) -> None:
    """ISO 19005-2, 6.6.4: part 2, conformance B, in a stream that any program can read."""
    said = bound.Root.Metadata.read_raw_bytes()
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in said
    assert bound.open_metadata().pdfa_status == "2B"


def test_its_numbers_mean_colours(bound: pikepdf.Pdf) -> None:
    """ISO 19005-2, 6.2.3: an output intent with a profile of three components."""
    (intent,) = bound.Root.OutputIntents.as_list()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(intent.DestOutputProfile.read_bytes())).profile
    assert (str(intent.S), int(intent.DestOutputProfile.N)) == ("/GTS_PDFA1", 3)
    assert (profile.xcolor_space.strip(), profile.device_class) == ("RGB", "mntr")


def test_it_is_open_and_complete(bound: pikepdf.Pdf) -> None:
    """ISO 19005-2, 6.1: not encrypted, with an identifier, nothing that acts, nothing said twice about it."""
    assert not bound.is_encrypted
    assert len(bound.trailer.ID) == 2
    assert "/Info" not in bound.trailer
    assert set(bound.Root.keys()) <= {"/Type", "/Pages", "/OutputIntents", "/Metadata"}
    assert bound.check_pdf_syntax() == []


def test_its_font_is_embedded_with_widths_and_meanings(bound: pikepdf.Pdf) -> None:
    """ISO 19005-2, 6.2.11: the program is there, its widths are those stated, every code means a character."""
    font = bound.pages[0].obj.Resources.Font["/Words"]
    descendant = font.DescendantFonts[0]
    program = descendant.FontDescriptor.FontFile2.read_bytes()
    directory = {program[12 + 16 * row : 16 + 16 * row]: program[20 + 16 * row :] for row in range(6)}
    start = int.from_bytes(directory[b"hmtx"][:4])
    assert int.from_bytes(program[start : start + 2]) == descendant.DW
    codes = len(descendant.CIDToGIDMap.read_bytes()) // 2 - 1
    assert font.ToUnicode.read_bytes().count(b"> <") - 1 == codes


@pytest.mark.parametrize("store", [png, lambda scan: tiff([scan.convert("1")], compression="group4")])
def test_the_same_holds_of_every_kind_of_picture(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, store: object
) -> None:
    """No compression that archives forbid (ISO 19005-2, 6.1.7)."""
    assert callable(store)
    with pikepdf.open(io.BytesIO(searchable(renderer, store(scan), page))) as document:
        picture = document.pages[0].obj.Resources.XObject["/Picture"]
        assert str(picture.Filter) in {"/FlateDecode", "/CCITTFaxDecode"}
        assert document.check_pdf_syntax() == []


def test_a_pdf_that_claims_nothing_claims_nothing_afterwards(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page
) -> None:
    """Words do not make an archive of a PDF that is none."""
    with pikepdf.open(io.BytesIO(searchable(renderer, scanned_pdf(scan), page))) as document:
        assert "/Metadata" not in document.Root
        assert "/OutputIntents" not in document.Root


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<pdfaid:conformance>B</pdfaid:conformance>", b"<pdfaid:conformance>B</pdfaid:conformance>"),
        (b"<pdfaid:conformance>A</pdfaid:conformance>", b"<pdfaid:conformance>B</pdfaid:conformance>"),
    ],
    ids=["b-stays", "a-is-lowered"],
)
def test_a_claim_stays_as_far_as_it_stays_true(
    renderer: ConfinedRenderer, scan: Image.Image, page: Page, before: bytes, after: bytes
) -> None:
    """Added words have no tags: level A ends, level B holds."""
    original = claiming(scanned_pdf(scan), CLAIM % (2, before))
    assert said_of(searchable(renderer, original, page)) == CLAIM % (2, after)
