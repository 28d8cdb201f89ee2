"""Tesseract's table of words, which the program and the library write alike."""

from pipelines.read.engines.interface import Glyphs, Line

_WORD_LEVEL = "5"


def lines_of(table: str) -> list[Line]:
    """Return the lines of words of a table: level, page, block, paragraph, line, word, box, confidence, text."""
    lines: list[list[Glyphs]] = []
    standing = None
    for row in table.splitlines():
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != _WORD_LEVEL or not cells[11].strip():
            continue
        if cells[2:5] != standing:
            standing = cells[2:5]
            lines.append([])
        left, top, width, height = (int(cell) for cell in cells[6:10])
        lines[-1].append(
            Glyphs(
                text=cells[11].strip(),
                left=left,
                top=top,
                right=left + width,
                bottom=top + height,
                confidence=min(max(float(cells[10]) / 100.0, 0.0), 1.0),
            )
        )
    return list(lines)
