"""Synthetic nights of an insurer: lines of reimbursed care of people who do not exist, of any size, always the same."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import zstandard

from documents.patient import OID_INS_NIR_TEST

#: Columns of a line, as `docs/reimbursements.md` has them.
COLUMNS: Final = (
    "reference;action;section;ins;ins_oid;birth_name;first_names;sex;birth_date;birth_place;day;until;system;code;label;"
    "atc;prescriber;performer;establishment;quantity"
)
#: Days before the first night within which all care lies: what is older would fall out of the window by itself.
SPAN: Final = 600

#: section, system, code (a number is filled in), label, ATC, prescriber, performer, establishment, quantity
_ACTS: Final = (
    ("medicines", "cip13", "34009{:08d}", "PARACETAMOL SYNTHETIQUE 500 MG CPR", "N02BE01", "Médecine générale",
     "PHARMACIE DES ESSAIS", "", "2"),
    ("medicines", "cip13", "34009{:08d}", "AMOXICILLINE SYNTHETIQUE 1 G CPR", "J01CA04", "Médecine générale",
     "PHARMACIE DU SPÉCIMEN", "", "1"),
    ("care", "ngap", "G", "Consultation au cabinet", "", "", "DR ESSAI CAMILLE", "", "1"),
    ("biology", "nabm", "{:04d}", "Hémogramme synthétique", "", "Médecine générale", "LABORATOIRE FICTIF", "", "1"),
    ("radiology", "ccam", "ZBQK{:03d}", "Radiographie synthétique du thorax", "", "Pneumologie",
     "DR ÉPREUVE JEAN", "CENTRE D'IMAGERIE FICTIF", "1"),
    ("vaccinations", "cip13", "34009{:08d}", "VACCIN SYNTHETIQUE GRIPPE", "J07BB02", "Médecine générale",
     "PHARMACIE DES ESSAIS", "", "1"),
    ("devices", "lpp", "{:07d}", "Orthèse synthétique de poignet", "", "Rhumatologie", "ORTHOPÉDIE FICTIVE", "", "1"),
    ("stays", "stay", "M{:04d}", "Hospitalisation synthétique de courte durée", "", "", "",
     "HÔPITAL DE L'ÉPREUVE", ""),
)  # fmt: skip
_CEILINGS: Final = {"cip13": 10**8, "nabm": 10**4, "ccam": 1000, "lpp": 10**7, "stay": 10**4, "ngap": 1}
_NAMES: Final = ("SPECIMEN", "ESSAI", "ÉPREUVE", "FICTIF", "DE L'EXEMPLE", "TEST-DUPONT", "NULLEPART")
_FIRST_NAMES: Final = (("JEAN", "CAMILLE DOMINIQUE", "PAUL-HENRI"), ("JEANNE", "CAMILLE LOU", "MARIE-ÈVE"))
#: A prime greater than any night: its multiples visit every line in no order that anybody would notice.
_STRIDE: Final = 2_147_483_647
#: Lines that are packed at once.
_HELD: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """One person who does not exist. The same number gives the same person."""

    ins: str
    birth_name: str
    first_names: str
    sex: str
    birth_date: date
    birth_place: str

    @classmethod
    def of(cls, number: int) -> "Insured":
        """Return a person by their number, below 80 000 000."""
        female = number % 2
        born = date(1930 + number % 90, 1 + number % 12, 1 + number % 28)
        place = f"{1 + number // 999 // 900 % 19:02d}{1 + number // 999 % 900:03d}"
        stem = f"{1 + female}{born:%y%m}{place}{1 + number % 999:03d}"
        return cls(
            ins=f"{stem}{97 - int(stem) % 97:02d}",
            birth_name=_NAMES[number % len(_NAMES)],
            first_names=_FIRST_NAMES[female][number % 3],
            sex="F" if female else "M",
            birth_date=born,
            birth_place=place,
        )

    @property
    def columns(self) -> str:
        """What a line says of them."""
        born = self.birth_date.isoformat()
        whose = (self.ins, OID_INS_NIR_TEST, self.birth_name, self.first_names, self.sex, born, self.birth_place)
        return ";".join(whose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """An insurer whose nights can be drawn."""

    insurer: str = "assurance"
    patients: int = 20
    #: Lines of each patient before anything changes.
    lines_each: int = 5
    #: Last day of night 1.
    first_night: date = date(2026, 3, 13)

    def day(self, night: int) -> date:
        """Return the last day that a night covers."""
        return self.first_night + timedelta(days=night - 1)

    def full(self, night: int, changed: float = 0.0) -> Iterator[str]:
        """Yield the lines of a full night: those of the first, and what each night since has added.

        Args:
            night: Its number, from 1.
            changed: Share of the patients to whom each night since the first has added a line.
        """
        yield from self.standing(range(self.patients))
        for later in range(2, night + 1):
            yield from self.delta(later, changed)

    def standing(self, patients: range) -> Iterator[str]:
        """Yield the lines of the first night that are of some patients, in no order."""
        total = len(patients) * self.lines_each
        for number in range(total):
            turn, patient = divmod(number * _STRIDE % total, len(patients))
            yield self.line(patients[patient], turn)

    def delta(self, night: int, changed: float) -> Iterator[str]:
        """Yield the lines that a night adds to the one before."""
        every = max(1, round(1 / changed)) if changed else 0
        for patient in range(night % every, self.patients, every) if every else ():
            yield self.line(patient, self.lines_each + night, day=self.day(night))

    def line(self, patient: int, number: int, *, day: date | None = None, action: str = "add") -> str:
        """Return one line."""
        drawn = (patient * 2_654_435_761 + number * 40_503) % 2**32
        section, system, code, label, atc, prescriber, performer, place, quantity = _ACTS[drawn % len(_ACTS)]
        done = day or self.first_night - timedelta(days=drawn // 8 % SPAN)
        until = min(done + timedelta(days=2), done if day else self.first_night).isoformat()
        said = (
            f"{patient:08d}-{number:04d}", action, section, _whose(patient), done.isoformat(),
            until if section == "stays" else "", system, code.format(drawn % _CEILINGS[system]), label, atc,
            prescriber, performer, place, quantity,
        )  # fmt: skip
        return ";".join(said)


@lru_cache(maxsize=2**18)
def _whose(patient: int) -> str:
    """Return what a line says of a patient, drawn once: of most there are many lines."""
    return Insured.of(patient).columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a night is written down."""

    #: ``full`` or ``delta``.
    kind: str = "full"
    #: Its files; lines are dealt out to them in turn. The name says form and packing.
    names: tuple[str, ...] = ("lines.csv.zst",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A data file that was written."""

    name: str
    sha256: str
    lines: int
    #: Numbers of the patients of whom it has a line.
    patients: frozenset[str] = field(repr=False)


def write_night(folder: Path, insurer: Synthetic, night: int, lines: Iterable[str], shape: Shape | None = None) -> Path:
    """Write a night as its insurer would drop it: data files, then the manifest; return the manifest's place.

    Args:
        folder: Where to; must exist.
        insurer: Whose it is.
        night: Its number.
        lines: Its lines, each as a CSV has it.
        shape: How; in one file of CSV, packed, when None.
    """
    shape = shape or Shape()
    dealt = [lines] if len(shape.names) == 1 else _dealt(list(lines), len(shape.names))
    files = [write_file(folder / name, own) for name, own in zip(shape.names, dealt, strict=True)]
    return write_manifest(folder, insurer, night, files, shape.kind)


def write_manifest(folder: Path, insurer: Synthetic, night: int, files: Sequence[Written], kind: str = "full") -> Path:
    """Write the manifest of a night whose files are written; return its place."""
    manifest = {
        "format": "verso-night-1",
        "insurer": insurer.insurer,
        "night": night,
        "day": insurer.day(night).isoformat(),
        "kind": kind,
        "lines": sum(file.lines for file in files),
        "patients": len(frozenset().union(*(file.patients for file in files))),
        "files": [{"name": file.name, "sha256": file.sha256, "lines": file.lines} for file in files],
    }
    place = folder / "night.json"
    place.write_text(json.dumps(manifest, indent=1))
    return place


def write_file(place: Path, lines: Iterable[str]) -> Written:
    """Write a data file, in the form and packing that its name says."""
    as_written = _as_ndjson if ".ndjson" in place.name else _as_csv
    patients: set[str] = set()
    count = 0

    def counted() -> Iterator[str]:
        nonlocal count
        for line in lines:
            count += 1
            patients.add(line.split(";", 4)[3])
            yield as_written(line)

    with place.open("wb") as file:
        write, finish = _packer(place.name)
        held = [] if ".ndjson" in place.name else [COLUMNS + "\n"]
        for text in counted():
            held.append(text)
            if len(held) == _HELD:
                file.write(write("".join(held).encode()))
                held.clear()
        file.write(write("".join(held).encode()))
        file.write(finish())
    with place.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return Written(name=place.name, sha256=digest, lines=count, patients=frozenset(patients))


def _dealt(lines: list[str], hands: int) -> list[list[str]]:
    return [lines[turn::hands] for turn in range(hands)]


def _packer(name: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """Return what packs bytes as a name says, and what ends the packing."""
    if name.endswith(".zst"):
        zstd = zstandard.ZstdCompressor(level=3).compressobj()
        return zstd.compress, zstd.flush
    if name.endswith(".gz"):
        return (lambda piece: gzip.compress(piece, 6, mtime=0) if piece else b""), bytes
    return (lambda piece: piece), bytes


def _as_csv(line: str) -> str:
    return f"{line}\n"


def _as_ndjson(line: str) -> str:
    said = dict(zip(COLUMNS.split(";"), line.split(";"), strict=True))
    filled: dict[str, object] = {name: text for name, text in said.items() if text}
    if "quantity" in filled:
        filled["quantity"] = int(str(filled["quantity"]))
    return json.dumps(filled, ensure_ascii=False) + "\n"
