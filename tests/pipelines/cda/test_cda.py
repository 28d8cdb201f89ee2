"""Clinical documents: their header declares, their narrative reads as pages, what they carry is read as it is."""

import base64
import gzip
import hashlib
from collections.abc import Iterator

import pytest

from documents.arrival import Declaration
from documents.errors import DamagedFile, ForbiddenMarkup, NeedsPassword, UnknownType
from documents.page import Source
from documents.patient import Sex
from pipelines.cda.leaves import open_cda
from pipelines.cda.media import decode_base64
from pipelines.examining import examine
from pipelines.services import Skills
from specimens import Form, Kind, Specimen, generate
from specimens.broken_markup import xml_bomb
from specimens.clinical import document, level_1, level_3
from tests.pipelines.files import encrypted_pdf, letter_pdf
from verso.bootstrap import build_skills, close_skills
from verso.settings import Settings


@pytest.fixture(scope="module")
def paper() -> Specimen:
    """A born-digital letter."""
    return next(generate(1, 11, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))


@pytest.fixture(scope="module")
def scan() -> Specimen:
    """A scanned one."""
    return next(generate(1, 11, kinds=(Kind.CONSULTATION,), forms=(Form.SCANNED_PDF,), degradations=("light200",)))


@pytest.fixture(scope="module")
def skills() -> Iterator[Skills]:
    """The real skills, confined."""
    skills = build_skills(Settings())
    yield skills
    close_skills(skills)


def test_the_header_declares_whose_what_by_whom_and_when(paper: Specimen) -> None:
    """Patient with traits, type, author, establishment, dates and the name that the document has for ever."""
    said, truth = open_cda(level_1(paper, replaces="older")).declaration, paper.truth
    assert (said.ins, said.type_code) == (truth.ins, truth.type_code)
    assert said.traits is not None
    assert said.traits.birth_name == truth.traits.birth_name
    assert said.traits.first_names == truth.traits.first_names
    assert (said.traits.sex, said.traits.birth_date) == (truth.traits.sex, truth.traits.birth_date)
    assert said.traits.birth_place == truth.traits.birth_place
    assert (said.act_date, said.written_date) == (truth.act_date, truth.written_on)
    assert (said.author_rpps, said.finess) == (truth.practitioner.rpps, truth.establishment.finess)
    assert said.author == f"Dr {truth.practitioner.name}"
    assert said.unique_id == f"1.2.250.1.999.1^{paper.name}"
    assert said.replaces == ("1.2.250.1.999.1^older",)


def test_nothing_of_a_header_prints(paper: Specimen) -> None:
    """Names and numbers stay out of every representation."""
    printed = repr(open_cda(level_1(paper)))
    assert paper.truth.ins.number not in printed
    assert (paper.truth.traits.birth_name or "?") not in printed


def test_a_number_with_a_wrong_key_is_no_number_and_is_printed_as_it_is(paper: Specimen) -> None:
    """Who judges sees it; nobody is filed by it."""
    wrong = level_1(paper).replace(paper.truth.ins.number.encode(), b"279035121518988")
    found = open_cda(wrong)
    assert found.declaration.ins is None
    assert "279035121518988" in (found.leaves[-1].text or "")


@pytest.mark.parametrize("wrapped", [4, 64, 76, None])
def test_base64_is_read_whatever_its_layout(paper: Specimen, wrapped: int | None) -> None:
    """Short lines, long lines, one line."""
    (file,) = open_cda(level_1(paper, wrapped=wrapped)).files
    assert file is not None
    assert file[0] == paper.content


@pytest.mark.parametrize("text", ["data:application/pdf;base64,_-8=", "_-8", " / + 8 =\r\n", "/+8="])
def test_base64_is_read_in_every_dialect(text: str) -> None:
    """As a URL, in the URL alphabet, without padding, with blanks."""
    assert decode_base64(text) == b"\xff\xef"


def test_a_level_1_document_is_its_file_and_then_its_header(paper: Specimen, skills: Skills) -> None:
    """The pages keep the numbers that they have in the PDF; the header follows, and speaks as a paper does."""
    found = examine(level_1(paper), Declaration(), skills)
    assert found.inspection.media_type == "text/xml"
    assert [page.source for page in found.pages] == [Source.TEXT] * (len(paper.truth.pages) + 1)
    assert paper.truth.ins.number in found.pages[-1].text
    assert (found.identification.outcome, found.identification.ins) == ("matched", paper.truth.ins)
    assert found.classification.best.type_code == paper.truth.type_code


def test_a_scan_in_a_document_is_read_from_its_pixels(scan: Specimen, skills: Skills) -> None:
    """Level 1 is often a screenshot or a scan: it is read, previewed and made searchable as any other."""
    original = level_1(scan)
    found = examine(original, Declaration(), skills)
    assert found.pages[0].source is Source.OCR
    preview = skills.renderer.preview(original, found.inspection, found.pages[0])
    searchable = skills.renderer.searchable(original, found.inspection, found.pages)
    assert isinstance(preview, bytes)
    assert isinstance(searchable, bytes)
    assert searchable.startswith(b"%PDF")


def test_a_level_3_document_reads_as_a_person_would(paper: Specimen, skills: Skills) -> None:
    """Header, titles, paragraphs and the rows of tables, in that order; the copy that it carries comes after."""
    original = level_3("report", paper.truth, copy=paper.content)
    found = examine(original, Declaration(), skills)
    text = found.pages[0].text
    places = [text.index(part) for part in ("Nom de naissance", "Matricule INS", "FINESS", "Contenu")]
    assert places == sorted(places)
    whole = "\n".join(page.text for page in found.pages)
    assert "Rubrique   Valeur\nDocuments joints   aucun" in whole
    assert found.pages[-1].text != found.pages[0].text
    assert found.identification.outcome == "matched"
    no_picture = skills.renderer.preview(original, found.inspection, found.pages[0])
    assert not isinstance(no_picture, bytes)


def test_every_page_of_a_narrative_says_whose_it_is(paper: Specimen) -> None:
    """As each page of a medical paper does."""
    long = "".join(f"<paragraph>Ligne {number}</paragraph>" for number in range(300))
    body = f"<structuredBody><component><section><text>{long}</text></section></component></structuredBody>"
    leaves = open_cda(document("long", paper.truth, body)).leaves
    assert len(leaves) > 4
    assert all(paper.truth.ins.number in (leaf.text or "") for leaf in leaves)


def test_what_its_author_struck_out_is_not_shown(paper: Specimen) -> None:
    """CDA marks it as deleted."""
    text = 'Avant <content revised="delete">rature</content>après'
    body = f"<structuredBody><component><section><text>{text}</text></section></component></structuredBody>"
    (leaf,) = open_cda(document("struck", paper.truth, body)).leaves
    assert "Avant après" in (leaf.text or "")
    assert "rature" not in (leaf.text or "")


def test_a_header_that_contradicts_the_declaration_is_a_conflict(paper: Specimen, skills: Skills) -> None:
    """P8: the batch says one patient, the document another: a person decides."""
    other = next(s for s in generate(9, 12, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))
    found = examine(level_3("report", paper.truth), Declaration(ins=other.truth.ins, traits=other.truth.traits), skills)
    assert found.identification.outcome == "conflict"


def test_a_file_within_that_contradicts_the_header_is_a_conflict(paper: Specimen, skills: Skills) -> None:
    """P8: software that embeds the wrong patient's PDF files nothing."""
    other = next(s for s in generate(9, 12, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))
    body = base64.b64encode(other.content).decode()
    carried = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{body}</text></nonXMLBody>'
    found = examine(document("mixed-up", paper.truth, carried), Declaration(), skills)
    assert found.identification.outcome == "conflict"


def test_a_compressed_and_signed_file_is_proven(paper: Specimen) -> None:
    """ED.compression and ED.integrityCheck: what does not match its digest is damaged."""
    content = paper.content
    digest = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    packed = base64.b64encode(gzip.compress(content)).decode()
    text = f'<text representation="B64" compression="GZ" integrityCheck="{digest}">{packed}</text>'
    body = f"<nonXMLBody>{text}</nonXMLBody>"
    (file,) = open_cda(document("packed", paper.truth, body)).files
    assert file is not None
    assert file[0] == content
    with pytest.raises(DamagedFile):
        open_cda(document("packed", paper.truth, body.replace(digest, digest[::-1])))


def test_a_protected_file_within_asks_for_its_password(paper: Specimen) -> None:
    """As it would alone."""
    data = base64.b64encode(encrypted_pdf(user="secret")).decode()
    body = f'<nonXMLBody><text representation="B64">{data}</text></nonXMLBody>'
    with pytest.raises(NeedsPassword):
        open_cda(document("locked", paper.truth, body))


def test_a_broken_copy_makes_a_narrative_partial(paper: Specimen, skills: Skills) -> None:
    """What can be read is read, and what cannot is told of."""
    found = examine(level_3("report", paper.truth, copy=letter_pdf("Un")[:200]), Declaration(), skills)
    assert [page.source for page in found.pages][-1] is Source.FAILED


def test_a_document_in_its_own_style_sheet_is_understood(paper: Specimen) -> None:
    """The self-presenting form: the sheet is looked through and never run."""
    inner = level_3("report", paper.truth).partition(b"?>")[2]
    sheet = b'<?xml version="1.0"?><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform">' + inner
    assert open_cda(sheet + b"</x:stylesheet>").declaration.ins == paper.truth.ins


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_markup_is_read_in_its_own_encoding(paper: Specimen, encoding: str, skills: Skills) -> None:
    """Accents come out right."""
    text = level_3("report", paper.truth).decode().replace("UTF-8", encoding).replace("Contenu", "Été à Nîmes")
    original = text.encode(encoding, "xmlcharrefreplace")
    assert skills.inspector.inspect(original).media_type == "text/xml"
    assert any("Été à Nîmes" in (leaf.text or "") for leaf in open_cda(original).leaves)


def test_what_declares_entities_is_refused_before_any_is_expanded() -> None:
    """P21: no document type, no entity, no network; a bomb costs nothing."""
    with pytest.raises(ForbiddenMarkup):
        open_cda(xml_bomb())


def test_markup_of_another_kind_is_refused(skills: Skills) -> None:
    """Through the confined process, by its class."""
    with pytest.raises(UnknownType):
        skills.inspector.inspect(b"<?xml version='1.0'?><a>ClinicalDocument</a>")


def test_a_bare_document_of_nothing_but_its_name_is_one_page() -> None:
    """Nothing in it, nothing invented."""
    bare = open_cda(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
    assert (len(bare.leaves), bare.declaration.ins, bare.declaration.traits) == (1, None, None)


def test_sexes_of_hl7_are_those_of_the_traits(paper: Specimen) -> None:
    """Indeterminate is written otherwise."""
    text = level_3("report", paper.truth).replace(
        f'administrativeGenderCode code="{paper.truth.traits.sex}"'.encode(), b'administrativeGenderCode code="UN"'
    )
    traits = open_cda(text).declaration.traits
    assert traits is not None
    assert traits.sex is Sex.UNKNOWN
