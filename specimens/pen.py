"""The pen: writes lines down a page and opens pages as they fill, counting every line in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from specimens.fonts import width, wrap
from specimens.marks import PAGE_HEIGHT, PAGE_WIDTH, Mark, Rule, Sheet, Text
from specimens.style import BLACK, Colour, Style


@dataclass(slots=True, kw_only=True)
class Pen:
    """Where the next line goes. Lengths in points."""

    style: Style
    #: Chance for what is drawn by hand: signatures, logos.
    rng: Random
    #: At the bottom of each page.
    footer: tuple[str, ...] = ()
    #: At the top of each page after the first.
    running_head: str = ""
    pages: list[list[Mark]] = field(default_factory=list)
    #: The baseline of the line written last; it falls.
    y: float = 0
    #: Number of the line written last.
    line: int = 0

    @property
    def left(self) -> float:
        """The left edge of what may be written on."""
        return self.style.margin_left

    @property
    def right(self) -> float:
        """The right edge."""
        return PAGE_WIDTH - self.style.margin_right

    @property
    def room(self) -> float:
        """The width between the edges."""
        return self.right - self.left

    @property
    def step(self) -> float:
        """From one baseline of the body to the next."""
        return self.style.size * self.style.leading

    def open_page(self) -> None:
        """Go to the top of a new page."""
        self.pages.append([])
        self.y = PAGE_HEIGHT - self.style.margin_top
        if len(self.pages) > 1 and self.running_head:
            self.y -= 8
            self.write(self.left, self.running_head, self.style.body.regular, 8)
            self.y -= 14

    def need(self, height: float) -> None:
        """Open a page when less than `height` is left on this one, above the footer."""
        if self.y - height < self.style.margin_bottom + 10 * (len(self.footer) + 2):
            self.open_page()

    def mark(self, mark: Mark) -> None:
        """Put a mark on the page."""
        self.pages[-1].append(mark)

    def rule(self, end: float, *, stroke: float = 0.4, below: float = 3, colour: Colour = BLACK) -> None:
        """Draw a line from the left edge to `end`, a little below the baseline."""
        y = self.y - below
        self.mark(Rule(x1=self.left, y1=y, x2=end, y2=y, stroke=stroke, colour=colour))

    def write(self, x: float, text: str, font: str, size: float, colour: Colour = BLACK) -> None:
        """Write on the present baseline, as a new line of reading."""
        self.line += 1
        self.add(x, text, font, size, colour)

    def add(self, x: float, text: str, font: str, size: float, colour: Colour = BLACK) -> None:
        """Write on the present baseline, as more of the same line of reading."""
        self.mark(Text(x=x, y=self.y, text=text, font=font, size=size, colour=colour, line=self.line))

    def lines(self, lines: Iterable[str], x: float, font: str, size: float, colour: Colour = BLACK) -> None:
        """Write lines one under another."""
        for text in lines:
            self.need(size * self.style.leading)
            self.y -= size * self.style.leading
            self.write(x, text, font, size, colour)

    def close(self) -> tuple[Sheet, ...]:
        """Put the footers, now that the number of pages is known, and give the pages away."""
        total = len(self.pages)
        for number, marks in enumerate(self.pages, 1):
            numbering = self.style.numbering.format(page=number, pages=total)
            self._put_footer(marks, [*self.footer, numbering] if numbering else self.footer)
        return tuple(Sheet(tuple(marks)) for marks in self.pages)

    def _put_footer(self, marks: list[Mark], texts: Iterable[str]) -> None:
        font = self.style.display.regular
        rows = [part for text in texts for part in wrap(text, font, 7.5, self.room)]
        y = self.style.margin_bottom - 18 + 9 * len(rows)
        if self.footer:
            marks.append(Rule(x1=self.left, y1=y + 10, x2=self.right, y2=y + 10, stroke=0.4))
        for text in rows:
            self.line += 1
            x = self.left + (self.room - width(text, font, 7.5)) / 2
            marks.append(Text(x=x, y=y, text=text, font=font, size=7.5, line=self.line))
            y -= 9
