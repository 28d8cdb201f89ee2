"""The narrative of a CDA document as lines of text, in the order in which a person reads it (CDA R2, 4.3.5)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from pipelines.cda.header import HL7, text_of

#: Elements that begin and end a line of their own.
_BLOCKS: Final = frozenset({"paragraph", "table", "list", "caption", "footnote"})
_WHITE: Final = re.compile(r"\s+")
#: Between the cells of a row. A mark such as ``|`` would read like the colon after a label.
_GAP: Final = "   "
_CELLS: Final = frozenset({"td", "th"})


def narrative(document: ET.Element) -> Iterator[str]:
    """Yield the lines of every section, titles first; an empty line stands between sections."""
    for section in document.findall("component/structuredBody/component/section", HL7):
        yield from _section(section)


def _section(section: ET.Element) -> Iterator[str]:
    title = section.find("title", HL7)
    if title is not None and (heading := text_of(title)):
        yield ""
        yield heading
    text = section.find("text", HL7)
    if text is not None:
        writing = _Writing()
        writing.walk(text)
        yield from writing.lines()
    for deeper in section.findall("component/section", HL7):
        yield from _section(deeper)


class _Writing:
    """Lines while they are written."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]

    def lines(self) -> Iterator[str]:
        """Yield what was written, no line empty."""
        return filter(None, ("".join(line).strip() for line in self._lines))

    def walk(self, element: ET.Element) -> None:
        """Write an element's text and that of what is in it."""
        self._write(element.text)
        for child in element:
            self._enter(child)
            self._write(child.tail)

    def _enter(self, element: ET.Element) -> None:
        name = element.tag.rpartition("}")[2]
        if element.get("revised") == "delete":
            # Struck out by its author: shown to nobody.
            return
        if name == "br":
            self._break()
        elif name == "tr":
            self._row(element)
        elif name == "item":
            self._break()
            self._lines[-1].append("- ")
            self.walk(element)
            self._break()
        elif name in _BLOCKS:
            self._break()
            self.walk(element)
            self._break()
        else:
            self.walk(element)

    def _row(self, row: ET.Element) -> None:
        """Write a row on one line, its cells parted; a cell of several lines is read on."""
        cells = []
        for cell in row:
            if cell.tag.rpartition("}")[2] in _CELLS:
                inner = _Writing()
                inner.walk(cell)
                cells.append(" ".join(inner.lines()))
        self._break()
        if any(cells):
            self._lines[-1].append(_GAP.join(cells))
        self._break()

    def _break(self) -> None:
        if self._lines[-1]:
            self._lines.append([])

    def _write(self, text: str | None) -> None:
        if text:
            # Blanks are one, but between the cells of a row.
            self._lines[-1].append(_WHITE.sub(" ", text))
