"""Drafts: what is drawn for a document before it is printed: its papers, what is declared, and the conflict in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from documents.arrival import Declaration
from documents.patient import OID_INS_NIR_TEST, Ins, matricule_key
from specimens.composing import compose
from specimens.datamatrix import payload
from specimens.degrading import DEGRADATIONS
from specimens.kind import Kind
from specimens.paper import Frame, Paper, Shown
from specimens.people import Patient, World, populate

#: How documents reach us: of a hundred, so many are born digital; the others come by every degradation in turn.
_BORN_DIGITAL: Final = 25
#: How often the feeder declares whose it is.
_DECLARED: Final = 0.7
#: How often a paper is made to take more than one page; most papers are short.
_LONG: Final = 0.06
#: One document in so many carries a planted conflict.
_PLANTED: Final = 10
#: Papers drawn before nobody of a world is said to have one.
_MOST_DRAWS: Final = 500

DIGITAL: Final = "born digital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document before it is printed, and the truth about it."""

    seed: int
    number: int
    papers: tuple[Paper, ...]
    declared: Patient | None
    #: The patient under whom it may be filed; None when that is nobody.
    truth: Ins | None
    #: `DIGITAL`, or the name of the degradation of its scan.
    quality: str
    #: The conflict planted in it, or an empty string.
    planted: str = ""

    @property
    def declaration(self) -> Declaration:
        """What the feeder says of it."""
        if self.declared is None:
            return Declaration()
        return Declaration(ins=self.declared.ins, traits=self.declared.traits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A document whose evidence contradicts itself, before it is decided how it reaches us."""

    papers: tuple[Paper, ...]
    declared: Patient | None
    #: The patient under whom it may be filed all the same, because the paper is that patient's.
    truth: Ins | None = None


def draft(number: int, seed: int) -> Draft:
    """Draw a document. The same number of the same seed is the same document; one in ten carries a conflict."""
    rng, world = Random(f"identity/{seed}/{number}"), populate(seed)
    scans = list(DEGRADATIONS)
    quality = DIGITAL if rng.randrange(100) < _BORN_DIGITAL else scans[number % len(scans)]
    if number % _PLANTED:
        paper = draw_paper(world, rng, long=rng.random() < _LONG)
        declared = rng.random() < _DECLARED or not paper.shown & {Shown.MATRICULE, Shown.DATAMATRIX}
        owner = paper.patient
        return Draft(
            seed=seed,
            number=number,
            papers=(paper,),
            declared=owner if declared else None,
            truth=owner.ins,
            quality=quality,
        )
    name = list(CONFLICTS)[number // _PLANTED % len(CONFLICTS)]
    planted = _plant(name, world, rng)
    return Draft(
        seed=seed,
        number=number,
        papers=planted.papers,
        declared=planted.declared,
        truth=planted.truth,
        quality=quality,
        planted=name,
    )


def _plant(name: str, world: World, rng: Random) -> Conflict:
    """Plant a conflict, with other people where those who were drawn have no paper."""
    while True:
        try:
            return CONFLICTS[name](world, rng)
        except LookupError:
            continue


def draw_paper(world: World, rng: Random, *shows: Shown, long: bool = False) -> Paper:
    """Draw a paper of any kind about anybody of a world that shows at least this.

    Raises:
        LookupError: Nobody of this world has such a paper: who was born last week had no examination last year.
    """
    for _ in range(_MOST_DRAWS):
        try:
            paper = compose(rng.choice(list(Kind)), world, rng, long=long)
        except LookupError:
            continue  # nobody in this world fits this kind of paper
        if {*shows} <= paper.shown:
            return paper
    message = "nobody of this world has such a paper"
    raise LookupError(message)


def paper_about(patient: Patient, world: World, rng: Random, *shows: Shown) -> Paper:
    """Draw a paper about somebody."""
    return draw_paper(World(patients=(patient,), practitioners=world.practitioners), rng, *shows)


def other_patient_s_file(world: World, rng: Random) -> Conflict:
    """The paper is another patient's than the one declared."""
    paper = draw_paper(world, rng)
    return Conflict(papers=(paper,), declared=_another(world, paper.patient.ins, rng))


def other_patient_s_page(world: World, rng: Random) -> Conflict:
    """A page of another patient lies among the patient's, declared or not."""
    paper = draw_paper(world, rng)
    stray = paper_about(_another(world, paper.patient.ins, rng), world, rng)
    return _mixed(paper, stray, rng)


def wrong_digit_declared(world: World, rng: Random) -> Conflict:
    """The declared number is one digit off, its key right: somebody else's. The paper prints the right one."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    wrong = replace(paper.patient, ins=off_by_one(paper.patient.ins, rng))
    return Conflict(papers=(paper,), declared=wrong)


def wrong_digit_printed(world: World, rng: Random) -> Conflict:
    """The printed number is one digit off, its key right: somebody else's. The right one is declared."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    wrong = off_by_one(paper.patient.ins, rng).number
    return Conflict(papers=(_reprinted(paper, wrong),), declared=paper.patient)


def wrong_digit_key_kept(world: World, rng: Random) -> Conflict:
    """One printed digit is wrong, so that the key is too. The right number is declared, or none."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    while Shown.DATAMATRIX in paper.shown:
        paper = draw_paper(world, rng, Shown.MATRICULE)
    owner, place = paper.patient, rng.randrange(1, 13)
    number = owner.ins.number
    while not number[place].isdigit():
        place = rng.randrange(1, 13)
    wrong = number[:place] + _other_digit(number[place], rng) + number[place + 1 :]
    declared = owner if rng.random() < _DECLARED else None
    return Conflict(papers=(_reprinted(paper, wrong),), declared=declared)


def swapped_twin(world: World, rng: Random) -> Conflict:
    """The paper is the twin's: same birth, same family name, next number in the register."""
    paper = draw_paper(world, rng)
    return Conflict(papers=(paper,), declared=_twin(paper.patient, world, rng))


def twin_s_page(world: World, rng: Random) -> Conflict:
    """A page of the twin lies among the patient's, declared or not."""
    paper = draw_paper(world, rng)
    return _mixed(paper, paper_about(_twin(paper.patient, world, rng), world, rng), rng)


def same_name_other_birth_date(world: World, rng: Random) -> Conflict:
    """The paper is a namesake's, born another day."""
    paper = draw_paper(world, rng)
    return Conflict(papers=(paper,), declared=_namesake(paper.patient, world, rng))


def namesake_s_page(world: World, rng: Random) -> Conflict:
    """A page of a namesake lies among the patient's, declared or not."""
    paper = draw_paper(world, rng)
    return _mixed(paper, paper_about(_namesake(paper.patient, world, rng), world, rng), rng)


def other_patient_s_datamatrix(world: World, rng: Random) -> Conflict:
    """The label with the Datamatrix was another patient's; where it cannot be read, the paper is its own patient's."""
    paper = draw_paper(world, rng, Shown.DATAMATRIX)
    other = _another(world, paper.patient.ins, rng)
    blocks = tuple(
        replace(block, datamatrix=payload(other.ins, other.traits)) if isinstance(block, Frame) else block
        for block in paper.blocks
    )
    owner = paper.patient
    declared = owner if rng.random() < _DECLARED else None
    return Conflict(papers=(replace(paper, blocks=blocks),), declared=declared, truth=owner.ins)


def _mixed(paper: Paper, stray: Paper, rng: Random) -> Conflict:
    """Two papers as one document: declared as the first one's, or as nobody's."""
    papers = (paper, stray) if rng.random() < 0.5 else (stray, paper)
    declared = paper.patient if rng.random() < _DECLARED else None
    return Conflict(papers=papers, declared=declared)


def _another(world: World, ins: Ins, rng: Random) -> Patient:
    """Draw somebody else."""
    return world.patient(rng, lambda p: p.ins != ins)


def _twin(person: Patient, world: World, rng: Random) -> Patient:
    """Make a twin of the same sex."""
    others = [p for p in world.patients if p.sex is person.sex and p.first_name != person.first_name]
    matricule = f"{person.ins.number[:10]}{int(person.ins.number[10:13]) % 998 + 1:03d}"
    return replace(
        person,
        ins=Ins(number=matricule + matricule_key(matricule), oid=OID_INS_NIR_TEST),
        traits=replace(person.traits, first_names=rng.choice(others).traits.first_names),
    )


def _namesake(person: Patient, world: World, rng: Random) -> Patient:
    """Make somebody of the same names and sex who was born another day."""
    other = world.patient(rng, lambda p: p.sex is person.sex and p.born != person.born)
    born, place = other.traits.birth_date, other.traits.birth_place
    return replace(person, ins=other.ins, traits=replace(person.traits, birth_date=born, birth_place=place))


def off_by_one(ins: Ins, rng: Random) -> Ins:
    """Return the number with one digit of its last eight changed and its key made right again."""
    place = rng.randrange(7, 13)
    matricule = ins.number[:place] + _other_digit(ins.number[place], rng) + ins.number[place + 1 : 13]
    return Ins(number=matricule + matricule_key(matricule), oid=ins.oid)


def _other_digit(digit: str, rng: Random) -> str:
    return rng.choice([d for d in "0123456789" if d != digit])


def _reprinted(paper: Paper, instead: str) -> Paper:
    """Print another number in the place of the patient's.

    Raises:
        LookupError: The paper prints none.
    """
    blocks = tuple(
        replace(block, lines=tuple(_line(line, paper.patient.ins.number, instead) for line in block.lines))
        if isinstance(block, Frame)
        else block
        for block in paper.blocks
    )
    if blocks == paper.blocks:
        raise LookupError("no number to print another for")
    return replace(paper, blocks=blocks)


def _line(line: str, number: str, instead: str) -> str:
    """Replace a number character by character, whatever its groups; a line without it stays."""
    places = [n for n, c in enumerate(line) if c in "0123456789AB"]
    for first in range(len(places) - 14):
        run = places[first : first + 15]
        if "".join(line[n] for n in run) == number:
            letters = list(line)
            for place, character in zip(run, instead, strict=True):
                letters[place] = character
            return "".join(letters)
    return line


CONFLICTS: Final[dict[str, Callable[[World, Random], Conflict]]] = {
    "other patient's file": other_patient_s_file,
    "other patient's page": other_patient_s_page,
    "wrong digit declared": wrong_digit_declared,
    "wrong digit printed": wrong_digit_printed,
    "wrong digit, key kept": wrong_digit_key_kept,
    "swapped twin": swapped_twin,
    "twin's page": twin_s_page,
    "same name, other birth date": same_name_other_birth_date,
    "namesake's page": namesake_s_page,
    "other patient's datamatrix": other_patient_s_datamatrix,
}
