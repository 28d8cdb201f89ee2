"""Fonts of the specimens: families found on this machine, else those that ReportLab brings.

Debian packages wanted for the full variety: fonts-dejavu-core fonts-liberation fonts-freefont-ttf
fonts-crosextra-carlito fonts-crosextra-caladea. Where one is missing its families are not drawn; with none of them
there are still Bitstream Vera and the PDF base fonts. The same seed gives the same bytes on machines with the same
fonts.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

#: The Debian packages whose fonts are used when they are there.
DEBIAN_PACKAGES: Final = (
    "fonts-dejavu-core",
    "fonts-liberation",
    "fonts-freefont-ttf",
    "fonts-crosextra-carlito",
    "fonts-crosextra-caladea",
)


@dataclass(frozen=True, slots=True)
class Family:
    """A family of fonts, by the names under which ReportLab knows them."""

    name: str
    regular: str
    bold: str
    italic: str
    #: Whether every character has the same width.
    fixed: bool = False


_FOLDER: Final = Path("/usr/share/fonts/truetype")

#: Name, folder, files of regular, bold, italic; whether fixed.
_FILES: Final = (
    ("DejaVu Sans", "dejavu", "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans", False),
    ("DejaVu Serif", "dejavu", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif", False),
    ("DejaVu Sans Mono", "dejavu", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono", True),
    ("Liberation Sans", "liberation", "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", False),
    (
        "Liberation Serif",
        "liberation",
        "LiberationSerif-Regular",
        "LiberationSerif-Bold",
        "LiberationSerif-Italic",
        False,
    ),
    ("Liberation Mono", "liberation", "LiberationMono-Regular", "LiberationMono-Bold", "LiberationMono-Italic", True),
    ("Free Sans", "freefont", "FreeSans", "FreeSansBold", "FreeSansOblique", False),
    ("Free Serif", "freefont", "FreeSerif", "FreeSerifBold", "FreeSerifItalic", False),
    ("Carlito", "crosextra", "Carlito-Regular", "Carlito-Bold", "Carlito-Italic", False),
    ("Caladea", "crosextra", "Caladea-Regular", "Caladea-Bold", "Caladea-Italic", False),
)


@cache
def families() -> tuple[Family, ...]:
    """Register every font that is found, and return the families in a fixed order."""
    found = [
        Family("Helvetica", "Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
        Family("Times", "Times-Roman", "Times-Bold", "Times-Italic"),
        Family("Courier", "Courier", "Courier-Bold", "Courier-Oblique", fixed=True),
    ]
    vera = Path(reportlab.__file__).parent / "fonts"
    found.append(_register("Vera", (vera / "Vera.ttf", vera / "VeraBd.ttf", vera / "VeraIt.ttf"), fixed=False))
    for name, folder, regular, bold, italic, fixed in _FILES:
        paths = tuple(_FOLDER / folder / f"{file}.ttf" for file in (regular, bold, italic))
        if all(path.exists() for path in paths):
            found.append(_register(name, paths, fixed=fixed))
    return tuple(found)


def _register(name: str, paths: tuple[Path, ...], *, fixed: bool) -> Family:
    styles = [f"{name} {style}" for style in ("Regular", "Bold", "Italic")]
    for style, path in zip(styles, paths, strict=True):
        pdfmetrics.registerFont(TTFont(style, str(path)))
    return Family(name, styles[0], styles[1], styles[2], fixed=fixed)


def width(text: str, font: str, size: float) -> float:
    """Return the width of a text in points."""
    measured: float = pdfmetrics.stringWidth(text, font, size)
    return measured


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """Break a text into lines no wider than `room` points; a word wider than that stands alone."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if current and width(longer, font, size) > room:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines
