"""Generating: an endless, seeded supply of specimens, one after another or as texts only."""

from collections.abc import Iterator, Sequence
from random import Random

from specimens.composing import compose
from specimens.degrading import DEGRADATIONS
from specimens.kind import Kind
from specimens.layout import set_pages
from specimens.markup import plain
from specimens.paper import Paper
from specimens.people import populate
from specimens.printing import to_pdf
from specimens.scanning import Scan, scan, to_mixed_pdf, to_scanned_pdf, to_tiff
from specimens.specimen import Form, Specimen, Truth
from specimens.style import draw_style


def generate(  # noqa: PLR0913 - what to draw from is the question
    count: int,
    seed: int,
    *,
    kinds: Sequence[Kind] = tuple(Kind),
    forms: Sequence[Form] = tuple(Form),
    degradations: Sequence[str] = tuple(DEGRADATIONS),
    patients: int = 400,
) -> Iterator[Specimen]:
    """Generate specimens, lazily. The same arguments give the same bytes on machines with the same fonts.

    The first `count` specimens of a seed do not depend on `count`. Kinds and forms are taken in turn, so that a small
    batch already holds each.

    Args:
        count: How many.
        seed: Whatever decides.
        kinds: Only these kinds.
        forms: Only these forms.
        degradations: Names of `specimens.degrading.DEGRADATIONS`, for what is scanned.
        patients: How many people live in the world that they are about.
    """
    for number in range(count):
        rng = Random(f"specimen/{seed}/{number}")
        kind = kinds[number % len(kinds)]
        form = forms[(number + number // len(kinds)) % len(forms)]
        paper = compose(kind, populate(seed, patients), rng, long=form is Form.MIXED)
        name = f"{seed}-{number:05d}-{kind.value}{form.suffix}"
        yield _made(name, paper, form, rng.choice(degradations), rng)


def texts(
    count: int, seed: int, *, kinds: Sequence[Kind] = tuple(Kind), patients: int = 400
) -> Iterator[tuple[str, Truth]]:
    """Generate texts with their truth, without a look: fast, for training and benchmarks."""
    for number in range(count):
        rng = Random(f"text/{seed}/{number}")
        paper = compose(kinds[number % len(kinds)], populate(seed, patients), rng)
        text = "\n".join(filter(None, (plain(paper.blocks), *paper.footer)))
        yield text, _truth(paper, (text,))


def _made(name: str, paper: Paper, form: Form, degradation: str, rng: Random) -> Specimen:
    sheets = set_pages(paper, draw_style(rng), rng)
    pdf = to_pdf(sheets)
    pages = tuple(sheet.text for sheet in sheets)
    if form in {Form.JPEG, Form.PNG}:
        pages = pages[:1]
    if form is Form.DIGITAL:
        return Specimen(
            name=name, kind=paper.kind, content=pdf, media_type=form.media_type, form=form, truth=_truth(paper, pages)
        )
    how = DEGRADATIONS[degradation]
    scans = scan(pdf, how, rng.getrandbits(32))
    scanned = _scanned(form, len(pages), rng)
    return Specimen(
        name=name,
        kind=paper.kind,
        content=_stored(form, pdf, scans, scanned, rng),
        media_type=form.media_type,
        form=form,
        degradation=how.name,
        turned=how.turned,
        scanned=scanned,
        truth=_truth(paper, pages),
    )


def _scanned(form: Form, pages: int, rng: Random) -> frozenset[int]:
    """Draw which pages are images: all, or of a mixed file some and not all."""
    if form is not Form.MIXED:
        return frozenset(range(1, pages + 1))
    return frozenset(rng.sample(range(1, pages + 1), rng.randint(1, pages - 1)))


def _stored(form: Form, pdf: bytes, scans: Sequence[Scan], scanned: frozenset[int], rng: Random) -> bytes:
    match form:
        case Form.JPEG:
            return scans[0].jpeg()
        case Form.PNG:
            return scans[0].png()
        case Form.TIFF:
            return to_tiff(scans, rng.choice(("tiff_lzw", "jpeg")))
        case Form.MIXED:
            return to_mixed_pdf(pdf, {page - 1: scans[page - 1] for page in scanned})
        case Form.SCANNED_PDF | Form.DIGITAL:
            return to_scanned_pdf(scans)


def _truth(paper: Paper, pages: tuple[str, ...]) -> Truth:
    return Truth(
        pages=pages,
        ins=paper.patient.ins,
        traits=paper.patient.traits,
        shown=paper.shown,
        practitioner=paper.author,
        establishment=paper.establishment,
        type_code=paper.type_code,
        theme=paper.theme,
        act_date=paper.act_date,
        written_on=paper.written_on,
    )
