"""What goes wrong in insurers' nights, by the code under which it is told: lines that are wrong, and whole nights."""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from specimens.nights import COLUMNS

_PLACES: Final = {name: place for place, name in enumerate(COLUMNS.split(";"))}
#: A line as its insurer wrote it, damaged.
_Damage = Callable[[str], bytes]


def with_columns(line: str, **said: str) -> str:
    """Return a line that says something else in some columns."""
    cells = line.split(";")
    for name, text in said.items():
        cells[_PLACES[name]] = text
    return ";".join(cells)


def _saying(**said: str) -> _Damage:
    return lambda line: with_columns(line, **said).encode()


def _with_wrong_key(line: str) -> bytes:
    ins = line.split(";")[_PLACES["ins"]]
    return with_columns(line, ins=f"{ins[:13]}{int(ins[13:]) % 97 + 1:02d}").encode()


def _of_the_other_sex(line: str) -> bytes:
    sex = line.split(";")[_PLACES["sex"]]
    return with_columns(line, sex="M" if sex == "F" else "F").encode()


#: A damaged line for each code of `docs/reimbursements.md`.
LINES: Final[Mapping[str, _Damage]] = MappingProxyType(
    {
        "not-utf8": lambda line: with_columns(line, label="Hémogramme").encode("latin-1"),
        "not-readable": lambda line: f"{line};one column too many".encode(),
        "control-character": _saying(label="PARACETAMOL\x0b500"),
        "too-long": _saying(label="A" * 256),
        "reference": _saying(reference="two words"),
        "action": _saying(action="replace"),
        "ins-shape": _saying(ins="9850675116001"),
        "ins-key": _with_wrong_key,
        "ins-authority": _saying(ins_oid="1.2.3"),
        "traits": _saying(birth_date="1950-02-30"),
        "traits-disagree": _of_the_other_sex,
        "section": _saying(section="dentistry"),
        "day": _saying(day="13/03/2026"),
        "future": _saying(day="2026-12-24"),
        "implausible": _saying(day="1913-01-01"),
        "stay": _saying(section="stays", system="stay", code="M1", day="2026-02-10", until="2026-02-09"),
        "code-system": _saying(section="biology", system="cip13", code="3400930000001"),
        "code": _saying(section="biology", system="nabm", code="12", until=""),
        "atc": _saying(atc="PARACETAMOL"),
        "label": _saying(label=" "),
        "formula": _saying(label='=HYPERLINK("http://example.org")'),
        "quantity": _saying(quantity="1,5"),
    },
)


def _remanifested(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    place = folder / "night.json"
    said = json.loads(place.read_text())
    change(said)
    place.write_text(json.dumps(said))


def _with_another_digest(folder: Path) -> None:
    _remanifested(folder, lambda said: said["files"][0].update(sha256="0" * 64))


def _with_more_announced(folder: Path) -> None:
    def more(said: dict[str, Any]) -> None:
        said["files"][0]["lines"] += 1
        said["lines"] += 1

    _remanifested(folder, more)


def _cut_short(folder: Path) -> None:
    data = next(place for place in folder.iterdir() if place.suffix == ".csv").rename(folder / "lines.csv.gz")
    packed = gzip.compress(data.read_bytes())
    _replaced(folder, data, packed[: len(packed) * 2 // 3])
    _remanifested(folder, lambda said: said["files"][0].update(name=data.name))


def _in_two_encodings(folder: Path) -> None:
    data = next(place for place in folder.iterdir() if place.suffix == ".csv")
    lines = data.read_bytes().split(b"\n")
    mixed = [line.decode().encode("latin-1" if number % 2 else "utf-8") for number, line in enumerate(lines)]
    _replaced(folder, data, b"\n".join(mixed))


def _replaced(folder: Path, data: Path, content: bytes) -> None:
    """Put other bytes in a file's place, and let the manifest name them."""
    data.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    _remanifested(folder, lambda said: said["files"][0].update(sha256=digest))


#: A night, dropped in a folder as plain CSV unless its damage says otherwise, for each code of a refusal.
NIGHTS: Final[Mapping[str, Callable[[Path], None]]] = MappingProxyType(
    {
        "night-unreadable": lambda folder: _remanifested(folder, lambda said: said.pop("day")),
        "night-out-of-order": lambda folder: _remanifested(folder, lambda said: said.update(day="2026-12-24")),
        "night-altered": _with_another_digest,
        "night-damaged": _cut_short,
        "night-miscounted": _with_more_announced,
        "night-rejected": _in_two_encodings,
    },
)
