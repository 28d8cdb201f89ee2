"""What the feeders of the soak hand over: thousands of papers from a few dozen, each with bytes of its own."""

import csv
import hashlib
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from specimens import Form, Truth, generate, texts

#: Of a hundred papers, how many are of which kind: born-digital ones are quickly read, scans are not.
_SHARES: Final = {"text": 78, "pdf": 12, "scan": 1, "damaged": 4, "again": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file as it is handed over."""

    name: str
    content: bytes = field(repr=False)
    #: Whose it is, to be declared in the manifest; None of what is damaged.
    truth: Truth | None = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, hex."""
        return hashlib.sha256(self.content).hexdigest()


class Pile:
    """An endless pile of papers, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        """Make the few dozen that all others are varied from."""
        self._rng = random.Random(f"soak/{seed}")
        self._texts = list(texts(40, seed))
        self._pdfs = list(generate(12, seed, forms=(Form.DIGITAL,)))
        self._scans = list(generate(3, seed, forms=(Form.JPEG,), degradations=("light200",)))
        self._given: list[Paper] = []

    @property
    def truths(self) -> Sequence[Truth]:
        """What is true of the papers behind all papers."""
        return [truth for _, truth in self._texts] + [paper.truth for paper in (*self._pdfs, *self._scans)]

    def take(self, count: int) -> Iterator[Paper]:
        """Take the next papers."""
        for number in range(len(self._given), len(self._given) + count):
            (kind,) = self._rng.choices(list(_SHARES), weights=list(_SHARES.values()))
            paper = self._make(kind if self._given else "text", number)
            self._given.append(paper)
            yield paper

    def _make(self, kind: str, number: int) -> Paper:
        nonce = f"{number:06}".encode()
        match kind:
            case "text":
                text, truth = self._rng.choice(self._texts)
                return Paper(name=f"{number:06}.txt", content=text.encode() + b"\n\n" + nonce + b"\n", truth=truth)
            case "pdf":
                pdf = self._rng.choice(self._pdfs)
                return Paper(name=f"{number:06}.pdf", content=pdf.content + b"\n%" + nonce + b"\n", truth=pdf.truth)
            case "scan":
                scan = self._rng.choice(self._scans)
                comment = b"\xff\xfe" + (len(nonce) + 2).to_bytes(2) + nonce
                content = scan.content[:2] + comment + scan.content[2:]
                return Paper(name=f"{number:06}.jpg", content=content, truth=scan.truth)
            case "damaged":
                return Paper(name=f"{number:06}.pdf", content=b"%PDF-1.7\n" + self._rng.randbytes(400), truth=None)
            case _:
                earlier = self._rng.choice(self._given)
                suffix = Path(earlier.name).suffix
                return Paper(name=f"{number:06}{suffix}", content=earlier.content, truth=earlier.truth)


def hand_over(papers: Sequence[Paper], inbox: Path, batch: str) -> None:
    """Put papers into an inbox as one batch with a manifest, in one rename."""
    hidden = inbox.parent / f".{batch}"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir()
    with (hidden / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        manifest = csv.writer(file, delimiter=";")
        manifest.writerow(("file", "ins", "ins_oid", "birth_name", "first_names", "birth_date"))
        for paper in papers:
            (hidden / paper.name).write_bytes(paper.content)
            manifest.writerow((paper.name, *_declared(paper.truth)))
    hidden.rename(inbox / batch)


def _declared(truth: Truth | None) -> tuple[object, ...]:
    if truth is None:
        return ("", "", "", "", "")
    traits = truth.traits
    return (truth.ins.number, truth.ins.oid, traits.birth_name, " ".join(traits.first_names), traits.birth_date)
