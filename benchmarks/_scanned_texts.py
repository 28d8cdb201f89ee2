"""Scanned texts: labelled texts printed, scanned as badly as post rooms do, and read back by the real reader."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Final

from documents.inspection import Inspection
from pipelines.read.engines.choice import EngineName
from pipelines.read.reader import ConfinedReader
from specimens.degrading import DEGRADATIONS
from specimens.fonts import Family, families, wrap
from specimens.marks import PAGE_HEIGHT, PAGE_WIDTH, Sheet, Text
from specimens.printing import to_pdf
from specimens.scanning import scan, to_scanned_pdf
from training.fitting import Example

#: What the scans suffer, in turn: the degraded ones among those of `./run bench reading`.
_WAYS: Final = ("light200", "medium200", "medium300", "fax200", "photo300", "pale200", "stamped200")
_MARGIN: Final = 56.0
_SIZE: Final = 10.0
_LEADING: Final = 1.3
#: A page holds so many lines, and no more than two pages of a text are read.
_LINES: Final = int((PAGE_HEIGHT - 2 * _MARGIN) / (_SIZE * _LEADING))
_PAGES: Final = 2


def spread(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """Choose texts that all themes share evenly, as far as they go."""
    rng = Random(seed)
    by_theme: dict[str, list[Example]] = {}
    for example in sorted(examples, key=lambda _: rng.random()):
        by_theme.setdefault(example.theme, []).append(example)
    chosen: list[Example] = []
    for theme in cycle(sorted(by_theme)):
        if len(chosen) >= count or not any(by_theme.values()):
            return chosen
        if by_theme[theme]:
            chosen.append(by_theme[theme].pop())
    return chosen


def read_back(examples: Sequence[Example], seed: int) -> Iterator[Example]:
    """Print, scan and read each text. The same seed scans the same way."""
    rng = Random(seed)
    with_fonts = families()
    reader = ConfinedReader(engine=EngineName.TESSEROCR)
    try:
        for example, way in zip(examples, cycle(_WAYS), strict=False):
            sheets = _sheets(example.text, rng.choice(with_fonts))
            scanned = to_scanned_pdf(scan(to_pdf(sheets), DEGRADATIONS[way], rng.randrange(1 << 30)))
            seen = Inspection(media_type="application/pdf", pages=len(sheets))
            read = reader.read(scanned, seen, 1, len(sheets))
            yield replace(example, text="\n".join(page.text for page in read))
    finally:
        reader.close()


def _sheets(text: str, family: Family) -> list[Sheet]:
    room = PAGE_WIDTH - 2 * _MARGIN
    lines = [
        part
        for line in text.split("\n")
        for part in (wrap(line.replace("\t", "    "), family.regular, _SIZE, room) or [""])
    ]
    pages = [lines[start : start + _LINES] for start in range(0, max(len(lines), 1), _LINES)][:_PAGES]
    return [
        Sheet(
            tuple(
                Text(
                    x=_MARGIN,
                    y=PAGE_HEIGHT - _MARGIN - number * _SIZE * _LEADING,
                    text=line,
                    font=family.regular,
                    size=_SIZE,
                    line=number,
                )
                for number, line in enumerate(page)
                if line
            )
        )
        for page in pages
    ]
