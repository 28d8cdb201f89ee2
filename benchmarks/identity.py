"""Whose document is it: wrong-patient filings and matched share on noisy documents with planted conflicts."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import sqrt
from random import Random
from typing import Final

from rich.console import Console
from rich.table import Table

from documents.arrival import Declaration
from documents.identification import Identification, IdentityOutcome
from documents.inspection import Inspection
from documents.page import Box, Page, Source, Symbol
from documents.patient import OID_INS_NIR_TEST, Ins, matricule_key
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.read.reader import ConfinedReader
from specimens import Form, generate
from specimens.composing import compose
from specimens.kind import Kind
from specimens.markup import plain
from specimens.paper import Block, Frame, PageBreak, Paper, Shown
from specimens.people import LAST_DAY, Patient, World, populate

#: Character error rates of the ways in which pages reach us, and how often each comes: several times harder on digits
#: than our reader is on specimens of these kinds, see `docs/identity.md`.
_QUALITIES: Final = (
    ("text layer", 0.0, 25),
    ("clean scan", 0.0015, 30),
    ("light scan", 0.0025, 20),
    ("medium scan", 0.005, 15),
    ("fax", 0.015, 10),
)
_READ: Final = "read by our reader"
#: What OCR writes for what stands there.
_CONFUSIONS: Final = {
    "0": "O8", "1": "Il7", "2": "Z7", "3": "8", "5": "S6", "6": "G8", "7": "1", "8": "B36", "9": "g0", "O": "0Q",
    "I": "l1", "l": "1I", "S": "5", "B": "8", "Z": "2", "G": "6", "e": "c", "c": "e", "n": "u", "u": "n", "h": "b",
    "m": ("rn",), "é": "eè", "è": "eé", "ï": "i", "ç": "c", "a": "o", "o": "a", "t": "f", "f": "t", "i": "l", "E": "F",
    "M": "N", "N": "M", "D": "O", "C": "G", "U": "V", "R": "K", "P": "F", ":": ".;", "/": "7l", " ": ("",), ".": ",",
}  # fmt: skip
_WHOLE: Final = Box(left=0.7, top=0.1, right=0.8, bottom=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document for the identifier, and the truth about it."""

    pages: tuple[Page, ...]
    declared: Declaration
    truth: Ins
    quality: str
    #: The conflict planted in it, or an empty string.
    planted: str


def main(argv: Sequence[str]) -> int:
    """Identify generated documents and print how many were filed, and how many wrongly."""
    parser = argparse.ArgumentParser(prog="bench identity", description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--read", type=int, default=0, help="as many scanned specimens more, read by our reader")
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args(argv)
    identifier = EvidenceIdentifier(accept_test_oids=True, today=lambda: LAST_DAY)
    tally = Tally()
    for case in chain(cases(arguments.documents, arguments.seed), read_cases(arguments.read, arguments.seed)):
        start = time.process_time()
        answer = identifier.identify(case.pages, case.declared)
        tally.count(case, answer, time.process_time() - start)
    tally.show(Console())
    print(json.dumps(tally.figures()))
    return 0 if tally.met else 1


class Tally:
    """What came out."""

    def __init__(self) -> None:
        """Start at zero."""
        self.outcomes: Counter[tuple[str, str, str]] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.wrong = 0
        self.seconds: list[float] = []

    def count(self, case: Case, answer: Identification, seconds: float) -> None:
        """Count one answer. A planted conflict that goes on alone is filed wrongly, whoever it is filed under."""
        matched = answer.outcome is IdentityOutcome.MATCHED
        wrong = matched and (bool(case.planted) or answer.ins != case.truth)
        self.wrong += wrong
        self.seconds.append(seconds)
        self.outcomes[case.planted, case.quality, "wrong" if wrong else answer.outcome.value] += 1
        for reason in answer.reasons:
            self.reasons[case.planted, reason] += 1

    @property
    def documents(self) -> int:
        """How many documents were judged."""
        return len(self.seconds)

    @property
    def free(self) -> int:
        """How many carried no conflict."""
        return sum(n for (planted, _, _), n in self.outcomes.items() if not planted)

    @property
    def matched(self) -> int:
        """How many without conflict were matched, rightly."""
        return self.outcomes_of("", IdentityOutcome.MATCHED.value)

    @property
    def met(self) -> bool:
        """Whether the goals are reached: nothing filed wrongly, 95 % of the conflict-free matched alone."""
        return self.wrong == 0 and self.matched >= 0.95 * self.free

    def outcomes_of(self, planted: str, outcome: str, quality: str | None = None) -> int:
        """Count the documents of a planted conflict, an outcome and, if named, a quality."""
        return sum(
            n for (p, q, o), n in self.outcomes.items() if p == planted and o == outcome and quality in {None, q}
        )

    def figures(self) -> dict[str, object]:
        """Return the figures as one flat record."""
        low, high = wilson(self.wrong, self.documents)
        return {
            "benchmark": "identity",
            "documents": self.documents,
            "planted": self.documents - self.free,
            "wrong_filings": self.wrong,
            "wrong_interval_95": [round(low, 6), round(high, 6)],
            "matched_share": round(self.matched / max(1, self.free), 4),
            "matched_interval_95": [round(x, 4) for x in wilson(self.matched, self.free)],
            "median_ms": round(1000 * sorted(self.seconds)[len(self.seconds) // 2], 2),
            "met": self.met,
        }

    def show(self, console: Console) -> None:
        """Print the tables."""
        table = Table(title=f"Identity: {self.documents} documents")
        for head in ("planted conflict", "quality", "documents", "matched", "review", "filed wrongly"):
            table.add_column(head, justify="left" if head in {"planted conflict", "quality"} else "right")
        for planted in ("", *PLANTS):
            for quality in [*(name for name, _, _ in _QUALITIES), _READ] if not planted else [None]:
                self._row(table, planted, quality)
        console.print(table)
        reasons = Table(title="Reasons for review of conflict-free documents")
        reasons.add_column("reason")
        reasons.add_column("documents", justify="right")
        for (planted, reason), n in self.reasons.most_common():
            if not planted and self.reasons and reason not in _MATCHING:
                reasons.add_row(reason, str(n))
        console.print(reasons)
        low, high = wilson(self.wrong, self.documents)
        console.print(f"Filed wrongly: {self.wrong} (95 % interval {low:.3%} to {high:.3%}; goal: none)")
        low, high = wilson(self.matched, self.free)
        console.print(f"Matched alone: {self.matched / max(1, self.free):.2%} ({low:.2%} to {high:.2%}; goal: 95 %)")

    def _row(self, table: Table, planted: str, quality: str | None) -> None:
        counts = {
            outcome: self.outcomes_of(planted, outcome, quality)
            for outcome in ("matched", "conflict", "insufficient", "wrong")
        }
        if sum(counts.values()):
            table.add_row(
                planted or "none",
                quality or "all",
                str(sum(counts.values())),
                str(counts["matched"]),
                str(counts["conflict"] + counts["insufficient"]),
                str(counts["wrong"]),
            )


#: Reasons that end in a match: not listed among those for review.
_MATCHING: Final = frozenset(
    {
        "declared-number-on-page",
        "declared-traits-on-page",
        "declared-name-on-page",
        "declared-alone",
        "datamatrix-and-page-agree",
        "number-and-traits-agree",
        "repaired-number-and-traits-agree",
    }
)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; with no hit at all its upper end is near the rule of three."""
    if not trials:
        return 0.0, 1.0
    z = 1.959964
    share, weight = hits / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def cases(documents: int, seed: int) -> Iterator[Case]:
    """Draw documents: one in ten with a planted conflict, each kind of conflict in turn."""
    world = populate(seed)
    plants = list(PLANTS)
    for number in range(documents):
        rng = Random(f"identity/{seed}/{number}")
        if number % 10 == 0:
            name = plants[(number // 10) % len(plants)]
            yield replace(PLANTS[name](world, rng), planted=name)
        else:
            yield plain_case(world, rng)


def read_cases(count: int, seed: int) -> Iterator[Case]:
    """Read scanned specimens of every degradation; every tenth is declared as another patient's."""
    if not count:
        return
    world, reader = populate(seed), ConfinedReader()
    forms = (Form.SCANNED_PDF, Form.TIFF, Form.JPEG)
    for number, specimen in enumerate(generate(count, seed, forms=forms)):
        truth, last = specimen.truth, len(specimen.truth.pages)
        pages = tuple(reader.read(specimen.content, Inspection(media_type=specimen.media_type, pages=last), 1, last))
        declared = Declaration(ins=truth.ins, traits=truth.traits)
        planted = ""
        if number % 10 == 0:
            other = another(world, truth.ins, Random(f"{seed}/{number}"))
            declared, planted = Declaration(ins=other.ins, traits=other.traits), "other patient's file"
        yield Case(pages=pages, declared=declared, truth=truth.ins, quality=_READ, planted=planted)
    reader.close()


def plain_case(world: World, rng: Random) -> Case:
    """Draw a document without conflict. Where nothing is declared the paper itself bears a number: else no rule can."""
    declared = rng.random() < 0.7
    paper = draw_paper(world, rng)
    while not declared and not paper.shown & {Shown.MATRICULE, Shown.DATAMATRIX}:
        paper = draw_paper(world, rng)
    return case_of([paper], paper.patient if declared else None, paper.patient, rng)


def draw_paper(world: World, rng: Random, shows: Shown = Shown.TRAITS) -> Paper:
    """Draw a paper of any kind about anybody that shows at least this."""
    while True:
        try:
            paper = compose(rng.choice(list(Kind)), world, rng, long=rng.random() < 0.2)
        except LookupError:
            continue  # nobody in this world fits this kind of paper
        if shows in paper.shown:
            return paper


def case_of(
    papers: Sequence[Paper],
    declared: Patient | None,
    truth: Patient,
    rng: Random,
    alter: Callable[[str], str] = str,
) -> Case:
    """Make pages of papers, printed with an alteration or as they are, read as well as one quality allows."""
    name, rate, _ = rng.choices(_QUALITIES, [weight for _, _, weight in _QUALITIES])[0]
    sheets = [(paper, blocks) for paper in papers for blocks in split(paper)]
    pages = [page_of(n, blocks, paper, rate=rate, rng=rng, alter=alter) for n, (paper, blocks) in enumerate(sheets, 1)]
    said = Declaration(ins=declared.ins, traits=declared.traits) if declared else Declaration()
    return Case(pages=tuple(pages), declared=said, truth=truth.ins, quality=name, planted="")


def split(paper: Paper) -> Iterator[list[Block]]:
    """Yield the blocks of each page."""
    page: list[Block] = []
    for block in paper.blocks:
        if isinstance(block, PageBreak):
            yield page
            page = []
        else:
            page.append(block)
    yield page


def page_of(  # noqa: PLR0913 - what is printed and how well it is read
    number: int, blocks: Sequence[Block], paper: Paper, *, rate: float, rng: Random, alter: Callable[[str], str]
) -> Page:
    """Make a page: its text with noise, its Datamatrix as it is, for that is decoded with error correction or not."""
    head = f"{paper.running_head}\n" if number > 1 else ""
    text = head + plain(blocks) + "\n" + "\n".join(paper.footer)
    codes = [b.datamatrix for b in blocks if isinstance(b, Frame) and b.datamatrix]
    legible = rate < 0.01 or rng.random() < 0.5
    return Page(
        number=number,
        source=Source.OCR if rate else Source.TEXT,
        text=misread(alter(text), rate, rng),
        symbols=tuple(Symbol(payload=c, symbology="DataMatrix", box=_WHOLE) for c in codes if legible),
    )


def misread(text: str, rate: float, rng: Random) -> str:
    """Read a text as OCR does: mostly lookalikes, some characters lost, some added."""
    if not rate:
        return text
    return "".join(_misread(c, rng) if rng.random() < rate and c != "\n" else c for c in text)


def _misread(character: str, rng: Random) -> str:
    kind = rng.random()
    if kind < 0.7 and character in _CONFUSIONS:
        return rng.choice(_CONFUSIONS[character])
    if kind < 0.85:
        return ""
    return character + rng.choice("'.,- il") if kind < 0.95 else rng.choice("aeinrst")


def another(world: World, ins: Ins, rng: Random) -> Patient:
    """Draw somebody else."""
    return world.patient(rng, lambda p: p.ins != ins)


def other_patient_s_file(world: World, rng: Random) -> Case:
    """The paper is another patient's than the one declared."""
    paper = draw_paper(world, rng)
    return case_of([paper], another(world, paper.patient.ins, rng), paper.patient, rng)


def other_patient_s_page(world: World, rng: Random) -> Case:
    """A page of another patient lies among the patient's."""
    paper = stray = draw_paper(world, rng)
    while stray.patient.ins == paper.patient.ins:
        stray = draw_paper(world, rng)
    papers = [paper, stray] if rng.random() < 0.5 else [stray, paper]
    return case_of(papers, paper.patient, paper.patient, rng)


def wrong_digit_declared(world: World, rng: Random) -> Case:
    """The declared number is one digit off, its key right: somebody else's. The paper prints the right one."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    declared = replace(paper.patient, ins=off_by_one(paper.patient.ins, rng))
    return case_of([paper], declared, paper.patient, rng)


def wrong_digit_printed(world: World, rng: Random) -> Case:
    """The printed number is one digit off, its key right: somebody else's. The right one is declared."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    declared = replace(paper.patient, ins=off_by_one(paper.patient.ins, rng))
    return case_of([paper], declared, declared, rng)


def wrong_digit_key_kept(world: World, rng: Random) -> Case:
    """One printed digit is wrong, so that the key is too. The right number is declared."""
    paper = draw_paper(world, rng, Shown.MATRICULE)
    while Shown.DATAMATRIX in paper.shown:
        paper = draw_paper(world, rng, Shown.MATRICULE)
    return case_of([paper], paper.patient, paper.patient, rng, alter=lambda text: spoil(text, paper.patient.ins, rng))


def swapped_twin(world: World, rng: Random) -> Case:
    """The paper is the twin's: same birth, same family name, next number in the register."""
    paper = draw_paper(world, rng)
    twin = paper.patient
    strangers = [p for p in world.patients if p.sex is twin.sex and p.first_name != twin.first_name]
    order = int(twin.ins.number[10:13]) % 998 + 1
    matricule = f"{twin.ins.number[:10]}{order:03d}"
    declared = replace(
        twin,
        ins=Ins(number=matricule + matricule_key(matricule), oid=OID_INS_NIR_TEST),
        traits=replace(twin.traits, first_names=rng.choice(strangers).traits.first_names),
    )
    return case_of([paper], declared, twin, rng)


def same_name_other_birth_date(world: World, rng: Random) -> Case:
    """The paper is a namesake's, born another day."""
    paper = draw_paper(world, rng)
    namesake = paper.patient
    other = world.patient(rng, lambda p: p.sex is namesake.sex and p.born != namesake.born)
    declared = replace(namesake, ins=other.ins, traits=replace(namesake.traits, birth_date=other.born))
    return case_of([paper], declared, namesake, rng)


def off_by_one(ins: Ins, rng: Random) -> Ins:
    """Return the number with one digit of its last eight changed and its key made right again."""
    place = rng.randrange(7, 13)
    digit = rng.choice([d for d in "0123456789" if d != ins.number[place]])
    matricule = ins.number[:place] + digit + ins.number[place + 1 : 13]
    return Ins(number=matricule + matricule_key(matricule), oid=ins.oid)


def spoil(text: str, ins: Ins, rng: Random) -> str:
    """Change one digit of the printed number, wherever its groups stand."""
    places = [n for n, c in enumerate(text) if c.isdigit() or c in "AB"]
    for first in range(len(places) - 12):
        run = places[first : first + 13]
        if "".join(text[n] for n in run) == ins.number[:13]:
            place = rng.choice([n for n in run[1:] if text[n].isdigit()])
            return text[:place] + rng.choice([d for d in "0123456789" if d != text[place]]) + text[place + 1 :]
    return text


PLANTS: Final[dict[str, Callable[[World, Random], Case]]] = {
    "other patient's file": other_patient_s_file,
    "other patient's page": other_patient_s_page,
    "wrong digit declared": wrong_digit_declared,
    "wrong digit printed": wrong_digit_printed,
    "wrong digit, key kept": wrong_digit_key_kept,
    "swapped twin": swapped_twin,
    "same name, other birth date": same_name_other_birth_date,
}
