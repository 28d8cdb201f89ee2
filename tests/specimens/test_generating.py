"""Generating specimens."""

import hashlib
import re
from collections.abc import Callable
from itertools import islice

import pypdfium2
import pytest

from documents.theme import Theme
from specimens import Form, Kind, Making, Specimen, generate, texts
from specimens.paper import Shown
from specimens.people import LAST_DAY


def squeezed(text: str) -> str:
    """Leave out white space, and hyphens: at the end of a line PDFium takes them for those of a broken word."""
    return re.sub(r"[\s\-\ufffe]+", "", text)


def text_layers(content: bytes) -> list[str]:
    """Read the text layer of each page of a PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("form", Form)
def test_the_same_seed_gives_the_same_bytes(form: Form) -> None:
    """A benchmark of today can be compared with one of next year."""
    first, second = (
        [hashlib.sha256(s.content).hexdigest() for s in generate(2, 9, forms=(form,), degradations=("medium200",))]
        for _ in range(2)
    )
    assert first == second


def test_a_longer_batch_begins_like_a_shorter_one() -> None:
    """The first specimens of a seed do not depend on how many are asked for."""
    short = [s.content for s in generate(3, 4, forms=(Form.DIGITAL,))]
    long = [s.content for s in islice(generate(50, 4, forms=(Form.DIGITAL,)), 3)]
    assert short == long


def test_another_seed_gives_other_documents() -> None:
    """Nobody tests on one batch only."""
    (one,), (other,) = (list(generate(1, seed, forms=(Form.DIGITAL,))) for seed in (1, 2))
    assert one.content != other.content


def test_the_text_layer_holds_the_truth(digital: tuple[Specimen, ...]) -> None:
    """Each page of a born-digital specimen reads as its truth says, in its order."""
    for specimen in digital:
        layers = text_layers(specimen.content)
        assert [squeezed(layer) for layer in layers] == [squeezed(page) for page in specimen.truth.pages]


def test_every_kind_is_made_with_its_official_type(digital: tuple[Specimen, ...]) -> None:
    """Type and theme come with the kind, and the six themes are all there."""
    assert {s.kind for s in digital} == set(Kind)
    assert all(s.truth.type_code == s.kind.type_code for s in digital)
    six = {Theme.SYNTHESIS, Theme.TREATMENT, Theme.REPORT, Theme.IMAGING, Theme.BIOLOGY, Theme.PREVENTION}
    assert {s.truth.theme for s in digital} >= six


def test_what_is_said_to_be_shown_is_on_the_paper(digital: tuple[Specimen, ...]) -> None:
    """The matricule stands on the papers that say so, and on no other; a name stands on each."""
    for specimen in digital:
        text = squeezed(specimen.truth.text)
        assert (specimen.truth.ins.number in text) == (Shown.MATRICULE in specimen.truth.shown)
        names = {specimen.truth.traits.used_name, specimen.truth.traits.birth_name} - {None}
        assert any(squeezed(str(name)) in text for name in names)


def test_dates_are_typed_and_plausible() -> None:
    """An act follows birth, the paper follows the act, and nothing lies in the future of the world (P10)."""
    for _, truth in texts(200, 8):
        assert truth.traits.birth_date is not None
        assert truth.traits.birth_date < truth.act_date <= truth.written_on <= LAST_DAY


@pytest.mark.parametrize("form", Form)
def test_every_form_is_what_its_media_type_says(form: Form, of_form: Callable[[Form], Specimen]) -> None:
    """By its first bytes."""
    begins = {"application/pdf": b"%PDF", "image/tiff": b"II*\0", "image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG"}
    specimen = of_form(form)
    assert specimen.content.startswith(begins[form.media_type])
    assert specimen.media_type == form.media_type
    assert specimen.name.endswith(form.suffix)


def test_scanned_pages_have_no_text(of_form: Callable[[Form], Specimen]) -> None:
    """A scan is an image and nothing else."""
    assert not "".join(text_layers(of_form(Form.SCANNED_PDF).content))


def test_mixed_files_hold_both(of_form: Callable[[Form], Specimen]) -> None:
    """Some pages have text, and those that are scanned have none (P8)."""
    specimen = of_form(Form.MIXED)
    layers = text_layers(specimen.content)
    assert specimen.form.making is Making.MIXED
    assert {number for number, layer in enumerate(layers, 1) if not layer} == specimen.scanned
    assert 0 < len(specimen.scanned) < len(layers) == len(specimen.truth.pages)


def test_texts_come_with_their_truth() -> None:
    """Without a look, for training."""
    drawn = list(texts(2 * len(Kind), 1))
    assert {truth.type_code for _, truth in drawn} == {kind.type_code for kind in Kind}
    assert all(text == truth.text for text, truth in drawn)


def test_nothing_of_a_specimen_prints(digital: tuple[Specimen, ...]) -> None:
    """Names and texts stay out of logs, even invented ones: tests plant them as canaries."""
    for specimen in digital:
        printed = repr(specimen)
        assert specimen.truth.ins.number not in printed
        assert specimen.truth.pages[0].splitlines()[-1] not in printed
