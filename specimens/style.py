"""The look of one paper: fonts, sizes, margins, colours and habits, drawn from a seed."""

from dataclasses import dataclass
from random import Random
from typing import Final

from specimens.fonts import Family, families

#: Red, green, blue, 0 to 1.
Colour = tuple[float, float, float]

BLACK: Final[Colour] = (0, 0, 0)

_ACCENTS: Final[tuple[Colour, ...]] = (
    (0, 0, 0),
    (0, 0, 0),
    (0.05, 0.2, 0.45),
    (0.0, 0.35, 0.4),
    (0.45, 0.05, 0.15),
    (0.1, 0.3, 0.15),
    (0.25, 0.25, 0.3),
    (0.0, 0.25, 0.6),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a paper looks. Lengths in points."""

    body: Family
    #: The family of the letterhead and the headings.
    display: Family
    #: Size of the body.
    size: float
    #: Distance of two baselines, in sizes.
    leading: float
    margin_left: float
    margin_right: float
    margin_top: float
    margin_bottom: float
    accent: Colour
    #: ``left``, ``centre``, ``split``, ``right`` or ``banner``.
    letterhead: str
    #: Whether blocks that can stand side by side do.
    beside: bool
    #: ``bold``, ``underlined``, ``capitals``, ``bar``, ``italic`` or ``boxed``.
    heading: str
    #: ``grid``, ``rules``, ``zebra`` or ``bare``.
    table: str
    #: Space between blocks, in sizes.
    gap: float
    #: What stands before an item of a list.
    bullet: str
    #: Whether the first line of a paragraph is indented.
    indented: bool
    #: Whether the patient's frame is drawn as a box.
    boxed: bool
    #: Whether there is a logo.
    logo: bool
    #: How pages are numbered, with ``{page}`` and ``{pages}``; empty for not at all.
    numbering: str


def draw_style(rng: Random) -> Style:
    """Draw a look."""
    body = rng.choice(families())
    same = rng.random() < 0.6
    return Style(
        body=body,
        display=body if same else rng.choice([f for f in families() if not f.fixed]),
        size=rng.choice((9.5, 10, 10, 10.5, 11, 11, 12)) - (1 if body.name.startswith(("DejaVu", "Vera")) else 0),
        leading=rng.choice((1.15, 1.2, 1.25, 1.35, 1.45)),
        margin_left=rng.uniform(40, 78),
        margin_right=rng.uniform(38, 70),
        margin_top=rng.uniform(30, 62),
        margin_bottom=rng.uniform(34, 58),
        accent=rng.choice(_ACCENTS),
        letterhead=rng.choice(("left", "left", "centre", "centre", "split", "right", "banner")),
        beside=rng.random() < 0.2,
        heading=rng.choice(("bold", "bold", "underlined", "capitals", "bar", "italic", "boxed")),
        table=rng.choice(("grid", "rules", "zebra", "bare")),
        gap=rng.choice((0.25, 0.4, 0.5, 0.7)),
        bullet=rng.choice(("-", "-", "•", "\u2013", "*")),
        indented=rng.random() < 0.15,
        boxed=rng.random() < 0.6,
        logo=rng.random() < 0.45,
        numbering=rng.choice(("Page {page}/{pages}", "Page {page} sur {pages}", "{page}/{pages}", "Page {page}", "")),
    )
